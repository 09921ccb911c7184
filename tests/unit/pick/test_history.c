#include <string.h>

#include "base/strbuf.h"
#include "pick/history.h"
#include "support/check.h"

#define NOW  INT64_C(1800000000)
#define WEEK (INT64_C(7) * 86400)

static struct history history;

static void prefers_what_was_used_lately_and_often(void **state)
{
	(void)state;
	history_parse(&history, "");
	for (int i = 0; i < 3; i++)
		history_add(&history, "often", NOW - 4 * WEEK);
	history_add(&history, "once", NOW - 4 * WEEK);
	history_add(&history, "now", NOW);
	assert_true(history_score(&history, "now", NOW) >
		    history_score(&history, "often", NOW));
	assert_true(history_score(&history, "often", NOW) >
		    history_score(&history, "once", NOW));
	assert_int_equal(history_score(&history, "never", NOW), 0);
	assert_int_equal(history_score(&history, "now", NOW), HISTORY_ONE);
	assert_int_equal(history_score(&history, "now", NOW + WEEK),
			 HISTORY_ONE / 2);
	assert_int_equal(history_score(&history, "now", NOW + 100 * WEEK), 0);
	assert_int_equal(history_score(&history, "now", NOW - WEEK),
			 HISTORY_ONE); /* the clock was set back */
}

static void reads_what_it_wrote(void **state)
{
	struct strbuf out = strbuf_with_max(HISTORY_BYTES);

	(void)state;
	history_parse(&history, "");
	history_add(&history, "prod admin", NOW);
	history_add(&history, "b", NOW - 1);
	history_add(&history, "prod admin", NOW);
	history_put(&history, &out);
	assert_string_equal(strbuf_text(&out), "2000 1800000000 prod admin\n"
					       "1000 1799999999 b\n");
	history_parse(&history, strbuf_text(&out));
	assert_int_equal(history.n, 2);
	assert_int_equal(history_score(&history, "prod admin", NOW), 2000);
	strbuf_clear(&out);
}

static void leaves_out_malformed_lines(void **state)
{
	(void)state;
	history_parse(&history, "x\n\n1000 1 \n1000 a\n-5 1 n\n1000 -1 n\n"
				"99999999999999999999 1 n\n1000 5\nname\n"
				"0 1 n\n7 8 good");
	assert_int_equal(history.n, 1);
	assert_int_equal(history_score(&history, "good", 8), 7);
	history_parse(&history, "");
	history_add(&history, "", NOW);
	history_add(&history, " a", NOW);
	history_add(&history, "a\nb", NOW);
	assert_int_equal(history.n, 0);
}

static void forgets_the_lowest_score(void **state)
{
	static char names[HISTORY_MAX + 1][8];

	(void)state;
	history_parse(&history, "");
	for (size_t i = 0; i <= HISTORY_MAX; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "n%zu", i);
		history_add(&history, names[i], NOW + (int64_t)i * 60);
	}
	assert_int_equal(history.n, HISTORY_MAX);
	assert_int_equal(history_score(&history, "n0", NOW), 0);
	assert_true(history_score(&history, "n1", NOW) > 0);
	assert_true(history_score(&history, names[HISTORY_MAX], NOW) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefers_what_was_used_lately_and_often),
		cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(leaves_out_malformed_lines),
		cmocka_unit_test(forgets_the_lowest_score),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
