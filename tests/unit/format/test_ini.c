#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "format/ini.h"
#include "support/check.h"
#include "support/conformance.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* Shows a file in one line: "[name] key<value>", "|" for a line end. */
static void show(const struct ini *ini, struct strbuf *out)
{
	for (size_t i = 0; i < ini->n_sections; i++) {
		const struct ini_section section = ini_section(ini, i);
		struct ini_walk walk = ini_walk(&section);
		struct ini_property p;
		size_t n = 0;

		strbuf_printf(out, "[%s]", section.name);
		for (; ini_next(&walk, &p); n++) {
			strbuf_printf(out, " %s<", p.key);
			for (const char *v = p.value; *v != '\0'; v++)
				strbuf_add(out, *v == '\n' ? "|" : v, 1);
			strbuf_puts(out, ">");
		}
		assert_true(n <= section.n_lines);
	}
}

struct bytes {
	const char *text;
	size_t len;
};

/* The shown file, or its error. */
static void read_shown(struct bytes in, struct strbuf *out)
{
	struct secbuf *text = secbuf_new(in.len);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	char facts[FACTS_LEN];
	struct ini ini;

	secbuf_add(text, in.text, in.len);
	assert_true(secbuf_ok(text));
	assert_non_null(arena);
	if (ini_parse("F", text, arena, &ini, &err)) {
		show(&ini, out);
	} else {
		assert_int_equal(err.code, ERROR_CONFIG);
		strbuf_puts(out, facts_of(&err, facts));
	}
	arena_free(arena);
	secbuf_free(text);
}

struct example {
	const char *in;
	const char *shown;
};

static void check(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out = strbuf_with_max(65536);
		struct bytes in = { examples[i].in, strlen(examples[i].in) };

		read_shown(in, &out);
		assert_string_equal(strbuf_text(&out), examples[i].shown);
		strbuf_clear(&out);
	}
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

static void reads_sections_and_properties(void **state)
{
	static const struct example examples[] = {
		{ "", "" },
		{ "\n \t\n\r\n", "" },
		{ "[a]", "[a]" },
		{ "[ profile\ta ]\nK = v", "[profile\ta] k<v>" },
		{ "[a]\nk=v=w\n", "[a] k<v=w>" },
		{ "[a]\nk=\n", "[a] k<>" },
		{ "[a]\nk=", "[a] k<>" },
		{ "[a]\nk = \"v\"\n", "[a] k<\"v\">" },
		{ "[a]\r\nk = v\r\n[b]\r\n", "[a] k<v>[b]" },
		{ "[a]\nk = v\n[b]\n[a]\nk = w", "[a] k<v>[b][a] k<w>" },
		{ "\xef\xbb\xbf[a]\nk = v", "[a] k<v>" },
		{ "[]\nk = v", "[] k<v>" },
	};

	(void)state;
	CHECK(examples);
}

static void takes_comments_where_the_dialect_has_them(void **state)
{
	static const struct example examples[] = {
		{ "# c\n; c\n[a] # ]\nk = v", "[a] k<v>" },
		{ "[a];c\n", "[a]" },
		{ "[a]\nk = v # c ; d\n", "[a] k<v>" },
		{ "[a]\nk = v# no comment\n", "[a] k<v# no comment>" },
		{ "[a]\nk = # c", "[a] k<>" },
		{ "[a]\n  # c\nk = v\n  ; c\n", "[a] k<v>" },
		{ "[a]\nk = v\n  w # part\n", "[a] k<v|w # part>" },
		{ "[a]\nk = v # c\n  w\n", "[a] k<v|w>" },
		{ "[a # b]\n", "section-not-closed path=F line=1" },
		{ "[a]\nk # = v\n", "not-a-key path=F line=2" },
	};

	(void)state;
	CHECK(examples);
}

static void continues_a_value_that_is_indented_deeper(void **state)
{
	static const struct example examples[] = {
		{ "[a]\nk = v\n w\n\n \t x \n", "[a] k<v|w|x>" },
		{ "[a]\nk =\n b = c\n\td = e", "[a] k<|b = c|d = e>" },
		{ "[a]\n  k = v\n  l = w\n", "[a] k<v> l<w>" },
		{ "[a]\n  k = v\n    w\n  l = x", "[a] k<v|w> l<x>" },
		{ "[a]\n  k =\n    b = c\n l = x", "[a] k<|b = c> l<x>" },
		{ "[a]\nk = v\n [b]\n", "[a] k<v|[b]>" },
		{ "[a]\nk =\n b c = d", "[a] k<|b c = d>" },
		{ "[a]\n -w", "not-a-key path=F line=2" },
		{ "[a]\nk = v\n[a]\n -w", "not-a-key path=F line=4" },
		{ "[a]\nk =\n b\n", "not-a-subkey path=F line=3" },
		{ "[a]\nk =\n = c\n", "subkey-without-name path=F line=3" },
	};

	(void)state;
	CHECK(examples);
}

static void says_where_a_file_is_wrong(void **state)
{
	static const struct example examples[] = {
		{ "\n\n[a\n", "section-not-closed path=F line=3" },
		{ "[a] b\n", "section-not-closed path=F line=1" },
		{ "k = v\n", "key-outside-section path=F line=1" },
		{ "word\n", "key-outside-section path=F line=1" },
		{ " [a]\nk = v\n", "key-outside-section path=F line=1" },
		{ "[a]\nword\n", "not-a-key path=F line=2" },
		{ "[a]\n = v\n", "key-without-name path=F line=2" },
		{ "[a]\nk = \xff\nword", "not-utf8 path=F line=2" },
		{ "[a]\nword\nk = \xff", "not-a-key path=F line=2" },
	};
	struct strbuf out = strbuf_with_max(256);

	(void)state;
	CHECK(examples);
	read_shown((struct bytes){ "[a]\nk = \0v", 10 }, &out);
	assert_string_equal(strbuf_text(&out), "nul-byte path=F line=2");
	strbuf_clear(&out);
}

