#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "session/source/source_internal.h"
#include "support/check.h"
#include "support/conformance.h"

#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL     "AWS_CONTAINER_CREDENTIALS_FULL_URI"

static void a_token_goes_only_to_this_machine_or_by_tls(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} examples[] = {
		{ "http://127.0.0.1/x", true },
		{ "http://127.1.2.3:80/x?y=z", true },
		{ "http://[::1]:8080/", true },
		{ "http://LOCALHOST/", true },
		{ "http://169.254.170.23/v1", true },
		{ "https://example.com/", true },
		{ "http://169.254.170.24/", false },
		{ "http://127.0.0.1.example.com/", false },
		{ "http://localhost.example.com/", false },
		{ "http://[::2]/", false },
		{ "http://user@127.0.0.1/", false },
		{ "http://127.0.0.1/ x", false },
		{ "http://127.0.0.1/\n", false },
		{ "ftp://127.0.0.1/", false },
		{ "127.0.0.1/x", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct arena *arena = arena_new();
		char variable[200];
		char *environment[] = { variable, NULL };
		struct error err = { 0 };
		const char *url;

		(void)snprintf(variable, sizeof(variable), FULL "=%s",
			       examples[i].url);
		if (container_find_url(environment, arena, &url, &err) !=
		    examples[i].good)
			fail_msg("%s", examples[i].url);
		arena_free(arena);
	}
}

/* Puts the variables of a case into an environment block. */
static void put(json_t *env, char (*texts)[300], char **block)
{
	json_t *value;
	const char *name;
	size_t n = 0;

	json_object_foreach(env, name, value)
	{
		(void)snprintf(texts[n], sizeof(texts[n]), "%s=%s", name,
			       json_string_value(value));
		block[n] = texts[n];
		n++;
	}
	block[n] = NULL;
}

static void container_urls_are_those_of_the_sdks(void **state)
{
	json_t *all;
	const json_t *one;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	all = conformance_json("container-credentials/ecs-tests.json");
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "tests"), i, one)
	{
		const json_t *result = json_object_get(one, "result");
		const char *want =
			json_string_value(json_object_get(result, "Ok"));
		struct arena *arena = arena_new();
		char texts[4][300];
		char *block[5];
		struct error err = { 0 };
		const char *url;
		bool ok;

		put(json_object_get(one, "env"), texts, block);
		ok = container_find_url(block, arena, &url, &err);
		if (ok != (want != NULL) || (ok && strcmp(url, want) != 0))
			fail_msg("%s", json_string_value(
					       json_object_get(one, "docs")));
		arena_free(arena);
	}
	json_decref(all);
}

/* The value of a variable, or else of a line of the profile. */
static const char *setting(const json_t *one, const char *variable,
			   const char *key, char out[static 100])
{
	const char *text = json_string_value(
		json_object_get(json_object_get(one, "env"), variable));
	const char *config = json_string_value(
		json_object_get(json_object_get(one, "fs"), "config"));
	char start[100];

	(void)snprintf(start, sizeof(start), "%s = ", key);
	if (!text && config && strstr(config, start))
		text = strstr(config, start) + strlen(start);
	(void)snprintf(out, 100, "%s", text ? text : "");
	return text ? out : NULL;
}

static void metadata_urls_are_those_of_the_sdks(void **state)
{
	json_t *all;
	const json_t *one;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	all = conformance_json("imds/imds-endpoint-tests.json");
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "tests"), i, one)
	{
		const char *want = json_string_value(
			json_object_get(json_object_get(one, "result"), "Ok"));
		char endpoint[100], mode[100], whole[200] = "";
		struct arena *arena = arena_new();
		struct step step = {
			.metadata_endpoint = setting(
				one, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
				"ec2_metadata_service_endpoint", endpoint),
			.metadata_mode = setting(
				one, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
				"ec2_metadata_service_endpoint_mode", mode),
		};
		struct error err = { 0 };
		const char *base = "";
		bool ok;

		if (json_object_get(one, "endpoint_override") ||
		    json_object_get(one, "mode_override")) {
			arena_free(arena); /* options of a library */
			continue;
		}
		ok = instance_find_base(&step, arena, &base, &err);
		(void)snprintf(whole, sizeof(whole), "%s/latest/api/token",
			       base);
		if (ok != (want != NULL) || (ok && strcmp(whole, want) != 0))
			fail_msg(
				"%s: %s",
				json_string_value(json_object_get(one, "docs")),
				whole);
		arena_free(arena);
	}
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_goes_only_to_this_machine_or_by_tls),
		cmocka_unit_test(container_urls_are_those_of_the_sdks),
		cmocka_unit_test(metadata_urls_are_those_of_the_sdks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
