#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/facts.h"
#include "format/jsonout.h"
#include "main/report_internal.h"
#include "message/message.h"

#define LINE_CAP 4096  /* bytes of a line: a message, its hint and names */
#define JSON_MAX 16384 /* more than all facts, escaped */

/* The report of one failure. */
struct report {
	const struct error *err;
	const struct command *command; /* or NULL */
	const char *profile;           /* or NULL */
	int status;
	char text[MESSAGE_LEN];
	char hint[MESSAGE_LEN];
};

/* Writes a line at once: those of parallel processes do not mix. */
static void put_line(char line[static LINE_CAP])
{
	size_t len = strlen(line);

	text_clean(line);
	len = len < LINE_CAP - 1 ? len : LINE_CAP - 2;
	line[len] = '\n';
	(void)!write(STDERR_FILENO, line, len + 1);
}

/* Between a text and its hint in one line: AWS's texts end in a full stop. */
static const char *before_hint(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '.' ? " hint: " : "; hint: ";
}

#define PROFILE_CAP 192 /* bytes of a profile that a line repeats */

static void report_lines(const struct report *r)
{
	const struct command *command = r->command;
	bool one_line = command && command->terse && r->hint[0] != '\0';
	const char *profile = command && r->profile ? r->profile : "";
	char line[LINE_CAP];
	int n;

	n = snprintf(line, sizeof(line), "rolekey: %s%s%.*s%s%s%s%s",
		     command ? command->name : "", *profile ? " " : "",
		     PROFILE_CAP, profile, command ? ": " : "", r->text,
		     one_line ? before_hint(r->text) : "",
		     one_line ? r->hint : "");
	if (n >= (int)sizeof(line)) /* cut, on purpose */
		line[sizeof(line) - 1] = '\0';
	put_line(line);
	if (r->hint[0] == '\0' || one_line)
		return;
	(void)snprintf(line, sizeof(line), "hint: %s", r->hint);
	put_line(line);
}

/* --- JSON ------------------------------------------------------------------------ */

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	if (text_is_empty(text))
		return;
	jsonout_key(out, key);
	jsonout_string(out, text);
}

static void put_number(struct jsonout *out, const char *key, int64_t number)
{
	jsonout_key(out, key);
	jsonout_number(out, number);
}

/* Outermost first, as in the message. */
static void put_contexts(struct jsonout *out, const struct error *err)
{
	char word[REASON_WORD_LEN];

	if (err->within[0] == REASON_NONE)
		return;
	jsonout_key(out, "contexts");
	jsonout_raw(out, "[");
	for (size_t i = ERROR_CONTEXTS; i > 0; i--) {
		if (err->within[i - 1] == REASON_NONE)
			continue;
		reason_word(err->within[i - 1], word);
		jsonout_next(out);
		jsonout_string(out, word);
	}
	jsonout_raw(out, "]");
}

/* One line of JSON; false, if there is no memory for it. */
static bool report_json(const struct report *r)
{
	struct strbuf text = strbuf_with_max(JSON_MAX);
	struct jsonout json = jsonout_to_strbuf(&text);
	struct jsonout *out = &json;
	char word[REASON_WORD_LEN];
	bool ok;

	reason_word(r->err->reason, word);
	jsonout_raw(out, "{\"error\":{");
	put_text(out, "reason", word);
	put_text(out, "message", r->text);
	put_text(out, "hint", r->hint);
	put_text(out, "command", r->command->name);
	put_number(out, "status", r->status);
	put_contexts(out, r->err);
	facts_put_json(out, r->err);
	jsonout_raw(out, "}}\n");
	ok = strbuf_ok(&text);
	if (ok)
		(void)!write(STDERR_FILENO, strbuf_text(&text), text.len);
	strbuf_clear(&text);
	return ok;
}

/* --- interface --------------------------------------------------------------------- */

/* After Ctrl-C, one word is enough: the user saw the question. */
static void fill(struct report *r)
{
	if (r->err->code == ERROR_INTERRUPTED)
		(void)snprintf(r->text, sizeof(r->text), "interrupted");
	else
		message_text(r->err, r->text, sizeof(r->text));
	message_hint(r->err, r->profile, r->hint, sizeof(r->hint));
}

void report_error(const struct command *command, const char *profile, bool json,
		  const struct error *err)
{
	struct report r = { .err = err,
			    .command = command,
			    .profile = profile,
			    .status = report_status(command, err) };

	if (err->code == ERROR_REPORTED)
		return;
	fill(&r);
	if (!command || !json || !report_json(&r))
		report_lines(&r);
}

static int plain_status(enum error_code code)
{
	static const int statuses[] = {
		[ERROR_NONE] = 1,          [ERROR_MEMORY] = 1,
		[ERROR_USAGE] = 2,         [ERROR_CONFIG] = 3,
		[ERROR_PERSON] = 4,        [ERROR_DENIED] = 5,
		[ERROR_KEYRING] = 6,       [ERROR_NETWORK] = 7,
		[ERROR_PROTOCOL] = 7,      [ERROR_SYSTEM] = 1,
		[ERROR_INTERRUPTED] = 130, [ERROR_NOT_FOUND] = 127,
		[ERROR_CANNOT_RUN] = 126,  [ERROR_REPORTED] = 1,
	};

	return statuses[code];
}

int report_status(const struct command *command, const struct error *err)
{
	int status = plain_status(err->code);

	if (err->code == ERROR_REPORTED)
		return (int)err->about.number;
	if (!command || !command->like_env || (status >= 126 && status <= 130))
		return status;
	return 125; /* as env(1): ours, not the child's */
}
