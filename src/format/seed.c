#include "format/seed.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/view.h"

#define SEED_MIN 10  /* bytes: RFC 4226 requires 16, but services issue 10 */
#define SEED_MAX 128 /* bytes */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* --- base32 ------------------------------------------------------------------- */

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/*
 * Returns the value of the next base32 character; -1 at the end, -2 for another
 * character or one after the padding.
 */
static int next_value(struct view *text, bool *padded)
{
	while (text->len > 0) {
		char c = *text->at++;

		text->len--;
		*padded = *padded || c == '=';
		if (strchr(" \t\r\n-=", c) && c != '\0')
			continue;
		return value_of(c) >= 0 && !*padded ? value_of(c) : -2;
	}
	return -1;
}

/*
 * Of every eight characters, one, three or six left over do not make bytes: a
 * character is missing.
 */
static bool is_whole(size_t n)
{
	static const bool whole[8] = {
		[0] = true, [2] = true, [4] = true, [5] = true, [7] = true
	};

	return whole[n % 8];
}

/* Decodes base32. Bits left over at the end are padding. */
static bool decode(struct view text, struct secbuf *seed, struct error *err)
{
	bool padded = false;
	uint32_t bits = 0;
	size_t n_read = 0;
	int n = 0;
	int value;

	while ((value = next_value(&text, &padded)) >= 0) {
		char byte;

		n_read++;
		bits = (bits << 5 | (uint32_t)value) & 0xfff;
		n += 5;
		if (n < 8)
			continue;
		n -= 8;
		byte = (char)(bits >> n & 0xff);
		secbuf_add(seed, &byte, 1);
	}
	explicit_bzero(&bits, sizeof(bits));
	if (value == -2)
		return error_fail(err, REASON_SEED_NOT_BASE32);
	if (secbuf_ok(seed) && secbuf_len(seed) < SEED_MIN)
		return error_fail(err, REASON_SEED_TOO_SHORT);
	if (secbuf_ok(seed) && !is_whole(n_read))
		return error_fail(err, REASON_SEED_CUT);
	return secbuf_ok(seed) || error_fail(err, REASON_SEED_TOO_LONG);
}

struct secbuf *seed_base32(const struct secbuf *seed)
{
	const char *bytes = secbuf_text(seed);
	size_t len = secbuf_len(seed);
	struct secbuf *text = secbuf_new((len * 8 + 4) / 5);
	uint32_t bits = 0;
	int n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = (bits << 8 | (uint8_t)bytes[i]) & 0xfff;
		for (n += 8; n >= 5; n -= 5)
			secbuf_add(text, &alphabet[bits >> (n - 5) & 31], 1);
	}
	if (n > 0)
		secbuf_add(text, &alphabet[bits << (5 - n) & 31], 1);
	explicit_bzero(&bits, sizeof(bits));
	if (secbuf_ok(text))
		return text;
	secbuf_free(text);
	return NULL;
}

/* --- otpauth ------------------------------------------------------------------ */

static bool is_word(struct view span, const char *word)
{
	return span.len == strlen(word) &&
	       strncasecmp(span.at, word, span.len) == 0;
}

/* Reads the next "name=value" of a query. */
static bool next_pair(struct view *query, struct view *name, struct view *value)
{
	const char *end, *equal;
	size_t len;

	if (query->len == 0)
		return false;
	end = memchr(query->at, '&', query->len);
	len = end ? (size_t)(end - query->at) : query->len;
	equal = memchr(query->at, '=', len);
	*name = (struct view){ query->at,
			       equal ? (size_t)(equal - query->at) : len };
	*value = (struct view){ equal ? equal + 1 : query->at + len,
				equal ? len - name->len - 1 : 0 };
	query->at += len + (end ? 1 : 0);
	query->len -= len + (end ? 1 : 0);
	return true;
}

static int hex_of(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) % 16 : -1;
}

/* Decodes "%3D" and the like. Malformed ones stay, and are not base32. */
static struct secbuf *unescaped(struct view text)
{
	struct secbuf *out = secbuf_new(text.len);

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c == '%' && i + 2 < text.len &&
		    hex_of(text.at[i + 1]) >= 0 &&
		    hex_of(text.at[i + 2]) >= 0) {
			c = (unsigned char)(hex_of(text.at[i + 1]) * 16 +
					    hex_of(text.at[i + 2]));
			i += 2;
		}
		secbuf_add(out, &c, 1);
	}
	return out;
}

static bool decode_escaped(struct view secret, struct secbuf *seed,
			   struct error *err)
{
	struct secbuf *text = unescaped(secret);
	const struct view span = { secbuf_text(text), secbuf_len(text) };
	bool ok = secbuf_ok(text) || error_memory(err);

	ok = ok && decode(span, seed, err);
	secbuf_free(text);
	return ok;
}

static bool unsupported(struct error *err, const char *expected)
{
	return error_fail(err, REASON_SEED_UNSUPPORTED, .expected = expected);
}

/* Accepts only the values that devices of AWS use. */
static bool check_pair(struct view name, struct view value, struct error *err)
{
	if (is_word(name, "digits") && !is_word(value, "6"))
		return unsupported(err, "6 digits");
	if (is_word(name, "period") && !is_word(value, "30"))
		return unsupported(err, "30 seconds");
	if (is_word(name, "algorithm") && !is_word(value, "SHA1"))
		return unsupported(err, "SHA-1");
	return true;
}

static bool parse_uri(struct view text, struct secbuf *seed, struct error *err)
{
	static const char scheme[] = "otpauth://totp/";
	const size_t n = sizeof(scheme) - 1;
	struct view secret = { NULL, 0 };
	struct view name, value, query;
	const char *mark;

	if (text.len < n || strncasecmp(text.at, scheme, n) != 0)
		return error_fail(err, REASON_SEED_NOT_TOTP);
	mark = memchr(text.at, '?', text.len);
	query.at = mark ? mark + 1 : text.at + text.len;
	query.len = (size_t)(text.at + text.len - query.at);
	while (next_pair(&query, &name, &value)) {
		if (!check_pair(name, value, err))
			return false;
		if (is_word(name, "secret"))
			secret = value;
	}
	return secret.at ? decode_escaped(secret, seed, err)
			 : error_fail(err, REASON_SEED_WITHOUT_SECRET);
}

bool seed_parse(const struct secbuf *text, struct secbuf **seed,
		struct error *err)
{
	struct view span = { secbuf_text(text), secbuf_len(text) };
	struct secbuf *raw = secbuf_new(SEED_MAX);
	bool ok;

	*seed = NULL;
	while (span.len > 0 && strchr(" \t\r\n", *span.at) && *span.at) {
		span.at++;
		span.len--;
	}
	while (span.len > 0 && strchr(" \t\r\n", span.at[span.len - 1]) &&
	       span.at[span.len - 1] != '\0')
		span.len--;
	ok = raw || error_memory(err);
	ok = ok && (memchr(span.at, ':', span.len) ? parse_uri(span, raw, err)
						   : decode(span, raw, err));
	if (ok)
		*seed = raw;
	else
		secbuf_free(raw);
	return ok;
}
