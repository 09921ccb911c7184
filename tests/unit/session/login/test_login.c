#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/caller.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/es256.h"
#include "format/json.h"
#include "port/world.h"
#include "session/login.h"
#include "support/check.h"
#include "support/conformance.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define NOW 1763510400 /* 2025-11-19T00:00:00Z */

/* A machine with one file, and an AWS with one answer. */
struct place {
	char path[256]; /* of the file */
	char *text;     /* or NULL: there is none */
	struct file_facts facts;
	const char *answer; /* of AWS, or NULL: it is not to be called */
	int status;
	char body[4096]; /* of the request */
	char url[256];
	unsigned mode; /* of the file, when written */
	struct error warning;
};

static bool read_file(void *self, const char *path, size_t max,
		      struct secbuf **text, struct error *err)
{
	struct place *place = self;

	(void)max;
	*text = NULL;
	if (!place->text || strcmp(path, place->path) != 0)
		return true;
	*text = secbuf_from(place->text);
	return *text || error_memory(err);
}

static bool write_file(void *self, const char *path, unsigned mode,
		       const struct secbuf *before, const struct secbuf *after,
		       struct error *err)
{
	struct place *place = self;

	(void)err;
	assert_string_equal(path, place->path);
	assert_string_equal(secbuf_text(before), place->text);
	free(place->text);
	place->text = strdup(secbuf_text(after));
	place->mode = mode;
	return true;
}

static bool facts_of_file(void *self, const char *path,
			  struct file_facts *facts, struct error *err)
{
	struct place *place = self;

	(void)err;
	*facts = place->facts;
	facts->exists = place->text && strcmp(path, place->path) == 0;
	return true;
}

static bool answer(void *self, const struct http_request *request,
		   struct http_answer *out, bool *sent, struct error *err)
{
	struct place *place = self;

	assert_non_null(place->answer);
	(void)snprintf(place->body, sizeof(place->body), "%s",
		       secbuf_text(request->body));
	(void)snprintf(place->url, sizeof(place->url), "%s", request->url);
	*sent = true;
	*out = (struct http_answer){ .status = place->status,
				     .body = secbuf_from(place->answer) };
	return out->body || error_memory(err);
}

static int64_t now_of(void *self)
{
	(void)self;
	return NOW;
}

static void no_pause(void *self, int64_t milliseconds)
{
	(void)self;
	(void)milliseconds;
}

static bool take_lock(void *self, const char *name, int wait, int *lock,
		      struct error *err)
{
	(void)self;
	(void)name;
	(void)wait;
	(void)err;
	*lock = 1;
	return true;
}

static void release(void *self, int lock, bool gave_up)
{
	(void)self;
	(void)lock;
	(void)gave_up;
}

static void say(void *self, enum notice what, const struct error *fact)
{
	struct place *place = self;

	if (what == NOTICE_WARNING)
		place->warning = *fact;
}

static bool get_public(void *self, const struct secbuf *pem,
		       uint8_t out[static SIGNER_LEN], struct error *err)
{
	(void)self;
	return es256_public(pem, out, err);
}

static bool sign(void *self, const struct secbuf *pem, const void *bytes,
		 size_t len, uint8_t out[static SIGNER_LEN], struct error *err)
{
	(void)self;
	return es256_sign(pem, bytes, len, out, err);
}

static struct world world_of(struct place *place)
{
	static char variable[] = "HOME=/home/alex";
	static char *environment[] = { variable, NULL };

	return (struct world){
		.files = { place, read_file, write_file, facts_of_file },
		.http = { place, answer },
		.clock = { place, now_of, no_pause, NULL },
		.locks = { .self = place,
			   .take = take_lock,
			   .release = release },
		.notices = { place, say },
		.signer = { place, get_public, sign },
		.environment = environment,
	};
}

static bool obtain_with(struct place *place, const struct plan_login *login,
			int64_t least, struct credentials *creds,
			struct error *err)
{
	static const struct plan plan = { .max_attempts = 1 };
	const struct world world = world_of(place);
	const struct login_use use = {
		.plan = &plan, .login = login, .world = &world, .least = least
	};
	struct arena *arena = arena_new();
	const char *path = NULL;

	assert_true(login_file_path(&world, login->session, arena, &path, err));
	(void)snprintf(place->path, sizeof(place->path), "%s", path);
	arena_free(arena);
	*creds = (struct credentials){ 0 };
	return login_obtain(&use, creds, err);
}

/* --- the files of the AWS CLI and the SDKs ------------------------------------- */

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* With malloc: json_dumps() uses the allocator of format/json.c. */
static char *dump(const json_t *json)
{
	size_t size = 16384;
	char *text = malloc(size);
	size_t len = text ? json_dumpb(json, text, size - 1, 0) : size;

	assert_true(len < size);
	text[len] = '\0';
	return text;
}

