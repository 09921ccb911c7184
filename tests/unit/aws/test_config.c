#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/check.h"
#include "support/config_text.h"
#include "support/conformance.h"
#include "support/facts.h"
#include "support/mem_failing.h"

struct example {
	const char *config;
	const char *credentials;
	const char *dump;
};

/* Each allocation fails in turn: no dump, or no reading, for this alone. */
static void torture(const struct example *e)
{
	bool failed = true;

	for (long n = 0; failed; n++) {
		struct config_text t;
		struct error err = { 0 };
		struct secbuf *dump = NULL;
		bool ok;

		mem_fail_after(n);
		ok = config_text_read(&t, e->config, e->credentials, &err);
		if (ok)
			dump = aws_config_dump(t.config);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true(ok || err.code == ERROR_MEMORY);
		assert_true(failed == !dump);
		secbuf_free(dump);
		config_text_clear(&t);
	}
}

static void check_dump(const struct example *e)
{
	struct config_text t;
	struct error err = { 0 };
	struct secbuf *dump;

	if (!config_text_read(&t, e->config, e->credentials, &err))
		fail_msg("%s", facts_show(&err));
	dump = aws_config_dump(t.config);
	assert_non_null(dump);
	assert_string_equal(secbuf_text(dump), e->dump);
	secbuf_free(dump);
	config_text_clear(&t);
	torture(e);
}

#define DUMP(profiles, sessions, services)                         \
	"{\"profiles\":{" profiles "},\"sso_sessions\":{" sessions \
	"},\"services\":{" services "}}\n"

