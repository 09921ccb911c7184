#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/caller.h"
#include "api/sso/oidc.h"
#include "api/sso/portal.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
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
	static const int statuses[] = { 200, 400, 401, 403, 500 };
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

/* A failure has a reason, and no fact with the secret in it. */
static void check(bool ok, bool whole, const struct error *err)
{
	if (ok != whole || (!ok && err->reason == REASON_NONE))
		abort();
	for (size_t i = 0; !ok && error_text_name(i); i++)
		if (strstr(error_text(err, i), SECRET))
			abort();
}

static bool is_visible(const struct secbuf *text)
{
	const char *bytes = secbuf_text(text);

	for (size_t i = 0; i < secbuf_len(text); i++)
		if (bytes[i] <= ' ' || bytes[i] > '~')
			return false;
	return secbuf_len(text) > 0;
}

static void ask_oidc(const struct api_caller *caller)
{
	const struct oidc_registration in = { "rolekey", "https://x/start",
					      "a,b", "http://127.0.0.1/x" };
	struct sso_token token = { .expires = 0 };
	struct secbuf *secret = secbuf_from(SECRET);
	const struct sso_client client = { .id = secret, .secret = secret };
	const struct oidc_grant grant = { .refresh = secret };
	struct oidc_device device;
	struct error err = { 0 };
	bool ok;

	ok = oidc_register_client(caller, &in, &token.client, &err);
	if (!ok) /* no secret was sent */
		err = (struct error){ .reason = err.reason };
	check(ok,
	      is_visible(token.client.id) && is_visible(token.client.secret),
	      &err);
	err = (struct error){ 0 };
	ok = oidc_start_device(caller, &client, "https://x/start", &device,
			       &err);
	check(ok, is_visible(device.code) && device.expires_in > 0, &err);
	secbuf_free(device.code);
	err = (struct error){ 0 };
	ok = oidc_create_token(caller, &client, &grant, &token, &err);
	check(ok, is_visible(token.access), &err);
	sso_token_clear(&token);
	secbuf_free(secret);
}

static void ask_portal(const struct api_caller *caller)
{
	struct secbuf *token = secbuf_from(SECRET);
	struct credentials creds = { 0 };
	struct error err = { 0 };
	bool ok = portal_get_credentials(caller, token, "111122223333", "r",
					 &creds, &err);

	check(ok, creds.access_key_id && is_visible(creds.session_token), &err);
	credentials_clear(&creds);
	err = (struct error){ 0 };
	ok = portal_logout(caller, token, &err);
	check(ok, ok, &err);
	secbuf_free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct http http = { &in, answer_with };
	const struct clock clock = { .now = now, .pause = pause_for };
	const struct notices notices = { NULL, say };
	const struct api_caller caller = {
		.http = &http,
		.clock = &clock,
		.max_attempts = 1,
		.notices = &notices,
		.endpoint = { "https://oidc.eu-west-1.amazonaws.com", NULL,
			      "aws" },
	};

	ask_oidc(&caller);
	ask_portal(&caller);
	if (secbuf_alive() != 0)
		abort();
	return 0;
}
