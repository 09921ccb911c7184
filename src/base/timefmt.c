#include "base/timefmt.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#define FIRST_SECOND INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SECOND  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static void put_digits(char *at, int number, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		at[i] = (char)('0' + number % 10);
		number /= 10;
	}
}

void timefmt_iso(int64_t t, char out[static TIMEFMT_ISO_LEN])
{
	time_t when = t < FIRST_SECOND  ? FIRST_SECOND
		      : t > LAST_SECOND ? LAST_SECOND
					: t;
	struct tm utc = { 0 };

	(void)gmtime_r(&when, &utc);
	memcpy(out, "0000-00-00T00:00:00Z", TIMEFMT_ISO_LEN);
	put_digits(out, utc.tm_year + 1900, 4);
	put_digits(out + 5, utc.tm_mon + 1, 2);
	put_digits(out + 8, utc.tm_mday, 2);
	put_digits(out + 11, utc.tm_hour, 2);
	put_digits(out + 14, utc.tm_min, 2);
	put_digits(out + 17, utc.tm_sec, 2);
}

/* Exactly width digits at text, or -1. */
static int digits(const char *text, int width)
{
	int n = 0;

	for (int i = 0; i < width; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

/* The moment these numbers name, if the calendar has it. */
static bool from_parts(const int part[static 6], int64_t *t)
{
	struct tm want = { .tm_year = part[0] - 1900,
			   .tm_mon = part[1] - 1,
			   .tm_mday = part[2],
			   .tm_hour = part[3],
			   .tm_min = part[4],
			   .tm_sec = part[5] };
	struct tm got = want;
	time_t when;

	for (int i = 0; i < 6; i++)
		if (part[i] < 0)
			return false;
	if (want.tm_sec > 59 || want.tm_min > 59 || want.tm_hour > 23)
		return false;
	when = timegm(&got);
	*t = when;
	return got.tm_mday == want.tm_mday && got.tm_mon == want.tm_mon;
}

/* "Z", "+hh:mm" or "-hh:mm", and nothing behind it. */
static bool zone_offset(const char *text, int64_t *offset)
{
	int hours, minutes;

	*offset = 0;
	if ((text[0] == 'Z' || text[0] == 'z') && text[1] == '\0')
		return true;
	if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 ||
	    text[3] != ':')
		return false;
	hours = digits(text + 1, 2);
	minutes = digits(text + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*offset = INT64_C(60) * (hours * 60 + minutes);
	if (text[0] == '-')
		*offset = -*offset;
	return true;
}

bool timefmt_parse_iso(const char *text, int64_t *t)
{
	static const char shape[] = "0000-00-00T00:00:00";
	const char *rest = text + sizeof(shape) - 1;
	int64_t offset, local;

	if (strnlen(text, sizeof(shape)) < sizeof(shape))
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] != '0' && text[i] != shape[i])
			return false;
	const int part[6] = { digits(text, 4),      digits(text + 5, 2),
			      digits(text + 8, 2),  digits(text + 11, 2),
			      digits(text + 14, 2), digits(text + 17, 2) };
	if (*rest == '.') {
		size_t n = strspn(rest + 1, "0123456789");

		if (n == 0)
			return false;
		rest += 1 + n;
	}
	if (!from_parts(part, &local) || !zone_offset(rest, &offset))
		return false;
	*t = local - offset;
	return true;
}

static int month_number(const char *name)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (strncmp(name, names + (ptrdiff_t)3 * i, 3) == 0)
			return i + 1;
	return -1;
}

bool timefmt_parse_http(const char *text, int64_t *t)
{
	static const char shape[] = "aaa, 00 aaa 0000 00:00:00 GMT";

	if (strlen(text) != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (strchr(", :GMT", shape[i]) && text[i] != shape[i])
			return false;
	const int part[6] = { digits(text + 12, 4), month_number(text + 8),
			      digits(text + 5, 2),  digits(text + 17, 2),
			      digits(text + 20, 2), digits(text + 23, 2) };
	return from_parts(part, t);
}
