#include "crypto/totp.h"

#include <string.h>

#include <liboath/oath.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/wipe.h"

#define DIGITS 6

/* Generates the digits, and wipes the stack that liboath worked on. */
static int generate(const struct secbuf *seed, int64_t step,
		    char digits[static DIGITS + 1])
{
	int result = oath_hotp_generate(secbuf_text(seed), secbuf_len(seed),
					(uint64_t)step, DIGITS, false,
					OATH_HOTP_DYNAMIC_TRUNCATION, digits);

	wipe_stack();
	return result;
}

bool totp_code(const struct secbuf *seed, int64_t step, struct secbuf **code,
	       struct error *err)
{
	char digits[DIGITS + 1];
	bool ok = generate(seed, step, digits) == OATH_OK ||
		  error_fail(err, REASON_CRYPTO_FAILED, .action = "liboath");

	*code = NULL;
	if (ok) {
		*code = secbuf_new(DIGITS);
		secbuf_add(*code, digits, DIGITS);
		ok = secbuf_ok(*code) || error_memory(err);
	}
	explicit_bzero(digits, sizeof(digits));
	if (!ok) {
		secbuf_free(*code);
		*code = NULL;
	}
	return ok;
}