static void merges_the_two_files(void **state)
{
	static const struct example examples[] = {
		{ NULL, NULL, DUMP("", "", "") },
		{ "[default]\na=1\n[profile b]\nC=2\n", NULL,
		  DUMP("\"default\":{\"a\":\"1\"},\"b\":{\"c\":\"2\"}", "",
		       "") },
		{ "[profile b]\na=1\nc=2", "[b]\na=3\nd=4",
		  DUMP("\"b\":{\"a\":\"3\",\"c\":\"2\",\"d\":\"4\"}", "", "") },
		{ "[default]\na=1\n[profile default]\nb=2", "[default]\nc=3",
		  DUMP("\"default\":{\"b\":\"2\",\"c\":\"3\"}", "", "") },
		{ "[profile \"q\"]\na=1\n[sso-session s]\nb=2\n"
		  "[services v]\nsts =\n Endpoint_URL = u\n",
		  NULL,
		  DUMP("\"q\":{\"a\":\"1\"}", "\"s\":{\"b\":\"2\"}",
		       "\"v\":{\"sts\":{\"endpoint_url\":\"u\"}}") },
		{ "[profile P]\n[profile p]\n", NULL,
		  DUMP("\"P\":{},\"p\":{}", "", "") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check_dump(&examples[i]);
}

static void shows_what_continues_as_text_and_what_nests_as_object(void **state)
{
	static const struct example examples[] = {
		{ "[default]\na = v\n w\n", NULL,
		  DUMP("\"default\":{\"a\":\"v\\nw\"}", "", "") },
		{ "[default]\na =\n b = c\n x y = z\n B = d\n", NULL,
		  DUMP("\"default\":{\"a\":{\"b\":\"d\"}}", "", "") },
		{ "[default]\na =\n z = 1\n x y = z\n y = 2\n Z = 3\n x = 4\n"
		  " Y = 5\n z = 6\n",
		  NULL,
		  DUMP("\"default\":{\"a\":{\"x\":\"4\",\"y\":\"5\","
		       "\"z\":\"6\"}}",
		       "", "") },
		{ "[default]\na =\n x y = z\n", NULL,
		  DUMP("\"default\":{\"a\":{}}", "", "") },
		{ "[default]\na =\n b = c\na =\n d = e\n", NULL,
		  DUMP("\"default\":{\"a\":{\"d\":\"e\"}}", "", "") },
		{ "[default]\na =\n", NULL,
		  DUMP("\"default\":{\"a\":\"\"}", "", "") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check_dump(&examples[i]);
}

static void lists_sections_that_mean_nothing(void **state)
{
	static const struct {
		const char *name;
		const char *file;
		unsigned line;
	} want[] = {
		{ "foo", "config", 1 },
		{ "profilefoo", "config", 2 },
		{ "profile in valid", "config", 3 },
		{ "profile \"my profile", "config", 4 },
		{ "sso-session", "config", 5 },
		{ "Profile foo", "config", 6 },
		{ "", "config", 7 },
		{ "profile bar", "credentials", 1 },
		{ "q r", "credentials", 2 },
	};
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(
		&t,
		"[foo]\n[profilefoo]\n[profile in valid]\n"
		"[profile \"my profile]\n[sso-session ]\n[Profile foo]\n[]\n",
		"[profile bar]\n[q r]\n", &err));
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct config_ignored *got =
			aws_config_ignored(t.config, i);

		assert_non_null(got);
		assert_string_equal(got->name, want[i].name);
		assert_string_equal(got->file, want[i].file);
		assert_int_equal(got->line, want[i].line);
	}
	assert_null(
		aws_config_ignored(t.config, sizeof(want) / sizeof(want[0])));
	assert_null(aws_config_nth(t.config, CONFIG_PROFILE, 0));
	config_text_clear(&t);
}

static void says_where_each_value_stands(void **state)
{
	const struct config_section *section;
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(&t, "[profile a]\nx = 1\ny = 2\n",
				     "\n[a]\ny = 3\n", &err));
	section = aws_config_find(t.config, CONFIG_PROFILE, "a");
	assert_non_null(section);
	assert_string_equal(section->file, "config");
	assert_int_equal(section->line, 1);
	assert_int_equal(config_value(section, "x")->line, 2);
	assert_int_equal(config_value(section, "x")->from, CONFIG_FILE);
	assert_string_equal(config_value(section, "y")->file, "credentials");
	assert_int_equal(config_value(section, "y")->line, 3);
	assert_int_equal(config_value(section, "y")->from, CREDENTIALS_FILE);
	assert_null(config_value(section, "z"));
	assert_null(aws_config_find(t.config, CONFIG_PROFILE, "A"));
	assert_null(aws_config_find(t.config, CONFIG_SERVICES, "a"));
	config_text_clear(&t);
}

static void finds_a_subproperty(void **state)
{
	const struct config_value *value;
	struct config_text t;
	struct error err = { 0 };
	const char *text = NULL;
	size_t len = 0;

	(void)state;
	assert_true(config_text_read(&t,
				     "[services s]\nsts =\n endpoint_url = x\n"
				     " Endpoint_Url = yz\niam = w\n",
				     NULL, &err));
	value = config_value(aws_config_find(t.config, CONFIG_SERVICES, "s"),
			     "sts");
	assert_true(config_subvalue(value, "endpoint_url", &text, &len));
	assert_int_equal(len, 2);
	assert_memory_equal(text, "yz", 2);
	assert_false(config_subvalue(value, "other", &text, &len));
	value = config_value(aws_config_find(t.config, CONFIG_SERVICES, "s"),
			     "iam");
	assert_false(config_subvalue(value, "endpoint_url", &text, &len));
	config_text_clear(&t);
}

static void names_the_nearest_profiles_first(void **state)
{
	const char *got[3];
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(&t,
				     "[profile acme-testing]\n"
				     "[profile production]\n[profile resting]\n"
				     "[profile Testing]\n[profile testing2]\n",
				     NULL, &err));
	assert_int_equal(aws_config_nearest(t.config, "testing", got, 3), 3);
	assert_string_equal(got[0], "Testing");
	assert_string_equal(got[1], "resting");
	assert_string_equal(got[2], "testing2");
	assert_int_equal(aws_config_nearest(t.config, "productoin", got, 3), 1);
	assert_string_equal(got[0], "production");
	assert_int_equal(aws_config_nearest(t.config, "acme", got, 3), 1);
	assert_string_equal(got[0], "acme-testing");
	assert_int_equal(aws_config_nearest(t.config, "zzzzz", got, 3), 0);
	config_text_clear(&t);
}

