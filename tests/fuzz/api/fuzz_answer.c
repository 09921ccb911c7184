#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/iam/devices.h"
#include "api/iam/keys.h"
#include "api/organizations.h"
#include "api/rest_json.h"
#include "api/sts.h"
#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "port/clock.h"
#include "port/http.h"

#define SECRET "the-secret-of-EXAMPLE"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input: a byte for the status, and the answer's body. */
struct input {
	const uint8_t *data;
	size_t size;
};

static bool answer_with(void *self, const struct http_request *request,
			struct http_answer *answer, bool *sent,
			struct error *err)
{
	static const int statuses[] = { 200, 400, 403, 500, 503 };
	const struct input *in = self;
	size_t first = in->size > 0 ? 1 : 0;

	(void)request;
	(void)err;
	*sent = true;
	answer->status = statuses[first ? in->data[0] % 5 : 0];
	answer->body = secbuf_new(in->size);
	secbuf_add(answer->body, in->data + first, in->size - first);
	return true;
}

static int64_t now(void *self)
{
	(void)self;
	return 1893553445;
}

static void pause_for(void *self, int64_t milliseconds)
{
	(void)self;
	(void)milliseconds;
}

static void say(void *self, enum notice what, const struct error *fact)
{
	(void)self;
	(void)what;
	(void)fact;
}

static bool is_visible(const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return text[0] != '\0';
}

/* A failure has a reason, and no fact with the secret in it. */
static void check_error(const struct error *err)
{
	if (err->reason == REASON_NONE)
		abort();
	for (size_t i = 0; error_text_name(i); i++)
		if (strstr(error_text(err, i), SECRET))
			abort();
}

/* A whole set of credentials, or none and an error that says something. */
static void check(bool ok, struct credentials *creds, const struct error *err)
{
	bool whole = creds->access_key_id &&
		     limits_fit(&limits_key_id, creds->access_key_id) &&
		     creds->session_token &&
		     is_visible(secbuf_text(creds->secret_key)) &&
		     is_visible(secbuf_text(creds->session_token));

	if (ok != whole)
		abort();
	if (!ok)
		check_error(err);
	credentials_clear(creds);
}

static void ask_sts(const struct api_caller *caller)
{
	const struct sts_assume_role role = { .role_arn = "r",
					      .session_name = "me" };
	const struct sts_session_token session = { 0 };
	struct credentials creds = { 0 };
	struct sts_identity identity;
	struct error err = { 0 };
	char arn[2049];
	bool sent = false;
	bool ok;

	ok = sts_assume_role(caller, &role, &creds, arn, &sent, &err);
	check(ok, &creds, &err);
	err = (struct error){ 0 };
	ok = sts_get_session_token(caller, &session, &creds, &sent, &err);
	check(ok, &creds, &err);
	err = (struct error){ 0 };
	if (!sts_get_caller_identity(caller, &identity, &err))
		check_error(&err);
}

static void ask_iam(const struct api_caller *caller)
{
	struct arena *arena = arena_new();
	const char *const *serials;
	struct error err = { 0 };
	size_t n = 0;

	if (!arena)
		abort();
	if (iam_devices_list(caller, arena, &serials, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (strlen(serials[i]) > 256)
				abort();
	arena_free(arena);
}

static void ask_keys(const struct api_caller *caller)
{
	struct iam_key keys[IAM_KEYS_MAX];
	struct error err = { 0 };
	size_t n = 0;

	if (iam_keys_list(caller, NULL, keys, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (strlen(keys[i].id) >= sizeof(keys[i].id))
				abort();
}

static void ask_organizations(const struct api_caller *caller)
{
	struct organizations_account *accounts = NULL;
	struct organizations_tag *tags = NULL;
	struct arena *arena = arena_new();
	struct error err = { 0 };
	size_t n = 0;

	if (!arena)
		abort();
	if (organizations_list_accounts(caller, arena, &accounts, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (strlen(accounts[i].id) != 12)
				abort();
	if (err.reason != REASON_NONE)
		check_error(&err);
	if (organizations_list_tags(caller, arena, "1", &tags, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (tags[i].key[0] == '\0')
				abort();
	arena_free(arena);
}

static void ask_portal(const struct api_caller *caller)
{
	struct rest_json rest = rest_json_begin(caller, "A", "GET", "/a");
	struct error err = { 0 };
	struct json *json;

	rest.header = (struct http_header){ "x", SECRET };
	json = rest_json_send(&rest, NULL, &err);
	if (!json)
		check_error(&err);
	json_free(json);
	rest_json_clear(&rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct http http = { &in, answer_with };
	const struct clock clock = { .now = now, .pause = pause_for };
	const struct notices notices = { NULL, say };
	char id[] = "AKIAIOSFODNN7EXAMPLE";
	struct credentials creds = {
		.access_key_id = id,
		.secret_key = secbuf_from(SECRET),
	};
	const struct api_caller caller = {
		.http = &http,
		.clock = &clock,
		.max_attempts = 1,
		.notices = &notices,
		.creds = &creds,
		.endpoint = { "https://sts.eu-west-1.amazonaws.com",
			      "eu-west-1", "aws" },
	};

	ask_sts(&caller);
	ask_iam(&caller);
	ask_keys(&caller);
	ask_organizations(&caller);
	ask_portal(&caller);
	secbuf_free(creds.secret_key);
	if (secbuf_alive() != 0)
		abort();
	return 0;
}
