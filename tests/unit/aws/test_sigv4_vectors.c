#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "crypto/digest.h"
#include "support/check.h"
#include "support/conformance.h"
#include "support/facts.h"

/*
 * The published vectors in the conformance folder.  Our door takes a path and
 * a query that are canonical already, and signs a fixed set of headers: so
 * both are taken from a vector's canonical request, and a vector that signs
 * another header is left out.  Only header mode is supported.
 */

#define VISIBLE "sigv4/visible"
#define TIME    INT64_C(1440938160) /* 2015-08-30T12:36:00Z, of all of them */

static size_t signed_ones;
static size_t unsayable;

/* A file of a vector's folder, or NULL. */
static char *read_part(const char *folder, const char *name)
{
	char path[1024];
	size_t len;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return conformance_read(path, &len);
}

/* The next line of *rest, ended in place. */
static char *take_line(char **rest)
{
	char *line = strsep(rest, "\n");

	return line ? line : *rest;
}

struct vector {
	struct sigv4_request request;
	struct sigv4_scope scope;
	struct credentials cred;
	const char *signature;
};

/* The canonical request's words; false if it signs what we do not. */
static bool read_canonical(char *canonical, struct vector *v)
{
	char *rest = canonical;
	const char *line;

	v->request.method = take_line(&rest);
	v->request.path = take_line(&rest);
	v->request.query = take_line(&rest);
	while (rest && (line = take_line(&rest))[0] != '\0') {
		char *value = strchr(line, ':');

		assert_non_null(value);
		*value++ = '\0';
		if (strcmp(line, "host") == 0)
			v->request.host = value;
		else if (strcmp(line, "content-type") == 0)
			v->request.content_type = value;
		else if (strcmp(line, "x-amz-target") == 0)
			v->request.target = value;
		else if (strcmp(line, "x-amz-date") != 0 &&
			 strcmp(line, "x-amz-security-token") != 0)
			return false;
	}
	return v->request.host;
}

static void check_signature(const struct vector *v, const char *name)
{
	struct strbuf got = strbuf_with_max(4096);
	struct error err = { 0 };
	char date[SIGV4_DATE_LEN];
	const char *signature;

	if (!sigv4_sign(&v->request, &v->scope, &v->cred, date, &got, &err))
		fail_msg("%s: %s", name, facts_show(&err));
	signature = strstr(strbuf_text(&got), "Signature=");
	assert_non_null(signature);
	print_message("%s\n", name);
	assert_memory_equal(signature + strlen("Signature="), v->signature, 64);
	strbuf_clear(&got);
	signed_ones++;
}

static void set_body(struct sigv4_request *request, const char *text)
{
	const char *body = strstr(text, "\n\n");

	request->body = body ? body + 2 : NULL;
	request->body_len = body ? strlen(body + 2) : 0;
}

static void check_modern(const char *folder, const json_t *context)
{
	const json_t *keys = json_object_get(context, "credentials");
	const char *token = json_string_value(json_object_get(keys, "token"));
	char *canonical = read_part(folder, "header-canonical-request.txt");
	char *request = read_part(folder, "request.txt");
	char *signature = read_part(folder, "header-signature.txt");
	struct vector v = {
		.scope = { json_string_value(
				   json_object_get(context, "region")),
			   json_string_value(
				   json_object_get(context, "service")),
			   TIME },
		.signature = signature,
	};

	assert_true(canonical && request && signature);
	assert_true(timefmt_parse_iso(
		json_string_value(json_object_get(context, "timestamp")),
		&v.scope.now));
	v.cred.access_key_id = strdup(
		json_string_value(json_object_get(keys, "access_key_id")));
	v.cred.secret_key = secbuf_from(
		json_string_value(json_object_get(keys, "secret_access_key")));
	if (token &&
	    !json_is_true(json_object_get(context, "omit_session_token")))
		v.cred.session_token = secbuf_from(token);
	set_body(&v.request, request);
	if (!json_is_true(json_object_get(context, "sign_body")) &&
	    read_canonical(canonical, &v))
		check_signature(&v, folder);
	else
		unsayable++;
	credentials_clear(&v.cred);
	free(canonical);
	free(request);
	free(signature);
}

