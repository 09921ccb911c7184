#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "format/ini.h"
#include "support/check.h"
#include "support/mem_failing.h"

static const char *const kinds[] = {
	[INI_FAULT] = "fault",         [INI_CUT] = "cut",
	[INI_SPACED] = "spaced",       [INI_INDENTED_MARK] = "mark",
	[INI_INDENTED_KEY] = "key",    [INI_CONTINUED_KEY] = "continued",
	[INI_CONTINUED_NAME] = "name", [INI_BOM] = "bom",
	[INI_GLUED_COMMENT] = "glued", [INI_CAPITALS] = "capitals",
};

/* "[a] k=v l=w; 3 fault what is wrong; 5 cut k", "|" for a line end. */
static void show(const struct ini *ini, struct strbuf *out)
{
	for (size_t i = 0; i < ini->n_sections; i++) {
		const struct ini_section section = ini_section(ini, i);
		struct ini_walk walk = ini_walk(&section);
		struct ini_property p;
		size_t n = 0;

		strbuf_printf(out, "[%s]", section.name);
		for (; ini_next(&walk, &p); n++) {
			const char *v = p.value;

			strbuf_printf(out, " %s=", p.key);
			for (; *v != '\0'; v++)
				strbuf_add(out, *v == '\n' ? "|" : v, 1);
		}
		assert_true(n <= section.n_lines);
	}
	for (size_t i = 0; i < ini->n_remarks; i++) {
		const struct ini_remark *remark = &ini->remarks[i];
		char word[REASON_WORD_LEN];

		strbuf_printf(out, "; %u %s%s%s", remark->line,
			      kinds[remark->kind], remark->text ? " " : "",
			      remark->text ? remark->text : "");
		reason_word(remark->reason, word);
		if (remark->kind == INI_FAULT)
			strbuf_printf(out, " %s", word);
	}
}

static void reads(const char *in, size_t len, const char *shown)
{
	struct strbuf out = strbuf_with_max(65536);
	struct secbuf *text = secbuf_new(len);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct ini ini;

	secbuf_add(text, in, len);
	assert_true(secbuf_ok(text));
	assert_non_null(arena);
	assert_true(ini_parse_on("F", text, arena, &ini, &err));
	show(&ini, &out);
	assert_string_equal(strbuf_text(&out), shown);
	strbuf_clear(&out);
	arena_free(arena);
	secbuf_free(text);
}

struct example {
	const char *in;
	const char *shown;
};

static void check(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		reads(examples[i].in, strlen(examples[i].in),
		      examples[i].shown);
}

/* A literal, with whatever bytes are in it. */
#define READS(literal, shown) reads(literal, sizeof(literal) - 1, shown)

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

#define NO_KEY   "not-a-key"
#define NO_SUB   "not-a-subkey"
#define NO_END   "section-not-closed"
#define TOO_SOON "key-outside-section"

static void goes_on_behind_a_wrong_line(void **state)
{
	static const struct example examples[] = {
		{ "[a]\nk=v\nbad\nl=w\n", "[a] k=v l=w; 3 fault " NO_KEY },
		{ "[a]\n=v\nl=w\n", "[a] l=w; 2 fault key-without-name" },
		/* Indented lines below it belong to it, not to k. */
		{ "[a]\nk=v\nbad\n  more\n\n  still\nl=w\n  on\n",
		  "[a] k=v l=w|on; 3 fault " NO_KEY },
		{ "[a]\n s =\n  x\n  y = 1\n z = 2\n",
		  "[a] s=|y = 1 z=2; 2 key s; 3 fault " NO_SUB },
		{ "[a]\n s =\n  = x\n  y = 1\n",
		  "[a] s=|y = 1; 2 key s; 3 fault subkey-without-name" },
		{ "[a]\nbad\nworse\n",
		  "[a]; 2 fault " NO_KEY "; 3 fault " NO_KEY },
	};

	(void)state;
	CHECK(examples);
}

