#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/guard_internal.h"
#include "plan/plan.h"
#include "port/world.h"

#define QUESTION_MAX 1024

bool guard_confirm(const struct plan *plan, bool yes, const struct world *world,
		   struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	struct secbuf *answer = NULL;
	bool ok;

	if (!plan->confirm || yes)
		return true;
	strbuf_printf(&question,
		      "Type \"%s\" to use account %s: ", plan->profile,
		      plan->account ? plan->account : "?");
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && (prompt_ask(&world->prompt, PROMPT_TEXT,
			       strbuf_text(&question), &answer, err) ||
		    error_context(err, REASON_CONFIRMATION));
	if (ok && strcmp(secbuf_text(answer), plan->profile) != 0)
		ok = error_fail(err, REASON_NOT_CONFIRMED,
				.profile = plan->profile);
	secbuf_free(answer);
	strbuf_clear(&question);
	return ok;
}
