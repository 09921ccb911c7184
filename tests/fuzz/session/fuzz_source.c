#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/config.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"
#include "session/source.h"
#include "session/sso.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEPARATOR 0x1e

/*
 * The input: a byte for the kind of source, and parts with separators between
 * them: a file or the output of a program, and the answers to requests, each
 * after a byte for its status.
 */
struct material {
	const uint8_t *first, *rest;
	size_t first_len, rest_len;
};

static size_t part_len(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size > 0 ? memchr(data, SEPARATOR, size) : NULL;

	return cut ? (size_t)(cut - data) : size;
}

static struct secbuf *copy(const uint8_t *data, size_t len)
{
	struct secbuf *text = secbuf_new(len + 1);

	secbuf_add(text, data, len);
	return text;
}

static bool read_file(void *self, const char *path, size_t max,
		      struct secbuf **text, struct error *err)
{
	const struct material *in = self;

	(void)path;
	(void)err;
	*text = copy(in->first, in->first_len < max ? in->first_len : max);
	return true;
}

static bool facts_of_file(void *self, const char *path,
			  struct file_facts *facts, struct error *err)
{
	(void)self;
	(void)path;
	(void)err;
	*facts = (struct file_facts){ .exists = true };
	return true;
}

static bool run_program(void *self, const struct helper_call *call,
			struct secbuf **output, struct error *err)
{
	const struct material *in = self;

	(void)call;
	(void)err;
	*output = copy(in->first, in->first_len);
	return true;
}

static bool answer_with(void *self, const struct http_request *request,
			struct http_answer *answer, bool *sent,
			struct error *err)
{
	static const int statuses[] = { 200, 400, 401, 404, 500 };
	struct material *in = self;
	size_t len = part_len(in->rest, in->rest_len);
	size_t status = len > 0 ? 1 : 0;

	(void)request;
	*sent = true;
	if (in->rest_len == 0)
		return error_fail(err, REASON_CONNECTION_LOST);
	*answer = (struct http_answer){
		.status = statuses[status ? in->rest[0] % 5 : 0],
		.body = copy(in->rest + status, len - status)
	};
	len += len < in->rest_len ? 1 : 0;
	in->rest += len;
	in->rest_len -= len;
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

static struct world world_of(struct material *in)
{
	static char home[] = "HOME=/home/alex";
	static char url[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://[::1]/";
	static char token[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/t";
	static char *environment[] = { home, url, token, NULL };

	return (struct world){
		.files = { .self = in,
			   .read = read_file,
			   .facts = facts_of_file },
		.helpers = { .self = in, .run = run_program },
		.http = { in, answer_with },
		.clock = { .now = now, .pause = pause_for },
		.notices = { NULL, say },
		.environment = environment,
	};
}

static void load(enum step_kind kind, const struct world *world)
{
	const struct config_value file = { .key = "web_identity_token_file",
					   .text = "/t" };
	const struct config_value command = { .key = "credential_process",
					      .text = "x" };
	const struct step step = {
		.kind = kind,
		.profile = "p",
		.by = kind == STEP_WEB_IDENTITY ? &file
		      : kind == STEP_PROCESS    ? &command
						: NULL,
		.role_arn = "arn:aws:iam::111122223333:role/R",
		.duration = 3600,
		.endpoint = { "https://sts.eu-west-1.amazonaws.com",
			      "eu-west-1", "aws" },
	};
	const struct plan plan = { .steps = &step,
				   .n_steps = 1,
				   .max_attempts = 1 };
	const struct session_source_use use = { .plan = &plan, .world = world };
	struct session_start start;
	struct error err = { 0 };
	bool ok = session_source_load(&use, &start, &err);

	if (ok != (start.creds.access_key_id != NULL) ||
	    (!ok && err.reason == REASON_NONE))
		abort();
	credentials_clear(&start.creds);
}

static void load_token(const struct world *world)
{
	static const struct plan_sso sso = { .session = "corp",
					     .start_url = "https://x/start",
					     .region = "eu-west-1" };
	const struct sso_use use = { .sso = &sso, .world = world };
	struct sso_token token;

	sso_cli_cache_load(&use, &token);
	if (token.refresh && !token.client.secret)
		abort();
	sso_token_clear(&token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum step_kind kinds[] = { STEP_PROCESS, STEP_WEB_IDENTITY,
						STEP_INSTANCE, STEP_CONTAINER,
						STEP_SSO };
	struct material in = { .first = data + 1 };
	struct world world;
	enum step_kind kind;

	if (size == 0)
		return 0;
	in.first_len = part_len(data + 1, size - 1);
	in.rest = data + 1 + in.first_len;
	in.rest_len = size - 1 - in.first_len;
	if (in.rest_len > 0) {
		in.rest++;
		in.rest_len--;
	}
	world = world_of(&in);
	kind = kinds[data[0] % 5];
	if (kind == STEP_SSO)
		load_token(&world);
	else
		load(kind, &world);
	if (secbuf_alive() != 0)
		abort();
	return 0;
}
