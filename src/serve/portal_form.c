#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "serve/portal_internal.h"

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at =
		c == '\0' ? NULL
			  : strchr(digits,
				   c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

	return at ? (int)(at - digits) : -1;
}

bool portal_form_decode(char *text)
{
	char *to = text;
	size_t good;

	for (const char *at = text; *at != '\0'; at++) {
		char c = *at;

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = digit(at[1]);
			int low = high < 0 ? -1 : digit(at[2]);

			if (low < 0 || high * 16 + low == 0)
				return false;
			c = (char)(high * 16 + low);
			at += 2;
		}
		*to++ = c;
	}
	*to = '\0';
	return text_is_utf8(text, (size_t)(to - text), &good);
}

const char *portal_form_value(char *form, const char *name)
{
	size_t len = strlen(name);

	while (form) {
		char *next = strchr(form, '&');
		size_t part = next ? (size_t)(next - form) : strlen(form);

		if (part > len && form[len] == '=' &&
		    strncmp(form, name, len) == 0) {
			form[part] = '\0';
			return portal_form_decode(form + len + 1)
				       ? form + len + 1
				       : NULL;
		}
		form = next ? next + 1 : NULL;
	}
	return NULL;
}
