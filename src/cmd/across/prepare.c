#include <stdio.h>
#include <string.h>

#include "access/obtain.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/across/across_internal.h"
#include "plan/plan.h"
#include "port/world.h"

#define KEEP     3600 /* seconds that a session with MFA must last */
#define LINE_LEN 512

/* --- guarded profiles ----------------------------------------------------------- */

/* Shows the guarded profiles on the terminal, and returns how many there are. */
static size_t tell_guarded(const struct across *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_jobs; i++) {
		const struct across_job *job = &a->jobs[i];
		char line[LINE_LEN];

		if (!job->confirm)
			continue;
		n++;
		(void)snprintf(line, sizeof(line), "  %s  %s", job->profile,
			       job->account ? job->account : "?");
		text_clean(line);
		prompt_tell(&a->world->prompt, line);
	}
	return n;
}

static bool is_guarded(const struct across *a)
{
	for (size_t i = 0; i < a->n_jobs; i++)
		if (a->jobs[i].confirm)
			return true;
	return false;
}

/* A single letter is not enough: it may have been meant for something else. */
static bool confirm(const struct across *a, struct error *err)
{
	const struct prompt *prompt = &a->world->prompt;
	struct secbuf *answer = NULL;
	char question[LINE_LEN];
	size_t n;
	bool ok;

	if (a->call->yes || !is_guarded(a))
		return true;
	n = prompt_can_ask(prompt) ? tell_guarded(a) : 0;
	(void)snprintf(
		question, sizeof(question), "Type \"yes\" to run in %s: ",
		n == 1 ? "this guarded profile" : "these guarded profiles");
	ok = prompt_ask(prompt, PROMPT_TEXT, question, &answer, err) ||
	     error_context(err, REASON_CONFIRMATION);
	if (ok && strcmp(secbuf_text(answer), "yes") != 0)
		ok = error_fail(err, REASON_NOT_CONFIRMED_ALL);
	secbuf_free(answer);
	return ok;
}

/* --- codes ---------------------------------------------------------------------- */

/* Cuts the plan after the step that needs the code. */
static bool cut_plan(struct plan *plan)
{
	while (plan->n_steps > 0 && !plan->steps[plan->n_steps - 1].mfa_serial)
		plan->n_steps--;
	plan->expect_account = NULL; /* of the role, which is cut off */
	return plan->n_steps > 0;
}

static bool get_session(const struct across *a, const struct across_job *job,
			struct error *err)
{
	struct request request = a->call->request;
	struct context context = { .arena = arena_new(),
				   .config = a->context.config,
				   .texts = { a->context.texts[0],
					      a->context.texts[1] },
				   .one_hour = job->direct };
	struct credentials creds = { 0 };
	bool ok = context.arena || error_memory(err);

	request.profile = job->profile;
	ok = ok && context_plan(&request, a->world, job->profile, &context,
				&context.plan, err);
	if (ok && cut_plan(&context.plan))
		ok = obtain_credentials(&request, &context, a->world, KEEP,
					&creds, err);
	credentials_clear(&creds);
	arena_free(context.arena);
	return ok;
}

static bool is_first_of_device(const struct across *a, size_t n)
{
	const struct across_job *job = &a->jobs[n];

	for (size_t i = 0; i < n; i++)
		if (a->jobs[i].serial &&
		    strcmp(a->jobs[i].serial, job->serial) == 0 &&
		    strcmp(a->jobs[i].source, job->source) == 0)
			return false;
	return true;
}

/*
 * Without an answer nothing runs.  Another failure is that of one key: its jobs
 * will say so, and the others run.
 */
static bool get_sessions(const struct across *a, struct error *err)
{
	for (size_t i = 0; i < a->n_jobs; i++) {
		struct error why = { 0 };

		if (!a->jobs[i].serial || !is_first_of_device(a, i) ||
		    get_session(a, &a->jobs[i], &why))
			continue;
		if (why.code == ERROR_PERSON || why.code == ERROR_MEMORY ||
		    why.code == ERROR_INTERRUPTED) {
			*err = why;
			return false;
		}
		notice_error(&a->world->notices, NOTICE_WARNING, &why);
	}
	return true;
}

bool across_prepare(struct across *a, struct error *err)
{
	return confirm(a, err) && get_sessions(a, err);
}
