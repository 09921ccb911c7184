#ifndef CRYPTO_SHA1_H
#define CRYPTO_SHA1_H

#include <stddef.h>
#include <stdint.h>

/*
 * Computes SHA-1 (FIPS 180-4) of a text, in hexadecimal.  Only for the names of
 * files that other tools give: SHA-1 protects nothing.
 */
#define SHA1_HEX_LEN 41 /* 40 digits and a NUL */
void sha1_hex(const char *text, char hex[static SHA1_HEX_LEN]);

#endif
