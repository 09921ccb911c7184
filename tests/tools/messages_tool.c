/*
 * Dumps the table of messages for scripts: as JSON for tests/e2e/harness.py.
 * Usage: messages_tool
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cmd/command.h"
#include "format/jsonout.h"
#include "message/message.h"
#include "message/message_aws.h"

#define ROOM 1048576

static const char *const classes[] = {
#define REASON(NAME, CLASS) #CLASS,
#include "base/reasons.def"
#undef REASON
};

static void put_word(struct jsonout *out, const char *key,
		     enum error_reason reason)
{
	char word[REASON_WORD_LEN];

	reason_word(reason, word);
	jsonout_key(out, key);
	jsonout_string(out, word);
}

static void put_reasons(struct jsonout *out)
{
	for (unsigned i = 1; i < REASON_COUNT; i++) {
		enum error_reason reason = (enum error_reason)i;
		struct message_row row = message_row(reason);

		jsonout_next(out);
		jsonout_raw(out, "{");
		put_word(out, "reason", reason);
		jsonout_key(out, "class");
		jsonout_string(out, classes[i]);
		jsonout_key(out, "message");
		jsonout_string(out, row.message);
		jsonout_key(out, "hint");
		jsonout_string(out, row.hint);
		jsonout_raw(out, "}");
	}
}

static void put_context_hints(struct jsonout *out)
{
	struct message_context_hint row;

	for (size_t i = 0; message_context_hint(i, &row); i++) {
		if (row.context == REASON_NONE)
			continue;
		jsonout_next(out);
		jsonout_raw(out, "{");
		put_word(out, "context", row.context);
		put_word(out, "reason", row.reason);
		jsonout_key(out, "hint");
		jsonout_string(out, row.hint);
		jsonout_raw(out, "}");
	}
}

static void put_aws_hints(struct jsonout *out)
{
	struct message_aws_row row;

	for (size_t i = 0; message_aws_row(i, &row); i++) {
		jsonout_next(out);
		jsonout_raw(out, "{");
		jsonout_key(out, "code");
		jsonout_string(out, row.code);
		jsonout_key(out, "words");
		jsonout_string(out, row.words);
		jsonout_key(out, "hint");
		jsonout_string(out, row.hint);
		jsonout_raw(out, "}");
	}
}

static void put_commands(struct jsonout *out)
{
	for (size_t i = 0; command_table[i]; i++) {
		jsonout_next(out);
		jsonout_string(out, command_table[i]->name);
	}
}

int main(void)
{
	struct strbuf text = strbuf_with_max(ROOM);
	struct jsonout json = jsonout_to_strbuf(&text);
	struct jsonout *out = &json;
	bool ok;

	jsonout_raw(out, "{\"reasons\":[");
	put_reasons(out);
	jsonout_raw(out, "],\"context_hints\":[");
	put_context_hints(out);
	jsonout_raw(out, "],\"aws_hints\":[");
	put_aws_hints(out);
	jsonout_raw(out, "],\"commands\":[");
	put_commands(out);
	jsonout_raw(out, "]}\n");
	ok = strbuf_ok(&text) &&
	     fwrite(strbuf_text(&text), 1, text.len, stdout) == text.len;
	strbuf_clear(&text);
	return ok && fflush(stdout) == 0 ? 0 : 1;
}