static void reads_a_line_of_a_megabyte(void **state)
{
	size_t len = 1 << 20;
	char *in = calloc(1, len + 16);
	struct strbuf out = strbuf_with_max(2 * len);

	(void)state;
	assert_non_null(in);
	(void)snprintf(in, 16, "[a]\nk = ");
	memset(in + 8, 'x', len);
	(void)snprintf(in + 8 + len, 8, " # c\n");
	read_shown((struct bytes){ in, len + 13 }, &out);
	assert_int_equal(out.len, strlen("[a] k<>") + len);
	strbuf_clear(&out);
	free(in);
}

static void knows_each_line(void **state)
{
	struct secbuf *text = secbuf_from("# c\n[a]\n\nk = v\n w\nl = x\n");
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct ini_property p;
	struct ini_section section;
	struct ini_walk walk;
	struct ini ini;

	(void)state;
	assert_true(ini_parse("F", text, arena, &ini, &err));
	section = ini_section(&ini, 0);
	assert_int_equal(section.line, 2);
	walk = ini_walk(&section);
	assert_true(ini_next(&walk, &p));
	assert_int_equal(p.line, 4);
	assert_true(ini_next(&walk, &p));
	assert_int_equal(p.line, 6);
	assert_false(ini_next(&walk, &p));
	arena_free(arena);
	secbuf_free(text);
}

/* A secret is not copied: values point into the text. */
static void copies_no_value(void **state)
{
	struct secbuf *text = secbuf_from("[a]\nk = v\n w\n");
	const char *from = secbuf_text(text);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct ini_property p;
	struct ini_section section;
	struct ini_walk walk;
	struct ini ini;

	(void)state;
	assert_true(ini_parse("F", text, arena, &ini, &err));
	section = ini_section(&ini, 0);
	assert_ptr_equal(section.name, from + 1);
	walk = ini_walk(&section);
	assert_true(ini_next(&walk, &p));
	assert_ptr_equal(p.key, from + 4);
	assert_ptr_equal(p.value, from + 8);
	arena_free(arena);
	secbuf_free(text);
}

static void lists_valid_subproperties(void **state)
{
	const char *rest = "\na = b\nc d = e\nf=\ng = h = i";
	static const char *const want[][2] = { { "a", "b" },
					       { "f", "" },
					       { "g", "h = i" } };
	const char *plain = "v\na = b";
	struct view key;
	struct view value;

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_true(ini_subproperty(&rest, &key, &value));
		assert_int_equal(key.len, strlen(want[i][0]));
		assert_memory_equal(key.at, want[i][0], key.len);
		assert_int_equal(value.len, strlen(want[i][1]));
		assert_memory_equal(value.at, want[i][1], value.len);
	}
	assert_false(ini_subproperty(&rest, &key, &value));
	assert_false(ini_subproperty(&plain, &key, &value));
}

static void knows_a_name_of_the_dialect(void **state)
{
	(void)state;
	assert_true(ini_is_name("aZ09_-/.%@:+", 12));
	assert_false(ini_is_name("", 0));
	assert_false(ini_is_name("a b", 3));
	assert_false(ini_is_name("a\\", 2));
	assert_false(ini_is_name("a", 2)); /* the NUL */
	assert_false(ini_is_name("\xc3\xa9", 2));
}

static void read_seed(const char *path)
{
	struct strbuf out = strbuf_with_max(1 << 24);
	struct bytes in;
	char *text = conformance_read(path, &in.len);

	if (!text)
		return;
	in.text = text;
	read_shown(in, &out); /* either is right; what counts is that it ends */
	strbuf_clear(&out);
	free(text);
}

static void survives_seeds_of_other_fuzzers(void **state)
{
	static const char seeds[] = "profile-parser/fuzz-seeds";
	static const char *const folders[] = { "parse_config_profile",
					       "parse_credentials_profile" };
	size_t n = 0;

	(void)state;
	if (!conformance_is_here())
		skip();
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char path[256];

		(void)snprintf(path, sizeof(path), "%s/%s", seeds, folders[i]);
		n += conformance_each(path, read_seed);
	}
	assert_true(n > 0);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct secbuf *text = secbuf_from("[a]\nk=v\nl=w\nm=x\nn=y\n"
						  "o=z\n[b]\nk =\n a = b\n");
		struct error err = { 0 };
		struct ini ini;
		struct arena *arena;

		mem_fail_after(n);
		arena = arena_new();
		done = arena && ini_parse("F", text, arena, &ini, &err);
		assert_true(done != mem_has_failed());
		assert_true(done || !arena || err.code == ERROR_MEMORY);
		mem_fail_after(-1);
		arena_free(arena);
		secbuf_free(text);
	}
	assert_true(n > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sections_and_properties),
		cmocka_unit_test(takes_comments_where_the_dialect_has_them),
		cmocka_unit_test(continues_a_value_that_is_indented_deeper),
		cmocka_unit_test(says_where_a_file_is_wrong),
		cmocka_unit_test(reads_a_line_of_a_megabyte),
		cmocka_unit_test(knows_each_line),
		cmocka_unit_test(copies_no_value),
		cmocka_unit_test(lists_valid_subproperties),
		cmocka_unit_test(knows_a_name_of_the_dialect),
		cmocka_unit_test(survives_seeds_of_other_fuzzers),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
