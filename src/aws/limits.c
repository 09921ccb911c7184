#include "aws/limits.h"

#include <string.h>

#include "base/text.h"

/* \w of AWS's patterns is ASCII. */
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"
#define LETTERS  CAPITALS "abcdefghijklmnopqrstuvwxyz"

#define NAME_SIGNS     "_+=,.@-"
#define EXTERNAL_SIGNS "_+=,.@:/-"

const struct limits_pattern limits_session_name = { 2, 64,
						    LETTERS DIGITS NAME_SIGNS,
						    NAME_SIGNS };

const struct limits_pattern limits_federation_name = {
	2, 32, LETTERS DIGITS NAME_SIGNS, NAME_SIGNS
};

const struct limits_pattern limits_external_id = {
	2, 1224, LETTERS DIGITS EXTERNAL_SIGNS, EXTERNAL_SIGNS
};

const struct limits_pattern limits_serial = { 9, LIMITS_SERIAL_MAX,
					      LETTERS DIGITS EXTERNAL_SIGNS,
					      EXTERNAL_SIGNS };

const struct limits_pattern limits_key_id = { 16, LIMITS_KEY_ID_MAX,
					      CAPITALS DIGITS, "" };

bool limits_fit_n(const struct limits_pattern *pattern, const char *text,
		  size_t len)
{
	if (len < pattern->min || len > pattern->max)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0' || !strchr(pattern->set, text[i]))
			return false;
	return true;
}

bool limits_fit(const struct limits_pattern *pattern, const char *text)
{
	return limits_fit_n(pattern, text, strlen(text));
}

bool limits_is_tag_text(struct view text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if ((unsigned char)c < 0x80 &&
		    (c == '\0' || !strchr(LETTERS DIGITS " _.:/=+-@", c)))
			return false;
	}
	return true;
}

bool limits_is_secret(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text_printable(text, len) == len &&
	       !memchr(text, ' ', len);
}
