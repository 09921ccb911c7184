#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "port/world.h"
#include "session/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input: the cache file, a record separator (0x1e), and AWS's answer. */
struct material {
	const uint8_t *file, *answer;
	size_t file_len, answer_len;
	bool written;
};

static bool read_file(void *self, const char *path, size_t max,
		      struct secbuf **text, struct error *err)
{
	const struct material *in = self;

	(void)path;
	(void)max;
	(void)err;
	*text = secbuf_new(in->file_len + 1);
	secbuf_add(*text, in->file, in->file_len);
	return true;
}

/* What is written is JSON, with as many members as there were. */
static bool write_file(void *self, const char *path, unsigned mode,
		       const struct secbuf *before, const struct secbuf *after,
		       struct error *err)
{
	struct material *in = self;
	struct json *json =
		json_parse(secbuf_text(after), secbuf_len(after), err);

	(void)path;
	(void)before;
	if (!json || mode != (0600 | FILES_EXACT) ||
	    !json_text(json, "dpopKey"))
		abort();
	json_free(json);
	in->written = true;
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

static bool answer_with(void *self, const struct http_request *request,
			struct http_answer *answer, bool *sent,
			struct error *err)
{
	static const int statuses[] = { 200, 400, 403, 500 };
	const struct material *in = self;
	size_t first = in->answer_len > 0 ? 1 : 0;

	(void)request;
	(void)err;
	*sent = true;
	answer->status = statuses[first ? in->answer[0] % 4 : 0];
	answer->body = secbuf_new(in->answer_len + 1);
	secbuf_add(answer->body, in->answer + first, in->answer_len - first);
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

static bool take(void *self, const char *name, int wait, int *lock,
		 struct error *err)
{
	(void)self;
	(void)name;
	(void)wait;
	(void)err;
	*lock = 1;
	return true;
}

static void release(void *self, int lock, bool gave_up)
{
	(void)self;
	(void)lock;
	(void)gave_up;
}

static bool get_public(void *self, const struct secbuf *pem,
		       uint8_t point[static SIGNER_LEN], struct error *err)
{
	(void)self;
	memset(point, 1, SIGNER_LEN);
	return secbuf_len(pem) % 7 != 0 || error_fail(err, REASON_BAD_EC_KEY);
}

static bool sign(void *self, const struct secbuf *pem, const void *bytes,
		 size_t len, uint8_t out[static SIGNER_LEN], struct error *err)
{
	(void)self;
	(void)pem;
	(void)bytes;
	(void)len;
	(void)err;
	memset(out, 2, SIGNER_LEN);
	return true;
}

static bool obtain(struct material *in, bool refresh, struct credentials *creds,
		   struct error *err)
{
	static char home[] = "HOME=/home/alex";
	static char *environment[] = { home, NULL };
	static const struct plan plan = { .max_attempts = 1 };
	static const struct plan_login login = {
		.session = "arn:aws:sts::111122223333:assumed-role/A/a",
		.endpoint = { "https://eu-west-1.signin.aws.amazon.com",
			      "eu-west-1", "aws" }
	};
	const struct world world = {
		.files = { in, read_file, write_file, facts_of_file },
		.http = { in, answer_with },
		.clock = { .now = now, .pause = pause_for },
		.locks = { .take = take, .release = release },
		.notices = { NULL, say },
		.signer = { NULL, get_public, sign },
		.environment = environment,
	};
	const struct login_use use = { .plan = &plan,
				       .login = &login,
				       .world = &world,
				       .refresh = refresh };

	return login_obtain(&use, creds, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size > 0 ? memchr(data, 0x1e, size) : NULL;
	struct material in = { .file = data, .file_len = size };

	if (cut) {
		in.file_len = (size_t)(cut - data);
		in.answer = cut + 1;
		in.answer_len = size - in.file_len - 1;
	}
	for (int refresh = 0; refresh < 2; refresh++) {
		struct credentials creds = { 0 };
		struct error err = { 0 };
		bool ok = obtain(&in, refresh == 1, &creds, &err);
		bool whole = creds.access_key_id && creds.secret_key &&
			     creds.session_token;

		if (ok != whole || (!ok && err.reason == REASON_NONE))
			abort();
		credentials_clear(&creds);
	}
	if (secbuf_alive() != 0)
		abort();
	return 0;
}
