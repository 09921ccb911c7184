#include "base/timefmt.h"

#include <stddef.h>
#include <string.h>

#define FIRST_SECOND INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SECOND  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DAY          INT64_C(86400)
#define MEAN_YEAR    INT64_C(31556952) /* seconds: 365.2425 days */
#define EPOCH        865565            /* in days from March 1st, year -400 */

/*
 * Computes the calendar here, because libc's gmtime_r() and timegm() first read
 * the machine's time zone, a file that UTC does not need.
 */

/*
 * Returns the days from the epoch to a day, which may be one after the last of
 * its month.  With years that start in March, the leap day is the last of the
 * year; the calendar repeats after 400 years, so years are counted from -400
 * and never negative.
 */
static int64_t day_number(int year, int month, int day)
{
	int64_t years = year + 400 - (month < 3 ? 1 : 0);
	int64_t months = (month + 9) % 12;

	return years * 365 + years / 4 - years / 100 + years / 400 +
	       (months * 153 + 2) / 5 + day - 1 - EPOCH;
}

static void put_digits(char *at, int number, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		at[i] = (char)('0' + number % 10);
		number /= 10;
	}
}

/* The mean year tells it, or that before or after it. */
static int year_of(int64_t day)
{
	int year = (int)((day * DAY - FIRST_SECOND) / MEAN_YEAR);

	if (day_number(year, 1, 1) > day)
		year--;
	else if (day_number(year + 1, 1, 1) <= day)
		year++;
	return year;
}

static int month_of(int64_t day, int year)
{
	int month = 1;

	while (month < 12 && day_number(year, month + 1, 1) <= day)
		month++;
	return month;
}

void timefmt_iso(int64_t t, char out[static TIMEFMT_ISO_LEN])
{
	int64_t when = t < FIRST_SECOND  ? FIRST_SECOND
		       : t > LAST_SECOND ? LAST_SECOND
					 : t;
	int64_t first = day_number(0, 1, 1);
	int64_t day = (when - FIRST_SECOND) / DAY + first;
	int second = (int)((when - FIRST_SECOND) % DAY);
	int year = year_of(day);
	int month = month_of(day, year);

	memcpy(out, "0000-00-00T00:00:00Z", TIMEFMT_ISO_LEN);
	put_digits(out, year, 4);
	put_digits(out + 5, month, 2);
	put_digits(out + 8, (int)(day - day_number(year, month, 1)) + 1, 2);
	put_digits(out + 11, second / 3600, 2);
	put_digits(out + 14, second / 60 % 60, 2);
	put_digits(out + 17, second % 60, 2);
}

/* Reads exactly width digits at text. -1 if there are not. */
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

static bool is_day(int year, int month, int day)
{
	int64_t next;

	if (year < 0 || month < 1 || month > 12 || day < 1)
		return false;
	next = month < 12 ? day_number(year, month + 1, 1)
			  : day_number(year + 1, 1, 1);
	return day_number(year, month, day) < next;
}

/* Converts these numbers to a time, if the calendar has that day. */
static bool from_parts(const int part[static 6], int64_t *t)
{
	int second = part[3] * 3600 + part[4] * 60 + part[5];

	if (!is_day(part[0], part[1], part[2]))
		return false;
	for (int i = 3; i < 6; i++)
		if (part[i] < 0 || part[i] > (i == 3 ? 23 : 59))
			return false;
	*t = day_number(part[0], part[1], part[2]) * DAY + second;
	return true;
}

/* Reads "Z", "+hh:mm" or "-hh:mm" at the end of text. */
static bool zone_offset(const char *text, int64_t *offset)
{
	int hours, minutes;

	*offset = 0;
	if ((text[0] == 'Z' || text[0] == 'z') && text[1] == '\0')
		return true;
	if (text[0] != '+' && text[0] != '-')
		return false;
	hours = digits(text + 1, 2);
	if (hours < 0 || hours > 23 || text[3] != ':')
		return false;
	minutes = digits(text + 4, 2);
	if (minutes < 0 || minutes > 59 || text[6] != '\0')
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
		const char *fraction = ++rest;

		while (*rest >= '0' && *rest <= '9')
			rest++;
		if (rest == fraction)
			return false;
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