static void stops_at_the_first_error_with_its_line(void **state)
{
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_false(config_text_read(&t, "[foo]\nno sign\n", NULL, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_NOT_A_KEY, .path = "config", .line = 2);
	config_text_clear(&t);
}

/* CPU seconds to read n profiles, which are all there afterwards. */
static double read_many(size_t n)
{
	static const char body[] = "region = eu-west-1\nrole_arn = x\n";
	char *text = malloc(n * 96);
	struct config_text t;
	struct error err = { 0 };
	size_t len = 0;
	clock_t begin;
	char last[32];

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, 96, "[profile p%zu]\n%s", i,
					body);
	begin = clock();
	assert_true(config_text_read(&t, text, NULL, &err));
	(void)snprintf(last, sizeof(last), "p%zu", n - 1);
	assert_non_null(aws_config_find(t.config, CONFIG_PROFILE, last));
	assert_string_equal(
		aws_config_nth_name(t.config, CONFIG_PROFILE, n - 1),
		aws_config_nth(t.config, CONFIG_PROFILE, n - 1)->name);
	assert_null(aws_config_nth_name(t.config, CONFIG_PROFILE, n));
	assert_null(aws_config_nth(t.config, CONFIG_PROFILE, n));
	config_text_clear(&t);
	free(text);
	return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

/* Ten times the profiles would take a hundred times as long if it were not. */
static void grows_with_the_file_and_no_faster(void **state)
{
	double small = read_many(10000);
	double large = read_many(100000);

	(void)state;
	print_message("10,000 profiles %.3f s, 100,000 %.3f s\n", small, large);
	assert_true(large < 40 * small + 1);
}

/* The same of the keys of one section, each of which may have come before. */
static double read_wide(size_t n)
{
	char *text = malloc(n * 32 + 32);
	const struct config_section *section;
	struct config_text t;
	struct error err = { 0 };
	size_t len = (size_t)snprintf(text, 32, "[default]\n");
	clock_t begin;

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, 32, "k%zu = v\n", i);
	begin = clock();
	assert_true(config_text_read(&t, text, NULL, &err));
	section = aws_config_find(t.config, CONFIG_PROFILE, "default");
	assert_non_null(section);
	assert_int_equal(section->n_values, n);
	config_text_clear(&t);
	free(text);
	return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

static void grows_with_a_section_and_no_faster(void **state)
{
	double small = read_wide(10000);
	double large = read_wide(100000);

	(void)state;
	print_message("10,000 keys %.3f s, 100,000 %.3f s\n", small, large);
	assert_true(large < 40 * small + 1);
}

/* Values that were read before keep their place; new ones are added. */
static void adds_to_a_section_that_was_shown(void **state)
{
	static const char later[] = "[a]\ny = 3\nz = 4\n[b]\nz = 5\n";
	const struct config_section *section;
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(&t,
				     "[profile a]\nx = 1\ny = 2\n"
				     "[profile e]\n[profile f]\n",
				     NULL, &err));
	section = aws_config_find(t.config, CONFIG_PROFILE, "a");
	assert_non_null(section);
	assert_string_equal(config_value(section, "y")->text, "2");
	assert_true(config_text_add(&t, CREDENTIALS_FILE, later, strlen(later),
				    &err));
	assert_ptr_equal(aws_config_find(t.config, CONFIG_PROFILE, "a"),
			 section);
	assert_int_equal(section->n_values, 3);
	assert_string_equal(config_value(section, "x")->text, "1");
	assert_string_equal(config_value(section, "y")->text, "3");
	assert_string_equal(config_value(section, "z")->text, "4");
	section = aws_config_find(t.config, CONFIG_PROFILE, "b");
	assert_non_null(section);
	assert_string_equal(config_value(section, "z")->text, "5");
	config_text_clear(&t);
}

