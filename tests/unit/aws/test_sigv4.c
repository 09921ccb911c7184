#include <string.h>

#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "support/check.h"
#include "support/mem_failing.h"

/* Published vectors: AWS's "aws-signing-test-suite", header form, v4. */
struct vector {
	const char *name;
	struct sigv4_request request;
	const char *token;
	const char *signed_headers;
	const char *signature;
};

#define TOKEN "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"

static const struct vector vectors[] = {
	{ "get-vanilla",
	  { .method = "GET",
	    .host = "example.amazonaws.com",
	    .path = "/",
	    .query = "" },
	  NULL,
	  "host;x-amz-date",
	  "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-vanilla-with-session-token",
	  { .method = "GET",
	    .host = "example.amazonaws.com",
	    .path = "/",
	    .query = "" },
	  TOKEN,
	  "host;x-amz-date;x-amz-security-token",
	  "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8" },
	{ "post-x-www-form-urlencoded",
	  { .method = "POST",
	    .host = "example.amazonaws.com",
	    .path = "/",
	    .query = "",
	    .content_type = "application/x-www-form-urlencoded",
	    .body = "Param1=value1",
	    .body_len = 13 },
	  NULL,
	  "content-type;host;x-amz-date",
	  "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a" },
};

static struct secbuf *secret(const char *text)
{
	struct secbuf *sb = secbuf_new(strlen(text));

	secbuf_puts(sb, text);
	assert_true(secbuf_ok(sb));
	return sb;
}

static void signs_the_published_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		struct sigv4_scope scope = { "us-east-1", "service",
					     1440938160 };
		struct credentials cred = { 0 };
		struct strbuf got = strbuf_with_max(1024);
		struct strbuf want = strbuf_with_max(1024);
		struct error err = { 0 };
		char id[] = "AKIDEXAMPLE";
		char date[SIGV4_DATE_LEN];

		print_message("%s\n", v->name);
		cred.access_key_id = id;
		cred.secret_key =
			secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
		cred.session_token = v->token ? secret(v->token) : NULL;
		strbuf_printf(&want,
			      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830"
			      "/us-east-1/service/aws4_request, "
			      "SignedHeaders=%s, Signature=%s",
			      v->signed_headers, v->signature);

		assert_true(sigv4_sign(&v->request, &scope, &cred, date, &got,
				       &err));
		assert_string_equal(date, "20150830T123600Z");
		assert_string_equal(strbuf_text(&got), strbuf_text(&want));

		cred.access_key_id = NULL;
		credentials_clear(&cred);
		strbuf_clear(&got);
		strbuf_clear(&want);
	}
}

static void refuses_headers_past_the_cap(void **state)
{
	static char host[20000];
	struct sigv4_request request = {
		.method = "GET", .host = host, .path = "/", .query = ""
	};
	struct sigv4_scope scope = { "us-east-1", "sts", 0 };
	char id[] = "AKIDEXAMPLE";
	struct credentials cred = { .access_key_id = id,
				    .secret_key = secret("k") };
	struct strbuf out = strbuf_with_max(1024);
	struct error err = { 0 };
	char date[SIGV4_DATE_LEN];

	(void)state;
	memset(host, 'a', sizeof(host) - 1);
	assert_false(sigv4_sign(&request, &scope, &cred, date, &out, &err));
	assert_int_equal(err.code, ERROR_MEMORY);
	cred.access_key_id = NULL;
	credentials_clear(&cred);
	strbuf_clear(&out);
}

static void refuses_a_line_break_in_any_field(void **state)
{
	struct sigv4_request request = vectors[0].request;
	struct sigv4_scope scope = { "us-east-1\nx-evil:1", "sts", 0 };
	char id[] = "AKIDEXAMPLE";
	struct credentials cred = { .access_key_id = id,
				    .secret_key = secret("k") };
	struct strbuf out = strbuf_with_max(1024);
	struct error err = { 0 };
	char date[SIGV4_DATE_LEN];

	(void)state;
	assert_false(sigv4_sign(&request, &scope, &cred, date, &out, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_true(error_is(&err, REASON_SIGN_LINE_BREAK));
	assert_int_equal(out.len, 0);
	cred.access_key_id = NULL;
	credentials_clear(&cred);
	strbuf_clear(&out);
}

static void refuses_credentials_without_a_key(void **state)
{
	struct sigv4_scope scope = { "us-east-1", "sts", 0 };
	char id[] = "AKIDEXAMPLE";
	struct secbuf *key = secret("k");
	const struct credentials cases[] = { { .secret_key = key },
					     { .access_key_id = id } };
	struct strbuf out = strbuf_with_max(1024);
	char date[SIGV4_DATE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };

		assert_false(sigv4_sign(&vectors[0].request, &scope, &cases[i],
					date, &out, &err));
		assert_int_equal(err.code, ERROR_USAGE);
		assert_int_equal(out.len, 0);
	}
	secbuf_free(key);
	strbuf_clear(&out);
}

/* Every allocation fails once: each time an error, no leak, no crash. */
static void survives_any_allocation_failing(void **state)
{
	const struct sigv4_request request = vectors[1].request;
	const struct sigv4_scope scope = { "us-east-1", "service", 1440938160 };
	struct credentials cred = { 0 };
	char id[] = "AKIDEXAMPLE";
	char date[SIGV4_DATE_LEN];
	bool signed_it = false;
	long n;

	(void)state;
	cred.access_key_id = id;
	cred.secret_key = secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	cred.session_token = secret(TOKEN);
	for (n = 0; !signed_it; n++) {
		struct strbuf out = strbuf_with_max(1024);
		struct error err = { 0 };

		mem_fail_after(n);
		signed_it =
			sigv4_sign(&request, &scope, &cred, date, &out, &err);
		assert_true(signed_it != mem_has_failed());
		if (!signed_it)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		strbuf_clear(&out);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	cred.access_key_id = NULL;
	credentials_clear(&cred);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_the_published_vectors),
		cmocka_unit_test(refuses_headers_past_the_cap),
		cmocka_unit_test(refuses_a_line_break_in_any_field),
		cmocka_unit_test(refuses_credentials_without_a_key),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
