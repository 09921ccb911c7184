#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/topic.h"
#include "port/world.h"
#include "session/session.h"
#include "session_internal.h"

#define DIGITS       6
#define TRIES        3
#define QUESTION_MAX 512

static bool is_code(const struct secbuf *code)
{
	return secbuf_len(code) == DIGITS &&
	       strspn(secbuf_text(code), "0123456789") == DIGITS;
}

static bool ask(const char *serial, const struct world *world,
		struct secbuf **code, struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	strbuf_printf(&question, "MFA code for %s: ", serial);
	ok = strbuf_ok(&question) ||
	     error_set(err, ERROR_MEMORY, "no memory to ask for a code");
	ok = ok && (world->prompt.ask(world->prompt.self, PROMPT_CODE,
				      strbuf_text(&question), code, err) ||
		    error_within(err, "the MFA code for %s is needed", serial));
	strbuf_clear(&question);
	return ok;
}

static bool ask_until_good(const char *serial, const struct world *world,
			   struct secbuf **code, struct error *err)
{
	for (int i = 0; i < TRIES; i++) {
		if (!ask(serial, world, code, err))
			return false;
		if (is_code(*code))
			return true;
		secbuf_free(*code);
		*code = NULL;
		world->prompt.tell(world->prompt.self,
				   "An MFA code has six digits.");
	}
	return error_topic(err, ERROR_PERSON, TOPIC_BAD_CODE,
			   "no MFA code of six digits was given");
}

bool code_obtain(const char *serial, const struct session_request *request,
		 const struct world *world, struct secbuf **code, bool *asked,
		 struct error *err)
{
	*code = NULL;
	*asked = !request->mfa_token;
	if (*asked)
		return ask_until_good(serial, world, code, err);
	if (!is_code(request->mfa_token))
		return error_topic(err, ERROR_USAGE, TOPIC_BAD_CODE,
				   "the MFA code is not six digits");
	*code = secbuf_new(DIGITS);
	secbuf_join(*code, request->mfa_token);
	return secbuf_ok(*code) ||
	       error_set(err, ERROR_MEMORY, "no memory for a code");
}
