#include <string.h>

#include "aws/edit.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

struct example {
	const char *before; /* NULL: no file */
	const char *profile;
	const char *key;   /* NULL: the section alone */
	const char *after; /* NULL: there is nothing to change */
};

static void check(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct example *e = &examples[i];
		struct secbuf *before =
			e->before ? secbuf_from(e->before) : NULL;
		struct secbuf *after = NULL;
		struct error err = { 0 };

		if (!aws_edit_add(before, e->profile, e->key, "v", &after,
				  &err))
			fail_msg("%zu: %s", i, facts_show(&err));
		if (e->after)
			assert_string_equal(secbuf_text(after), e->after);
		else
			assert_null(after);
		secbuf_free(before);
		secbuf_free(after);
	}
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

static void adds_a_section_at_the_end(void **state)
{
	static const struct example examples[] = {
		{ NULL, "a", "k", "[profile a]\nk = v\n" },
		{ NULL, "a", NULL, "[profile a]\n" },
		{ "", "default", "k", "[default]\nk = v\n" },
		{ "[b]\n", "a", NULL, "[b]\n\n[profile a]\n" },
		{ "# c", "a", "k", "# c\n\n[profile a]\nk = v\n" },
		{ "[b]\r\nx=y\r\n", "a", "k",
		  "[b]\r\nx=y\r\n\r\n[profile a]\r\nk = v\r\n" },
		/* other names, however alike */
		{ "[profile A]\n[profile aa]\n[a]\n[sso-session a]\n"
		  " [profile a]\n",
		  "a", "k",
		  "[profile A]\n[profile aa]\n[a]\n[sso-session a]\n"
		  " [profile a]\n\n[profile a]\nk = v\n" },
		/* with quotes, if it is not one word without them */
		{ NULL, "a b", "k", "[profile \"a b\"]\nk = v\n" },
		{ NULL, "a\"\\", "k", "[profile \"a\\\"\\\\\"]\nk = v\n" },
		{ NULL, "\xe3\x83\x86", "k",
		  "[profile \xe3\x83\x86]\nk = v\n" },
	};

	(void)state;
	CHECK(examples);
}

static void adds_a_line_behind_the_sections_own(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\nx = y\n[b]\n", "a", "k",
		  "[profile a]\nk = v\nx = y\n[b]\n" },
		{ "[profile a]", "a", "k", "[profile a]\nk = v\n" },
		/* however its name is written: CR is a blank */
		{ "[profile a\r]\n", "a", "k", "[profile a\r]\nk = v\n" },
		{ "[profile 'a b']\n", "a b", "k", "[profile 'a b']\nk = v\n" },
		{ "[profile a\\ b]\n", "a b", "k", "[profile a\\ b]\nk = v\n" },
		{ "[ profile\t\"a\" ] # c\r\nx = y", "a", "k",
		  "[ profile\t\"a\" ] # c\r\nk = v\r\nx = y" },
		/* the last of several */
		{ "[profile a]\n[b]\n[profile a]\n[c]\n", "a", "k",
		  "[profile a]\n[b]\n[profile a]\nk = v\n[c]\n" },
		{ "[profile a]\n", "a", NULL, NULL },
		/* indented as its first property: else that would continue it */
		{ "[profile a]\n# c\n\t x = y\n\t   z\n", "a", "k",
		  "[profile a]\n\t k = v\n# c\n\t x = y\n\t   z\n" },
	};

	(void)state;
	CHECK(examples);
}

/* [default] means nothing beside [profile default], before it or behind. */
static void takes_the_default_section_that_counts(void **state)
{
	static const struct example examples[] = {
		{ "[default]\n", "default", "k", "[default]\nk = v\n" },
		{ "[profile default]\n[default]\n", "default", "k",
		  "[profile default]\nk = v\n[default]\n" },
		{ "[default]\nk = w\n[profile default]\n", "default", "k",
		  "[default]\nk = w\n[profile default]\nk = v\n" },
	};

	(void)state;
	CHECK(examples);
}

/* A line that continues a value is not a key of the section. */
static void looks_past_continued_values(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\ns3 =\n  k = w\nx = y\n  k = w\n", "a", "k",
		  "[profile a]\nk = v\ns3 =\n  k = w\nx = y\n  k = w\n" },
		{ "[profile a]\n# k = w\n ; k = w\n", "a", "k",
		  "[profile a]\nk = v\n# k = w\n ; k = w\n" },
	};

	(void)state;
	CHECK(examples);
}

static void reads_over_a_byte_order_mark(void **state)
{
	static const struct example examples[] = {
		{ "\xef\xbb\xbf[profile a]\n", "a", "k",
		  "\xef\xbb\xbf[profile a]\nk = v\n" },
		{ "\xef\xbb\xbf[profile default]\n", "default", "k",
		  "\xef\xbb\xbf[profile default]\nk = v\n" },
	};

	(void)state;
	CHECK(examples);
}

