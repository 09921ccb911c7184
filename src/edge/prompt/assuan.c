#include <stddef.h>
#include <string.h>

#include "edge/prompt/prompt_internal.h"

#define CODE_MASK 0xffffU /* higher bits are the source of GnuPG's code */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes "%25" to '%', in place. */
static bool decode(char *bytes, size_t len, size_t *decoded)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (bytes[i] != '%') {
			bytes[n++] = bytes[i];
			continue;
		}
		high = i + 2 < len ? hex_of(bytes[i + 1]) : -1;
		low = i + 2 < len ? hex_of(bytes[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		bytes[n++] = (char)(high * 16 + low);
		i += 2;
	}
	*decoded = n;
	return true;
}

static bool begins(const char *line, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && memcmp(line, word, n) == 0 &&
	       (len == n || line[n] == ' ');
}

static unsigned number_of(const char *digits, size_t len)
{
	unsigned number = 0;

	for (size_t i = 0; i < len && digits[i] >= '0' && digits[i] <= '9'; i++)
		number = number * 10 + (unsigned)(digits[i] - '0');
	return number & CODE_MASK;
}

enum assuan assuan_line(char *line, size_t len, size_t *data_len,
			unsigned *number)
{
	*data_len = 0;
	*number = 0;
	if (begins(line, len, "OK"))
		return ASSUAN_OK;
	if (begins(line, len, "ERR")) {
		*number = len > 4 ? number_of(line + 4, len - 4) : 0;
		return ASSUAN_ERROR;
	}
	if (begins(line, len, "D") && len > 1)
		return decode(line + 2, len - 2, data_len) ? ASSUAN_DATA
							   : ASSUAN_BROKEN;
	if (begins(line, len, "S") || len == 0 || line[0] == '#')
		return ASSUAN_OTHER;
	return ASSUAN_BROKEN;
}
