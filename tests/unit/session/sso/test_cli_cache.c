#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secbuf.h"
#include "port/world.h"
#include "session/sso.h"
#include "support/check.h"
#include "support/conformance.h"

/* A home with one file, whatever its name. */
struct home {
	const char *text;
	struct file_facts facts;
	char path[512]; /* that was read */
};

static bool read_one(void *self, const char *path, size_t max,
		     struct secbuf **text, struct error *err)
{
	struct home *home = self;

	(void)max;
	(void)snprintf(home->path, sizeof(home->path), "%s", path);
	*text = secbuf_from(home->text);
	return *text || error_memory(err);
}

static bool facts_of(void *self, const char *path, struct file_facts *facts,
		     struct error *err)
{
	(void)path;
	(void)err;
	*facts = ((struct home *)self)->facts;
	return true;
}

/* Is there an access token in the text? */
static bool has_token(const char *text, struct file_facts facts)
{
	static char variable[] = "HOME=/home/alex";
	char *environment[] = { variable, NULL };
	struct home home = { .text = text, .facts = facts };
	const struct world world = {
		.files = { .self = &home, .read = read_one, .facts = facts_of },
		.environment = environment
	};
	const struct plan_sso sso = { .session = "my-sso",
				      .start_url =
					      "https://corp.awsapps.com/start",
				      .region = "eu-west-1" };
	const struct sso_use use = { .sso = &sso, .world = &world };
	struct sso_token token;
	bool has;

	sso_cli_cache_load(&use, &token);
	has = token.access != NULL;
	sso_token_clear(&token);
	if (home.path[0] != '\0')
		assert_string_equal(home.path,
				    "/home/alex/.aws/sso/cache/0ad374308c5a4e22"
				    "f723adf10145eafad7c4031c.json");
	return has;
}

#define TOKEN "\"accessToken\":\"aoa\",\"expiresAt\":\"2044-04-04T07:00:01Z\""

static void reads_only_what_is_whole_and_ours(void **state)
{
	const struct file_facts good = { .exists = true };
	struct file_facts bad = good;

	(void)state;
	assert_true(has_token("{" TOKEN "}", good));
	assert_true(has_token("{" TOKEN ",\"region\":\"eu-west-1\","
			      "\"startUrl\":"
			      "\"https://corp.awsapps.com/start\",\"x\":[]}",
			      good));
	assert_false(has_token("{" TOKEN ",\"region\":\"us-east-1\"}", good));
	assert_false(has_token("{" TOKEN ",\"startUrl\":\"https://x\"}", good));
	assert_false(has_token("{" TOKEN, good));
	assert_false(has_token("", good));
	assert_false(has_token("[1]", good));
	assert_false(has_token("{\"accessToken\":\"a b\",\"expiresAt\":"
			       "\"2044-04-04T07:00:01Z\"}",
			       good));
	bad.foreign = true;
	assert_false(has_token("{" TOKEN "}", bad));
	bad = (struct file_facts){ .exists = true, .others_write = true };
	assert_false(has_token("{" TOKEN "}", bad));
	bad = (struct file_facts){ .exists = false };
	assert_false(has_token("{" TOKEN "}", bad));
}

static void reads_the_files_of_the_sdks(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} cases[] = {
		{ "00126f0eb29dc1310529dcc8fc178693e1493135", true },
		{ "b5f90cb535abf87a12eb4c57db2b1e837e229ea0", true },
		{ "custom_cached_token", true },
		{ "valid_token", false }, /* of another start URL */
		{ "f7f7ff326478d8c33d47eeb3408cf1c783cb611e", false },
		{ "invalid_json", false },
		{ "missing_accessToken", false },
		{ "missing_expiresAt", false },
	};

	(void)state;
	if (!conformance_is_here())
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[200];
		size_t len;
		char *text;

		(void)snprintf(path, sizeof(path),
			       "sso/go-v1-token-cache/%s.json", cases[i].name);
		text = conformance_read(path, &len);
		assert_non_null(text);
		if (has_token(text, (struct file_facts){ .exists = true }) !=
		    cases[i].good)
			fail_msg("%s", cases[i].name);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_only_what_is_whole_and_ours),
		cmocka_unit_test(reads_the_files_of_the_sdks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
