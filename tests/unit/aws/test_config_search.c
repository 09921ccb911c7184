#include <string.h>

#include "aws/config.h"
#include "base/strbuf.h"
#include "support/check.h"
#include "support/config_text.h"

/*
 * A section that is searched for by its name is the one that a list of all
 * sections has: random files are read twice, once for each way.
 */

#define FILES     3000
#define LINES_MAX 12

static uint32_t seed = 1;

static size_t below(size_t n)
{
	seed = (uint32_t)((seed * UINT64_C(1103515245) + 12345) & 0x7fffffff);
	return (seed >> 8) % n;
}

static const char *const lines[] = {
	"[default]",
	"[profile default]",
	"[profile  default ] # c",
	"[profile a]",
	"[profile a] ; c",
	"[profile \"a\"]",
	"[profile 'a']",
	"[profile a b]",
	"[profile \"a b\"]",
	"[profile a\\ b]",
	"[profile\ta]",
	"[profile   b]",
	"[profile b]",
	"[ profile b ]",
	"[profile bb]",
	"[profile \xc3\xa9]",
	"[a]",
	"[b]",
	"[a b]",
	"[\"a\"]",
	"[]",
	"[profile]",
	"[profile ]",
	"[services a]",
	"[services default]",
	"[sso-session a]",
	"[sso-session a]\r",
	"k = v",
	"k = w # c",
	"l =",
	"  m = x",
	"K2 = y",
	"",
	"# c",
	"  # d",
};

#define N_LINES (sizeof(lines) / sizeof(lines[0]))

static void make_file(struct strbuf *out, bool begins)
{
	if (begins)
		strbuf_puts(out, "[profile a]\n");
	for (size_t n = below(LINES_MAX); n > 0; n--)
		strbuf_printf(out, "%s\n", lines[below(N_LINES)]);
	if (below(4) == 0) /* a last line without an end */
		strbuf_puts(out, lines[below(N_LINES)]);
}

static void check_same(const struct config_section *a,
		       const struct config_section *b)
{
	assert_int_equal(!a, !b);
	if (!a)
		return;
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->file, b->file);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->n_values, b->n_values);
	for (size_t i = 0; i < a->n_values; i++) {
		assert_string_equal(a->values[i].key, b->values[i].key);
		assert_string_equal(a->values[i].text, b->values[i].text);
		assert_int_equal(a->values[i].line, b->values[i].line);
	}
}

static const enum config_kind kinds[] = { CONFIG_PROFILE, CONFIG_SSO_SESSION,
					  CONFIG_SERVICES };
static const char *const names[] = { "default", "a",        "b",    "bb", "a b",
				     "\"a\"",   "\xc3\xa9", "nope", "" };

/* Searches for some names in one, all of them in random order. */
static void check_names(const struct aws_config *searched,
			const struct aws_config *listed)
{
	const size_t n_names = sizeof(names) / sizeof(names[0]);
	size_t first = below(n_names);

	assert_true(aws_config_nth_name(listed, CONFIG_PROFILE, 0) ||
		    !aws_config_find(listed, CONFIG_PROFILE, "a"));
	for (size_t i = 0; i < n_names; i++)
		for (size_t k = 0; k < 3; k++) {
			const char *name = names[(first + i) % n_names];

			check_same(aws_config_find(searched, kinds[k], name),
				   aws_config_find(listed, kinds[k], name));
		}
}

/* Lists one after it was searched, too. */
static void check_lists(const struct aws_config *a, const struct aws_config *b)
{
	const struct config_ignored *x;

	for (size_t k = 0; k < 3; k++) {
		const struct config_section *section;
		size_t i = 0;

		do {
			section = aws_config_nth(a, kinds[k], i);
			check_same(section, aws_config_nth(b, kinds[k], i));
			i++;
		} while (section);
	}
	for (size_t i = 0; (x = aws_config_ignored(a, i)); i++) {
		assert_string_equal(x->name, aws_config_ignored(b, i)->name);
		assert_int_equal(x->line, aws_config_ignored(b, i)->line);
	}
}

static void check_files(const char *config, const char *credentials)
{
	struct config_text searched;
	struct config_text listed;
	struct error err = { 0 };

	if (config_text_read(&searched, config, credentials, &err)) {
		assert_true(
			config_text_read(&listed, config, credentials, &err));
		check_names(searched.config, listed.config);
		check_lists(searched.config, listed.config);
		config_text_clear(&listed);
	}
	config_text_clear(&searched);
}

static void finds_what_a_list_has(void **state)
{
	(void)state;
	for (int i = 0; i < FILES; i++) {
		struct strbuf config = strbuf_with_max(4096);
		struct strbuf credentials = strbuf_with_max(4096);

		make_file(&config, below(3) > 0);
		make_file(&credentials, false);
		check_files(strbuf_text(&config),
			    below(3) > 0 ? strbuf_text(&credentials) : NULL);
		strbuf_clear(&config);
		strbuf_clear(&credentials);
	}
}

/* A file that is added after a search counts, too. */
static void finds_what_is_added_later(void **state)
{
	struct config_text t;
	struct error err = { 0 };
	const struct config_section *a;

	(void)state;
	assert_true(
		config_text_read(&t, "[profile a]\nk = v\n[x]\n", NULL, &err));
	assert_non_null(aws_config_find(t.config, CONFIG_PROFILE, "a"));
	assert_true(config_text_add(&t, CREDENTIALS_FILE,
				    "[b]\nk = w\n[a]\nl = x\n", 20, &err));
	a = aws_config_find(t.config, CONFIG_PROFILE, "a");
	assert_int_equal(a->n_values, 2);
	assert_string_equal(a->values[1].text, "x");
	assert_non_null(aws_config_find(t.config, CONFIG_PROFILE, "b"));
	assert_string_equal(aws_config_nth_name(t.config, CONFIG_PROFILE, 1),
			    "b");
	assert_null(aws_config_nth_name(t.config, CONFIG_PROFILE, 2));
	assert_non_null(aws_config_ignored(t.config, 0));
	assert_null(aws_config_ignored(t.config, 1));
	config_text_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_a_list_has),
		cmocka_unit_test(finds_what_is_added_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
