#include "format/jsonout.h"

#include <string.h>

#include "base/secbuf.h"
#include "base/text.h"

/* One byte that may not stand as it is between quotes. */
static void put_escaped(struct secbuf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	const char short_form[3] = { '\\', (char)c, '\0' };
	const char long_form[7] = { '\\',        'u',         '0', '0',
				    hex[c >> 4], hex[c & 15], '\0' };

	if (c == '"' || c == '\\')
		secbuf_puts(out, short_form);
	else if (c == '\n')
		secbuf_puts(out, "\\n");
	else if (c == '\t')
		secbuf_puts(out, "\\t");
	else if (c == '\r')
		secbuf_puts(out, "\\r");
	else
		secbuf_puts(out, long_form);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '"' && c != '\\';
}

/* A run of valid UTF-8. */
static void put_run(struct secbuf *out, const char *text, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		if (is_plain((unsigned char)text[i]))
			continue;
		secbuf_add(out, text + from, i - from);
		put_escaped(out, (unsigned char)text[i]);
		from = i + 1;
	}
	secbuf_add(out, text + from, len - from);
}

void jsonout_string_n(struct secbuf *out, const char *text, size_t len)
{
	secbuf_puts(out, "\"");
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
			secbuf_puts(out, "\xef\xbf\xbd");
		text += good + 1;
		len -= good + 1;
	}
	secbuf_puts(out, "\"");
}

void jsonout_string(struct secbuf *out, const char *text)
{
	if (text)
		jsonout_string_n(out, text, strlen(text));
	else
		secbuf_puts(out, "null");
}

void jsonout_next(struct secbuf *out)
{
	size_t len = secbuf_len(out);

	if (len > 0 && !strchr("{[", secbuf_text(out)[len - 1]))
		secbuf_puts(out, ",");
}

void jsonout_key(struct secbuf *out, const char *key)
{
	jsonout_next(out);
	jsonout_string(out, key);
	secbuf_puts(out, ":");
}
