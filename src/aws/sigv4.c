#include "aws/sigv4.h"

#include <string.h>
#include <time.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "crypto/digest.h"

#define ALGORITHM     "AWS4-HMAC-SHA256"
#define CANONICAL_MAX 16384
#define NAMES_MAX     128
#define TO_SIGN_MAX   512
#define COVERED_MAX   5
#define DAY_LEN       8 /* bytes of a date that give the day */

struct header {
	const char *name;
	const char *value;
};

static bool format_date(int64_t now, char date[static SIGV4_DATE_LEN],
			struct error *err)
{
	time_t t = (time_t)now;
	struct tm utc;

	if (!gmtime_r(&t, &utc) || utc.tm_year < 0 || utc.tm_year >= 8100 ||
	    strftime(date, SIGV4_DATE_LEN, "%Y%m%dT%H%M%SZ", &utc) == 0)
		return error_fail(err, REASON_SIGN_BAD_DATE, .number = now);
	return true;
}

/*
 * Refuses line breaks, which would let one field forge the next, here and on
 * the wire.
 */
static bool check_lines(const struct sigv4_request *req,
			const struct sigv4_scope *scope,
			const struct credentials *cred, struct error *err)
{
	const char *const text[] = {
		req->method,         req->host,
		req->path,           req->query,
		req->content_type,   req->target,
		scope->region,       scope->service,
		cred->access_key_id, secbuf_text(cred->session_token)
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		if (text[i] && text[i][strcspn(text[i], "\r\n")] != '\0')
			return error_fail(err, REASON_SIGN_LINE_BREAK);
	return true;
}

/* Lists the signed headers, sorted by name as SigV4 requires. */
static size_t cover(const struct sigv4_request *req, const char *date,
		    const struct secbuf *token,
		    struct header covered[static COVERED_MAX])
{
	const struct header all[COVERED_MAX] = {
		{ "content-type", req->content_type },
		{ "host", req->host },
		{ "x-amz-date", date },
		{ "x-amz-security-token", token ? secbuf_text(token) : NULL },
		{ "x-amz-target", req->target },
	};
	size_t n = 0;

	for (size_t i = 0; i < COVERED_MAX; i++)
		if (all[i].value)
			covered[n++] = all[i];
	return n;
}

static void add_line(struct secbuf *out, const char *text)
{
	secbuf_puts(out, text);
	secbuf_puts(out, "\n");
}

/*
 * Writes the canonical request, and its SignedHeaders to names.  It is a secbuf
 * because it contains the session token.
 */
static bool canonicalize(const struct sigv4_request *req, const char *date,
			 const struct secbuf *token, struct strbuf *names,
			 struct secbuf *out, struct error *err)
{
	struct header covered[COVERED_MAX];
	size_t n = cover(req, date, token, covered);
	char payload[DIGEST_HEX_LEN];

	digest_sha256_hex(req->body, req->body_len, payload);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(names, "%s%s", i > 0 ? ";" : "", covered[i].name);

	add_line(out, req->method);
	add_line(out, req->path);
	add_line(out, req->query);
	for (size_t i = 0; i < n; i++) {
		secbuf_puts(out, covered[i].name);
		secbuf_puts(out, ":");
		add_line(out, covered[i].value);
	}
	add_line(out, "");
	add_line(out, strbuf_text(names));
	secbuf_puts(out, payload);

	if (!secbuf_ok(out) || !strbuf_ok(names))
		return error_memory(err);
	return true;
}

static bool write_to_sign(const struct sigv4_scope *scope, const char *date,
			  const struct secbuf *canonical, struct strbuf *out,
			  struct error *err)
{
	char hash[DIGEST_HEX_LEN];

	digest_sha256_hex(secbuf_text(canonical), secbuf_len(canonical), hash);
	strbuf_printf(out, ALGORITHM "\n%s\n%.*s/%s/%s/aws4_request\n%s", date,
		      DAY_LEN, date, scope->region, scope->service, hash);
	if (!strbuf_ok(out))
		return error_memory(err);
	return true;
}

/* Derives the key for one day's requests to one service in one region. */
static bool derive_key(const struct secbuf *secret, const char *date,
		       const struct sigv4_scope *scope,
		       uint8_t key[static DIGEST_LEN], struct error *err)
{
	const char *const step[] = { scope->region, scope->service,
				     "aws4_request" };
	struct secbuf *seed = secbuf_new(strlen("AWS4") + secbuf_len(secret));
	bool ok;

	secbuf_puts(seed, "AWS4");
	secbuf_add(seed, secbuf_text(secret), secbuf_len(secret));
	ok = secbuf_ok(seed) || error_memory(err);
	if (ok)
		digest_hmac(secbuf_text(seed), secbuf_len(seed), date, DAY_LEN,
			    key);
	for (size_t i = 0; ok && i < sizeof(step) / sizeof(step[0]); i++)
		digest_hmac(key, DIGEST_LEN, step[i], strlen(step[i]), key);
	secbuf_free(seed);
	return ok;
}

bool sigv4_sign(const struct sigv4_request *req,
		const struct sigv4_scope *scope, const struct credentials *cred,
		char date[static SIGV4_DATE_LEN], struct strbuf *authorization,
		struct error *err)
{
	struct strbuf names = strbuf_with_max(NAMES_MAX);
	struct strbuf to_sign = strbuf_with_max(TO_SIGN_MAX);
	struct secbuf *canonical = NULL;
	uint8_t key[DIGEST_LEN];
	uint8_t mac[DIGEST_LEN];
	bool ok;

	if (!cred->access_key_id || !cred->secret_key)
		return error_fail(err, REASON_SIGN_NO_KEY);
	canonical = secbuf_new(CANONICAL_MAX);
	ok = format_date(scope->now, date, err) &&
	     check_lines(req, scope, cred, err) &&
	     canonicalize(req, date, cred->session_token, &names, canonical,
			  err) &&
	     write_to_sign(scope, date, canonical, &to_sign, err) &&
	     derive_key(cred->secret_key, date, scope, key, err);
	if (ok) {
		char signature[DIGEST_HEX_LEN];

		digest_hmac(key, sizeof(key), to_sign.text, to_sign.len, mac);
		digest_hex(mac, signature);
		strbuf_printf(authorization,
			      ALGORITHM " Credential=%s/%.*s/%s/%s/aws4_request"
					", SignedHeaders=%s, Signature=%s",
			      cred->access_key_id, DAY_LEN, date, scope->region,
			      scope->service, strbuf_text(&names), signature);
		ok = strbuf_ok(authorization) || error_memory(err);
	}

	explicit_bzero(key, sizeof(key));
	explicit_bzero(mac, sizeof(mac));
	secbuf_free(canonical);
	strbuf_clear(&to_sign);
	strbuf_clear(&names);
	return ok;
}