static void goes_on_at_the_next_section_where_nothing_else_is_sure(void **state)
{
	static const struct example examples[] = {
		{ "[a]\nk=v\n[b\nl=w\n m\nbad\n[c]\nn=x\n",
		  "[a] k=v[c] n=x; 3 fault " NO_END },
		{ "[a\n[b\n[c]\n", "[c]; 1 fault " NO_END "; 2 fault " NO_END },
		{ "k=v\nl=w\nbad\n[a]\nm=x\n", "[a] m=x; 1 fault " TOO_SOON },
		{ "[a]\nk=\xff\nl=w\n[b]\nm=x\n",
		  "[a][b] m=x; 2 fault not-utf8" },
		{ "[a]\nk=v\n[b\n", "[a] k=v; 3 fault " NO_END },
	};

	(void)state;
	CHECK(examples);
	READS("[a]\nk=\0\nl=\0\n[b]\n", "[a][b]; 2 fault nul-byte");
	READS("\xff\xfe[\0a\0]\0\n\0k\0", "; 1 fault not-utf8");
}

static void remarks_what_others_read_otherwise(void **state)
{
	static const struct example examples[] = {
		{ "[a]\nk = v # c\nl = v#c\nM = ;c\n",
		  "[a] k=v l=v#c m=; 2 cut k; 4 capitals m; 4 cut m" },
		{ "[a] # c\n# c\n; c\n", "[a]" },
		{ "[ a ]\n[\tb]\n[c ]\n", "[a][b][c]; 1 spaced a; 2 spaced b" },
		/* Once a section. */
		{ "[a]\n # c\nk=v\n ; d\n[b]\n\t#\n",
		  "[a] k=v[b]; 2 mark; 6 mark" },
		{ " # c\n[a]\n", "[a]" },
		{ "[a]\n  k=v\n  l=w\n[b]\n k=v\n",
		  "[a] k=v l=w[b] k=v; 2 key k; 5 key k" },
		{ "[a]\nk=v\n  Region = x\n  no key\n  a b = c\n",
		  "[a] k=v|Region = x|no key|a b = c; 3 continued region" },
		{ "[a]\nk=v\n  [profile b]\n", "[a] k=v|[profile b]; 3 name" },
		{ "[a]\ns =\n  x = 1\n  [b] = c\n", "[a] s=|x = 1|[b] = c" },
	};

	(void)state;
	CHECK(examples);
}

static void counts_lines_whatever_ends_them(void **state)
{
	char *text = malloc(2000000);
	size_t len;

	(void)state;
	READS("\xef\xbb\xbf[a]\r\n\r\nk=v # c\r\nbad\r\n",
	      "[a] k=v; 1 bom; 3 cut k; 4 fault " NO_KEY);
	READS("[a]\nbad", "[a]; 2 fault " NO_KEY);
	assert_non_null(text);
	memset(text, 'x', 1000000);
	memcpy(text, "[a]\nk=v #", 9);
	text[1000000] = '\n';
	memset(text + 1000001, 'y', 999999);
	len = 2000000;
	reads(text, len, "[a] k=v; 2 cut k; 3 fault " NO_KEY);
	free(text);
}

/* The strict reader sees the same, up to the first fault. */
static void agrees_with_the_reader_that_stops(void **state)
{
	static const char *const files[] = {
		"[a]\nk = v # c\n  l = w\n # m\n[ b ]\ns =\n  x = 1\n",
		"",
		"[a]\n  k=v\n[a]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct strbuf out = strbuf_with_max(65536);
		struct secbuf *text = secbuf_from(files[i]);
		struct secbuf *again = secbuf_from(files[i]);
		struct arena *arena = arena_new();
		struct error err = { 0 };
		struct ini ini;

		assert_true(ini_parse("F", text, arena, &ini, &err));
		assert_int_equal(ini.n_remarks, 0);
		show(&ini, &out);
		assert_true(ini_parse_on("F", again, arena, &ini, &err));
		ini.n_remarks = 0;
		strbuf_puts(&out, "\n");
		show(&ini, &out);
		assert_non_null(strchr(strbuf_text(&out), '\n'));
		assert_int_equal(strncmp(strbuf_text(&out),
					 strchr(strbuf_text(&out), '\n') + 1,
					 strcspn(strbuf_text(&out), "\n")),
				 0);
		strbuf_clear(&out);
		arena_free(arena);
		secbuf_free(text);
		secbuf_free(again);
	}
}

/* --- random files ------------------------------------------------------------ */

#define FILES     20000
#define PARTS_MAX 24

static uint32_t seed = 1;

static size_t below(size_t n)
{
	seed = (uint32_t)((seed * UINT64_C(1103515245) + 12345) & 0x7fffffff);
	return (seed >> 8) % n;
}

