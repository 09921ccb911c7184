#include "access/ask.h"

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "port/world.h"

bool ask_confirm(const struct world *world, const char *question, bool *yes,
		 struct error *err)
{
	struct secbuf *answer = NULL;

	*yes = false;
	if (!prompt_ask(&world->prompt, PROMPT_TEXT, question, &answer, err))
		return false;
	*yes = text_equal_nocase(secbuf_text(answer), "y") ||
	       text_equal_nocase(secbuf_text(answer), "yes");
	secbuf_free(answer);
	return true;
}
