#include <time.h>

#include "base/timefmt.h"
#include "support/check.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void writes_rfc_3339(void **state)
{
	static const struct {
		int64_t t;
		const char *want;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 1893553445, "2030-01-02T03:04:05Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ 4294967296, "2106-02-07T06:28:16Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ 253402300800, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
		{ -62167219200, "0000-01-01T00:00:00Z" },
		{ INT64_MIN, "0000-01-01T00:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		char out[TIMEFMT_ISO_LEN];

		timefmt_iso(cases[i].t, out);
		assert_string_equal(out, cases[i].want);
	}
}

static void reads_rfc_3339_as_aws_writes_it(void **state)
{
	static const struct {
		const char *text;
		int64_t t;
	} good[] = {
		{ "2030-01-02T03:04:05Z", 1893553445 },
		{ "2030-01-02T03:04:05z", 1893553445 },
		{ "2030-01-02T03:04:05.678Z", 1893553445 },
		{ "2030-01-02T03:04:05.999999999Z", 1893553445 },
		{ "2030-01-02T05:34:05+02:30", 1893553445 },
		{ "2030-01-01T19:04:05.1-08:00", 1893553445 },
		{ "2000-02-29T00:00:00Z", 951782400 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "0000-01-01T00:00:00Z", -62167219200 },
	};
	static const char *const bad[] = {
		"",
		"2030-01-02",
		"2030-01-02T03:04:05",
		"2030-01-02 03:04:05Z",
		"2030-01-02T03:04:05ZZ",
		"2030-01-02T03:04:05.Z",
		"2030-01-02T03:04:05.5",
		"2030-01-02T03:04:05+0200",
		"2030-01-02T03:04:05+02:00 ",
		"2030-01-02T03:04:05+24:00",
		"2030-01-02T03:04:05+02:60",
		"2030-13-02T03:04:05Z",
		"2030-00-02T03:04:05Z",
		"2030-01-32T03:04:05Z",
		"2030-01-00T03:04:05Z",
		"2029-02-29T03:04:05Z",
		"2030-01-02T24:04:05Z",
		"2030-01-02T03:60:05Z",
		"2030-01-02T03:04:60Z",
		"2030-1-02T03:04:05Z ",
		"+030-01-02T03:04:05Z",
		"20 0-01-02T03:04:05Z",
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		int64_t t = 1;

		print_message("%s\n", good[i].text);
		assert_true(timefmt_parse_iso(good[i].text, &t));
		assert_int_equal(t, good[i].t);
	}
	for (size_t i = 0; i < N(bad); i++) {
		int64_t t;

		print_message("%s\n", bad[i]);
		assert_false(timefmt_parse_iso(bad[i], &t));
	}
}

static void reads_the_date_of_http(void **state)
{
	static const char *const bad[] = {
		"",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 06 ovD 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:60 GMT",
	};
	int64_t t = 0;

	(void)state;
	assert_true(timefmt_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &t));
	assert_int_equal(t, 784111777);
	assert_true(timefmt_parse_http("Thu, 31 Dec 2026 23:59:59 GMT", &t));
	assert_int_equal(t, 1798761599);
	for (size_t i = 0; i < N(bad); i++) {
		print_message("%s\n", bad[i]);
		assert_false(timefmt_parse_http(bad[i], &t));
	}
}

/* libc's calendar, which knows the same one, on the day and its seconds. */
static void check_day(int64_t day)
{
	time_t t = day * 86400 + (day * 7919 % 86400 + 86400) % 86400;
	char want[32];
	char got[TIMEFMT_ISO_LEN];
	struct tm utc;
	int64_t back;

	assert_non_null(gmtime_r(&t, &utc));
	(void)snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		       utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
		       utc.tm_hour, utc.tm_min, utc.tm_sec);
	timefmt_iso(t, got);
	assert_string_equal(got, want);
	assert_true(timefmt_parse_iso(got, &back));
	assert_int_equal(back, t);
}

static void knows_the_days_that_libc_knows(void **state)
{
	static const int years[] = { 0,    4,    100,  399,  400,  1900, 1969,
				     1970, 1999, 2000, 2024, 2100, 2400, 9999 };
	const int64_t first = -719528; /* 0000-01-01 */
	const int64_t last = 2932896;  /* 9999-12-31 */

	(void)state;
	for (size_t i = 0; i < N(years); i++) {
		struct tm january = { .tm_year = years[i] - 1900,
				      .tm_mday = 1 };
		int64_t day = timegm(&january) / 86400;

		for (int n = 0; n < 365; n++)
			check_day(day + n);
	}
	for (int64_t day = first; day <= last; day += 17)
		check_day(day);
	check_day(last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_rfc_3339),
		cmocka_unit_test(reads_rfc_3339_as_aws_writes_it),
		cmocka_unit_test(reads_the_date_of_http),
		cmocka_unit_test(knows_the_days_that_libc_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
