#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "access/config_check.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/facts.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "message/message.h"
#include "port/world.h"

#define CHUNK 32768 /* bytes that are written at once, and a line */

static const struct option options[] = { { .include = option_json }, { 0 } };

struct report {
	const struct request *request;
	const struct world *world;
	struct findings findings;
};

static const char *path_of(const struct report *report,
			   const struct finding *finding)
{
	return finding->file == CONFIG_FILE ? report->request->config_path
					    : report->request->credentials_path;
}

static const char *severity_of(const struct finding *finding)
{
	return finding->severity == CHECK_ERROR ? "error" : "warning";
}

/* --- lines -------------------------------------------------------------------- */

static bool flush(const struct world *world, struct strbuf *out, size_t room,
		  struct error *err)
{
	bool ok;

	if (strbuf_ok(out) && out->len < room)
		return true;
	ok = (strbuf_ok(out) || error_memory(err)) &&
	     output_write(&world->output, strbuf_text(out), out->len, err);
	strbuf_clear(out);
	return ok;
}

static void put_line(struct strbuf *out, const struct report *report,
		     const struct finding *finding)
{
	char text[MESSAGE_LEN];
	struct error fact;
	size_t at = out->len;

	findings_error(finding, &fact);
	message_text(&fact, text, sizeof(text));
	strbuf_printf(out, "%s:%u: %s: %s", path_of(report, finding),
		      finding->line, severity_of(finding), text);
	if (out->text)
		text_clean(out->text + at);
	strbuf_puts(out, "\n");
}

static bool print_lines(const struct report *report, struct error *err)
{
	struct strbuf out = strbuf_with_max(SIZE_MAX / 2);
	bool ok = true;

	for (size_t i = 0; ok && i < report->findings.n; i++) {
		put_line(&out, report, &report->findings.list[i]);
		ok = flush(report->world, &out, CHUNK, err);
	}
	ok = ok && flush(report->world, &out, 1, err);
	strbuf_clear(&out);
	return ok;
}

/* --- JSON --------------------------------------------------------------------- */

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text);
}

static void put_object(struct jsonout *out, const struct report *report,
		       const struct finding *finding)
{
	const char *path = path_of(report, finding);
	struct error fact;

	findings_error(finding, &fact);
	jsonout_next(out);
	jsonout_raw(out, "{");
	put_text(out, "file", path);
	jsonout_key(out, "line");
	jsonout_number(out, finding->line);
	put_text(out, "severity", severity_of(finding));
	facts_put_reason(out, &fact);
	fact.about.line = 0; /* of another place, which the message names */
	facts_put_json(out, &fact);
	(void)error_add(&fact, .path = path);
	facts_put_hint(out, &fact);
	jsonout_raw(out, "}");
}

static bool put_array(struct strbuf *to, const void *what)
{
	const struct report *report = what;
	struct jsonout out = jsonout_to_strbuf(to);

	jsonout_raw(&out, "[");
	for (size_t i = 0; i < report->findings.n; i++)
		put_object(&out, report, &report->findings.list[i]);
	jsonout_raw(&out, "]\n");
	return true;
}

/* --- the command ---------------------------------------------------------------- */

/* Reports the number of problems, as the failure that errors are or a notice. */
static bool sum_up(const struct report *report, struct error *err)
{
	const struct notices *notices = &report->world->notices;
	const size_t *count = report->findings.count;

	if (count[CHECK_ERROR] > 0)
		return error_fail(err,
				  count[CHECK_WARNING] > 0
					  ? REASON_FOUND_BOTH
					  : REASON_FOUND_ERRORS,
				  .number = (int64_t)count[CHECK_ERROR],
				  .of = (int64_t)count[CHECK_WARNING]);
	if (count[CHECK_WARNING] > 0)
		notice_info(notices, REASON_FOUND_WARNINGS,
			    .number = (int64_t)count[CHECK_WARNING]);
	else
		notice_info(notices, REASON_FOUND_NOTHING);
	return true;
}

static bool cmd_config_check(const struct call *call, const struct world *world,
			     struct error *err)
{
	const struct request *request = &call->request;
	struct report report = { .request = request, .world = world };
	struct arena *arena = arena_new();
	bool ok;

	ok = (arena || error_memory(err)) &&
	     config_check_run(request, world, arena, &report.findings, err);
	if (ok && call->json)
		ok = print_all(world, put_array, &report, err);
	else
		ok = ok && print_lines(&report, err);
	ok = ok && sum_up(&report, err);
	arena_free(arena);
	return ok;
}

const struct command command_config_check = {
	.name = "config check",
	.needs = NEEDS_KEYRING,
	.summary = "check the AWS files for problems",
	.operands = OPERANDS_NONE,
	.options = options,
	.asks_nobody = true,
	.help = "Checks ~/.aws/config and ~/.aws/credentials, and prints a "
		"line for each problem:\n"
		"\n"
		"  FILE:LINE: error|warning: MESSAGE\n"
		"\n"
		"An error makes a command fail, makes a profile use other "
		"credentials than the file says, or gives other users access "
		"to keys. A warning works here, but not in every AWS SDK, or "
		"may not mean what it appears to. The exit status is 3 if "
		"there are errors, otherwise 0. Makes no request and asks no "
		"questions.\n",
	.examples = "rolekey config check\n",
	.run = cmd_config_check,
};
