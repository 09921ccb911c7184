#include "base/view.h"

#include <string.h>

#include "base/text.h"

#define NUMBER_MAX 20 /* digits of any int64_t, and one more */

struct view view_of(const char *text)
{
	return text ? (struct view){ text, strlen(text) }
		    : (struct view){ "", 0 };
}

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

struct view view_trim(struct view v, const char *set)
{
	while (v.len > 0 && is_in(v.at[0], set)) {
		v.at++;
		v.len--;
	}
	while (v.len > 0 && is_in(v.at[v.len - 1], set))
		v.len--;
	return v;
}

bool view_equals(struct view v, const char *text)
{
	return v.len == strlen(text) &&
	       (v.len == 0 || memcmp(v.at, text, v.len) == 0);
}

bool view_cut(struct view v, char c, struct view *before, struct view *after)
{
	const char *at = v.len > 0 ? memchr(v.at, c, v.len) : NULL;
	size_t len = at ? (size_t)(at - v.at) : v.len;

	*before = (struct view){ v.at, len };
	*after = at ? (struct view){ at + 1, v.len - len - 1 }
		    : (struct view){ v.at + v.len, 0 };
	return at != NULL;
}

bool view_item(struct view *rest, struct view *item)
{
	struct view part;

	while (rest->len > 0) {
		(void)view_cut(*rest, ',', &part, rest);
		*item = view_trim(part, VIEW_SPACE);
		if (item->len > 0)
			return true;
	}
	return false;
}

bool view_pair(struct view item, struct view *key, struct view *value)
{
	bool cut = view_cut(item, '=', key, value);

	*key = view_trim(*key, VIEW_SPACE);
	*value = view_trim(*value, VIEW_SPACE);
	return cut && key->len > 0;
}

size_t view_characters(struct view v)
{
	size_t n = 0;

	for (size_t i = 0; i < v.len; i++)
		n += ((unsigned char)v.at[i] & 0xc0) != 0x80;
	return n;
}

bool view_number(struct view v, int64_t min, int64_t max, int64_t *number)
{
	char text[NUMBER_MAX + 1] = "";

	if (v.len > NUMBER_MAX || memchr(v.at, '\0', v.len))
		return false;
	memcpy(text, v.at, v.len);
	return text_number(text, min, max, number);
}