/* Fills the place with a case, and returns the session. */
static void prepare(const json_t *one, struct place *place, char session[256])
{
	const json_t *call =
		json_array_get(json_object_get(one, "mockApiCalls"), 0);
	json_t *files = json_object_get(one, "cacheContents");
	const char *config = text_of(one, "configContents");
	const json_t *output = json_object_get(
		json_object_get(call, "response"), "tokenOutput");
	json_t *file;
	const char *name;

	*place = (struct place){ .status = 200 };
	assert_int_equal(sscanf(strstr(config, "login_session"),
				"login_session = %255s", session),
			 1);
	json_object_foreach(files, name, file) place->text = dump(file);
	if (output)
		place->answer = dump(output);
	if (json_object_get(call, "responseCode")) {
		place->status = (int)json_integer_value(
			json_object_get(call, "responseCode"));
		place->answer = strdup("{\"error\":\"TOKEN_EXPIRED\","
				       "\"message\":\"m\"}");
	}
}

static void check_credentials(const json_t *want, const struct credentials *got)
{
	assert_string_equal(got->access_key_id, text_of(want, "accessKeyId"));
	assert_string_equal(secbuf_text(got->secret_key),
			    text_of(want, "secretAccessKey"));
	assert_string_equal(secbuf_text(got->session_token),
			    text_of(want, "sessionToken"));
}

static void check_outcomes(const json_t *one, const struct place *place,
			   bool ok, const struct credentials *creds)
{
	const json_t *outcome;
	size_t i;

	json_array_foreach(json_object_get(one, "outcomes"), i, outcome)
	{
		const char *result = text_of(outcome, "result");

		assert_int_equal(ok, strcmp(result, "error") != 0);
		if (strcmp(result, "credentials") == 0) {
			check_credentials(outcome, creds);
		} else if (ok) {
			const char *name = strrchr(place->path, '/') + 1;
			json_t *file = json_loads(place->text, 0, NULL);

			assert_true(json_equal(file,
					       json_object_get(outcome, name)));
			assert_int_equal(place->mode, 0600 | FILES_EXACT);
			json_decref(file);
		}
	}
}

static void does_what_the_sdks_do(void **state)
{
	json_t *all;
	const json_t *one;
	struct error none = { 0 };
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	json_free(json_parse("{}", 2, &none)); /* sets jansson's allocator */
	all = conformance_json("login/login-provider-test-cases.json");
	assert_int_equal(json_array_size(all), 8);
	json_array_foreach(all, i, one)
	{
		char session[256];
		const struct plan_login login = {
			.session = session,
			.endpoint = { .url = "https://signin.example" }
		};
		struct credentials creds;
		struct error err = { 0 };
		struct place place;
		bool ok;

		print_message("%s\n", text_of(one, "documentation"));
		prepare(one, &place, session);
		ok = obtain_with(&place, &login, 0, &creds, &err);
		check_outcomes(one, &place, ok, &creds);
		credentials_clear(&creds);
		free(place.text);
		free((void *)(uintptr_t)place.answer);
	}
	json_decref(all);
}

/* --- files, regions and time ------------------------------------------------------ */

#define KEY                                                                   \
	"-----BEGIN EC PRIVATE KEY-----\\n"                                   \
	"MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\\n" \
	"AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\\n" \
	"focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\\n"                             \
	"-----END EC PRIVATE KEY-----\\n"
#define FILE_UNTIL(until, more)                                          \
	"{\"accessToken\":{\"accessKeyId\":\"ASIAIOSFODNN7EXAMPLE\","    \
	"\"secretAccessKey\":\"old\",\"sessionToken\":\"token\","        \
	"\"accountId\":\"1\",\"expiresAt\":\"" until "\"},\"clientId\":" \
	"\"arn:aws:signin:::devtools/same-device\",\"refreshToken\":"    \
	"\"refresh\"" more ",\"dpopKey\":\"" KEY "\"}"
#define ANSWER                                                        \
	"{\"accessToken\":{\"accessKeyId\":\"ASIAIOSFODNN7EXAMPLE\"," \
	"\"secretAccessKey\":\"new\",\"sessionToken\":\"token\"},"    \
	"\"expiresIn\":900,\"refreshToken\":\"next\"}"
#define SESSION "arn:aws:iam::0123456789012:user/Admin"

static bool refresh(struct place *place, const char *text,
		    const struct plan_login *login, int64_t least,
		    struct error *err)
{
	struct credentials creds;
	bool ok;

	*place = (struct place){ .text = strdup(text),
				 .status = 200,
				 .answer = ANSWER };
	ok = obtain_with(place, login, least, &creds, err);
	if (ok)
		ok = strcmp(secbuf_text(creds.secret_key), "new") == 0;
	credentials_clear(&creds);
	return ok;
}

