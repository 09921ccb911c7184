#include "base/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

PRINTF_LIKE(4, 0)
static void set(struct error *err, enum error_code code, const char *topic,
		const char *fmt, va_list ap)
{
	err->code = code;
	(void)snprintf(err->topic, sizeof(err->topic), "%s", topic);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	text_clean(err->topic);
	text_clean(err->text);
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

/* Put more at text[at] as far as it fits. Returns where the text now ends. */
static size_t put(char *text, size_t size, size_t at, const char *more)
{
	size_t n = strnlen(more, size - 1 - at);

	memmove(text + at, more, n);
	text[at + n] = '\0';
	return at + n;
}

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

bool error_is(const struct error *err, const char *topic)
{
	return strcmp(err->topic, topic) == 0;
}
