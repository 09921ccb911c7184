#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/doctor/doctor_internal.h"
#include "cmd/hint.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "port/world.h"

#define TEXT_MAX 2048

static const struct {
	void (*context)(struct doctor *d);
	bool asks_aws;
} checks[] = {
	{ doctor_machine_keyring, false }, { doctor_machine_sessions, false },
	{ doctor_machine_kernel, false },  { doctor_machine_memory, false },
	{ doctor_files_config, false },    { doctor_files_modes, false },
	{ doctor_files_plaintext, false }, { doctor_files_caches, false },
	{ doctor_aws_clock, true },        { doctor_aws_key_age, true },
};

/* --- printing ------------------------------------------------------------------ */

static const char *const states[EXAM_STATES] = { "ok", "note", "warning",
						 "error" };

static bool put_lines(struct strbuf *out, const void *what)
{
	const struct doctor *d = what;
	char state[16];

	for (size_t i = 0; i < d->n_exams; i++) {
		const struct exam *exam = &d->exams[i];

		(void)snprintf(state, sizeof(state), "%-8s ",
			       states[exam->state]);
		strbuf_puts(out, state);
		strbuf_puts(out, exam->what);
		strbuf_puts(out, ": ");
		strbuf_puts(out, exam->text);
		strbuf_puts(out, "\n");
		if (!exam->mend)
			continue;
		strbuf_puts(out, "         mend: ");
		strbuf_puts(out, exam->mend);
		strbuf_puts(out, "\n");
	}
	return true;
}

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text);
}

static bool put_object(struct strbuf *to, const void *what)
{
	const struct doctor *d = what;
	struct jsonout json = jsonout_to_strbuf(to);
	struct jsonout *out = &json;

	jsonout_raw(out, "{");
	jsonout_key(out, "checks");
	jsonout_raw(out, "[");
	for (size_t i = 0; i < d->n_exams; i++) {
		const struct exam *exam = &d->exams[i];

		jsonout_next(out);
		jsonout_raw(out, "{");
		put_text(out, "state", states[exam->state]);
		put_text(out, "what", exam->what);
		put_text(out, "text", exam->text);
		put_text(out, "mend", exam->mend);
		jsonout_raw(out, "}");
	}
	jsonout_raw(out, "]}\n");
	return true;
}

/* --- the command ---------------------------------------------------------------- */

static void examine(struct doctor *d)
{
	struct error err = { 0 };

	if (!context_read(d->request, d->world, &d->context, &err)) {
		if (!d->context.arena) {
			d->failed = true;
			return;
		}
		d->no_files = true;
		doctor_findings_add(d, EXAM_ERROR, "config",
				    "rolekey config check", "%s", err.text);
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (!d->request->offline || !checks[i].asks_aws)
			checks[i].context(d);
}

static size_t count(const struct doctor *d, enum exam_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_exams; i++)
		n += d->exams[i].state == state;
	return n;
}

static bool sum_up(const struct doctor *d, struct error *err)
{
	size_t errors = count(d, EXAM_ERROR);
	size_t warnings = count(d, EXAM_WARNING);

	if (errors + warnings > 0)
		return error_set(err, ERROR_SYSTEM,
				 "%zu error%s and %zu warning%s to mend",
				 errors, errors == 1 ? "" : "s", warnings,
				 warnings == 1 ? "" : "s");
	notice(&d->world->notices, NOTICE_INFO, "nothing is wrong");
	return true;
}

static bool cmd_doctor(const struct request *request, const struct world *world,
		       struct error *err)
{
	struct doctor d = { .request = request, .world = world };
	bool ok;

	examine(&d);
	ok = !d.failed || error_memory(err);
	ok = ok &&
	     print_all(world, request->json ? put_object : put_lines, &d,
		       err) &&
	     sum_up(&d, err);
	context_clear(&d.context);
	return ok;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "look the machine over, and say what to mend",
	.operands = OPERANDS_NONE,
	.options = OPT_JSON | OPT_OFFLINE,
	.asks_nobody = true,
	.help = "Looks at the keyring, the kernel, the AWS files, keys and "
		"sessions in plaintext,\nthe clock and the age of the keys, "
		"and prints a line for each:\n\n"
		"    ok|note|warning|error  WHAT: what is so\n"
		"             mend: what mends it\n\n"
		"Nobody is asked, and nothing is changed.  --offline makes no "
		"request.  Ends with\n0 if there is no warning and no error, "
		"else with 1.\n"
		"\n  rolekey doctor\n",
	.run = cmd_doctor,
};