static void names_the_file_after_the_session(void **state)
{
	static const struct {
		const char *session, *path;
	} examples[] = {
		{ SESSION, "36db1d138ff460920374e4c3d8e01f53f9f73537e89c88d639f"
			   "68393df0e2726" },
		{ "arn:aws:iam::000000000000:user/PowerUser",
		  "d19c78f768c6a12874de5f41d7f22cbb834ba205704102da0db20d8496ef"
		  "ecb5" },
		{ "arn:aws:sts::012345678910:assumed-role/Admin/admin",
		  "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2"
		  "e255" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct place place = { .status = 0 };
		const struct world world = world_of(&place);
		struct arena *arena = arena_new();
		struct error err = { 0 };
		const char *path = NULL;
		char want[200];

		(void)snprintf(want, sizeof(want),
			       "/home/alex/.aws/login/cache/%s.json",
			       examples[i].path);
		assert_true(login_file_path(&world, examples[i].session, arena,
					    &path, &err));
		assert_string_equal(path, want);
		arena_free(arena);
	}
}

static void asks_in_the_region_of_the_session(void **state)
{
	static const struct plan_login login = {
		.session = SESSION,
		.endpoint = { .url = "https://eu-west-1.signin.aws.amazon.com",
			      .reach = "aws" }
	};
	static const struct plan_login custom = {
		.session = SESSION,
		.endpoint = { .url = "http://127.0.0.1:1",
			      .reach = "http://127.0.0.1:1" }
	};
	struct error err = { 0 };
	struct place place;

	(void)state;
	assert_true(refresh(&place, FILE_UNTIL("2020-01-01T00:00:00.123Z", ""),
			    &login, 0, &err));
	assert_string_equal(place.url,
			    "https://eu-west-1.signin.aws.amazon.com/v1/token");
	free(place.text);
	assert_true(refresh(&place,
			    FILE_UNTIL("2020-01-01T00:00:00Z",
				       ",\"signInRegion\":\"cn-north-1\""),
			    &login, 0, &err));
	assert_string_equal(place.url,
			    "https://cn-north-1.signin.amazonaws.cn/v1/token");
	assert_non_null(strstr(place.text, "\"signInRegion\":\"cn-north-1\""));
	free(place.text);
	assert_true(refresh(&place,
			    FILE_UNTIL("2020-01-01T00:00:00Z",
				       ",\"signInRegion\":\"cn-north-1\""),
			    &custom, 0, &err));
	assert_string_equal(place.url, "http://127.0.0.1:1/v1/token");
	free(place.text);
}

static void refreshes_what_does_not_last(void **state)
{
	static const struct plan_login login = {
		.session = SESSION,
		.endpoint = { .url = "https://signin.example" }
	};
	static const struct {
		const char *text;
		int64_t least;
		bool fresh;
	} examples[] = {
		{ FILE_UNTIL("2025-11-19T00:05:01Z", ""), 0, false },
		{ FILE_UNTIL("2025-11-19T00:05:00Z", ""), 0, true },
		{ FILE_UNTIL("2025-11-19T00:07:00Z", ""), 420, true },
		{ FILE_UNTIL("2025-11-19T00:07:01Z", ""), 420, false },
		/* new ones would not last as long either */
		{ FILE_UNTIL("2025-11-19T00:07:00Z", ""), 900, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct error err = { 0 };
		struct place place;

		print_message("%zu\n", i);
		assert_int_equal(refresh(&place, examples[i].text, &login,
					 examples[i].least, &err),
				 examples[i].fresh);
		free(place.text);
	}
}

static void survives_any_allocation_failing(void **state)
{
	static const struct plan_login login = {
		.session = SESSION,
		.endpoint = { .url = "https://signin.example" }
	};
	bool ok = false;
	long n;

	(void)state;
	for (n = 0; !ok; n++) {
		struct place place = {
			.text = strdup(FILE_UNTIL("2020-01-01T00:00:00Z", "")),
			.status = 200,
			.answer = ANSWER,
			.path = "/home/alex/.aws/login/cache/36db1d138ff4609203"
				"74e4c3d8e01f53f9f73537e89c88d639f68393df0e2726"
				".json"
		};
		static const struct plan plan = { .max_attempts = 1 };
		const struct world world = world_of(&place);
		const struct login_use use = { .plan = &plan,
					       .login = &login,
					       .world = &world };
		struct credentials creds = { 0 };
		struct error err = { 0 };

		mem_fail_after(n);
		ok = login_obtain(&use, &creds, &err);
		if (!ok)
			assert_int_equal(err.code, ERROR_MEMORY);
		ok = ok && !mem_has_failed();
		mem_fail_after(-1);
		credentials_clear(&creds);
		free(place.text);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_the_sdks_do),
		cmocka_unit_test(names_the_file_after_the_session),
		cmocka_unit_test(asks_in_the_region_of_the_session),
		cmocka_unit_test(refreshes_what_does_not_last),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
