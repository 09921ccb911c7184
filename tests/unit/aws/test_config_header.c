#include <string.h>

#include "aws/config.h"
#include "aws/endpoint.h"
#include "format/ini.h"
#include "support/check.h"
#include "support/config_text.h"
#include "support/mem_failing.h"

static void reads_the_head_of_a_section(void **state)
{
	static const struct {
		enum config_file file;
		const char *text;
		enum config_kind kind;
		const char *name; /* NULL: it means nothing */
	} examples[] = {
		{ CONFIG_FILE, "default", CONFIG_PROFILE, "default" },
		{ CONFIG_FILE, "profile a", CONFIG_PROFILE, "a" },
		{ CONFIG_FILE, "profile \t \"a\"", CONFIG_PROFILE, "a" },
		{ CONFIG_FILE, "profile \xc3\xbc!", CONFIG_PROFILE,
		  "\xc3\xbc!" },
		{ CONFIG_FILE, "profile \"a b\"", CONFIG_PROFILE, "a b" },
		{ CONFIG_FILE, "profile a\\ b", CONFIG_PROFILE, "a b" },
		{ CONFIG_FILE, "profile a' \"\\ 'b", CONFIG_PROFILE,
		  "a \"\\ b" },
		{ CONFIG_FILE, "profile \"\\a\\\"\"", CONFIG_PROFILE, "\\a\"" },
		{ CONFIG_FILE, "profile \"a", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "profile 'a\\'' b", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "profile a\\", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "profile \"\"", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "profile a\x1b", CONFIG_PROFILE, NULL },
		{ CREDENTIALS_FILE, "\"\xc3\xbc\"", CONFIG_PROFILE,
		  "\"\xc3\xbc\"" },
		{ CONFIG_FILE, "sso-session s", CONFIG_SSO_SESSION, "s" },
		{ CONFIG_FILE, "services v", CONFIG_SERVICES, "v" },
		{ CONFIG_FILE, "a", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "profile", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "profile a b", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "Profile a", CONFIG_PROFILE, NULL },
		{ CONFIG_FILE, "", CONFIG_PROFILE, NULL },
		{ CREDENTIALS_FILE, "a", CONFIG_PROFILE, "a" },
		{ CREDENTIALS_FILE, "profile a", CONFIG_PROFILE, NULL },
		{ CREDENTIALS_FILE, "", CONFIG_PROFILE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_header header;
		bool is = config_header(examples[i].file, examples[i].text,
					&header);

		assert_int_equal(is, examples[i].name != NULL);
		if (!is)
			continue;
		assert_int_equal(header.kind, examples[i].kind);
		assert_int_equal(header.len, strlen(examples[i].name));
		assert_memory_equal(header.name, examples[i].name, header.len);
	}
}

/* A file reads the same whether it is added at once or in two steps. */
static void adds_what_was_read_before(void **state)
{
	static const char config[] = "[default]\na=1\n[profile b]\nc = 2\n"
				     "[profile default]\nd=3\n[e]\n";
	struct config_text t;
	struct error err = { 0 };
	struct secbuf *text = secbuf_from(config);
	struct aws_config *other;
	struct ini ini;

	(void)state;
	assert_true(config_text_read(&t, config, NULL, &err));
	other = aws_config_new(t.arena);
	assert_non_null(other);
	assert_true(ini_parse_on("config", text, t.arena, &ini, &err));
	assert_true(
		aws_config_add_ini(other, CONFIG_FILE, "config", &ini, &err));
	for (size_t i = 0; i < 3; i++) {
		const struct config_section *a =
			aws_config_nth(t.config, CONFIG_PROFILE, i);
		const struct config_section *b =
			aws_config_nth(other, CONFIG_PROFILE, i);

		assert_int_equal(!a, !b);
		if (!a || !b)
			continue;
		assert_string_equal(a->name, b->name);
		assert_string_equal(b->file, "config");
		assert_int_equal(a->line, b->line);
		assert_int_equal(a->n_values, b->n_values);
	}
	assert_string_equal(aws_config_ignored(other, 1)->name, "e");
	secbuf_free(text);
	config_text_clear(&t);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct secbuf *text = secbuf_from("[a]\n[profile b]\nc=d\n");
		struct arena *arena;
		struct aws_config *config;
		struct error err = { 0 };
		struct ini ini;

		mem_fail_after(n);
		arena = arena_new();
		config = arena ? aws_config_new(arena) : NULL;
		done = config &&
		       ini_parse_on("config", text, arena, &ini, &err) &&
		       aws_config_add_ini(config, CONFIG_FILE, "config", &ini,
					  &err);
		assert_true(done != mem_has_failed());
		assert_true(done || !config || err.code == ERROR_MEMORY);
		mem_fail_after(-1);
		arena_free(arena);
		secbuf_free(text);
	}
}

static void knows_a_region_by_its_look(void **state)
{
	static const char *const regions[] = {
		"us-east-1",  "ap-southeast-4", "us-gov-west-1",
		"cn-north-1", "eusc-de-east-1", "us-isob-east-1",
		"aws-global", "aws-cn-global"
	};
	static const char *const others[] = { "",           "eu-west",
					      "eu-west-",   "EU-WEST-1",
					      "us-east-1a", "eu-west-1 ",
					      "eu--1",      "global",
					      "xx-north-1", "\"eu-west-1\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
		assert_true(endpoint_is_region(regions[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(endpoint_is_region(others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_head_of_a_section),
		cmocka_unit_test(adds_what_was_read_before),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(knows_a_region_by_its_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
