#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/base64.h"
#include "crypto/jwe.h"
#include "support/check.h"
#include "support/mem_failing.h"

static unsigned nibble(char c)
{
	static const char digits[] = "0123456789abcdef";

	return (unsigned)(strchr(digits, c) - digits);
}

static struct secbuf *from_hex(const char *hex)
{
	struct secbuf *bytes = secbuf_new(strlen(hex) / 2 + 1);

	for (; *hex != '\0'; hex += 2) {
		unsigned char byte =
			(unsigned char)(nibble(hex[0]) << 4 | nibble(hex[1]));

		secbuf_add(bytes, &byte, 1);
	}
	assert_true(secbuf_ok(bytes));
	return bytes;
}

static void need_hex(const struct secbuf *got, const char *hex)
{
	struct secbuf *expected = from_hex(hex);

	assert_non_null(got);
	assert_true(secbuf_equal(got, expected));
	secbuf_free(expected);
}

/* --- a key out of a passphrase ---------------------------------------------- */

/* RFC 7914, section 11. */
static const struct {
	const char *passphrase, *salt;
	unsigned rounds;
	const char *key;
} derived[] = {
	{ "passwd", "salt", 1,
	  "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
	  "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783" },
	{ "Password", "NaCl", 80000,
	  "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
	  "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d" },
};

static void derives_as_rfc_7914_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
		struct secbuf *passphrase = secbuf_from(derived[i].passphrase);
		struct secbuf *salt = secbuf_from(derived[i].salt);
		struct error err = { 0 };
		struct secbuf *key = jwe_derive(passphrase, salt,
						derived[i].rounds, 64, &err);

		need_hex(key, derived[i].key);
		secbuf_free(key);
		secbuf_free(salt);
		secbuf_free(passphrase);
	}
}

static void derives_nothing_in_no_rounds(void **state)
{
	struct secbuf *empty = secbuf_new(0);
	struct error err = { 0 };
	struct secbuf *key;

	(void)state;
	assert_null(jwe_derive(empty, empty, 0, 16, &err));
	assert_int_equal(err.code, ERROR_SYSTEM);
	key = jwe_derive(empty, empty, 1, 16, &err); /* an empty passphrase */
	assert_int_equal(secbuf_len(key), 16);
	secbuf_free(key);
	secbuf_free(empty);
}

/* --- a wrapped key ----------------------------------------------------------- */

/* RFC 3394, section 4.1. */
#define KEK     "000102030405060708090a0b0c0d0e0f"
#define WRAPPED "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"
#define KEY     "00112233445566778899aabbccddeeff"

static void refuse_wrapped(const struct secbuf *kek,
			   const struct secbuf *wrapped)
{
	long before = secbuf_alive();
	struct error err = { 0 };

	assert_null(jwe_unwrap(kek, wrapped, &err));
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_int_equal(secbuf_alive(), before);
}

static void unwraps_as_rfc_3394_says(void **state)
{
	struct secbuf *kek = from_hex(KEK);
	struct secbuf *wrapped = from_hex(WRAPPED);
	struct error err = { 0 };
	struct secbuf *key = jwe_unwrap(kek, wrapped, &err);

	(void)state;
	need_hex(key, KEY);
	secbuf_free(key);
	secbuf_free(wrapped);
	secbuf_free(kek);
}

static void refuses_a_wrapped_key_with_any_change(void **state)
{
	struct secbuf *kek = from_hex(KEK);
	struct secbuf *other = from_hex(KEY);
	struct secbuf *wrapped = from_hex(WRAPPED);
	size_t len = secbuf_len(wrapped);

	(void)state;
	refuse_wrapped(other, wrapped);
	refuse_wrapped(NULL, wrapped);
	refuse_wrapped(kek, NULL);
	for (size_t i = 0; i < len; i++) {
		secbuf_edit(wrapped)[i] ^= 1;
		refuse_wrapped(kek, wrapped);
		secbuf_edit(wrapped)[i] ^= 1;
	}
	for (; len > 0; len--) {
		secbuf_cut(wrapped, len - 1);
		refuse_wrapped(kek, wrapped);
	}
	secbuf_free(wrapped);
	secbuf_free(other);
	secbuf_free(kek);
}

/* --- a box ------------------------------------------------------------------- */

/* The Galois/Counter Mode of Operation (McGrew, Viega), test case 16. */
static const char gcm_key[] = "feffe9928665731c6d6a8f9467308308"
			      "feffe9928665731c6d6a8f9467308308";
