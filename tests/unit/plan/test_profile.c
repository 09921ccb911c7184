#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/topic.h"
#include "plan/profile.h"
#include "support/check.h"
#include "support/config_text.h"
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
	assert_null(profile_text(&p, "off")); /* said empty: turned off */
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
		const char *topic;
		const char *text;
	} examples[] = {
		{ "[profile testing]\n", "tesing", TOPIC_NO_PROFILE,
		  "no profile \"tesing\"; did you mean \"testing\"?" },
		{ "[profile test1]\n[profile test2]\n", "test",
		  TOPIC_NO_PROFILE,
		  "no profile \"test\"; did you mean \"test1\" or \"test2\"?" },
		{ "", "x", TOPIC_NO_PROFILE, "no profile \"x\"" },
		{ "[profile a]\n", "", TOPIC_NO_PROFILE, "no profile \"\"" },
		{ "\n[foo]\n", "foo", TOPIC_NO_PROFILE,
		  "no profile \"foo\": config:2: [foo] must be "
		  "[profile foo]" },
		{ "[profile a]\ninclude_profile = a\n", "a", "",
		  "config:2: include_profile goes in a loop: a -> a" },
		{ "[profile z]\ninclude_profile = a\n"
		  "[profile a]\ninclude_profile = b\n"
		  "[profile b]\ninclude_profile = a\n",
		  "z", "",
		  "config:6: include_profile goes in a loop: z -> a -> b -> "
		  "a" },
		{ "[profile a]\ninclude_profile = basd\n[profile base]\n", "a",
		  TOPIC_NO_PROFILE,
		  "config:2: include_profile: no profile \"basd\"; did you "
		  "mean \"base\"?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_text t;
		struct profile p;
		struct error err = { 0 };

		assert_true(
			config_text_read(&t, examples[i].config, NULL, &err));
		assert_false(profile_resolve(t.config, examples[i].profile,
					     false, t.arena, &p, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_string_equal(err.text, examples[i].text);
		assert_string_equal(err.topic, examples[i].topic);
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
	(void)snprintf(want, sizeof(want),
		       "config:%zu: include_profile goes in a loop: p0 -> ",
		       2 * n);
	assert_memory_equal(err.text, want, strlen(want));
	(void)snprintf(want, sizeof(want), "p%zu -> p%zu", n - 1, back);
	assert_string_equal(err.text + strlen(err.text) - strlen(want), want);
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
	assert_non_null(strstr(err.text, "loop: profile-0 -> profile-1 -> "));
	assert_non_null(strstr(err.text, "-> (81 more) -> profile-102 -> "));
	assert_non_null(strstr(err.text, "-> profile-119 -> profile-0"));
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
	assert_string_equal(err.text,
			    "config:2: include_profile: no profile \"b1\"");
	assert_string_equal(err.topic, TOPIC_NO_PROFILE);
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