/* A failure that is passed over costs values, and no more. */
static void shows_no_values_that_there_was_no_room_for(void **state)
{
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		const struct config_section *section;
		struct config_text t;
		struct error err = { 0 };

		mem_fail_after(n);
		done = config_text_read(&t, "[default]\na = 1\nb = 2\n", NULL,
					&err);
		mem_fail_after(-1);
		section = t.config ? aws_config_find(t.config, CONFIG_PROFILE,
						     "default")
				   : NULL;
		assert_true(!done || section);
		assert_true(!section || section->n_values == (done ? 2 : 0));
		assert_true(
			done || !t.config ||
			!aws_config_nth(t.config, CONFIG_PROFILE, 0) ||
			aws_config_nth(t.config, CONFIG_PROFILE, 0)->n_values ==
				0);
		config_text_clear(&t);
	}
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct config_text t;
		struct error err = { 0 };
		struct secbuf *dump = NULL;

		mem_fail_after(n);
		done = config_text_read(&t, "[profile a]\nb=1\nc=2\n[d]\n",
					"[a]\ne =\n f = g\n", &err);
		assert_true(done || err.code == ERROR_MEMORY);
		dump = done ? aws_config_dump(t.config) : NULL;
		done = dump;
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		secbuf_free(dump);
		config_text_clear(&t);
	}
	assert_true(n > 5);
}

/* A raw "\nk = v\n..." as the dump has it: valid sub-properties alone. */
static json_t *nested(const char *raw)
{
	json_t *object = json_object();
	char *copy = strdup(raw);
	char *rest = copy;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		char *sign = strstr(line, " = ");

		if (!sign || memchr(line, ' ', (size_t)(sign - line)))
			continue;
		*sign = '\0';
		(void)json_object_set_new(object, line, json_string(sign + 3));
	}
	free(copy);
	return object;
}

/* The case's words in the form of the dump; absent is empty. */
static json_t *in_our_form(const json_t *kind)
{
	json_t *out = json_deep_copy(kind);
	const char *name;
	const char *key;
	json_t *section;
	json_t *value;

	if (!out)
		return json_object();
	json_object_foreach(out, name, section)
	{
		json_object_foreach(section, key, value)
		{
			if (json_string_value(value)[0] == '\n')
				(void)json_object_set_new(
					section, key,
					nested(json_string_value(value)));
		}
	}
	return out;
}

static bool same_kind(const json_t *dump, const json_t *expect,
		      const char *kind)
{
	json_t *want = in_our_form(json_object_get(expect, kind));
	bool same = json_equal(json_object_get(dump, kind), want);

	json_decref(want);
	return same;
}

static bool same_dump(const struct config_text *t, const json_t *expect)
{
	struct secbuf *text = aws_config_dump(t->config);
	json_t *dump =
		json_loads(secbuf_text(text), JSON_REJECT_DUPLICATES, NULL);
	bool same = dump && same_kind(dump, expect, "profiles") &&
		    same_kind(dump, expect, "sso_sessions") &&
		    same_kind(dump, expect, "services");

	json_decref(dump);
	secbuf_free(text);
	return same;
}

static bool agrees(const json_t *one)
{
	const json_t *input = json_object_get(one, "input");
	const json_t *expect = json_object_get(one, "expect");
	struct config_text t;
	struct error err = { 0 };
	bool ok = config_text_read(
		&t, json_string_value(json_object_get(input, "configFile")),
		json_string_value(json_object_get(input, "credentialsFile")),
		&err);

	if (json_is_true(json_object_get(expect, "error")))
		ok = !ok && err.code == ERROR_CONFIG;
	else
		ok = ok && same_dump(&t, expect);
	config_text_clear(&t);
	return ok;
}

