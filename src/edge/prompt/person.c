#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/edge.h"
#include "edge/process/helper_internal.h"
#include "edge/prompt/prompt_internal.h"

/* In order of preference. */
static const char *const programs[] = { "pinentry", "zenity", "kdialog" };

#define QUESTION_CAP 2048 /* bytes; a program shows a question cut to this */
#define N_PROGRAMS   (sizeof(programs) / sizeof(programs[0]))

static bool has_display(const struct prompt_person *self)
{
	return !text_is_empty(text_env(self->environment, "DISPLAY")) ||
	       !text_is_empty(text_env(self->environment, "WAYLAND_DISPLAY"));
}

static bool has_terminal(const struct prompt_person *self)
{
	return prompt_can_ask(&self->tty);
}

/* Tests whether the setting names one of them. */
static bool is_chosen(const struct prompt_person *self)
{
	for (size_t i = 0; i < N_PROGRAMS; i++)
		if (strcmp(self->how, programs[i]) == 0)
			return true;
	return false;
}

/* Returns "terminal" or the first program; NULL if nobody can be asked. */
static const char *way(const struct prompt_person *self)
{
	if (self->no_prompt)
		return NULL;
	if (is_chosen(self))
		return helper_is_there(self->how, self->environment) &&
				       (has_display(self) ||
					(strcmp(self->how, "pinentry") == 0 &&
					 has_terminal(self)))
			       ? self->how
			       : NULL;
	if (has_terminal(self))
		return "terminal";
	if (strcmp(self->how, "terminal") == 0 || !has_display(self))
		return NULL;
	for (size_t i = 0; i < N_PROGRAMS; i++)
		if (helper_is_there(programs[i], self->environment))
			return programs[i];
	return NULL;
}

static bool nobody(const struct prompt_person *self, struct error *err)
{
	if (self->no_prompt)
		return error_fail(err, REASON_NO_PROMPT);
	if (strcmp(self->how, "auto") == 0 ||
	    strcmp(self->how, "terminal") == 0 ||
	    strcmp(self->how, "ykman") == 0)
		return error_fail(
			err, REASON_NO_TERMINAL,
			.other = has_display(self) && strcmp(self->how,
							     "terminal") != 0
					 ? "pinentry, zenity and kdialog"
					 : NULL);
	return helper_is_there(self->how, self->environment)
		       ? error_fail(err, REASON_NO_DISPLAY, .action = self->how)
		       : error_fail(err, REASON_NO_PROMPT_PROGRAM,
				    .action = self->how);
}

static bool ask_one(const char *program, const struct question *question,
		    struct secbuf **answer, struct error *err)
{
	return strcmp(program, "pinentry") == 0
		       ? pinentry_ask(question, answer, err)
		       : window_ask(program, question, answer, err);
}

static bool can_another_ask(const struct error *err)
{
	return helper_has_failed(err) || error_is(err, REASON_PINENTRY_FAILED);
}

/*
 * Asks with this program and, if it fails, with the next one, unless the user
 * chose it: many a pinentry supports only terminals.
 */
static bool ask_in_turn(const char *first, bool alone,
			const struct question *question, struct secbuf **answer,
			struct error *err)
{
	bool ok = ask_one(first, question, answer, err);
	size_t i = 0;

	while (i < N_PROGRAMS && strcmp(programs[i], first) != 0)
		i++;
	for (i++; i < N_PROGRAMS; i++)
		if (!alone && !ok && can_another_ask(err) &&
		    helper_is_there(programs[i], question->environment))
			ok = ask_one(programs[i], question, answer, err);
	return ok;
}

static bool ask_by(const char *program, struct prompt_person *self,
		   struct question *question, struct secbuf **answer,
		   struct error *err)
{
	char **environment = helper_environment(self->environment, NULL);
	bool ok = environment != NULL || error_memory(err);

	question->environment = environment;
	ok = ok && ask_in_turn(program, is_chosen(self), question, answer, err);
	self->told[0] = '\0';
	mem_free(environment);
	return ok;
}

static bool ask(void *ctx, enum prompt_kind kind, const char *text,
		struct secbuf **answer, struct error *err)
{
	struct prompt_person *self = ctx;
	char clean[QUESTION_CAP];
	struct question question = { .seconds = self->seconds,
				     .kind = kind,
				     .text = clean,
				     .told = self->told };
	const char *program = way(self);

	if (!program)
		return nobody(self, err);
	(void)snprintf(clean, sizeof(clean), "%s", text);
	text_clean(clean);
	if (strcmp(program, "terminal") == 0)
		return prompt_ask(&self->tty, kind, text, answer, err);
	return ask_by(program, self, &question, answer, err);
}

static bool wait_on(void *ctx, const char *for_what, int seconds,
		    struct error *err)
{
	const struct prompt_person *self = ctx;

	return prompt_wait(&self->tty, for_what, seconds, err);
}

/* Keeps the text for the next question if there is no terminal. */
static void tell(void *ctx, const char *text)
{
	struct prompt_person *self = ctx;
	size_t at = strlen(self->told);

	prompt_tell(&self->tty, text);
	(void)snprintf(self->told + at, sizeof(self->told) - at, "%s%s",
		       at > 0 ? "\n" : "", text);
	text_clean_lines(self->told + at);
}

static bool can_ask(void *ctx)
{
	return way(ctx) != NULL;
}

static bool is_busy(void *ctx)
{
	const struct prompt_person *self = ctx;

	return prompt_is_busy(&self->tty);
}

static void mute(void *ctx)
{
	struct prompt_person *self = ctx;

	self->no_prompt = true;
}

struct prompt prompt_person(struct prompt_person *self)
{
	return (struct prompt){ .self = self,
				.ask = ask,
				.wait = wait_on,
				.tell = tell,
				.can_ask = can_ask,
				.mute = mute,
				.is_busy = is_busy };
}
