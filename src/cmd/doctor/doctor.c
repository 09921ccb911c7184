#include <stddef.h>
#include <stdio.h>

#include "access/request.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/doctor/doctor_internal.h"
#include "cmd/facts.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "port/world.h"

struct doctor_options {
	bool offline;
};

static const struct option options[] = {
	{ .include = option_json },
	{ .name = "offline",
	  .offset = offsetof(struct doctor_options, offline),
	  .help = "make no requests" },
	{ 0 }
};

static const struct {
	void (*context)(struct doctor *d);
	bool asks_aws;
} checks[] = {
	{ doctor_files_settings, false },   { doctor_machine_keyring, false },
	{ doctor_machine_sessions, false }, { doctor_machine_unused, false },
	{ doctor_machine_kernel, false },   { doctor_machine_memory, false },
	{ doctor_files_config, false },     { doctor_files_modes, false },
	{ doctor_files_plaintext, false },  { doctor_files_caches, false },
	{ doctor_sign_ins_sso, false },     { doctor_sign_ins_login, false },
	{ doctor_aws_clock, true },         { doctor_aws_key_age, true },
};

/* --- printing ------------------------------------------------------------------ */

static const char *const states[EXAM_STATES] = { "ok", "note", "warning",
						 "error" };

static bool put_lines(struct strbuf *out, const void *what)
{
	const struct doctor *d = what;
	char text[DOCTOR_TEXT_LEN];
	char state[16];

	for (size_t i = 0; i < d->n_exams; i++) {
		const struct exam *exam = &d->exams[i];

		(void)snprintf(state, sizeof(state), "%-8s ",
			       states[exam->state]);
		strbuf_puts(out, state);
		print_clean(out, exam->what);
		strbuf_puts(out, ": ");
		doctor_findings_text(exam, text);
		strbuf_puts(out, text);
		strbuf_puts(out, "\n");
		doctor_findings_fix(exam, text);
		if (text[0] == '\0')
			continue;
		strbuf_puts(out, "         fix: ");
		strbuf_puts(out, text);
		strbuf_puts(out, "\n");
	}
	return true;
}

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text);
}

static void put_exam(struct jsonout *out, const struct exam *exam)
{
	char word[REASON_WORD_LEN];
	char text[DOCTOR_TEXT_LEN];

	jsonout_next(out);
	jsonout_raw(out, "{");
	put_text(out, "state", states[exam->state]);
	put_text(out, "what", exam->what);
	reason_word(exam->fact->reason, word);
	put_text(out, "reason", word);
	doctor_findings_text(exam, text);
	put_text(out, "text", text);
	doctor_findings_fix(exam, text);
	put_text(out, "fix", text[0] != '\0' ? text : NULL);
	facts_put_json(out, exam->fact);
	jsonout_raw(out, "}");
}

static bool put_object(struct strbuf *to, const void *what)
{
	const struct doctor *d = what;
	struct jsonout json = jsonout_to_strbuf(to);
	struct jsonout *out = &json;

	jsonout_raw(out, "{");
	jsonout_key(out, "checks");
	jsonout_raw(out, "[");
	for (size_t i = 0; i < d->n_exams; i++)
		put_exam(out, &d->exams[i]);
	jsonout_raw(out, "]}\n");
	return true;
}

/* --- the command ---------------------------------------------------------------- */

static void examine(struct doctor *d, bool offline)
{
	struct error err = { 0 };

	if (!context_read(d->request, d->world, &d->context, &err)) {
		if (!d->context.arena) {
			d->failed = true;
			return;
		}
		d->no_files = true;
		doctor_findings_add_error(d, EXAM_ERROR, "config", &err,
					  "rolekey config check");
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (!offline || !checks[i].asks_aws)
			checks[i].context(d);
}

static int64_t count(const struct doctor *d, enum exam_state state)
{
	int64_t n = 0;

	for (size_t i = 0; i < d->n_exams; i++)
		n += d->exams[i].state == state;
	return n;
}

/* Warnings are a failure, too, but not one of the configuration. */
static bool sum_up(const struct doctor *d, struct error *err)
{
	int64_t errors = count(d, EXAM_ERROR);
	int64_t warnings = count(d, EXAM_WARNING);

	if (errors + warnings == 0) {
		notice_info(&d->world->notices, REASON_FOUND_NOTHING);
		return true;
	}
	if (errors == 0)
		(void)error_fail(err, REASON_FOUND_WARNINGS,
				 .number = warnings);
	else if (warnings == 0)
		(void)error_fail(err, REASON_FOUND_ERRORS, .number = errors);
	else
		(void)error_fail(err, REASON_FOUND_BOTH, .number = errors,
				 .of = warnings);
	err->code = ERROR_SYSTEM;
	return false;
}

static bool cmd_doctor(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct doctor_options *own = call->options;
	struct doctor d = { .request = &call->request,
			    .settings_error = call->settings_error,
			    .world = world };
	bool ok;

	examine(&d, own->offline);
	ok = !d.failed || error_memory(err);
	ok = ok &&
	     print_all(world, call->json ? put_object : put_lines, &d, err) &&
	     sum_up(&d, err);
	context_clear(&d.context);
	return ok;
}

const struct command command_doctor = {
	.name = "doctor",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "check the setup and suggest fixes",
	.operands = OPERANDS_NONE,
	.options = options,
	.options_size = sizeof(struct doctor_options),
	.asks_nobody = true,
	.reports_settings = true,
	.help = "Checks the settings, the keyring, the kernel, the AWS files, "
		"keys and sessions in plaintext, sign-ins, the clock and the "
		"age of the keys, and prints a line for each:\n"
		"\n"
		"  ok|note|warning|error  CHECK: RESULT\n"
		"           fix: COMMAND\n"
		"\n"
		"The exit status is 1 if there are warnings or errors, "
		"otherwise 0. Asks no questions and changes nothing.\n",
	.examples = "rolekey doctor\n",
	.run = cmd_doctor,
};
