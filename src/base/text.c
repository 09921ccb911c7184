#include "base/text.h"

#include <stdint.h>
#include <string.h>

/*
 * RFC 3629 4: the first byte gives the number of bytes that follow and the
 * range of the second.
 */
static const struct utf8 {
	unsigned char first, last; /* of first bytes */
	unsigned char len;
	unsigned char low, high; /* of second bytes */
} utf8[] = {
	{ 0x00, 0x7f, 1, 0, 0 },       { 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static bool is_of(const struct utf8 *row, const unsigned char *p, size_t left)
{
	if (p[0] < row->first || p[0] > row->last || left < row->len)
		return false;
	if (row->len > 1 && (p[1] < row->low || p[1] > row->high))
		return false;
	for (size_t i = 2; i < row->len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/* Returns the length of the UTF-8 character at p, or 0 if it is not one. */
static size_t utf8_len(const unsigned char *p, size_t left)
{
	for (size_t i = 0; i < sizeof(utf8) / sizeof(utf8[0]); i++)
		if (is_of(&utf8[i], p, left))
			return utf8[i].len;
	return 0;
}

#define EACH_BYTE(byte) ((byte)*UINT64_C(0x0101010101010101))

/* A word at a time, as session tokens are long. */
size_t text_printable(const char *bytes, size_t len)
{
	const uint64_t high = EACH_BYTE(0x80);
	size_t at = 0;
	uint64_t word;

	for (; len - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, bytes + at, sizeof(word));
		/* If all are ASCII, no sum reaches the next byte. */
		if ((word & high) != 0 || ((word + EACH_BYTE(1)) & high) != 0 ||
		    ((word + EACH_BYTE(0x80 - ' ')) & high) != high)
			break;
	}
	while (at < len && bytes[at] >= ' ' && bytes[at] <= '~')
		at++;
	return at;
}

static uint32_t code_point(const unsigned char *p, size_t n)
{
	uint32_t c = n == 1 ? p[0] : p[0] & (0x7fU >> n);

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3fU);
	return c;
}

/*
 * Characters that move the cursor, change the terminal or the order of what is
 * shown: C0, DEL and C1, the controls of the bidirectional algorithm (UAX #9)
 * and their relatives, line and paragraph separators.
 */
static const struct range {
	uint32_t first, last;
} controls[] = { { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c },
		 { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x206f },
		 { 0xfff9, 0xfffb } };

/*
 * Characters that cannot be seen, or not told from a space.  Not the zero-width
 * joiners, which are parts of words and of emoji.
 */
static const struct range invisibles[] = {
	{ 0x00a0, 0x00a0 }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f },
	{ 0x115f, 0x1160 }, { 0x1680, 0x1680 }, { 0x180e, 0x180e },
	{ 0x2000, 0x200b }, { 0x202f, 0x202f }, { 0x205f, 0x2064 },
	{ 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }
};

static bool is_in(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

size_t text_character(const char *text, size_t left, struct text_character *out)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	if (left > 0 && *p >= ' ' && *p <= '~') { /* most characters */
		*out = (struct text_character){ .code = *p };
		return 1;
	}
	n = left > 0 ? utf8_len(p, left) : 0;
	if (n == 0)
		return 0;
	out->code = code_point(p, n);
	out->control = is_in(out->code, controls,
			     sizeof(controls) / sizeof(controls[0]));
	out->invisible = is_in(out->code, invisibles,
			       sizeof(invisibles) / sizeof(invisibles[0]));
	return n;
}

/*
 * Returns the next character and moves *text after it.  Invisible characters are
 * skipped, or are blanks if blank is set.
 */
static uint32_t next_seen(const char **text, bool blank)
{
	struct text_character c = { 0 };
	size_t n;

	while (**text != '\0') {
		n = text_character(*text, strlen(*text), &c);
		*text += n == 0 ? 1 : n;
		if (n > 0 && c.invisible && blank)
			return ' ';
		if (n > 0 && !c.invisible && !c.control)
			return c.code;
	}
	return 0;
}

static bool looks_like(const char *a, const char *b, bool blank)
{
	uint32_t x, y;

	do {
		x = next_seen(&a, blank);
		y = next_seen(&b, blank);
	} while (x == y && x != 0);
	return x == y;
}

bool text_looks_like(const char *a, const char *b)
{
	return looks_like(a, b, false) || looks_like(a, b, true);
}

/* Replaces a character, unless it may stay. Returns its bytes. */
static size_t clean_character(char *text, size_t left, bool lines)
{
	struct text_character c;
	size_t n;

	if (lines && *text == '\n')
		return 1;
	n = text_character(text, left, &c);
	if (n == 0 || c.control)
		memset(text, '?', n == 0 ? 1 : n);
	return n == 0 ? 1 : n;
}

static void clean(char *text, bool lines)
{
	size_t left = strlen(text);
	size_t step = text_printable(text, left);

	while (left > step) {
		text += step;
		left -= step;
		step = clean_character(text, left, lines);
		step += text_printable(text + step, left - step);
	}
}

void text_clean(char *text)
{
	clean(text, false);
}

void text_clean_lines(char *text)
{
	clean(text, true);
}

/* Counts the bytes from p on that are ASCII and not NUL, a word at a time. */
static size_t plain_len(const unsigned char *p, size_t left)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	size_t at = 0;
	uint64_t word;

	while (left - at >= sizeof(word)) {
		memcpy(&word, p + at, sizeof(word));
		/*
		 * Adding low sets the highest bit of every ASCII byte except
		 * NUL.
		 */
		if ((word & ~low) != 0 || ((word + low) & ~low) != ~low)
			break;
		at += sizeof(word);
	}
	return at;
}

