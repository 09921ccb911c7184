#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/profile.h"
#include "support/check.h"
#include "support/config_text.h"
#include "support/facts.h"
#include "support/mem_failing.h"

static void inherits_over_any_depth(void **state)
{
	struct config_text t;
	struct profile p;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(
		&t,
		"[profile a]\ninclude_profile = b\nx = 1\noff =\n"
		"[profile b]\ninclude_profile = c\nx = 2\ny = 2\noff = 2\n"
		"[default]\nz = 4\n[profile c]\nx = 3\ny = 3\nz = 3\n",
		"[b]\ny = 5\n", &err));
	assert_true(profile_resolve(t.config, "a", false, t.arena, &p, &err));
	assert_string_equal(p.name, "a");
	assert_int_equal(p.n_sections, 3);
	assert_string_equal(profile_text(&p, "x"), "1");
	assert_string_equal(profile_text(&p, "y"), "5");
	assert_string_equal(profile_text(&p, "z"), "3");
	assert_string_equal(profile_value(&p, "z")->file, "config");
	assert_string_equal(profile_section(&p, "z")->name, "c");
	assert_null(profile_text(&p, "off")); /* empty: turned off */
	assert_null(profile_section(&p, "off"));
	assert_null(profile_value(&p, "none"));
	config_text_clear(&t);
}

static void takes_nothing_from_default_by_itself(void **state)
{
	struct config_text t;
	struct profile p;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(&t, "[default]\nx = 1\n[profile a]\n",
				     NULL, &err));
	assert_true(profile_resolve(t.config, "a", false, t.arena, &p, &err));
	assert_null(profile_value(&p, "x"));
	config_text_clear(&t);
}

