#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "crypto/totp.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/mfa/sources_internal.h"
#include "session/program.h"
#include "session/session.h"
#include "session/store/seed.h"
#include "session/walk_internal.h"

#define DIGITS        6
#define QUESTION_MAX  512
#define MACHINE_TRIES 2 /* the second with AWS's time */

/* --- six digits ----------------------------------------------------------- */

static bool is_code(const struct secbuf *code)
{
	return secbuf_len(code) == DIGITS &&
	       strspn(secbuf_text(code), "0123456789") == DIGITS;
}

/* Copies the digits. Apps show "123 456", so blanks are allowed. */
static bool put_code(struct walk *w, const struct secbuf *text,
		     struct error *err)
{
	const char *bytes = secbuf_text(text);
	size_t len = secbuf_len(text);

	secbuf_free(w->code);
	w->code = secbuf_new(len);
	for (size_t i = 0; i < len; i++)
		if (!strchr(" \t\r\n", bytes[i]))
			secbuf_add(w->code, &bytes[i], 1);
	return secbuf_ok(w->code) || error_memory(err);
}

/* Returns what is wrong with w->code, for the user, or NULL. */
static const char *wrong_with(const struct walk *w)
{
	if (!is_code(w->code))
		return "An MFA code has six digits.";
	if (w->last_code && secbuf_equal(w->code, w->last_code))
		return "That code was already used; each code is valid once.";
	return NULL;
}

/* --- -t ------------------------------------------------------------------- */

static bool never(const struct walk *w)
{
	(void)w;
	return false;
}

static bool take_given(struct walk *w, const char *serial, struct error *err)
{
	(void)serial;
	if (!put_code(w, w->request->mfa_token, err))
		return false;
	return is_code(w->code) || error_fail(err, REASON_BAD_CODE);
}

static const struct code_source given = { "-t", 1, false, never, take_given };

/* --- a program ------------------------------------------------------------ */

static bool always(const struct walk *w)
{
	(void)w;
	return true;
}

static bool take_printed(struct walk *w, const struct helper_call *call,
			 struct error *err)
{
	const struct helpers *helpers = &w->world->helpers;
	struct secbuf *printed = NULL;
	bool ok;

	w->n_asked++;
	ok = helpers_run(helpers, call, &printed, err) &&
	     put_code(w, printed, err);
	secbuf_free(printed);
	if (ok && wrong_with(w))
		ok = error_fail(err,
				is_code(w->code) ? REASON_PROGRAM_REPEATS_CODE
						 : REASON_PROGRAM_BAD_CODE,
				.action = call->what);
	return ok;
}

static bool take_processed(struct walk *w, const char *serial,
			   struct error *err)
{
	const struct helper_call call = { .what = "mfa_process",
					  .command = w->plan->mfa_process,
					  .serial = serial };

	return session_program_check(w->world, call.what,
				     w->plan->mfa_process_file, err) &&
	       take_printed(w, &call, err);
}

static const struct code_source process = { "mfa_process", MACHINE_TRIES, false,
					    always, take_processed };

/*
 * Calls ykman.  The account has the name of the serial, unless the user sets
 * another.
 */
static bool take_ykman(struct walk *w, const char *serial, struct error *err)
{
	char *const *environment = w->world->environment;
	const char *which = text_env(environment, "YKMAN_OATH_DEVICE_SERIAL");
	const char *name = text_env(environment, "YKMAN_OATH_CREDENTIAL_NAME");
	const char *account = text_is_empty(name) ? serial : name;
	const char *const plain[] = { "ykman",    "oath",  "accounts", "code",
				      "--single", account, NULL };
	const char *const of_key[] = { "ykman",    "--device", which,
				       "oath",     "accounts", "code",
				       "--single", account,    NULL };
	const struct helper_call call = {
		.what = "ykman",
		.argv = text_is_empty(which) ? plain : of_key,
		.serial = serial,
	};

	return take_printed(w, &call, err);
}

static const struct code_source ykman = { "ykman", MACHINE_TRIES, false, always,
					  take_ykman };

/* --- a seed in the keyring ------------------------------------------------- */

/* Returns the time of AWS's clock, if it is known to differ from ours. */
static int64_t aws_now(const struct walk *w)
{
	const struct clock *clock = &w->world->clock;

	return clock_now(clock) + (w->skew->known ? w->skew->ahead : 0);
}

static bool compute(struct walk *w, struct error *err)
{
	secbuf_free(w->code);
	w->code = NULL;
	return totp_code(w->seed, aws_now(w) / TOTP_STEP, &w->code, err);
}

/*
 * Computes a code.  The ledger uses our clock; if AWS's differs, its 30 seconds
 * may still be those of the previous code when ours are over.
 */
static bool take_computed(struct walk *w, const char *serial, struct error *err)
{
	const struct prompt *prompt = &w->world->prompt;
	int64_t left;

	(void)serial;
	w->n_asked++;
	if (!compute(w, err) || !w->last_code ||
	    !secbuf_equal(w->code, w->last_code))
		return w->code != NULL;
	left = TOTP_STEP - aws_now(w) % TOTP_STEP;
	return prompt_wait(prompt, "The next code comes in", (int)left, err) &&
	       compute(w, err);
}

static const struct code_source stored = { "the stored seed", MACHINE_TRIES,
					   false, always, take_computed };

/* --- the user ------------------------------------------------------------- */

static bool ask(struct walk *w, const char *serial, struct error *err)
{
	const struct prompt *prompt = &w->world->prompt;
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	struct secbuf *answer = NULL;
	bool ok;

	strbuf_printf(&question, "MFA code for %s: ", serial);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && (prompt_ask(prompt, PROMPT_CODE, strbuf_text(&question),
			       &answer, err) ||
		    error_context(err, REASON_CODE_NEEDED, .arn = serial));
	ok = ok && put_code(w, answer, err);
	secbuf_free(answer);
	strbuf_clear(&question);
	return ok;
}

static bool ask_until_good(struct walk *w, const char *serial,
			   struct error *err)
{
	while (w->n_asked < CODE_TRIES) {
		const char *wrong;

		w->n_asked++;
		if (!ask(w, serial, err))
			return false;
		wrong = wrong_with(w);
		if (!wrong)
			return true;
		secbuf_free(w->code);
		w->code = NULL;
		prompt_tell(&w->world->prompt, wrong);
	}
	return error_fail(err, REASON_NO_CODE_GIVEN, .number = CODE_TRIES);
}

static bool can_ask(const struct walk *w)
{
	const struct prompt *prompt = &w->world->prompt;

	return prompt_can_ask(prompt);
}

static const struct code_source person = { "the person", CODE_TRIES, true,
					   can_ask, ask_until_good };

/* --- which ---------------------------------------------------------------- */

/* Looks for a seed. If the keyring fails, the user can still be asked. */
static bool has_seed(struct walk *w, const char *serial)
{
	struct error why = { 0 };

	if (!seed_load(&w->world->keyring, serial, &w->seed, &why))
		notice_error(&w->world->notices, NOTICE_WARNING, &why);
	return w->seed != NULL;
}

void mfa_sources_choose(struct walk *w, const char *serial)
{
	if (w->request->mfa_token)
		w->source = &given;
	else if (w->plan->mfa_process)
		w->source = &process;
	else if (w->request->ykman)
		w->source = &ykman;
	else if (has_seed(w, serial))
		w->source = &stored;
	else
		w->source = &person;
}