static const char *const parts[] = {
	"\n",        "\n",       "\n",
	"\n",        "\r\n",     "[a]",
	"[",         "]",        "[profile a]",
	" ",         "\t",       "#",
	";",         "=",        "k = v",
	"key=",      "k = ",     "long_key =",
	" a = b",    "K.1-x=y",  "\"",
	"\\",        "\xc3\xa9", "\xff",
	"\x7f",      "\x01",     "a value of many bytes",
	"k = v # c",
};

static void make_file(struct strbuf *out)
{
	if (below(4) > 0)
		strbuf_puts(out, below(2) > 0 ? "[a]\n" : "[profile a]\nk=v\n");
	for (size_t n = below(PARTS_MAX); n > 0; n--)
		strbuf_puts(out,
			    parts[below(sizeof(parts) / sizeof(parts[0]))]);
	if (below(20) == 0)
		strbuf_add(out, "", 1);
}

/* The first fault of the slow reader is the error of the quick one. */
static void check_fault(const struct ini *on, const struct error *err)
{
	size_t i = 0;

	while (i < on->n_remarks && on->remarks[i].kind != INI_FAULT)
		i++;
	assert_int_equal(err->code != ERROR_NONE, i < on->n_remarks);
	if (i == on->n_remarks)
		return;
	assert_int_equal(err->reason, on->remarks[i].reason);
	assert_int_equal(err->about.line, on->remarks[i].line);
}

/*
 * ini_parse() reads usual lines without taking them apart; ini_parse_on() never
 * does.
 */
static bool check_random(const struct strbuf *in)
{
	struct secbuf *text = secbuf_new(in->len);
	struct secbuf *again = secbuf_new(in->len);
	struct strbuf a = strbuf_with_max(65536);
	struct strbuf b = strbuf_with_max(65536);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct error none = { 0 };
	struct ini quick;
	struct ini on;
	bool ok;

	secbuf_add(text, in->text, in->len);
	secbuf_add(again, in->text, in->len);
	ok = ini_parse("F", text, arena, &quick, &err);
	assert_true(ini_parse_on("F", again, arena, &on, &none));
	check_fault(&on, &err);
	on.n_remarks = 0;
	if (ok) {
		assert_int_equal(quick.n_sections, on.n_sections);
		assert_int_equal(quick.names_len, on.names_len);
		assert_int_equal(quick.n_lines, on.n_lines);
		for (size_t i = 0; i < quick.n_sections; i++)
			assert_int_equal(quick.heads[i].line, on.heads[i].line);
		show(&quick, &a);
		show(&on, &b);
		assert_string_equal(strbuf_text(&a), strbuf_text(&b));
	}
	strbuf_clear(&a);
	strbuf_clear(&b);
	arena_free(arena);
	secbuf_free(text);
	secbuf_free(again);
	return ok;
}

static void agrees_on_random_files(void **state)
{
	size_t n_ok = 0;

	(void)state;
	for (int i = 0; i < FILES; i++) {
		struct strbuf file = strbuf_with_max(4096);

		make_file(&file);
		n_ok += check_random(&file) ? 1 : 0;
		strbuf_clear(&file);
	}
	assert_in_range(n_ok, FILES / 20, FILES - FILES / 20);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct secbuf *text =
			secbuf_from("[a]\nbad\nk=v # c\n  region=x\n # c\n[ "
				    "b]\n[c\n\xff\n");
		struct error err = { 0 };
		struct ini ini;
		struct arena *arena;

		mem_fail_after(n);
		arena = arena_new();
		done = arena && ini_parse_on("F", text, arena, &ini, &err);
		assert_true(done != mem_has_failed());
		assert_true(done || !arena || err.code == ERROR_MEMORY);
		mem_fail_after(-1);
		arena_free(arena);
		secbuf_free(text);
	}
	assert_true(n > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_behind_a_wrong_line),
		cmocka_unit_test(
			goes_on_at_the_next_section_where_nothing_else_is_sure),
		cmocka_unit_test(remarks_what_others_read_otherwise),
		cmocka_unit_test(counts_lines_whatever_ends_them),
		cmocka_unit_test(agrees_with_the_reader_that_stops),
		cmocka_unit_test(agrees_on_random_files),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