static const char gcm_iv[] = "cafebabefacedbaddecaf888";
static const char gcm_beside[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
static const char gcm_sealed[] =
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";
static const char gcm_tag[] = "76fc6ece0f4e1768cddf8853bb2d551b";
static const char gcm_plain[] =
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";

struct gcm {
	struct secbuf *key, *iv, *beside, *sealed, *tag;
};

static struct gcm gcm_new(void)
{
	return (struct gcm){ from_hex(gcm_key), from_hex(gcm_iv),
			     from_hex(gcm_beside), from_hex(gcm_sealed),
			     from_hex(gcm_tag) };
}

static void gcm_free(struct gcm *gcm)
{
	secbuf_free(gcm->key);
	secbuf_free(gcm->iv);
	secbuf_free(gcm->beside);
	secbuf_free(gcm->sealed);
	secbuf_free(gcm->tag);
}

static struct secbuf *gcm_open(const struct gcm *gcm, struct error *err)
{
	const struct jwe_box box = { gcm->iv, gcm->sealed, gcm->tag,
				     secbuf_text(gcm->beside),
				     secbuf_len(gcm->beside) };

	return jwe_open(gcm->key, &box, err);
}

static void opens_the_published_box(void **state)
{
	struct gcm gcm = gcm_new();
	struct error err = { 0 };
	struct secbuf *plain = gcm_open(&gcm, &err);

	(void)state;
	need_hex(plain, gcm_plain);
	secbuf_free(plain);
	gcm_free(&gcm);
}

static void refuse_box(const struct gcm *gcm)
{
	long before = secbuf_alive();
	struct error err = { 0 };

	assert_null(gcm_open(gcm, &err));
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_int_equal(secbuf_alive(), before);
}

static void refuses_a_box_with_any_change(void **state)
{
	struct gcm gcm = gcm_new();
	struct secbuf *parts[] = { gcm.key, gcm.iv, gcm.beside, gcm.sealed,
				   gcm.tag };

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t len = secbuf_len(parts[i]);

		for (size_t j = 0; j < len; j++) {
			secbuf_edit(parts[i])[j] ^= 1;
			refuse_box(&gcm);
			secbuf_edit(parts[i])[j] ^= 1;
		}
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		secbuf_cut(parts[i], secbuf_len(parts[i]) - 1);
		refuse_box(&gcm);
		gcm_free(&gcm);
		gcm = gcm_new();
		memcpy(parts,
		       (struct secbuf *[]){ gcm.key, gcm.iv, gcm.beside,
					    gcm.sealed, gcm.tag },
		       sizeof(parts));
	}
	gcm_free(&gcm);
}

/* --- base64 of URLs ------------------------------------------------------------ */

static void decodes_the_base64_of_urls(void **state)
{
	static const struct {
		const char *text, *hex;
	} good[] = { { "", "" },
		     { "AA", "00" },
		     { "-_8", "fbff" },
		     { "Zm9vYmFy", "666f6f626172" } };
	static const char *const bad[] = { "A",   "AA==", "+/8",
					   "-_9", "A A",  "AAA\n" };
	struct error err = { 0 };
	struct secbuf *bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(base64_decode_url(
			good[i].text, strlen(good[i].text), &bytes, &err));
		need_hex(bytes, good[i].hex);
		secbuf_free(bytes);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(base64_decode_url(bad[i], strlen(bad[i]), &bytes,
					       &err));
		assert_null(bytes);
		assert_int_equal(err.code, ERROR_PROTOCOL);
	}
}

/* --- memory ---------------------------------------------------------------------- */

static struct secbuf *derive(struct error *err)
{
	struct secbuf *empty = secbuf_new(0);
	struct secbuf *key =
		empty ? jwe_derive(empty, empty, 1, 16, err) : NULL;

	if (!empty)
		(void)error_memory(err);
	secbuf_free(empty);
	return key;
}

static struct secbuf *kek, *wrapped;
static struct gcm box;

static struct secbuf *unwrap(struct error *err)
{
	return jwe_unwrap(kek, wrapped, err);
}

static struct secbuf *open_box(struct error *err)
{
	return gcm_open(&box, err);
}

static struct secbuf *decode(struct error *err)
{
	struct secbuf *bytes;

	return base64_decode_url("AAAA", 4, &bytes, err) ? bytes : NULL;
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *(*const doors[])(struct error *) = { derive, unwrap,
							    open_box, decode };

	(void)state;
	kek = from_hex(KEK);
	wrapped = from_hex(WRAPPED);
	box = gcm_new();
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		struct secbuf *got = NULL;
		long before = secbuf_alive();

		for (long n = 0; !got; n++) {
			struct error err = { 0 };

			mem_fail_after(n);
			got = doors[i](&err);
			assert_true((got != NULL) != mem_has_failed());
			if (!got)
				assert_int_equal(err.code, ERROR_MEMORY);
			mem_fail_after(-1);
		}
		secbuf_free(got);
		assert_int_equal(secbuf_alive(), before);
	}
	gcm_free(&box);
	secbuf_free(wrapped);
	secbuf_free(kek);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(derives_as_rfc_7914_says),
		cmocka_unit_test(derives_nothing_in_no_rounds),
		cmocka_unit_test(unwraps_as_rfc_3394_says),
		cmocka_unit_test(refuses_a_wrapped_key_with_any_change),
		cmocka_unit_test(opens_the_published_box),
		cmocka_unit_test(refuses_a_box_with_any_change),
		cmocka_unit_test(decodes_the_base64_of_urls),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
