#include "cmd/facts.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "format/jsonout.h"
#include "message/message.h"

static void put_number(struct jsonout *out, const char *key, int64_t number)
{
	if (number == 0)
		return;
	jsonout_key(out, key);
	jsonout_number(out, number);
}

void facts_put_json(struct jsonout *out, const struct error *err)
{
	const char *name;

	for (size_t i = 0; (name = error_text_name(i)); i++) {
		if (error_text(err, i)[0] == '\0')
			continue;
		jsonout_key(out, strcmp(name, "aws_code") == 0 ? "code" : name);
		jsonout_string(out, error_text(err, i));
	}
	put_number(out, "line", err->about.line);
	put_number(out, "number", err->about.number);
	put_number(out, "of", err->about.of);
}

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text);
}

void facts_put_reason(struct jsonout *out, const struct error *err)
{
	char word[REASON_WORD_LEN];
	char text[MESSAGE_LEN];

	reason_word(err->reason, word);
	put_text(out, "reason", word);
	message_text(err, text, sizeof(text));
	put_text(out, "message", text);
}

const char *facts_message(struct arena *arena, const struct error *err)
{
	char text[MESSAGE_LEN];

	message_text(err, text, sizeof(text));
	return arena_strdup(arena, text);
}

void facts_put_hint(struct jsonout *out, const struct error *err)
{
	char text[MESSAGE_LEN];

	message_hint(err, NULL, text, sizeof(text));
	if (text[0] != '\0')
		put_text(out, "hint", text);
}
