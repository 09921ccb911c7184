#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/xml.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

static struct xml *must_parse(const char *text)
{
	struct error err = { 0 };
	struct xml *doc = xml_parse(text, strlen(text), &err);

	if (!doc)
		print_error("%s: %s\n", text, facts_show(&err));
	assert_non_null(doc);
	return doc;
}

static const char answer[] =
	"<?xml version=\"1.0\"?>\n"
	"<s:R xmlns:s=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
	"  <s:Result><Key> \n K/1 \t</Key><Empty/><Other>x</Other></s:Result>\n"
	"  <List><member><Id>a</Id></member><x/><member><Id>b</Id></member>"
	"</List>\n"
	"  <Mixed>a<!-- no -->b<![CDATA[<&]]>&amp;&#x2603;<i>no</i></Mixed>\n"
	"</s:R>";

static void finds_elements_by_local_name(void **state)
{
	struct xml *doc = must_parse(answer);
	const struct xml_node *root = xml_root(doc);
	const struct xml_node *member = xml_at(root, "List/member");
	char text[8];

	(void)state;
	assert_string_equal(xml_name(root), "R");
	assert_string_equal(xml_name(xml_child(root, "Result")), "Result");
	assert_null(xml_child(root, "Resul"));
	assert_null(xml_child(root, "Results"));
	assert_null(xml_child(root, "Key"));
	assert_null(xml_at(root, "Result/None/Key"));
	assert_ptr_equal(xml_at(root, "Result"), xml_child(root, "Result"));
	assert_true(xml_text(xml_child(member, "Id"), text, sizeof(text)));
	assert_string_equal(text, "a");
	member = xml_next(member);
	assert_true(xml_text(xml_child(member, "Id"), text, sizeof(text)));
	assert_string_equal(text, "b");
	assert_null(xml_next(member));
	xml_free(doc);
}

static void nowhere_has_nothing(void **state)
{
	char text[4] = "old";

	(void)state;
	assert_string_equal(xml_name(NULL), "");
	assert_null(xml_child(NULL, "a"));
	assert_null(xml_next(NULL));
	assert_null(xml_at(NULL, "a/b"));
	assert_null(xml_secret(NULL, 10));
	assert_false(xml_text(NULL, text, sizeof(text)));
	assert_string_equal(text, "");
	xml_free(NULL);
}

static void gives_text_trimmed_and_no_more_than_fits(void **state)
{
	static const struct {
		const char *path;
		size_t size; /* of the buffer */
		const char *want;
	} cases[] = {
		{ "Result/Key", 4, "K/1" },
		{ "Result/Key", 3, NULL },
		{ "Result/Empty", 1, "" },
		{ "Mixed", 32, "ab<&&\xe2\x98\x83" },
		{ "Result/None", 32, NULL },
	};
	struct xml *doc = must_parse(answer);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct xml_node *node =
			xml_at(xml_root(doc), cases[i].path);
		struct secbuf *secret = xml_secret(node, cases[i].size - 1);
		char text[32] = "old";

		print_message("%s %zu\n", cases[i].path, cases[i].size);
		assert_int_equal(xml_text(node, text, cases[i].size),
				 cases[i].want != NULL);
		assert_string_equal(text, cases[i].want ? cases[i].want : "");
		assert_int_equal(secret != NULL, cases[i].want != NULL);
		if (secret)
			assert_string_equal(secbuf_text(secret), cases[i].want);
		secbuf_free(secret);
	}
	xml_free(doc);
}

static void refuses_what_is_no_plain_document(void **state)
{
	static const char *const cases[] = {
		"",
		"   ",
		"AccessDenied",
		"<a>",
		"<a></b>",
		"<a/><b/>",
		"<a/>tail",
		"<a>&undeclared;</a>",
		"<a>\x01</a>",
		"<a>\xff</a>",
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
		"<!DOCTYPE a [<!ENTITY e \"boom\">]><a>&e;</a>",
		"<!DOCTYPE a [<!ENTITY e SYSTEM \"/etc/passwd\">]><a>&e;</a>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };

		print_message("%s\n", cases[i]);
		assert_null(xml_parse(cases[i], strlen(cases[i]), &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
	}
}

static void refuses_a_document_past_its_cap(void **state)
{
	static char text[XML_MAX + 2];
	struct error err = { 0 };
	struct xml *doc;

	(void)state;
	(void)snprintf(text, sizeof(text), "<a/>%*s", XML_MAX - 3, "");
	assert_null(xml_parse(text, XML_MAX + 1, &err));
	assert_int_equal(err.code, ERROR_PROTOCOL);
	doc = xml_parse(text, XML_MAX, &err);
	assert_non_null(doc);
	xml_free(doc);
}

static void never_quotes_the_document_in_an_error(void **state)
{
	static const char text[] = "<Secret>wJalrXUtnFEMI</Sec>";
	struct error err = { 0 };
	char facts[FACTS_LEN];

	(void)state;
	assert_null(xml_parse(text, strlen(text), &err));
	assert_error(&err, REASON_BAD_XML);
	assert_null(strstr(facts_of(&err, facts), "wJalr"));
}

static void keeps_nothing_of_a_document_that_it_refused(void **state)
{
	static const char *const cases[] = {
		"<Secret>wJalrXUtnFEMI</Sec>",
		"<a wJalrXUtnFEMI>",
		"<a><wJalrXUtnFEMI>\x01</a>",
		"<a>&wJalrXUtnFEMI;</a>",
	};
	long before;

	(void)state;
	xml_free(must_parse("<a/>")); /* what is made once and kept */
	before = mem_alive();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };

		assert_null(xml_parse(cases[i], strlen(cases[i]), &err));
		assert_int_equal(mem_alive(), before);
	}
}

static void survives_any_allocation_failing(void **state)
{
	long before = secbuf_alive();
	bool done = false;
	long n;

	(void)state;
	xml_free(must_parse("<a/>")); /* what is made once and kept */
	for (n = 0; !done; n++) {
		struct error err = { 0 };
		struct secbuf *key = NULL;
		struct xml *doc;

		mem_fail_after(n);
		doc = xml_parse(answer, strlen(answer), &err);
		if (doc)
			key = xml_secret(xml_at(xml_root(doc), "Result/Key"),
					 100);
		done = key != NULL;
		assert_true(done != mem_has_failed());
		if (!doc)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		secbuf_free(key);
		xml_free(doc);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_int_equal(secbuf_alive(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_elements_by_local_name),
		cmocka_unit_test(nowhere_has_nothing),
		cmocka_unit_test(gives_text_trimmed_and_no_more_than_fits),
		cmocka_unit_test(refuses_what_is_no_plain_document),
		cmocka_unit_test(refuses_a_document_past_its_cap),
		cmocka_unit_test(never_quotes_the_document_in_an_error),
		cmocka_unit_test(keeps_nothing_of_a_document_that_it_refused),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
