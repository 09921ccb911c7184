#include "examples.h"

#define SOURCE "source_profile = k\n"

static const char config[] =
	"[profile k]\n"
	"[profile full]\nrole_arn = " ROLE "Full\n" SOURCE
	"[profile tag]\nrole_arn = " ROLE "Tag\n" SOURCE
	"rolekey_reason = session_tag\n"
	"[profile tags]\nrole_arn = " ROLE "Tags\n" SOURCE
	"session_tags = Team=blue\nrolekey_reason = session_tag\n"
	"[profile identity]\nrole_arn = " ROLE "Id\n" SOURCE
	"rolekey_reason = source_identity\n"
	"[profile taken]\ninclude_profile = tag\n"
	"[profile beyond]\nrole_arn = " ROLE "Far\nsource_profile = tag\n"
	"[profile both]\nrole_arn = " ROLE "Both\n" SOURCE
	"source_identity = alex\nrolekey_reason = source_identity\n"
	"[profile plain]\nrolekey_reason = session_tag\n"
	"[profile wrong]\nrole_arn = " ROLE "W\n" SOURCE
	"rolekey_reason = yes\n";

static void same_text(const char *got, const char *expected)
{
	if (expected)
		assert_string_equal(got ? got : "(none)", expected);
	else
		assert_null(got);
}

/* Plans a profile, and checks what its last step sends. */
static void sends(const char *profile, const char *reason, const char *tags,
		  const char *identity)
{
	const struct example e = {
		.config = config,
		.options = { .profile = profile, .reason = reason },
	};
	struct config_text t;
	struct plan plan;

	must_make(&e, &t, &plan);
	same_text(plan.steps[plan.n_steps - 1].session_tags, tags);
	same_text(plan.steps[plan.n_steps - 1].source_identity, identity);
	for (size_t i = 0; i + 1 < plan.n_steps; i++) {
		assert_null(plan.steps[i].session_tags);
		assert_null(plan.steps[i].source_identity);
	}
	config_text_clear(&t);
}

static void only_where_the_profile_says_so(void **state)
{
	(void)state;
	sends("full", "INC-42", NULL, NULL);
	sends("k", "INC-42", NULL, NULL);
	sends("beyond", "INC-42", NULL, NULL);
	sends("tag", "INC-42", "Reason=INC-42", NULL);
	sends("tag", NULL, NULL, NULL);
	sends("taken", "INC-42", "Reason=INC-42", NULL);
	sends("tags", "INC-42", "Team=blue,Reason=INC-42", NULL);
	sends("tags", NULL, "Team=blue", NULL);
	sends("identity", "INC-42", NULL, "INC-42");
	sends("identity", NULL, NULL, NULL);
}

static void only_what_aws_accepts(void **state)
{
	char text[101];
	char first[65];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memset(first, 'x', sizeof(first) - 1);
	first[sizeof(first) - 1] = '\0';
	sends("tag", "INC-42: \"disk\", a=b #1",
	      "Reason=INC-42: _disk__ a=b _1", NULL);
	sends("tag", "gr\xc3\xb6\xc3\x9f\x65", "Reason=gr\xc3\xb6\xc3\x9f\x65",
	      NULL);
	sends("identity", "INC-42: gr\xc3\xb6\xc3\x9f\x65", NULL,
	      "INC-42__gr____e");
	sends("identity", "x", NULL, "x_");
	sends("identity", text, NULL, first);
}

static void is_never_ignored(void **state)
{
	static const struct example examples[] = {
		{ .config = config,
		  .options = { .profile = "both" },
		  .shown = "bad-value path=config key=rolekey_reason "
			   "value=source_identity expected=session_tag, since "
			   "source_identity is set line=27" },
		{ .config = config,
		  .options = { .profile = "plain" },
		  .shown = "missing-key profile=plain path=config key=role_arn "
			   "line=29" },
		{ .config = config,
		  .options = { .profile = "wrong" },
		  .shown = "bad-value path=config key=rolekey_reason value=yes "
			   "expected=session_tag or source_identity line=33" },
	};

	(void)state;
	CHECK(examples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_where_the_profile_says_so),
		cmocka_unit_test(only_what_aws_accepts),
		cmocka_unit_test(is_never_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
