#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* --- facts ------------------------------------------------------------------- */

static const unsigned char codes[] = {
#define REASON(NAME, CLASS) ERROR_##CLASS,
#include "base/reasons.def"
#undef REASON
};

/* Locates a text in each struct, and its size. */
struct fact {
	char name[12];
	unsigned short from;
	unsigned short to;
	unsigned short size;
};

#define FACT(field)                                          \
	{                                                    \
#field, offsetof(struct error_facts, field), \
			offsetof(struct about, field),       \
			sizeof(((struct about *)0)->field)   \
	}

static const struct fact facts_[] = {
	FACT(profile), FACT(path), FACT(key),    FACT(value),    FACT(expected),
	FACT(other),   FACT(arn),  FACT(action), FACT(aws_code), FACT(detail),
};

#define N_FACTS (sizeof(facts_) / sizeof(facts_[0]))

_Static_assert(sizeof(struct about) <= 3072, "an error is on every stack");

/*
 * Fills the legacy texts of a fact. message_text() is in a room above, which
 * goes away with them.
 */
extern void message_text(const struct error *err, char *out, size_t size);

static void fill_legacy(struct error *err)
{
	char word[REASON_WORD_LEN];

	reason_word(err->reason, word);
	(void)snprintf(err->topic, sizeof(err->topic), "%s",
		       err->about.aws_code[0] ? err->about.aws_code : word);
	err->text[0] = '\0';
	if (err->code != ERROR_NONE) /* a notice is rendered when it is shown */
		message_text(err, err->text, sizeof(err->text));
}

static void store(struct error *err, const struct error_facts *facts)
{
	struct about *about = &err->about;

	for (size_t i = 0; i < N_FACTS; i++) {
		char *to = (char *)about + facts_[i].to;
		const char *from;

		memcpy(&from, (const char *)facts + facts_[i].from,
		       sizeof(from));
		if (*to != '\0' || text_is_empty(from))
			continue;
		(void)snprintf(to, facts_[i].size, "%s", from);
		text_clean(to);
	}
	about->line = about->line ? about->line : facts->line;
	about->number = about->number ? about->number : facts->number;
	about->of = about->of ? about->of : facts->of;
}

bool error_fail_with(struct error *err, const struct error_facts *facts)
{
	struct error made = { .code = codes[facts->reason],
			      .reason = facts->reason };

	store(&made, facts);
	fill_legacy(&made);
	*err = made;
	return false;
}

bool error_as(struct error *err, enum error_code code)
{
	err->code = code;
	return false;
}

bool error_memory(struct error *err)
{
	return error_fail(err, REASON_OUT_OF_MEMORY);
}

bool error_add_with(struct error *err, const struct error_facts *facts)
{
	store(err, facts);
	if (err->reason != REASON_NONE)
		fill_legacy(err);
	return false;
}

bool error_context_with(struct error *err, const struct error_facts *facts)
{
	size_t n = 0;

	while (n < ERROR_CONTEXTS && err->within[n] != REASON_NONE)
		n++;
	if (n < ERROR_CONTEXTS)
		err->within[n] = facts->reason;
	if (err->reason == REASON_NONE) { /* legacy: its text has no facts */
		struct error outer;

		(void)error_fail_with(&outer, facts);
		(void)error_within(err, "%s", outer.text);
	}
	return error_add_with(err, facts);
}

bool error_has_context(const struct error *err, enum error_reason context)
{
	for (size_t i = 0; i < ERROR_CONTEXTS; i++)
		if (err->within[i] == context)
			return true;
	return false;
}

bool error_is_reason(const struct error *err, enum error_reason reason)
{
	return err->reason == reason;
}

bool error_is_aws(const struct error *err, const char *aws_code)
{
	return strcmp(err->about.aws_code, aws_code) == 0 ||
	       error_is_topic(err, aws_code);
}

const char *error_text_name(size_t i)
{
	return i < N_FACTS ? facts_[i].name : NULL;
}

const char *error_text(const struct error *err, size_t i)
{
	return i < N_FACTS ? (const char *)&err->about + facts_[i].to : NULL;
}

/* --- legacy ------------------------------------------------------------------- */

PRINTF_LIKE(4, 0)
static void set(struct error *err, enum error_code code, const char *topic,
		const char *fmt, va_list ap)
{
	struct error made = { .code = code };

	(void)snprintf(made.topic, sizeof(made.topic), "%s", topic);
	(void)vsnprintf(made.text, sizeof(made.text), fmt, ap);
	text_clean(made.topic);
	text_clean(made.text);
	*err = made;
}

bool error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, code, "", fmt, ap);
	va_end(ap);
	return false;
}

bool error_topic(struct error *err, enum error_code code, const char *topic,
		 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, code, topic, fmt, ap);
	va_end(ap);
	return false;
}

/*
 * Appends more at text[at], as far as it fits.  Returns the new end of the
 * text.
 */
static size_t put(char *text, size_t size, size_t at, const char *more)
{
	size_t n = strnlen(more, size - 1 - at);

	memmove(text + at, more, n);
	text[at + n] = '\0';
	return at + n;
}

/* Turns the sentence of a fact into a legacy text and keeps its facts. */
bool error_within(struct error *err, const char *fmt, ...)
{
	char inner[sizeof(err->text)];
	char outer[sizeof(err->text)];
	va_list ap;
	size_t at;

	memcpy(inner, err->text, sizeof(inner));
	va_start(ap, fmt);
	(void)vsnprintf(outer, sizeof(outer), fmt, ap);
	va_end(ap);
	at = put(err->text, sizeof(err->text), 0, outer);
	at = put(err->text, sizeof(err->text), at, ": ");
	(void)put(err->text, sizeof(err->text), at, inner);
	text_clean(err->text); /* the cut may have left half a character */
	return false;
}

bool error_is_topic(const struct error *err, const char *topic)
{
	return strcmp(err->topic, topic) == 0;
}
