#include "serve/imds.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "crypto/digest.h"
#include "format/jsonout.h"
#include "port/listener.h"
#include "serve/answer_internal.h"

#define TTL_MAX     21600 /* seconds, of a token */
#define END_DIGITS  16
#define FIXED_MAX   2048
#define CREDENTIALS "/latest/meta-data/iam/security-credentials"
#define TTL_HEADER  "X-aws-ec2-metadata-token-ttl-seconds"
#define MAC_DIGITS  (2 * DIGEST_LEN)
#define END_AT      16 /* where the end of a token is in it */

_Static_assert(END_AT + END_DIGITS + MAC_DIGITS == IMDS_TOKEN_LEN,
	       "a token is an end, a code and a prefix");

/* --- tokens ------------------------------------------------------------------ */

/* Writes the token that ends at a time: "rolekey-imdsv2--", end, code. */
static void write_token(const struct imds *imds, int64_t end,
			char token[static IMDS_TOKEN_LEN + 1])
{
	char until[END_DIGITS + 1];
	uint8_t mac[DIGEST_LEN];
	char hex[MAC_DIGITS + 1];

	(void)snprintf(until, sizeof(until), "%016" PRIx64, (uint64_t)end);
	digest_hmac(imds->key, sizeof(imds->key), until, END_DIGITS, mac);
	text_hex(mac, sizeof(mac), hex);
	(void)snprintf(token, IMDS_TOKEN_LEN + 1, "rolekey-imdsv2--%s%s", until,
		       hex);
}

/* Reads the hexadecimal digits of an end; -1 if they are none. */
static int64_t read_end(const char *digits)
{
	int64_t end = 0;

	for (size_t i = 0; i < END_DIGITS; i++) {
		char c = digits[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0 || (i == 0 && digit > 7))
			return -1;
		end = end * 16 + digit;
	}
	return end;
}

/* Compares in a time that does not depend on the token. */
static bool is_token(const struct imds *imds, const char *sent,
		     struct moment now)
{
	char token[IMDS_TOKEN_LEN + 1];
	unsigned char differs = 0;
	int64_t end;

	if (strlen(sent) != IMDS_TOKEN_LEN)
		return false;
	end = read_end(sent + END_AT);
	write_token(imds, end < 0 ? 0 : end, token);
	for (size_t i = 0; i < IMDS_TOKEN_LEN; i++)
		differs |= (unsigned char)(sent[i] ^ token[i]);
	return differs == 0 && end > now.uptime;
}

static void give_token(struct imds *imds,
		       const struct listener_request *request,
		       struct moment now, struct listener_answer *answer)
{
	const char *wanted = answer_header(request, TTL_HEADER);
	int64_t ttl = 0;

	if (!wanted || !text_number(wanted, 1, TTL_MAX, &ttl)) {
		answer_plain(answer, 400, "400 - Bad Request\n");
		return;
	}
	write_token(imds, now.uptime + ttl * 1000, imds->token);
	(void)snprintf(imds->ttl, sizeof(imds->ttl), "%" PRId64, ttl);
	answer_plain(answer, 200, NULL);
	answer->heap = mem_strdup(imds->token);
	answer->len = answer->heap ? IMDS_TOKEN_LEN : 0;
	answer->headers[answer->n_headers++] =
		(struct listener_pair){ TTL_HEADER, imds->ttl };
}

/* --- documents --------------------------------------------------------------- */

static void put(struct jsonout *json, const char *key, const char *text)
{
	jsonout_key(json, key);
	jsonout_string(json, text);
}

static void put_credentials(struct jsonout *json, const struct supply *supply)
{
	const struct credentials *creds = &supply->creds;
	char issued[TIMEFMT_ISO_LEN];
	char expires[TIMEFMT_ISO_LEN];

	timefmt_iso(supply->issued, issued);
	timefmt_iso(creds->expires, expires);
	jsonout_raw(json, "{");
	put(json, "Code", "Success");
	put(json, "LastUpdated", issued);
	put(json, "Type", "AWS-HMAC");
	put(json, "AccessKeyId", creds->access_key_id);
	put(json, "SecretAccessKey", secbuf_text(creds->secret_key));
	put(json, "Token",
	    creds->session_token ? secbuf_text(creds->session_token) : "");
	put(json, "Expiration", expires);
	jsonout_raw(json, "}");
}

static void give_credentials(const struct imds *imds,
			     const struct listener_request *request,
			     struct moment now, struct listener_answer *answer)
{
	struct supply *supply = imds->supply;
	const struct credentials *creds = supply_ask(supply, now);
	struct secbuf *body;
	struct jsonout json;

