#include "crypto/sha1.h"

#include <string.h>

#include "base/text.h"

#define BLOCK  ((size_t)64) /* bytes */
#define ROUNDS 80

static uint32_t rotate(uint32_t x, unsigned by)
{
	return (uint32_t)(((uint64_t)x << by | (uint64_t)x >> (32 - by)) &
			  UINT32_MAX);
}

/* Adds modulo 2^32. */
static uint32_t add(uint32_t a, uint32_t b)
{
	return (uint32_t)(((uint64_t)a + b) & UINT32_MAX);
}

static uint32_t mix(size_t t, const uint32_t s[static 5])
{
	if (t < 20)
		return add((s[1] & s[2]) | (~s[1] & s[3]), 0x5a827999);
	if (t < 40)
		return add(s[1] ^ s[2] ^ s[3], 0x6ed9eba1);
	if (t < 60)
		return add((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3]),
			   0x8f1bbcdc);
	return add(s[1] ^ s[2] ^ s[3], 0xca62c1d6);
}

/* Processes a block: FIPS 180-4, section 6.1.2. */
static void process(const unsigned char block[static BLOCK],
		    uint32_t hash[static 5])
{
	uint32_t w[ROUNDS] = { 0 };
	uint32_t s[5];

	for (size_t t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 |
		       (uint32_t)block[4 * t + 1] << 16 |
		       (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (size_t t = 16; t < ROUNDS; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(s, hash, sizeof(s));
	for (size_t t = 0; t < ROUNDS; t++) {
		uint32_t next =
			add(add(rotate(s[0], 5), mix(t, s)), add(s[4], w[t]));

		s[4] = s[3];
		s[3] = s[2];
		s[2] = rotate(s[1], 30);
		s[1] = s[0];
		s[0] = next;
	}
	for (size_t i = 0; i < 5; i++)
		hash[i] = add(hash[i], s[i]);
}

void sha1_hex(const char *text, char hex[static SHA1_HEX_LEN])
{
	uint32_t hash[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
			     0xc3d2e1f0 };
	unsigned char last[2 * BLOCK] = { 0 };
	unsigned char digest[20];
	uint64_t len = strlen(text);
	size_t rest = (size_t)(len % BLOCK);
	size_t end = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;
	size_t whole = (size_t)len - rest;

	for (size_t at = 0; at < whole; at += BLOCK) {
		memcpy(last, text + at, BLOCK);
		process(last, hash);
	}
	memset(last, 0, sizeof(last));
	memcpy(last, text + whole, rest);
	last[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[end - 1 - i] =
			(unsigned char)((len * 8) >> (8 * i) & 0xff);
	for (size_t at = 0; at < end; at += BLOCK)
		process(last + at, hash);
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (unsigned char)(hash[i / 4] >> (24 - 8 * (i % 4)) &
					    0xff);
	text_hex(digest, sizeof(digest), hex);
}
