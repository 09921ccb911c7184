#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "edge/edge.h"
#include "edge/process/helper_internal.h"
#include "edge/prompt/picker_internal.h"

/* A process in the background would be stopped. */
static bool can_pick(void *self)
{
	const struct picker_terminal *picker = self;
	bool can;
	int tty;

	if (picker->tty.no_prompt)
		return false;
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return false;
	can = tcgetpgrp(tty) == getpgrp();
	(void)close(tty);
	return can;
}

static bool is_dumb(char *const *environment)
{
	const char *term = text_env(environment, "TERM");

	return text_is_empty(term) || strcmp(term, "dumb") == 0;
}

static bool wants_fzf(const struct picker_terminal *picker)
{
	return strcmp(picker->how, "fzf") == 0 &&
	       helper_is_there("fzf", picker->environment);
}

static bool pick(void *self, const struct picker_row *rows, size_t n,
		 size_t *chosen, struct error *err)
{
	struct picker_terminal *picker = self;
	struct prompt prompt = prompt_tty(&picker->tty);
	bool shown = false;

	if (is_dumb(picker->environment))
		return picker_list_pick(&prompt, rows, n, chosen, err);
	if (wants_fzf(picker))
		return picker_fzf_pick(picker->environment, rows, n, chosen,
				       err);
	if (!picker->screen(rows, n, chosen, &shown, err))
		return false;
	return shown || /* a terminal that ncurses does not know */
	       picker_list_pick(&prompt, rows, n, chosen, err);
}

struct picker picker_terminal(struct picker_terminal *self)
{
	return (struct picker){ self, can_pick, pick };
}