	if (!creds) {
		answer_missing(answer, request, supply, now);
		return;
	}
	body = secbuf_new(FIXED_MAX + secbuf_len(creds->secret_key) +
			  secbuf_len(creds->session_token));
	json = jsonout_to_secbuf(body);
	put_credentials(&json, supply);
	if (!secbuf_ok(body)) {
		secbuf_free(body);
		answer_refuse(answer, 503, "OutOfMemory", "out of memory");
		return;
	}
	answer->status = 200;
	answer->type = "application/json";
	answer->secret = body;
}

/* Answers with a public text: a copy, which the listener frees. */
static void give_text(struct imds *imds, const char *type,
		      struct listener_answer *answer)
{
	answer->status = 200;
	answer->type = type;
	answer->heap = mem_strdup(imds->text);
	answer->len = answer->heap ? strlen(imds->text) : 0;
}

static void give_role(struct imds *imds, struct listener_answer *answer)
{
	(void)snprintf(imds->text, sizeof(imds->text), "%s", imds->role);
	give_text(imds, "text/plain", answer);
}

static void give_region(struct imds *imds, struct listener_answer *answer)
{
	(void)snprintf(imds->text, sizeof(imds->text), "%s", imds->region);
	give_text(imds, "text/plain", answer);
}

/* SDKs take the region from it, without the last letter. */
static void give_zone(struct imds *imds, struct listener_answer *answer)
{
	(void)snprintf(imds->text, sizeof(imds->text), "%sa", imds->region);
	give_text(imds, "text/plain", answer);
}

/* A region consists of letters, digits and hyphens. */
static void give_document(struct imds *imds, struct listener_answer *answer)
{
	const char *account = imds->supply->account;

	(void)snprintf(imds->text, sizeof(imds->text),
		       "{\"accountId\":\"%s\",\"availabilityZone\":\"%sa\","
		       "\"instanceId\":\"i-0\",\"region\":\"%s\"}",
		       account ? account : "", imds->region, imds->region);
	give_text(imds, "application/json", answer);
}

static const struct {
	const char *path;
	bool needs_region;
	void (*give)(struct imds *imds, struct listener_answer *answer);
} documents[] = {
	{ CREDENTIALS, false, give_role },
	{ CREDENTIALS "/", false, give_role },
	{ "/latest/meta-data/placement/region", true, give_region },
	{ "/latest/meta-data/placement/availability-zone", true, give_zone },
	{ "/latest/dynamic/instance-identity/document", true, give_document },
};

static bool is_role_path(const struct imds *imds, const char *path)
{
	size_t len = sizeof(CREDENTIALS "/") - 1;

	return strncmp(path, CREDENTIALS "/", len) == 0 &&
	       strcmp(path + len, imds->role) == 0;
}

static void give_path(struct imds *imds, const struct listener_request *request,
		      struct moment now, struct listener_answer *answer)
{
	const char *path = request->path;

	if (is_role_path(imds, path)) {
		give_credentials(imds, request, now, answer);
		return;
	}
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		if (strcmp(path, documents[i].path) != 0 ||
		    (documents[i].needs_region && !imds->region))
			continue;
		documents[i].give(imds, answer);
		return;
	}
	answer_plain(answer, 404, "404 - Not Found\n");
}

/* --- interface --------------------------------------------------------------- */

static void answer_get(struct imds *imds,
		       const struct listener_request *request,
		       struct moment now, struct listener_answer *answer)
{
	const char *token = answer_header(request, "X-aws-ec2-metadata-token");

	if (token ? is_token(imds, token, now) : imds->v1)
		give_path(imds, request, now, answer);
	else
		answer_plain(answer, 401, "401 - Unauthorized\n");
}

/* The SDK for Java adds a path that begins with "/" to a URL that ends in "/". */
static struct listener_request
with_one_slash(const struct listener_request *request)
{
	struct listener_request one = *request;

	if (strncmp(one.path, "//", 2) == 0)
		one.path++;
	return one;
}

void imds_answer(struct imds *imds, const struct listener_request *request,
		 struct moment now, struct listener_answer *answer)
{
	const struct listener_request one = with_one_slash(request);

	request = &one;
	answer->headers[answer->n_headers++] =
		(struct listener_pair){ "Cache-Control", "no-store" };
	if (request->other_user ||
	    answer_has_header(request, "X-Forwarded-For"))
		answer_plain(answer, 403, "403 - Forbidden\n");
	else if (!answer_is_host(request, imds->port, imds->host))
		answer_plain(answer, 421, "421 - Misdirected Request\n");
	else if (strcmp(request->method, "PUT") == 0 &&
		 strcmp(request->path, "/latest/api/token") == 0)
		give_token(imds, request, now, answer);
	else if (strcmp(request->method, "GET") == 0)
		answer_get(imds, request, now, answer);
	else
		answer_plain(answer, 405, "405 - Method Not Allowed\n");
}
