#include "crypto/base64.h"

#include <sodium.h>

#include "base/error.h"
#include "base/secbuf.h"

static bool decode(const char *text, size_t len, int variant,
		   struct secbuf **bytes, struct error *err)
{
	size_t room = 0;
	size_t got = 0;
	char *at;

	*bytes = secbuf_new(len / 4 * 3 + 3);
	at = secbuf_room(*bytes, &room);
	if (!at)
		return error_memory(err);
	if (sodium_base642bin((unsigned char *)at, room, text, len, NULL, &got,
			      NULL, variant) == 0) {
		secbuf_grew(*bytes, got);
		return true;
	}
	secbuf_free(*bytes);
	*bytes = NULL;
	return error_fail(err, REASON_BAD_BASE64);
}

struct secbuf *base64_decode(const struct secbuf *text)
{
	struct secbuf *bytes = NULL;
	struct error why;

	return decode(secbuf_text(text), secbuf_len(text),
		      sodium_base64_VARIANT_ORIGINAL, &bytes, &why)
		       ? bytes
		       : NULL;
}

bool base64_decode_url(const char *text, size_t len, struct secbuf **bytes,
		       struct error *err)
{
	return decode(text, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING,
		      bytes, err);
}

void base64_encode_url(const void *bytes, size_t len, struct secbuf *out)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t need = sodium_base64_encoded_len(len, variant);
	size_t room = 0;
	char *at = secbuf_room(out, &room);

	if (!at || need > room + 1) { /* there is room for a NUL after it */
		secbuf_add(out, bytes, room + 1); /* fails */
		return;
	}
	sodium_bin2base64(at, need, bytes, len, variant);
	secbuf_grew(out, need - 1);
}

void base64_sha256_url(const void *bytes, size_t len,
		       char out[static BASE64_SHA256_LEN])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, len);
	sodium_bin2base64(out, BASE64_SHA256_LEN, digest, sizeof(digest),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
