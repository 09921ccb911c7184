#include "api/dpop.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/base64.h"
#include "crypto/random.h"
#include "format/jsonout.h"
#include "port/signer.h"

#define PROOF_MAX 8192 /* bytes */
#define UUID_LEN  37
#define PART_LEN  (SIGNER_LEN / 2)

/* Writes a random UUID (RFC 9562, version 4). */
static void make_uuid(char out[static UUID_LEN])
{
	uint8_t raw[16];
	size_t at = 0;

	random_fill(raw, sizeof(raw));
	raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x40);
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(raw); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		(void)snprintf(out + at, UUID_LEN - at, "%02x", raw[i]);
		at += 2;
	}
}

static void put_text(struct jsonout *out, const char *name, const char *value)
{
	jsonout_key(out, name);
	jsonout_string(out, value);
}

static void put_part(struct jsonout *out, struct secbuf *text, const char *name,
		     const uint8_t part[static PART_LEN])
{
	jsonout_key(out, name);
	jsonout_raw(out, "\"");
	base64_encode_url(part, PART_LEN, text);
	jsonout_raw(out, "\"");
}

static struct secbuf *make_header(const uint8_t point[static SIGNER_LEN])
{
	struct secbuf *text = secbuf_new(PROOF_MAX);
	struct jsonout out = jsonout_to_secbuf(text);

	jsonout_raw(&out, "{");
	put_text(&out, "typ", "dpop+jwt");
	put_text(&out, "alg", "ES256");
	jsonout_key(&out, "jwk");
	jsonout_raw(&out, "{");
	put_text(&out, "kty", "EC");
	put_text(&out, "crv", "P-256");
	put_part(&out, text, "x", point);
	put_part(&out, text, "y", point + PART_LEN);
	jsonout_raw(&out, "}}");
	return text;
}

static struct secbuf *make_claims(const char *url, int64_t now)
{
	struct secbuf *text = secbuf_new(PROOF_MAX);
	struct jsonout out = jsonout_to_secbuf(text);
	char id[UUID_LEN];

	make_uuid(id);
	jsonout_raw(&out, "{");
	put_text(&out, "jti", id);
	put_text(&out, "htm", "POST");
	put_text(&out, "htu", url);
	jsonout_key(&out, "iat");
	jsonout_number(&out, now);
	jsonout_raw(&out, "}");
	return text;
}

/* Appends a part of the JWT, which may be NULL, and frees it. */
static void add_part(struct secbuf *jwt, struct secbuf *part)
{
	if (secbuf_ok(part))
		base64_encode_url(secbuf_text(part), secbuf_len(part), jwt);
	else
		secbuf_add(jwt, NULL, PROOF_MAX + 1); /* fails */
	secbuf_free(part);
}

bool dpop_make(const struct signer *signer, const struct secbuf *pem,
	       const char *url, int64_t now, struct secbuf **proof,
	       struct error *err)
{
	uint8_t point[SIGNER_LEN], signature[SIGNER_LEN];
	struct secbuf *jwt;
	bool ok;

	*proof = NULL;
	if (!signer_public(signer, pem, point, err))
		return false;
	jwt = secbuf_new(PROOF_MAX);
	add_part(jwt, make_header(point));
	secbuf_puts(jwt, ".");
	add_part(jwt, make_claims(url, now));
	ok = (secbuf_ok(jwt) || error_memory(err)) &&
	     signer_sign(signer, pem, secbuf_text(jwt), secbuf_len(jwt),
			 signature, err);
	if (ok) {
		secbuf_puts(jwt, ".");
		base64_encode_url(signature, sizeof(signature), jwt);
		ok = secbuf_ok(jwt) || error_memory(err);
	}
	if (ok)
		*proof = jwt;
	else
		secbuf_free(jwt);
	return ok;
}