void text_hex(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

bool text_is_utf8(const char *bytes, size_t len, size_t *good)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t at = 0;

	while (at < len) {
		size_t plain = plain_len(p + at, len - at);
		size_t n = plain;

		if (plain == 0)
			n = p[at] == '\0' ? 0 : utf8_len(p + at, len - at);
		if (n == 0)
			break;
		at += n;
	}
	*good = at;
	return at == len;
}

#define SECONDS_MAX (INT64_C(10) * 366 * 86400)

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 'd':
		return 86400;
	case 'h':
		return 3600;
	case 'm':
		return 60;
	case 's':
		return 1;
	default:
		return 0;
	}
}

/* Reads digits at *text, at most max, and moves *text after them. */
static bool take_digits(const char **text, int64_t max, int64_t *number)
{
	const char *p = *text;
	int64_t n = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		int64_t digit = *p - '0';

		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (p == *text)
		return false;
	*text = p;
	*number = n;
	return true;
}

bool text_duration(const char *text, int64_t *seconds)
{
	int64_t sum = 0;
	int64_t last = INT64_MAX;
	const char *p = text;

	do {
		int64_t n, unit;

		if (!take_digits(&p, SECONDS_MAX, &n))
			return false;
		if (*p == '\0' && last == INT64_MAX) {
			*seconds = n;
			return true;
		}
		unit = unit_seconds(*p);
		if (unit == 0 || unit >= last)
			return false;
		last = unit;
		sum += n * unit;
		p++;
	} while (*p != '\0' && sum <= SECONDS_MAX);
	*seconds = sum;
	return sum <= SECONDS_MAX;
}

static char *put_number(char *at, int64_t n, char unit)
{
	char digits[20];
	size_t len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (len > 0)
		*at++ = digits[--len];
	*at++ = unit;
	*at = '\0';
	return at;
}

void text_span(int64_t seconds, char out[static TEXT_SPAN_LEN])
{
	int64_t s = seconds < 0 ? 0 : seconds;
	char *at = out;

	if (s >= 3600) {
		at = put_number(at, s / 3600, 'h');
		if (s / 60 % 60 > 0)
			put_number(at, s / 60 % 60, 'm');
	} else if (s >= 60) {
		at = put_number(at, s / 60, 'm');
		if (s % 60 > 0)
			put_number(at, s % 60, 's');
	} else {
		put_number(at, s, 's');
	}
}

bool text_number(const char *text, int64_t min, int64_t max, int64_t *number)
{
	const char *p = text;

	return max >= 0 && take_digits(&p, max, number) && *p == '\0' &&
	       *number >= min;
}

bool text_bool(const char *text, bool *value)
{
	static const char *const words[][2] = { { "false", "true" },
						{ "no", "yes" },
						{ "off", "on" },
						{ "0", "1" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int v = 0; v < 2; v++)
			if (text_equal_nocase(text, words[i][v])) {
				*value = v == 1;
				return true;
			}
	return false;
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

bool text_equal_nocase(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

void text_lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = lower(*text);
}

bool text_is_empty(const char *text)
{
	return !text || *text == '\0';
}

#define DISTANCE_MAX 64

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
	size_t row[3][DISTANCE_MAX];
	size_t a_len = strnlen(a, DISTANCE_MAX);
	size_t b_len = strnlen(b, DISTANCE_MAX);

	if (a_len == DISTANCE_MAX || b_len == DISTANCE_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = row[i % 3];
		const size_t *above = row[(i + 2) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = a[i - 1] == b[j - 1] ? 0 : 1;

			now[j] = least(least(above[j], now[j - 1]) + 1,
				       above[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j],
					       row[(i + 1) % 3][j - 2] + 1);
		}
	}
	return row[a_len % 3][b_len];
}

const char *text_env(char *const *environment, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; environment && environment[i]; i++)
		if (environment[i][0] == name[0] &&
		    strncmp(environment[i], name, len) == 0 &&
		    environment[i][len] == '=')
			return environment[i] + len + 1;
	return NULL;
}
