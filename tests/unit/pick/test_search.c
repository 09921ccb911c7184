#include <string.h>

#include "pick/search.h"
#include "port/picker.h"
#include "support/check.h"
#include "support/mem_failing.h"

static const struct picker_row rows[] = {
	{ "prod-admin", "444455556666", "ProductionAdmin", "", "",
	  "Payments, Prod/EU" },
	{ "testing", "222233334444", "TestingAdmin", "", "", "" },
	{ "test", "222233334444", "ReadOnly", "", "", "" },
	{ "a-test", "333344445555", "", "", "", "" },
	{ "\xc3\x9c"
	  "bung",
	  "", "\xd0\x90\xd0\x91", "", "", "" }, /* "Übung" */
};

#define N (sizeof(rows) / sizeof(rows[0]))

/* Finds a query, and writes the names that were found. */
static const char *find(const char *query)
{
	static char names[256];
	struct pick_search *search = pick_search_new(rows, N);
	size_t n;

	assert_non_null(search);
	n = pick_search_run(search, query);
	names[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const char *name = rows[pick_search_row(search, i)].name;
		size_t len = strlen(names);

		(void)snprintf(names + len, sizeof(names) - len, "%s%s",
			       i > 0 ? " " : "", name);
	}
	pick_search_free(search);
	return names;
}

static void finds_all_words_in_any_order(void **state)
{
	(void)state;
	assert_string_equal(find("admin 4444"), "prod-admin testing");
	assert_string_equal(find("  4444   ADMIN\t"), "prod-admin testing");
	assert_string_equal(find("3333 ReadO"), "test");
	assert_string_equal(find("admin nothing"), "");
	assert_string_equal(find("prodadmin"), "");
	assert_string_equal(find("0-9"), "");
	assert_string_equal(find("prod/eu PAYM"), "prod-admin");
}

static void shows_all_rows_in_their_order_without_words(void **state)
{
	(void)state;
	assert_string_equal(find(""), "prod-admin testing test a-test "
				      "\xc3\x9c"
				      "bung");
	assert_string_equal(find(" \t "), find(""));
}

static void puts_the_name_first_then_its_beginnings(void **state)
{
	(void)state;
	assert_string_equal(find("test"), "test testing a-test");
	assert_string_equal(find("TESTING"), "testing");
	assert_string_equal(find("a"), "a-test prod-admin testing test");
}

static void knows_capitals_of_other_scripts(void **state)
{
	(void)state;
	assert_string_equal(find("\xc3\xbc"
				 "BUNG"),
			    "\xc3\x9c"
			    "bung");
	assert_string_equal(find("\xd0\xb1"), "\xc3\x9c"
					      "bung");
	assert_string_equal(find("\xff"), "");
}

static void bounds_a_query(void **state)
{
	char query[600];

	(void)state;
	memset(query, 't', sizeof(query));
	query[sizeof(query) - 1] = '\0';
	assert_string_equal(find(query), "");
	for (size_t i = 1; i < sizeof(query) - 1; i += 2)
		query[i] = ' ';
	assert_string_equal(find(query), "testing test prod-admin a-test");
}

static void survives_any_allocation_failing(void **state)
{
	bool failed = true;

	(void)state;
	for (long i = 0; failed; i++) {
		struct pick_search *search;

		mem_fail_after(i);
		search = pick_search_new(rows, N);
		failed = search == NULL;
		mem_fail_after(-1);
		pick_search_free(search);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_all_words_in_any_order),
		cmocka_unit_test(shows_all_rows_in_their_order_without_words),
		cmocka_unit_test(puts_the_name_first_then_its_beginnings),
		cmocka_unit_test(knows_capitals_of_other_scripts),
		cmocka_unit_test(bounds_a_query),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