/* NAME.creq and NAME.authz, in a folder legacy-NAME. */
static void check_legacy(const char *folder)
{
	const char *name = strstr(folder, "legacy-") + strlen("legacy-");
	char file[256];
	char *canonical;
	char *authorization;
	struct vector v = { .scope = { "us-east-1", "service", TIME } };

	(void)snprintf(file, sizeof(file), "%s.creq", name);
	canonical = read_part(folder, file);
	(void)snprintf(file, sizeof(file), "%s.authz", name);
	authorization = read_part(folder, file);
	assert_true(canonical && authorization);
	v.signature = strstr(authorization, "Signature=");
	assert_non_null(v.signature);
	v.signature += strlen("Signature=");
	v.cred.access_key_id = strdup("AKIDEXAMPLE");
	v.cred.secret_key =
		secbuf_from("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	if (read_canonical(canonical, &v))
		check_signature(&v, folder);
	else
		unsayable++;
	credentials_clear(&v.cred);
	free(canonical);
	free(authorization);
}

static void check_folder(const char *folder)
{
	char path[1024];
	json_t *context;

	if (strstr(folder, ".json"))
		return;
	if (strstr(folder, "/legacy-")) {
		check_legacy(folder);
		return;
	}
	(void)snprintf(path, sizeof(path), "%s/context.json", folder);
	context = conformance_json(path);
	assert_non_null(context);
	check_modern(folder, context);
	json_decref(context);
}

static void signs_the_vectors_that_it_can_say(void **state)
{
	(void)state;
	if (!conformance_is_here())
		skip();
	assert_true(conformance_each(VISIBLE, check_folder) > 0);
	print_message("%zu signed, %zu sign other headers\n", signed_ones,
		      unsayable);
	assert_true(signed_ones > unsayable);
}

static unsigned char nibble(char c)
{
	return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void read_hex(const char *hex, uint8_t out[static DIGEST_LEN])
{
	for (size_t i = 0; i < DIGEST_LEN; i++)
		out[i] = (uint8_t)(nibble(hex[2 * i]) << 4 |
				   nibble(hex[2 * i + 1]));
}

/* The signature of "GET /" at host h, by a key that is derived already. */
static void sign_with(const uint8_t key[static DIGEST_LEN], const char *day,
		      const char *scope, char out[static DIGEST_HEX_LEN])
{
	char canonical[512];
	char to_sign[512];
	char hash[DIGEST_HEX_LEN];
	uint8_t mac[DIGEST_LEN];

	digest_sha256_hex("", 0, hash);
	(void)snprintf(canonical, sizeof(canonical),
		       "GET\n/\n\nhost:h\nx-amz-date:%sT000000Z\n\n"
		       "host;x-amz-date\n%s",
		       day, hash);
	digest_sha256_hex(canonical, strlen(canonical), hash);
	(void)snprintf(to_sign, sizeof(to_sign),
		       "AWS4-HMAC-SHA256\n%sT000000Z\n%s\n%s", day, scope,
		       hash);
	digest_hmac(key, DIGEST_LEN, to_sign, strlen(to_sign), mac);
	digest_hex(mac, out);
}

static void check_derivation(const json_t *one)
{
	const char *day = json_string_value(json_object_get(one, "date"));
	struct sigv4_request request = {
		.method = "GET", .host = "h", .path = "/", .query = ""
	};
	struct vector v = {
		.scope = { json_string_value(json_object_get(one, "region")),
			   json_string_value(json_object_get(one, "service")),
			   0 },
	};
	char iso[TIMEFMT_ISO_LEN];
	char scope[128];
	char want[DIGEST_HEX_LEN];
	uint8_t key[DIGEST_LEN];

	(void)snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT00:00:00Z", day,
		       day + 4, day + 6);
	assert_true(timefmt_parse_iso(iso, &v.scope.now));
	(void)snprintf(scope, sizeof(scope), "%s/%s/%s/aws4_request", day,
		       v.scope.region, v.scope.service);
	read_hex(json_string_value(json_object_get(one, "signing_key_hex")),
		 key);
	sign_with(key, day, scope, want);
	v.request = request;
	v.signature = want;
	v.cred.access_key_id = strdup("AKIDEXAMPLE");
	v.cred.secret_key =
		secbuf_from(json_string_value(json_object_get(one, "secret")));
	check_signature(&v, day);
	credentials_clear(&v.cred);
}

static void derives_the_published_keys(void **state)
{
	json_t *file;
	json_t *one;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	file = conformance_json(VISIBLE "/key-derivation.json");
	assert_non_null(file);
	json_array_foreach(json_object_get(file, "vectors"), i, one)
		check_derivation(one);
	assert_true(i > 0);
	json_decref(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_the_vectors_that_it_can_say),
		cmocka_unit_test(derives_the_published_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
