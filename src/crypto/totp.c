#include "crypto/totp.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"
#include "base/secbuf.h"

#define SHA1_LEN 20
#define DIGITS   6
#define MODULUS  1000000U

/* RFC 4226, 5.3: four bytes from where the last half byte points to. */
static uint32_t cut_out(const uint8_t mac[static SHA1_LEN])
{
	const uint8_t *at = mac + (mac[SHA1_LEN - 1] & 15);

	return ((uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 |
		(uint32_t)at[2] << 8 | (uint32_t)at[3]) %
	       MODULUS;
}

static bool put_digits(uint32_t number, struct secbuf **code, struct error *err)
{
	char digits[DIGITS];

	for (int i = DIGITS - 1; i >= 0; i--) {
		digits[i] = (char)('0' + number % 10);
		number /= 10;
	}
	*code = secbuf_new(DIGITS);
	secbuf_add(*code, digits, sizeof(digits));
	explicit_bzero(digits, sizeof(digits));
	if (secbuf_ok(*code))
		return true;
	secbuf_free(*code);
	*code = NULL;
	return error_set(err, ERROR_MEMORY, "no memory for a code");
}

bool totp_code(const struct secbuf *seed, int64_t step, struct secbuf **code,
	       struct error *err)
{
	uint8_t counter[8];
	uint8_t mac[SHA1_LEN];
	size_t len = secbuf_len(seed);
	bool ok;

	*code = NULL;
	for (int i = 7; i >= 0; i--) {
		counter[i] = (uint8_t)(step & 0xff);
		step >>= 8;
	}
	ok = len <= INT_MAX && HMAC(EVP_sha1(), secbuf_text(seed), (int)len,
				    counter, sizeof(counter), mac, NULL);
	ok = ok ? put_digits(cut_out(mac), code, err)
		: error_set(err, ERROR_SYSTEM, "libcrypto: no HMAC-SHA-1");
	explicit_bzero(mac, sizeof(mac));
	return ok;
}
