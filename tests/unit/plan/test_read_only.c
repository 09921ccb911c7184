#include "examples.h"

#define POLICY "arn:aws:iam::aws:policy/ReadOnlyAccess"
#define MODE   "rolekey_read_only = yes\n"
#define SOURCE "source_profile = k\n"

static const char config[] =
	"[profile k]\n"
	"[profile full]\nrole_arn = " ROLE "Full\n" SOURCE
	"[profile prod]\nrole_arn = " ROLE "Prod\n" SOURCE MODE
	"[profile beyond]\nrole_arn = " ROLE "Far\nsource_profile = prod\n"
	"[profile taken]\ninclude_profile = prod\n"
	"[profile china]\nrole_arn = arn:aws-cn:iam::444455556666:role/C\n"
	"region = cn-north-1\n" SOURCE MODE "[profile same]\nrole_arn = " ROLE
	"Same\n" SOURCE MODE "rolekey_policy_arns = " POLICY "\n"
	"[profile other]\nrole_arn = " ROLE "Other\n" SOURCE MODE
	"rolekey_policy_arns = arn:aws:iam::aws:policy/AmazonS3FullAccess\n"
	"[profile plain]\n" MODE "[profile maybe]\nrole_arn = " ROLE
	"M\n" SOURCE "rolekey_read_only = maybe\n";

enum mode { AS_CONFIGURED, READ_ONLY, NO_READ_ONLY };

/* Plans a profile, and checks the policy of its last step; NULL: none. */
static void limits(const char *profile, enum mode mode, const char *policy)
{
	const struct example e = {
		.config = config,
		.options = { .profile = profile,
			     .read_only = mode == READ_ONLY,
			     .no_read_only = mode == NO_READ_ONLY },
	};
	struct config_text t;
	struct plan plan;
	const char *got;

	must_make(&e, &t, &plan);
	got = plan.steps[plan.n_steps - 1].policy_arns;
	assert_int_equal(plan.read_only, policy != NULL);
	if (policy)
		assert_string_equal(got, policy);
	else
		assert_null(got);
	for (size_t i = 0; i + 1 < plan.n_steps; i++)
		assert_null(plan.steps[i].policy_arns);
	config_text_clear(&t);
}

static void the_last_role_has_the_policy(void **state)
{
	(void)state;
	limits("full", AS_CONFIGURED, NULL);
	limits("full", READ_ONLY, POLICY);
	limits("full", NO_READ_ONLY, NULL);
	limits("prod", AS_CONFIGURED, POLICY);
	limits("prod", READ_ONLY, POLICY);
	limits("prod", NO_READ_ONLY, NULL);
	limits("taken", AS_CONFIGURED, POLICY);
	limits("beyond", AS_CONFIGURED, NULL);
	limits("beyond", READ_ONLY, POLICY);
	limits("same", AS_CONFIGURED, POLICY);
	limits("china", AS_CONFIGURED,
	       "arn:aws-cn:iam::aws:policy/ReadOnlyAccess");
	limits("plain", NO_READ_ONLY, NULL);
}

static void is_never_ignored(void **state)
{
	static const struct example examples[] = {
		{ .config = config,
		  .options = { .profile = "k", .read_only = true },
		  .shown = "read-only-needs-role profile=k key=--read-only" },
		{ .config = config,
		  .options = { .profile = "plain" },
		  .shown = "read-only-needs-role profile=plain path=config "
			   "key=rolekey_read_only line=30" },
		{ .config = config,
		  .options = { .profile = "other" },
		  .shown = "read-only-and-policies profile=other path=config "
			   "key=rolekey_read_only "
			   "value=arn:aws:iam::aws:policy/AmazonS3FullAccess "
			   "line=27" },
		{ .config = config,
		  .options = { .profile = "maybe" },
		  .shown = "bad-value path=config key=rolekey_read_only "
			   "value=maybe expected=true or false line=34" },
	};

	(void)state;
	CHECK(examples);
}

static void a_command_can_see_it(void **state)
{
	static const struct example e = { .config = config,
					  .options = { .profile = "prod" } };
	struct config_text t;
	struct plan plan;
	bool found = false;

	(void)state;
	must_make(&e, &t, &plan);
	for (size_t i = 0; i < plan.n_variables; i++)
		found = found || (plan.variables[i].name &&
				  strcmp(plan.variables[i].name,
					 "ROLEKEY_READ_ONLY") == 0);
	assert_true(found);
	config_text_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_role_has_the_policy),
		cmocka_unit_test(is_never_ignored),
		cmocka_unit_test(a_command_can_see_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
