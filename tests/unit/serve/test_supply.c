#include <string.h>

#include "base/error.h"
#include "unit/serve/requests.h"

static const struct error unreachable = { .code = ERROR_NETWORK,
					  .reason = REASON_NO_CONNECTION };
static const struct error nobody = { .code = ERROR_PERSON,
				     .reason = REASON_NO_TERMINAL };

static void renew(struct supply *supply, const char *id, int64_t from,
		  int64_t ends)
{
	struct credentials creds = make_creds(id, ends);

	supply_renewed(supply, &creds, at(from));
	assert_null(creds.access_key_id);
}

/* At 25 minutes, or half of the life of what lasts less than 50. */
static void they_are_renewed_ahead_of_time(void **state)
{
	static const struct {
		int64_t life, due;
	} cases[] = { { 3600, 2100 },
		      { 43200, 41700 },
		      { 900, 450 },
		      { 20, 10 },
		      { 2, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct supply supply = { .profile = "p" };
		int64_t due = cases[i].due;

		renew(&supply, "A", 0, cases[i].life);
		assert_false(supply_is_due(&supply, at(due - 1)));
		assert_true(supply_is_due(&supply, at(due)));
		assert_int_equal(supply_due_in(&supply, at(0)),
				 due < 3600 ? due * 1000 : 3600000);
		assert_int_equal(supply_left(&supply, at(due)),
				 cases[i].life - due);
		supply_clear(&supply);
	}
}

static void one_attempt_at_a_time(void **state)
{
	struct supply supply = { .profile = "p" };

	(void)state;
	assert_true(supply_is_due(&supply, at(0)));
	assert_true(supply_begin(&supply));
	for (int i = 0; i < 100; i++)
		assert_null(supply_ask(&supply, at(i)));
	assert_false(supply_is_due(&supply, at(100)));
	renew(&supply, "A", 100, 3600);
	assert_string_equal(supply_ask(&supply, at(101))->access_key_id, "A");
	assert_false(supply_is_due(&supply, at(101)));
	supply_clear(&supply);
}

static void a_lazy_one_waits_for_a_client(void **state)
{
	struct supply supply = { .profile = "p", .lazy = true };

	(void)state;
	assert_false(supply_is_due(&supply, at(0)));
	assert_int_equal(supply_due_in(&supply, at(0)), 3600000);
	assert_null(supply_ask(&supply, at(1)));
	assert_true(supply_is_due(&supply, at(1)));
	assert_int_equal(supply_due_in(&supply, at(1)), 0);
	supply_clear(&supply);
}

/* The old answer counts while it is valid; pauses are short near its end. */
static void the_old_ones_stay_while_aws_is_away(void **state)
{
	struct supply supply = { .profile = "p" };

	(void)state;
	renew(&supply, "A", 0, 3600);
	assert_true(supply_begin(&supply));
	supply_failed(&supply, &unreachable, at(2100));
	assert_string_equal(supply_ask(&supply, at(2101))->access_key_id, "A");
	assert_false(supply_is_due(&supply, at(2129)));
	assert_true(supply_is_due(&supply, at(2130)));
	assert_true(supply_begin(&supply));
	supply_failed(&supply, &unreachable, at(3592));
	assert_false(supply_is_due(&supply, at(3593)));
	assert_true(supply_is_due(&supply, at(3594)));
	assert_null(supply_ask(&supply, at(3600)));
	assert_int_equal(supply.why.reason, REASON_NO_CONNECTION);
	supply_clear(&supply);
}

static void without_clients_a_dead_one_is_left_alone(void **state)
{
	struct supply supply = { .profile = "p" };

	(void)state;
	renew(&supply, "A", 0, 60);
	assert_true(supply_begin(&supply));
	supply_failed(&supply, &unreachable, at(61));
	assert_false(supply_is_due(&supply, at(1000)));
	assert_null(supply_ask(&supply, at(1000)));
	assert_true(supply_is_due(&supply, at(1000)));
	supply_clear(&supply);
}

/* After that, attempts ask nobody, and only a client causes them. */
static void the_user_is_asked_once(void **state)
{
	struct supply supply = { .profile = "p" };

	(void)state;
	renew(&supply, "A", 0, 3600);
	assert_true(supply_begin(&supply));
	supply_failed(&supply, &nobody, at(2100));
	assert_false(supply_is_due(&supply, at(3000)));
	assert_non_null(supply_ask(&supply, at(3000)));
	assert_true(supply_is_due(&supply, at(3000)));
	assert_false(supply_begin(&supply));
	renew(&supply, "B", 3001, 7000);
	assert_true(supply_begin(&supply));
	supply_clear(&supply);
}

/* Setting the clock back does not lengthen a life, nor forward shorten it. */
static void both_clocks_count(void **state)
{
	struct supply supply = { .profile = "p" };
	struct moment back = { NOW - 86400, UPTIME + 3600 * 1000 };
	struct moment forward = { NOW + 86400, UPTIME };

	(void)state;
	renew(&supply, "A", 0, 3600);
	assert_null(supply_ask(&supply, back));
	assert_null(supply_ask(&supply, forward));
	assert_non_null(supply_ask(&supply, at(0)));
	supply_clear(&supply);
}

/* The rest of a cached session, since no better one can be made now. */
static void the_same_ones_are_no_success(void **state)
{
	struct supply supply = { .profile = "p" };

	(void)state;
	renew(&supply, "A", 0, 3600);
	assert_true(supply_begin(&supply));
	renew(&supply, "A", 2100, 3600);
	assert_true(supply_is_due(&supply, at(2130)));
	supply_clear(&supply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_renewed_ahead_of_time),
		cmocka_unit_test(one_attempt_at_a_time),
		cmocka_unit_test(a_lazy_one_waits_for_a_client),
		cmocka_unit_test(the_old_ones_stay_while_aws_is_away),
		cmocka_unit_test(without_clients_a_dead_one_is_left_alone),
		cmocka_unit_test(the_user_is_asked_once),
		cmocka_unit_test(both_clocks_count),
		cmocka_unit_test(the_same_ones_are_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