/* It is not a part of the value, and must not become one. */
static void makes_a_lone_cr_at_the_end_a_line_end(void **state)
{
	static const struct example examples[] = {
		{ "[b]\r\nx = y\r", "a", NULL,
		  "[b]\r\nx = y\r\n\r\n[profile a]\r\n" },
		{ "[profile a]\r", "a", "k", "[profile a]\r\nk = v\n" },
	};

	(void)state;
	CHECK(examples);
}

static void never_overwrites(void **state)
{
	static const char *const texts[] = {
		"[profile a]\nk = w\n",
		"[profile a]\n  K=\n",
		"[profile a]\nk = w\n[b]\n[profile a]\n",
		"[profile a]\nx =\n  y = z\nk = w\n",
		"\xef\xbb\xbf[profile a]\n  x = y\n  k = w\n",
		"[profile a]\n  x = y\nk = w\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct secbuf *before = secbuf_from(texts[i]);
		struct secbuf *after = NULL;
		struct error err = { 0 };

		assert_false(aws_edit_add(before, "a", "k", "v", &after, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_error(&err, REASON_PROFILE_HAS_KEY, .profile = "a",
			     .key = "k");
		assert_null(after);
		secbuf_free(before);
	}
}

/* One line is added, and never a second one in its value. */
static void refuses_what_is_more_than_a_line(void **state)
{
	static const struct {
		const char *profile, *key, *value, *part;
	} rows[] = {
		{ "a\nb", "k", "v", "profile name" },
		{ "a", "k\r", "v", "key" },
		{ "a", "k", "v\ncredential_process = x", "value" },
		{ "a", "k", "v\x1b[2J", "value" },
		{ "a", "k", "v\x7f", "value" },
		{ "a", "k", "v\xff", "value" },
		{ "a\t", NULL, NULL, "profile name" },
	};
	struct secbuf *before = secbuf_from("[profile x]\nrole_arn = y\n");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct secbuf *after = NULL;
		struct error err = { 0 };

		assert_false(aws_edit_add(before, rows[i].profile, rows[i].key,
					  rows[i].value, &after, &err));
		assert_null(after);
		assert_error(&err, REASON_BAD_CONFIG_TEXT, .key = rows[i].part);
		if (!rows[i].value)
			continue;
		assert_int_equal(aws_edit_line(before, 2, "role_arn",
					       rows[i].value, &after, &err),
				 strcmp(rows[i].value, "v") == 0);
		secbuf_free(after);
	}
	secbuf_free(before);
}

static void survives_any_allocation_failing(void **state)
{
	static const char *const texts[] = { "[profile a]\n", "[b]\n" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct secbuf *before = secbuf_from(texts[i]);
		bool done = false;

		for (long n = 0; !done; n++) {
			struct secbuf *after = NULL;
			struct error err = { 0 };

			mem_fail_after(n);
			done = aws_edit_add(before, "a", "k", "v", &after,
					    &err);
			assert_true(done != mem_has_failed());
			assert_true(done || err.code == ERROR_MEMORY);
			mem_fail_after(-1);
			secbuf_free(after);
		}
		secbuf_free(before);
	}
}

static void takes_a_line_out(void **state)
{
	static const struct {
		const char *before;
		unsigned line;
		const char *key, *after; /* NULL: it is refused */
	} examples[] = {
		{ "[a]\nk = v\nx = y\n", 2, "k", "[a]\n# c\nx = y\n" },
		{ "[a]\r\n K=v \r\nx = y", 2, "k", "[a]\r\n# c\r\nx = y" },
		{ "[a]\nx = y\nk = v", 3, "k", "[a]\nx = y\n# c" },
		{ "\xef\xbb\xbf[a]\nk = v\n", 2, "k",
		  "\xef\xbb\xbf[a]\n# c\n" },
		{ "[a]\nk = v\n # more\n", 2, "k", "[a]\n# c\n # more\n" },
		{ "[a]\nk = v\n  more\n", 2, "k", NULL },
		{ "[a]\nk = v\n\n # c\n  more\n", 2, "k", NULL },
		{ "[a]\nx = y\n", 2, "k", NULL },
		{ "[a]\nk = v\n", 3, "k", NULL },
		{ "[a]\nk = v\n", 0, "k", NULL },
		{ "", 1, "k", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct secbuf *before = secbuf_from(examples[i].before);
		struct secbuf *after = NULL;
		struct error err = { 0 };
		bool ok = aws_edit_line(before, examples[i].line,
					examples[i].key, "# c", &after, &err);

		assert_int_equal(ok, examples[i].after != NULL);
		if (ok)
			assert_string_equal(secbuf_text(after),
					    examples[i].after);
		else
			assert_int_equal(err.code, ERROR_CONFIG);
		secbuf_free(before);
		secbuf_free(after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_a_section_at_the_end),
		cmocka_unit_test(takes_a_line_out),
		cmocka_unit_test(adds_a_line_behind_the_sections_own),
		cmocka_unit_test(takes_the_default_section_that_counts),
		cmocka_unit_test(looks_past_continued_values),
		cmocka_unit_test(reads_over_a_byte_order_mark),
		cmocka_unit_test(makes_a_lone_cr_at_the_end_a_line_end),
		cmocka_unit_test(never_overwrites),
		cmocka_unit_test(refuses_what_is_more_than_a_line),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