static void agrees_with_the_parser_cases_of_the_sdks(void **state)
{
	json_t *file;
	const json_t *cases;
	size_t failed = 0;
	size_t i;
	json_t *one;

	(void)state;
	if (!conformance_is_here())
		skip();
	file = conformance_json("profile-parser/visible/cases.json");
	assert_non_null(file);
	cases = json_object_get(file, "cases");
	json_array_foreach(cases, i, one)
	{
		if (agrees(one))
			continue;
		failed++;
		print_error("%s: %s\n",
			    json_string_value(json_object_get(one, "id")),
			    json_string_value(json_object_get(one, "name")));
	}
	print_message("%zu cases\n", json_array_size(cases));
	assert_true(json_array_size(cases) > 0);
	json_decref(file);
	assert_int_equal(failed, 0);
}

/* Bytes of other dialects: read, or refused with a line. Never worse. */
static void read_either_way(const char *path)
{
	struct config_text t;
	struct error err = { 0 };
	size_t len;
	char *text = conformance_read(path, &len);
	struct secbuf *dump;

	if (!text)
		return;
	memset(&t, 0, sizeof(t));
	t.arena = arena_new();
	assert_non_null(t.arena);
	t.config = aws_config_new(t.arena);
	assert_non_null(t.config);
	if (config_text_add(&t, CONFIG_FILE, text, len, &err)) {
		json_t *json;

		dump = aws_config_dump(t.config);
		json = json_loads(secbuf_text(dump), JSON_REJECT_DUPLICATES,
				  NULL);
		assert_non_null(json);
		json_decref(json);
		secbuf_free(dump);
	} else {
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_string_equal(err.about.path, "config");
		assert_int_not_equal(err.about.line, 0);
	}
	config_text_clear(&t);
	free(text);
}

static void reads_or_refuses_other_dialects(void **state)
{
	static const char *const folders[] = {
		"profile-parser/dialect/aws-sdk-go-v1-ini/valid",
		"profile-parser/dialect/aws-sdk-go-v1-ini/invalid",
		"profile-parser/dialect/botocore-cfg",
		"profile-parser/fuzz-seeds/parse_config_profile",
		"profile-parser/fuzz-seeds/parse_credentials_profile",
	};

	(void)state;
	if (!conformance_is_here())
		skip();
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		assert_true(conformance_each(folders[i], read_either_way) > 0);
}

/* Files that botocore's own tests refuse, and the line that is wrong. */
static void refuses_what_botocore_refuses(void **state)
{
	static const char *const refused[][2] = {
		{ "aws_config_bad", "key-outside-section path=config line=1" },
		{ "aws_config_badbytes", "not-utf8 path=config line=1" },
		{ "aws_config_nested_bad", "not-a-subkey path=config line=5" },
	};

	(void)state;
	if (!conformance_is_here())
		skip();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct config_text t;
		struct error err = { 0 };
		char path[256];
		char facts[FACTS_LEN];
		size_t len;
		char *text;

		(void)snprintf(path, sizeof(path),
			       "profile-parser/dialect/botocore-cfg/%s",
			       refused[i][0]);
		text = conformance_read(path, &len);
		assert_non_null(text);
		assert_true(config_text_read(&t, NULL, NULL, &err));
		assert_false(config_text_add(&t, CONFIG_FILE, text, len, &err));
		assert_string_equal(facts_of(&err, facts), refused[i][1]);
		config_text_clear(&t);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_the_two_files),
		cmocka_unit_test(
			shows_what_continues_as_text_and_what_nests_as_object),
		cmocka_unit_test(lists_sections_that_mean_nothing),
		cmocka_unit_test(says_where_each_value_stands),
		cmocka_unit_test(finds_a_subproperty),
		cmocka_unit_test(names_the_nearest_profiles_first),
		cmocka_unit_test(stops_at_the_first_error_with_its_line),
		cmocka_unit_test(grows_with_the_file_and_no_faster),
		cmocka_unit_test(grows_with_a_section_and_no_faster),
		cmocka_unit_test(adds_to_a_section_that_was_shown),
		cmocka_unit_test(shows_no_values_that_there_was_no_room_for),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(agrees_with_the_parser_cases_of_the_sdks),
		cmocka_unit_test(reads_or_refuses_other_dialects),
		cmocka_unit_test(refuses_what_botocore_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
