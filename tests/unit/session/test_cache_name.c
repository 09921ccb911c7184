#include <string.h>

#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "support/check.h"

/* Names that are made step by step are those that are made at once. */
static void check_names(const struct plan *plan)
{
	const struct world world = { .keyring = { .name = "file" } };

	for (int from_files = 0; from_files < 2; from_files++) {
		struct name_state names;

		session_cache_name_begin(&names, plan, from_files == 1, &world);
		for (size_t n = 0; n < plan->n_steps; n++) {
			char once[NAME_LEN];
			char step[NAME_LEN];
			char again[NAME_LEN];

			if (n > 0)
				session_cache_name_add(&names, &plan->steps[n]);
			session_cache_name_get(&names, step);
			session_cache_name_get(&names, again);
			session_cache_name(plan, n, from_files == 1, &world,
					   once);
			assert_string_equal(step, once);
			assert_string_equal(again, once);
		}
	}
}

static void names_of_all_steps_are_made_in_one_pass(void **state)
{
	static char long_tags[3000];
	struct step steps[] = {
		{ .kind = STEP_STORED_KEY, .profile = "custodian" },
		{ .kind = STEP_SESSION_TOKEN,
		  .profile = "custodian",
		  .mfa_serial = "arn:aws:iam::111122223333:mfa/alex",
		  .duration = 43200,
		  .endpoint = { .reach = "aws" } },
		{ .kind = STEP_ASSUME_ROLE,
		  .profile = "testing",
		  .role_arn = "arn:aws:iam::222233334444:role/TestingAdmin",
		  .session_tags = long_tags,
		  .duration = 3600,
		  .endpoint = { .url = "https://sts.amazonaws.com" } },
	};
	const struct plan plan = { .steps = steps, .n_steps = 3 };

	(void)state;
	for (size_t len = 0; len < sizeof(long_tags); len += 7) {
		memset(long_tags, 't', len);
		check_names(&plan);
	}
	steps[0] = (struct step){ .kind = STEP_WEB_IDENTITY,
				  .profile = "testing",
				  .role_arn = steps[2].role_arn,
				  .duration = 900 };
	check_names(&plan);
}

/* A cached session must be found by the next version, too. */
static void a_name_stays(void **state)
{
	const struct world world = { .keyring = { .name = "file" } };
	const struct step step = { .kind = STEP_STORED_KEY, .profile = "p" };
	const struct plan plan = { .steps = &step, .n_steps = 1 };
	char name[NAME_LEN];

	(void)state;
	session_cache_name(&plan, 0, false, &world, name);
	assert_string_equal(name, "ffcae1507c2ad5ffc4c021963ba451ea2507c75d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_all_steps_are_made_in_one_pass),
		cmocka_unit_test(a_name_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