static void refuses_with_the_reason(void **state)
{
	static const struct {
		const char *config;
		const char *profile;
		const char *facts;
	} examples[] = {
		{ "[profile testing]\n", "tesing",
		  "no-such-profile profile=tesing other=\"testing\"" },
		{ "[profile test1]\n[profile test2]\n", "test",
		  "no-such-profile profile=test other=\"test1\" or \"test2\"" },
		{ "", "x", "no-such-profile profile=x" },
		{ "[profile a]\n", "", "no-such-profile" },
		{ "\n[foo]\n", "foo",
		  "bare-section profile=foo path=config line=2" },
		{ "[profile a]\ninclude_profile = a\n", "a",
		  "profile-loop path=config key=include_profile detail=a -> a "
		  "line=2" },
		{ "[profile z]\ninclude_profile = a\n"
		  "[profile a]\ninclude_profile = b\n"
		  "[profile b]\ninclude_profile = a\n",
		  "z",
		  "profile-loop path=config key=include_profile detail=z -> a "
		  "-> b -> a line=6" },
		{ "[profile a]\ninclude_profile = basd\n[profile base]\n", "a",
		  "no-such-profile profile=basd path=config "
		  "key=include_profile other=\"base\" line=2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_text t;
		struct profile p;
		struct error err = { 0 };
		char facts[FACTS_LEN];

		assert_true(
			config_text_read(&t, examples[i].config, NULL, &err));
		assert_false(profile_resolve(t.config, examples[i].profile,
					     false, t.arena, &p, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_string_equal(facts_of(&err, facts), examples[i].facts);
		config_text_clear(&t);
	}
}

#define DEEP 1000

static void follows_a_thousand_includes(void **state)
{
	char *text = malloc((size_t)DEEP * 64);
	struct config_text t;
	struct profile p;
	struct error err = { 0 };
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < DEEP; i++)
		len += (size_t)snprintf(text + len, 64,
					"[profile p%d]\ninclude_profile = "
					"p%d\n",
					i, i + 1);
	(void)snprintf(text + len, 64, "[profile p%d]\nx = 1\n", DEEP);
	assert_true(config_text_read(&t, text, NULL, &err));
	assert_true(profile_resolve(t.config, "p0", false, t.arena, &p, &err));
	assert_string_equal(profile_text(&p, "x"), "1");
	config_text_clear(&t);
	free(text);
}

/* p0 -> p1 -> ... -> p(n - 1) -> p(back) */
static void check_circle(size_t n, size_t back)
{
	char *text = malloc(n * 64);
	struct config_text t;
	struct profile p;
	struct error err = { 0 };
	char want[64];
	size_t len = 0;

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, 64,
					"[profile p%zu]\ninclude_profile = "
					"p%zu\n",
					i, i + 1 < n ? i + 1 : back);
	assert_true(config_text_read(&t, text, NULL, &err));
	assert_false(profile_resolve(t.config, "p0", false, t.arena, &p, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_PROFILE_LOOP, .path = "config",
		     .line = (unsigned)(2 * n), .key = "include_profile");
	assert_memory_equal(err.about.detail, "p0 -> ", strlen("p0 -> "));
	(void)snprintf(want, sizeof(want), "p%zu -> p%zu", n - 1, back);
	assert_string_equal(err.about.detail + strlen(err.about.detail) -
				    strlen(want),
			    want);
	config_text_clear(&t);
	free(text);
}

static void finds_a_circle_of_any_length_wherever_it_begins(void **state)
{
	(void)state;
	for (size_t n = 2; n < 40; n++)
		for (size_t back = 0; back < n; back++)
			check_circle(n, back);
	check_circle(1000, 0);
	check_circle(1000, 997);
}

/* Of a path that is too long to read the middle is left out. */
static void shows_where_a_long_circle_begins_and_ends(void **state)
{
	char text[120 * 64];
	struct config_text t;
	struct profile p;
	struct error err = { 0 };
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < 120; i++)
		len += (size_t)snprintf(text + len, 64,
					"[profile profile-%zu]\n"
					"include_profile = profile-%zu\n",
					i, (i + 1) % 120);
	assert_true(config_text_read(&t, text, NULL, &err));
	assert_false(profile_resolve(t.config, "profile-0", false, t.arena, &p,
				     &err));
	assert_memory_equal(err.about.detail, "profile-0 -> profile-1 -> ", 26);
	assert_non_null(
		strstr(err.about.detail, "-> (89 more) -> profile-106 -> "));
	assert_non_null(
		strstr(err.about.detail, "-> profile-119 -> profile-0"));
	config_text_clear(&t);
}

static void is_brief_where_many_are_asked_for(void **state)
{
	struct config_text t;
	struct profile p;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(
		&t, "[profile a]\ninclude_profile = b1\n[profile b2]\n", NULL,
		&err));
	assert_false(profile_resolve(t.config, "a", true, t.arena, &p, &err));
	assert_error(&err, REASON_NO_SUCH_PROFILE, .profile = "b1",
		     .key = "include_profile", .path = "config", .line = 2);
	assert_string_equal(err.about.other, "");
	config_text_clear(&t);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct config_text t;
		struct profile p;
		struct error err = { 0 };

		mem_fail_after(n);
		done = config_text_read(
			       &t,
			       "[profile a]\ninclude_profile=b\n[profile b]",
			       NULL, &err) &&
		       profile_resolve(t.config, "a", false, t.arena, &p, &err);
		assert_true(done != mem_has_failed());
		assert_true(done || err.code == ERROR_MEMORY);
		mem_fail_after(-1);
		config_text_clear(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inherits_over_any_depth),
		cmocka_unit_test(takes_nothing_from_default_by_itself),
		cmocka_unit_test(refuses_with_the_reason),
		cmocka_unit_test(follows_a_thousand_includes),
		cmocka_unit_test(
			finds_a_circle_of_any_length_wherever_it_begins),
		cmocka_unit_test(shows_where_a_long_circle_begins_and_ends),
		cmocka_unit_test(is_brief_where_many_are_asked_for),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
