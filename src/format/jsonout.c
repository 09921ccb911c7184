#include "format/jsonout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"

static void add_to_strbuf(void *to, const void *bytes, size_t len)
{
	strbuf_add(to, bytes, len);
}

static void add_to_secbuf(void *to, const void *bytes, size_t len)
{
	secbuf_add(to, bytes, len);
}

static char last_of(const char *text, size_t len)
{
	return (char)(len > 0 ? text[len - 1] : '\0');
}

struct jsonout jsonout_to_strbuf(struct strbuf *to)
{
	return (struct jsonout){ .to = to,
				 .add = add_to_strbuf,
				 .last = last_of(strbuf_text(to), to->len) };
}

struct jsonout jsonout_to_secbuf(struct secbuf *to)
{
	return (struct jsonout){ .to = to,
				 .add = add_to_secbuf,
				 .last = last_of(secbuf_text(to),
						 secbuf_len(to)) };
}

static void add(struct jsonout *out, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	out->add(out->to, bytes, len);
	out->last = bytes[len - 1];
}

void jsonout_raw(struct jsonout *out, const char *json)
{
	add(out, json, strlen(json));
}

/* One character that may not be written raw between quotes. */
static void put_escaped(struct jsonout *out, uint32_t c)
{
	const char short_form[3] = { '\\', (char)c, '\0' };
	char long_form[8];

	(void)snprintf(long_form, sizeof(long_form), "\\u%04x", c);
	if (c == '"' || c == '\\')
		jsonout_raw(out, short_form);
	else if (c == '\n')
		jsonout_raw(out, "\\n");
	else if (c == '\t')
		jsonout_raw(out, "\\t");
	else if (c == '\r')
		jsonout_raw(out, "\\r");
	else
		jsonout_raw(out, long_form);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Writes a run of valid UTF-8. Controls (base/text.h) are escaped. */
static void put_run(struct jsonout *out, const char *text, size_t len)
{
	size_t from = 0;
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		struct text_character c = { 0 };

		n = 1;
		if (is_plain((unsigned char)text[at]))
			continue;
		n = text_character(text + at, len - at, &c);
		if (!c.control && c.code > 0x7f)
			continue;
		add(out, text + from, at - from);
		put_escaped(out, c.code);
		from = at + n;
	}
	add(out, text + from, len - from);
}

/* Tests quickly for what most strings are, and long ones always. */
static bool needs_no_escape(const char *text, size_t len)
{
	return text_printable(text, len) == len && !memchr(text, '"', len) &&
	       !memchr(text, '\\', len);
}

void jsonout_string_n(struct jsonout *out, const char *text, size_t len)
{
	jsonout_raw(out, "\"");
	if (needs_no_escape(text, len)) {
		add(out, text, len);
		len = 0;
	}
	while (len > 0) {
		size_t good = 0;

		if (text_is_utf8(text, len, &good)) {
			put_run(out, text, len);
			break;
		}
		put_run(out, text, good);
		if (text[good] == '\0')
			put_escaped(out, '\0');
		else
			jsonout_raw(out, "\xef\xbf\xbd");
		text += good + 1;
		len -= good + 1;
	}
	jsonout_raw(out, "\"");
}

void jsonout_string(struct jsonout *out, const char *text)
{
	if (text)
		jsonout_string_n(out, text, strlen(text));
	else
		jsonout_raw(out, "null");
}

void jsonout_next(struct jsonout *out)
{
	if (out->last != '\0' && out->last != '{' && out->last != '[')
		jsonout_raw(out, ",");
}

void jsonout_key(struct jsonout *out, const char *key)
{
	jsonout_next(out);
	jsonout_string(out, key);
	jsonout_raw(out, ":");
}

void jsonout_number(struct jsonout *out, int64_t number)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRId64, number);
	jsonout_raw(out, digits);
}
