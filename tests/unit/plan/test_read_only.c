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
	"M\n" SOURCE "rolekey_read_only = maybe\n"
	"[profile web]\nrole_arn = " ROLE
	"Web\nweb_identity_token_file = /token\n";

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
	limits("web", READ_ONLY, POLICY);
	limits("web", AS_CONFIGURED, NULL);
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

static bool is_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Checks a plan's other mode against the plan that is made for that mode. */
static void check_other(const struct example *e)
{
	struct example asked = *e;
	struct error err = { 0 };
	struct config_text t, u;
	struct plan plan, other, made;
	bool possible;

	must_make(e, &t, &plan);
	possible = plan_read_only_other(&plan, t.arena, &other, &err);
	assert_int_equal(err.code, 0);
	asked.options.read_only = !plan.read_only;
	asked.options.no_read_only = plan.read_only;
	assert_int_equal(make(&asked, &u, &made, &err),
			 possible || plan.read_only);
	for (size_t i = 0; possible && i < made.n_steps; i++) {
		assert_int_equal(other.steps[i].kind, made.steps[i].kind);
		assert_true(is_text(other.steps[i].role_arn,
				    made.steps[i].role_arn));
		assert_true(is_text(other.steps[i].policy_arns,
				    made.steps[i].policy_arns));
	}
	assert_true(!possible || other.read_only == made.read_only);
	assert_true(!possible ||
		    is_text(other.own_policies, made.own_policies));
	config_text_clear(&t);
	config_text_clear(&u);
}

static void the_other_mode_is_the_one_that_would_be_planned(void **state)
{
	static const char *const profiles[] = { "k",      "full",  "prod",
						"beyond", "taken", "china",
						"same",   "free",  "keys",
						"web" };
	static const char more[] =
		"[profile free]\nrole_arn = " ROLE "F\n" SOURCE
		"rolekey_policy_arns = " POLICY "\n"
		"[profile keys]\nrole_arn = " ROLE "K\n" SOURCE
		"rolekey_policy_arns = arn:aws:iam::aws:policy/X\n";
	char *all = malloc(sizeof(config) + sizeof(more));

	(void)state;
	assert_non_null(all);
	memcpy(all, config, sizeof(config));
	memcpy(all + strlen(config), more, sizeof(more));
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		check_other(&(const struct example){
			.config = all, .options = { .profile = profiles[i] } });
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_role_has_the_policy),
		cmocka_unit_test(is_never_ignored),
		cmocka_unit_test(a_command_can_see_it),
		cmocka_unit_test(
			the_other_mode_is_the_one_that_would_be_planned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
