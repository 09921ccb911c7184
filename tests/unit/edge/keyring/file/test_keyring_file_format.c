#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/kdf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/*
 * The test vector of rolekey-keyring(5).  It was made by another program, out
 * of libargon2, Python's BLAKE2b and libsodium's box.
 */
static const uint8_t old_vector[] = {
	0x72, 0x6f, 0x6c, 0x65, 0x6b, 0x65, 0x79, 0x00, 0x01, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x59, 0x8a, 0x7a, 0x48, 0x1b, 0xe5, 0x1b, 0x2d, 0x42, 0xa4, 0xb4, 0xc6,
	0x8f, 0x5e, 0x95, 0x03, 0x9b, 0xce, 0x2a, 0x13, 0x2a, 0xe4, 0x94, 0x0d,
	0x58, 0x50, 0xbc, 0x58, 0xb5, 0x12, 0x4f, 0x05, 0x8e, 0x00, 0x00, 0x00,
	0x68, 0xc0, 0x41, 0xc1, 0x1a, 0x00, 0x4c, 0x40, 0x4e, 0x47, 0xd6, 0x33,
	0xac, 0xf2, 0xad, 0xa6, 0xaf, 0x61, 0x16, 0xf7, 0x30, 0xec, 0xea, 0x47,
	0xbb, 0x71, 0xf4, 0x80, 0x2c, 0x6c, 0xe0, 0x17, 0x40, 0x41, 0x42, 0x43,
	0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f,
	0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x0d, 0x90, 0xf3, 0x19,
	0xcf, 0x72, 0x3f, 0x97, 0xda, 0x64, 0xe8, 0x1a, 0x93, 0x30, 0x8a, 0x61,
	0xd2, 0x52, 0xfe, 0xb4, 0xc4, 0xf7, 0x07, 0x6e, 0xa5, 0x97, 0x87, 0x3c,
	0xa4, 0x73, 0x77, 0x3f, 0x2a, 0x35, 0xec, 0xf3, 0xfe, 0xf4, 0xe5, 0x73,
	0x7b, 0x80, 0x76, 0x8e, 0x69, 0x80, 0x4b, 0x7c, 0x74, 0xa0, 0xe2, 0xd7,
	0x21, 0x15, 0x1b, 0xbe, 0xc7, 0x5f, 0xe1, 0x8b, 0xa6, 0x97, 0xe5, 0x5d,
	0x6e, 0x56, 0x8c, 0x10, 0xd7, 0x19, 0x3b, 0x00, 0x2c, 0xba, 0xfa, 0x1a,
	0x7c, 0xb4, 0xaf, 0x84, 0xe2, 0x78, 0x1e, 0x73, 0x00, 0x18, 0x32, 0xde,
	0xff, 0x35, 0xef, 0x58, 0xca, 0xb7, 0x44, 0x3e, 0x8e, 0x28, 0x9d, 0x4f,
	0x44, 0xcf, 0x75, 0x39, 0x86, 0xdf, 0xc1, 0x15, 0xc3, 0xb0, 0x34, 0x79,
	0xf3, 0x98, 0x0c, 0xad, 0xae, 0x8f,
};
static const uint8_t vector_3[] = {
	0x72, 0x6f, 0x6c, 0x65, 0x6b, 0x65, 0x79, 0x00, 0x03, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x5d, 0x82, 0xda, 0xd6, 0xb7, 0x0e, 0x33, 0xe5, 0xf1, 0xca, 0x8e, 0x39,
	0xcc, 0x53, 0x7b, 0xce, 0x17, 0x43, 0x2e, 0x2d, 0xe6, 0x67, 0x0a, 0xcc,
	0xbb, 0x62, 0x9e, 0x84, 0xd5, 0x3e, 0x14, 0xf8, 0x57, 0x00, 0x00, 0x00,
	0x5f, 0x00, 0x00, 0x00, 0x86, 0x42, 0x01, 0x23, 0x30, 0x17, 0x53, 0x8c,
	0xfc, 0x1f, 0x64, 0x19, 0x3f, 0xb6, 0xf6, 0x45, 0xf5, 0xad, 0x01, 0xee,
	0x7c, 0x44, 0x17, 0xee, 0xa5, 0xbf, 0x19, 0x12, 0x02, 0x76, 0x3b, 0x13,
	0x1e, 0x22, 0xbb, 0x87, 0x12, 0xc7, 0xcd, 0xaa, 0x2f, 0x87, 0x4f, 0xf4,
	0x60, 0x19, 0xca, 0x25, 0x78, 0x8b, 0x5a, 0x6f, 0xb5, 0xe7, 0xec, 0xa8,
	0xf3, 0xd7, 0xdd, 0x7e, 0x2e, 0x2f, 0xa4, 0xb0, 0xd0, 0x90, 0x7f, 0x22,
	0xd0, 0x2a, 0x13, 0x2b, 0x35, 0x35, 0x8d, 0x7b, 0xba, 0x2d, 0x80, 0xe0,
	0xe1, 0xf0, 0xbe, 0xc3, 0x6c, 0xae, 0x6c, 0xfb, 0xb0, 0x0b, 0x4e, 0x2c,
	0x9d, 0x7e, 0x72, 0x25, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
	0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53,
	0x54, 0x55, 0x56, 0x57, 0x08, 0x90, 0x3b, 0x4e, 0xbc, 0x0a, 0x6f, 0xf5,
	0x81, 0x70, 0x89, 0xa1, 0x04, 0x1b, 0xcd, 0x43, 0xf9, 0x88, 0x52, 0xd6,
	0x33, 0x82, 0x69, 0x69, 0x04, 0x87, 0x82, 0x12, 0x04, 0x0d, 0xf0, 0xb3,
	0xfd, 0x65, 0x7e, 0x8e, 0x57, 0x46, 0x5b, 0x88, 0x33, 0xd6, 0xe7, 0xe8,
	0xa2, 0xc4, 0x0f, 0xb2, 0x37, 0xf8, 0xa4, 0xce, 0x92, 0xd1, 0x2b, 0x97,
	0x89, 0xd9, 0x2d, 0x5c, 0x28, 0x33, 0x23, 0x80, 0x81, 0x82, 0x83, 0x84,
	0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90,
	0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x96, 0xf6, 0x3a, 0x8c, 0x8c,
	0xc0, 0x03, 0x89, 0x4a, 0x61, 0xbb, 0xd0, 0x4c, 0x6c, 0x15, 0x56, 0xe0,
	0xae, 0xb9, 0xe0, 0x7d, 0x62, 0xd5, 0x3e, 0x8b, 0xff, 0xa6, 0xb2, 0x25,
	0xcc, 0x9b, 0x66, 0xa6, 0xc5, 0xb7, 0x73, 0x88, 0xd0, 0x52, 0x6d, 0x95,
	0x59, 0xfa, 0x99, 0x7f, 0xea, 0xd3, 0x73, 0x77, 0x71, 0x21, 0x1c, 0xff,
	0xd1, 0x56, 0xcd, 0x2d, 0x9f, 0x9d, 0xa4, 0x8d, 0x52, 0x17, 0x36, 0x75,
	0x47, 0x8f, 0x67, 0xb9, 0x39, 0x68,
};
static const uint8_t vector[] = {
	0x72, 0x6f, 0x6c, 0x65, 0x6b, 0x65, 0x79, 0x00, 0x04, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x32, 0x6e, 0x70, 0xce, 0x02, 0x18, 0x44, 0x95, 0xf2, 0x42, 0xb9, 0xf1,
	0x56, 0x77, 0xf3, 0x19, 0x26, 0xd1, 0x5a, 0x03, 0x0a, 0x6a, 0xe7, 0xd6,
	0xcb, 0xee, 0x33, 0x97, 0x20, 0x06, 0x62, 0xa3, 0x57, 0x00, 0x00, 0x00,
	0xbf, 0x00, 0x00, 0x00, 0xba, 0xb3, 0x93, 0x9a, 0x38, 0x7b, 0x2e, 0x05,
	0x74, 0x5d, 0xd2, 0xc9, 0x64, 0xc0, 0xf4, 0x68, 0x05, 0x21, 0x3c, 0x49,
	0x37, 0xd3, 0x0b, 0xe0, 0xb6, 0x6b, 0x27, 0x9f, 0x75, 0xdb, 0xe3, 0xa9,
	0xd4, 0xcd, 0xb8, 0xe7, 0x44, 0x72, 0x2e, 0xff, 0x7a, 0xf9, 0xa9, 0xe7,
	0xf3, 0x3a, 0x6e, 0xac, 0x2d, 0x70, 0x10, 0xd0, 0xe2, 0xe8, 0x1e, 0x23,
	0xe4, 0x5e, 0x0c, 0x4f, 0xad, 0x03, 0x22, 0x62, 0xdd, 0xd7, 0xc4, 0xf5,
	0x28, 0xc8, 0xc9, 0x5e, 0xcd, 0xf3, 0xe2, 0x43, 0x9d, 0xc1, 0x9b, 0xdd,
	0xe4, 0xf7, 0xff, 0xd5, 0x31, 0x88, 0x0d, 0x30, 0xb0, 0x47, 0xe4, 0x10,
	0xae, 0xd5, 0x44, 0xb7, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
	0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53,
	0x54, 0x55, 0x56, 0x57, 0x08, 0x90, 0x3b, 0x4e, 0xbc, 0x0a, 0x6f, 0xf5,
	0x81, 0x70, 0x89, 0xa1, 0x04, 0x1b, 0xcd, 0x43, 0xf9, 0x88, 0x52, 0xd6,
	0x33, 0x82, 0x69, 0x69, 0x04, 0x87, 0x82, 0x12, 0x04, 0x0d, 0xf0, 0xb3,
	0xfd, 0x65, 0x7e, 0x8e, 0x57, 0x46, 0x5b, 0x88, 0x33, 0xd6, 0xe7, 0xe8,
	0xa2, 0xc4, 0x0f, 0x15, 0x31, 0x81, 0xe0, 0xaa, 0xdd, 0x0f, 0xf8, 0x32,
	0xa3, 0x94, 0x3b, 0xe7, 0x8d, 0x17, 0xdc, 0x5c, 0x00, 0x00, 0x00, 0x80,
	0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c,
	0x8d, 0x8e, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0xc9,
	0x07, 0x69, 0xe9, 0x82, 0x41, 0x01, 0x76, 0x3b, 0x5e, 0x34, 0xc4, 0x70,
	0xdb, 0xf9, 0x3c, 0x74, 0x53, 0x31, 0xb0, 0xc1, 0xe8, 0xb1, 0x29, 0x77,
	0xeb, 0x91, 0xe1, 0xad, 0xe4, 0xcb, 0x62, 0x76, 0x38, 0xef, 0xa4, 0xf7,
	0x1f, 0x54, 0x32, 0x1f, 0x81, 0x63, 0xc2, 0xc3, 0x08, 0xee, 0x63, 0xf5,
	0xf2, 0x79, 0xcf, 0xff, 0xee, 0xb5, 0x18, 0xa0, 0x3a, 0xec, 0x62, 0x90,
	0x76, 0x62, 0x14, 0x82, 0xa7, 0x38, 0x3a, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4,
	0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd0,
	0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0x7d, 0xf5, 0x2e, 0x35, 0x24,
	0xd3, 0xfa, 0x01, 0xd6, 0x42, 0x24, 0x8e, 0x47, 0x65, 0x82, 0xcb, 0x3f,
	0x0e, 0x9b, 0xec, 0x6e, 0x7e, 0x5c, 0xa4, 0x93, 0x11, 0x01, 0x09, 0x59,
	0xfd, 0x52, 0x3f, 0x6c, 0x1c, 0x2e, 0x27, 0x61, 0xbb, 0x76, 0xc1, 0x70,
	0x00, 0xf0, 0x89, 0xe2, 0xba, 0x12, 0x0e, 0x42, 0x27, 0x4c, 0xa6, 0xba,
	0x61, 0x6e, 0x11, 0xa8, 0x0f, 0x5f, 0x8a, 0xd8, 0xfa, 0x2e, 0xcf, 0x96,
	0x52, 0x74, 0xeb, 0xe2, 0x36, 0xd3,
};
static const char vector_passphrase[] = "correct horse battery staple";

static struct keyring_header header_of(const uint8_t *bytes, size_t len)
{
	struct keyring_header header;
	struct error err = { 0 };

	if (!file_format_header_read(bytes, len, &header, &err))
		fail_msg("%s", err.about.key);
	return header;
}

static struct secbuf *key_of(const struct keyring_header *header,
			     const char *text)
{
	struct secbuf *passphrase = secbuf_from(text);
	struct error err = { 0 };
	struct secbuf *key =
		kdf_derive(passphrase, header->salt, header->cost, &err);

	assert_non_null(key);
	secbuf_free(passphrase);
	return key;
}

static struct secbuf *part_of(const uint8_t *bytes, size_t len,
			      enum keyring_part part)
{
	struct keyring_header header = header_of(bytes, len);
	struct secbuf *key = key_of(&header, vector_passphrase);
	struct error err = { 0 };
	struct secbuf *body;

	assert_true(file_format_header_fits(&header, key));
	body = file_parts_unseal(&header, bytes, key, part, &err);
	if (!body)
		fail_msg("%s", err.about.key);
	secbuf_free(key);
	return body;
}

/* Both parts, one behind the other: they are in order so, too. */
static struct secbuf *body_of_vector(void)
{
	struct secbuf *body = part_of(vector, sizeof(vector), PART_KEYS);
	struct secbuf *more = part_of(vector, sizeof(vector), PART_SESSIONS);
	struct secbuf *both = secbuf_new(secbuf_len(body) + secbuf_len(more));

	secbuf_join(both, body);
	secbuf_join(both, more);
	secbuf_free(more);
	secbuf_free(body);
	return both;
}

static struct keyring_entry entry_of(const char *kind, const char *name,
				     int64_t expires)
{
	struct keyring_entry entry = { .expires = expires };

	entry.field[FIELD_KIND] = view_of(kind);
	entry.field[FIELD_NAME] = view_of(name);
	entry.field[FIELD_LABEL] = view_of("label");
	entry.field[FIELD_ORIGIN] = view_of("origin");
	entry.field[FIELD_VALUE] = view_of("value");
	return entry;
}

static bool is(const struct view *got, const char *want)
{
	return got->len == strlen(want) && memcmp(got->at, want, got->len) == 0;
}

/* --- the header ------------------------------------------------------------- */

static void reads_the_file_of_the_manual_page(void **state)
{
	struct secbuf *body = body_of_vector();
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;

	(void)state;
	assert_true(file_format_body_next(&walk, &entry));
	assert_true(is(&entry.field[FIELD_KIND], "key"));
	assert_true(is(&entry.field[FIELD_NAME], "custodian"));
	assert_true(is(&entry.field[FIELD_LABEL], ""));
	assert_true(is(&entry.field[FIELD_ORIGIN], ""));
	assert_true(is(&entry.field[FIELD_VALUE], "EXAMPLE"));
	assert_int_equal(entry.expires, 0);
	assert_true(file_format_body_next(&walk, &entry));
	assert_true(is(&entry.field[FIELD_KIND], "session"));
	assert_true(is(&entry.field[FIELD_NAME], "7f3a"));
	assert_true(is(&entry.field[FIELD_LABEL], "testing"));
	assert_true(is(&entry.field[FIELD_ORIGIN], "custodian"));
	assert_true(is(&entry.field[FIELD_VALUE], ""));
	assert_int_equal(entry.expires, 1700000000);
	assert_false(file_format_body_next(&walk, &entry));
	secbuf_free(body);
}

static void expect_same(const struct secbuf *one, const struct secbuf *other)
{
	assert_true(secbuf_len(one) > 0);
	assert_true(secbuf_equal(one, other));
}

static void reads_files_of_older_versions(void **state)
{
	(void)state;
	for (enum keyring_part i = 0; i < PART_COUNT; i++) {
		struct secbuf *now = part_of(vector, sizeof(vector), i);
		struct secbuf *old = part_of(old_vector, sizeof(old_vector), i);
		struct secbuf *third = part_of(vector_3, sizeof(vector_3), i);

		expect_same(now, old);
		expect_same(now, third);
		secbuf_free(third);
		secbuf_free(old);
		secbuf_free(now);
	}
}

/* Another key's, or with a bit changed in whichever of the two boxes. */
static void opens_no_part_of_a_changed_file(void **state)
{
	struct keyring_header header = header_of(vector, sizeof(vector));
	struct secbuf *key = key_of(&header, vector_passphrase);
	uint8_t bytes[sizeof(vector)];

	(void)state;
	memcpy(bytes, vector, sizeof(bytes));
	for (size_t at = KEYRING_HEADER_LEN; at < sizeof(bytes); at++) {
		bytes[at] ^= 1;
		for (enum keyring_part i = 0; i < PART_COUNT; i++) {
			struct error err = { 0 };

			assert_null(file_parts_unseal(&header, bytes, key, i,
						      &err));
			assert_error(&err, REASON_KEYRING_DAMAGED);
		}
		bytes[at] ^= 1;
	}
	secbuf_free(key);
}

/* Sessions are bound to the keys: see rolekey-keyring(5), "The boxes". */
static void seals_what_it_opens_again(void **state)
{
	struct keyring_header header = header_of(vector, sizeof(vector));
	struct secbuf *key = key_of(&header, vector_passphrase);
	struct secbuf *body = part_of(vector, sizeof(vector), PART_KEYS);
	uint8_t bytes[sizeof(vector)];
	struct secbuf *again;
	struct error err = { 0 };

	(void)state;
	memcpy(bytes, vector, sizeof(bytes));
	assert_true(file_parts_seal(&header, key, PART_KEYS, body,
				    bytes + KEYRING_HEADER_LEN, &err));
	file_format_header_write(&header, bytes);
	assert_memory_not_equal(bytes, vector, KEYRING_HEADER_LEN + 24);
	again = part_of(bytes, sizeof(bytes), PART_KEYS);
	expect_same(again, body);
	secbuf_free(again);
	assert_null(
		file_parts_unseal(&header, bytes, key, PART_SESSIONS, &err));
	again = part_of(vector, sizeof(vector), PART_SESSIONS);
	assert_true(file_parts_seal(
		&header, key, PART_SESSIONS, again,
		bytes + KEYRING_HEADER_LEN + header.box[PART_KEYS].len, &err));
	file_format_header_write(&header, bytes);
	secbuf_free(body);
	body = part_of(bytes, sizeof(bytes), PART_SESSIONS);
	expect_same(again, body);
	secbuf_free(again);
	secbuf_free(body);
	secbuf_free(key);
}

static void parts_survive_running_out_of_memory(void **state)
{
	struct keyring_header header = header_of(vector, sizeof(vector));
	struct keyring_header old = header_of(old_vector, sizeof(old_vector));
	struct secbuf *key = key_of(&header, vector_passphrase);
	struct secbuf *body = NULL;
	uint8_t out[128];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (long n = 0; !body; n++) {
			struct error err = { 0 };

			mem_fail_after(n);
			body = round == 0
				       ? file_parts_unseal(&header, vector, key,
							   PART_KEYS, &err)
				       : file_parts_unseal(&old, old_vector,
							   key, PART_KEYS,
							   &err);
			mem_fail_after(-1);
			assert_true(body || err.code == ERROR_MEMORY);
		}
		secbuf_free(body);
		body = NULL;
	}
	for (bool ok = false, failed = false; !ok; failed = true) {
		struct error err = { 0 };

		mem_fail_after(failed ? -1 : 0);
		ok = file_parts_seal(&header, key, PART_SESSIONS, NULL, out,
				     &err);
		mem_fail_after(-1);
		assert_true(ok || err.code == ERROR_MEMORY);
	}
	secbuf_free(key);
}

static void writes_the_header_that_it_read(void **state)
{
	struct keyring_header header = header_of(vector, sizeof(vector));
	struct secbuf *key = key_of(&header, vector_passphrase);
	uint8_t bytes[KEYRING_HEADER_LEN];

	(void)state;
	file_format_header_write(&header, bytes);
	assert_memory_equal(bytes, vector, sizeof(bytes));
	memset(header.mark, 0, sizeof(header.mark));
	file_format_header_mark(&header, key);
	file_format_header_write(&header, bytes);
	assert_memory_equal(bytes, vector, sizeof(bytes));
	secbuf_free(key);
}

static void tells_the_right_passphrase_from_another(void **state)
{
	struct keyring_header header = header_of(vector, sizeof(vector));
	struct secbuf *right = key_of(&header, vector_passphrase);
	struct secbuf *wrong = key_of(&header, "correct horse battery stable");

	(void)state;
	assert_true(file_format_header_fits(&header, right));
	assert_false(file_format_header_fits(&header, wrong));
	assert_false(file_format_header_fits(&header, NULL));
	header.salt[0] ^= 1;
	assert_false(file_format_header_fits(&header, right));
	secbuf_free(wrong);
	secbuf_free(right);
}

static void refuse_header_with(const uint8_t *bytes, size_t len,
			       enum error_reason reason)
{
	struct keyring_header header;
	struct error err = { 0 };

	assert_false(file_format_header_read(bytes, len, &header, &err));
	assert_error(&err, reason);
}

static void refuse_header(const uint8_t *bytes, size_t len)
{
	refuse_header_with(bytes, len, REASON_KEYRING_DAMAGED);
}

static void takes_every_changed_bit_of_a_header_for_damage(void **state)
{
	uint8_t bytes[sizeof(vector)];

	(void)state;
	memcpy(bytes, vector, sizeof(bytes));
	for (size_t bit = 0; bit < 8 * (size_t)KEYRING_HEADER_LEN; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		refuse_header(bytes, sizeof(bytes));
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	(void)header_of(bytes, sizeof(bytes));
}

static void takes_every_other_length_for_damage(void **state)
{
	uint8_t longer[sizeof(vector) + 1] = { 0 };

	(void)state;
	memcpy(longer, vector, sizeof(vector));
	refuse_header(longer, sizeof(longer));
	for (size_t len = 0; len < sizeof(vector); len++)
		refuse_header(vector, len);
}

/* Headers with a right checksum that we would not write. */
static void refuses_a_header_out_of_bounds(void **state)
{
	static const struct {
		size_t at;
		uint8_t bytes[4];
	} cases[] = {
		{ 0, { 'R', 'o', 'l', 'e' } },      /* magic */
		{ 8, { 5, 0, 0, 0 } },              /* version */
		{ 8, { 0, 0, 0, 0 } },              /* version */
		{ 12, { 0, 0, 0, 0 } },             /* passes */
		{ 12, { 17, 0, 0, 0 } },            /* passes */
		{ 12, { 0xff, 0xff, 0xff, 0xff } }, /* passes */
		{ 16, { 7, 0, 0, 0 } },             /* memory */
		{ 16, { 1, 0, 0x10, 0 } }, /* memory: 1 GiB and 1 KiB */
		{ 68, { 39, 0, 0, 0 } },   /* length: no box */
		{ 72, { 39, 0, 0, 0 } },   /* of the other one */
		{ 72, { 0xff, 0xff, 0xff, 0xff } },
		{ 68, { 0, 0, 0, 0 } },             /* length */
		{ 68, { 0xff, 0xff, 0xff, 0xff } }, /* length */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[sizeof(vector)];

		memcpy(bytes, vector, sizeof(bytes));
		memcpy(bytes + cases[i].at, cases[i].bytes, 4);
		seal_sum(bytes, 140, bytes + 140);
		refuse_header_with(bytes, sizeof(bytes),
				   cases[i].at == 8 ? REASON_KEYRING_FORMAT
						    : REASON_KEYRING_DAMAGED);
		if (cases[i].at == 68) /* and as long as it says */
			refuse_header(bytes, KEYRING_HEADER_LEN + 39);
		if (cases[i].at > 68)
			continue; /* what follows is of version 1 */
		memcpy(bytes, old_vector, sizeof(old_vector));
		memcpy(bytes + cases[i].at, cases[i].bytes, 4);
		seal_sum(bytes, 72, bytes + 72);
		refuse_header(bytes, sizeof(old_vector));
	}
}

/* --- the body ------------------------------------------------------------------ */

static struct secbuf *change(struct secbuf *old,
			     const struct keyring_entry *address,
			     const struct keyring_entry *put, int64_t now)
{
	struct error err = { 0 };
	struct secbuf *body =
		file_format_body_change(old, address, put, now, &err);

	if (!body)
		fail_msg("%s", err.about.key);
	assert_true(file_format_body_check(body, &err));
	secbuf_free(old);
	return body;
}

static struct secbuf *put(struct secbuf *old, const char *kind,
			  const char *name, int64_t expires, int64_t now)
{
	struct keyring_entry entry = entry_of(kind, name, expires);

	return change(old, &entry, &entry, now);
}

/* The names in a body, one after the other. */
static void expect(const struct secbuf *body, const char *want)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;
	char got[256] = "";
	size_t len = 0;

	while (file_format_body_next(&walk, &entry)) {
		const struct view *name = &entry.field[FIELD_NAME];

		assert_true(len + name->len + 1 < sizeof(got));
		memcpy(got + len, name->at, name->len);
		len += name->len;
		got[len++] = ' ';
	}
	assert_string_equal(got, want);
}

static void puts_items_in_order_each_once(void **state)
{
	struct secbuf *body = NULL;
	static const char *const names[] = { "m", "ab", "z",        "a",
					     "m", "aa", "\xc3\xbc", "A" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		body = put(body, "key", names[i], 0, 0);
	expect(body, "A a aa ab m z \xc3\xbc ");
	body = put(body, "kex", "last-kind-first", 0, 0);
	expect(body, "last-kind-first A a aa ab m z \xc3\xbc ");
	secbuf_free(body);
}

static void takes_away_one_item_and_no_other(void **state)
{
	struct keyring_entry address = entry_of("key", "b", 0);
	struct secbuf *body = NULL;

	(void)state;
	body = put(body, "key", "a", 0, 0);
	body = put(body, "key", "b", 0, 0);
	body = put(body, "session", "b", 0, 0);
	body = change(body, &address, NULL, 0);
	expect(body, "a b ");
	body = change(body, &address, NULL, 0);
	expect(body, "a b ");
	secbuf_free(body);
}

static void drops_what_has_expired_but_not_what_is_put(void **state)
{
	struct secbuf *body = NULL;

	(void)state;
	body = put(body, "session", "never", 0, 1000);
	body = put(body, "session", "later", 1001, 1000);
	body = put(body, "session", "now", 1000, 1000);
	body = put(body, "session", "gone", 999, 1000);
	expect(body, "gone later never now ");
	body = put(body, "key", "k", 0, 1000);
	expect(body, "k later never now ");
	body = put(body, "key", "k", 0, 2000);
	expect(body, "k never ");
	secbuf_free(body);
}

/* --- invalid bodies ------------------------------------------------------------- */

static void add_bytes(struct secbuf *body, const char *kind, const char *name,
		      const char *label, size_t label_len, size_t value_len)
{
	static const char zeros[KEYRING_VALUE_MAX + 1];
	const struct view pieces[FIELD_COUNT] = {
		view_of(kind), view_of(name),        { label, label_len },
		view_of(""),   { zeros, value_len },
	};

	secbuf_add(body, zeros, 8);
	for (int i = 0; i < FIELD_COUNT; i++) {
		uint8_t len[4] = { (uint8_t)pieces[i].len,
				   (uint8_t)(pieces[i].len >> 8),
				   (uint8_t)(pieces[i].len >> 16), 0 };

		secbuf_add(body, len, sizeof(len));
		secbuf_add(body, pieces[i].at, pieces[i].len);
	}
	assert_true(secbuf_ok(body));
}

static void check_body(struct secbuf *body, bool good)
{
	struct error err = { 0 };

	assert_int_equal(file_format_body_check(body, &err), good);
	if (!good)
		assert_error(&err, REASON_KEYRING_DAMAGED);
	secbuf_free(body);
}

static void one(const char *kind, const char *name, const char *label,
		size_t label_len, size_t value_len, bool good)
{
	struct secbuf *body = secbuf_new(200000);

	add_bytes(body, kind, name, label, label_len, value_len);
	check_body(body, good);
}

static void knows_the_bounds_of_an_item(void **state)
{
	static const char text[KEYRING_TEXT_MAX + 2] = { [0] = 'x' };
	char full[KEYRING_TEXT_MAX + 1];

	(void)state;
	memset(full, 'x', sizeof(full));
	check_body(secbuf_new(0), true);
	one("key", "a", "", 0, 0, true);
	one("", "a", "", 0, 0, false);
	one("key", "", "", 0, 0, false);
	one("key", "a", full, KEYRING_TEXT_MAX, 0, true);
	one("key", "a", full, KEYRING_TEXT_MAX + 1, 0, false);
	one("key", "a", text, 2, 0, false); /* "x" and a NUL */
	one("key", "a", "", 0, KEYRING_VALUE_MAX, true);
	one("key", "a", "", 0, KEYRING_VALUE_MAX + 1, false);
}

static void two(const char *first, const char *second, bool good)
{
	struct secbuf *body = secbuf_new(1000);

	add_bytes(body, "key", first, "", 0, 0);
	add_bytes(body, "key", second, "", 0, 0);
	check_body(body, good);
}

static void wants_items_in_order_each_once(void **state)
{
	(void)state;
	two("a", "b", true);
	two("a", "aa", true);
	two("z", "\xc3\xbc", true);
	two("b", "a", false);
	two("aa", "a", false);
	two("a", "a", false);
}

static void takes_a_body_cut_anywhere_between_items_for_damage(void **state)
{
	struct secbuf *whole = body_of_vector();
	size_t first = 8 + 5 * 4 + strlen("key") + strlen("custodian") +
		       strlen("EXAMPLE");

	(void)state;
	for (size_t len = 0; len <= secbuf_len(whole); len++) {
		struct secbuf *cut = secbuf_new(len);

		secbuf_add(cut, secbuf_text(whole), len);
		check_body(cut, len == 0 || len == first ||
					len == secbuf_len(whole));
	}
	secbuf_free(whole);
}

static void knows_how_many_items_there_may_be(void **state)
{
	struct secbuf *body = secbuf_new((size_t)KEYRING_ITEMS_MAX * 64);
	struct secbuf *again;
	struct keyring_entry entry = entry_of("key", "one-more", 0);
	struct error err = { 0 };
	char name[8];

	(void)state;
	for (int i = 0; i < KEYRING_ITEMS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%04d", i);
		add_bytes(body, "key", name, "", 0, 0);
	}
	assert_true(file_format_body_check(body, &err));
	assert_null(file_format_body_change(body, &entry, &entry, 0, &err));
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_error(&err, REASON_KEYRING_FULL);
	entry = entry_of("key", "0000", 0);
	again = file_format_body_change(body, &entry, &entry, 0, &err);
	assert_non_null(again);
	secbuf_free(again);
	add_bytes(body, "key", "one-more", "", 0, 0);
	check_body(body, false);
}

static void knows_how_long_a_file_may_be(void **state)
{
	static char value[KEYRING_VALUE_MAX];
	struct secbuf *body = NULL;
	struct error err = { 0 };
	int n = 0;

	(void)state;
	while (!body || err.code == ERROR_NONE) {
		struct keyring_entry entry;
		struct secbuf *next;
		char name[8];

		(void)snprintf(name, sizeof(name), "%04d", n++);
		entry = entry_of("key", name, 0);
		entry.field[FIELD_VALUE] =
			(struct view){ value, sizeof(value) };
		next = file_format_body_change(body, &entry, &entry, 0, &err);
		if (next) {
			secbuf_free(body);
			body = next;
		}
	}
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_int_equal(n, KEYRING_FILE_MAX / KEYRING_VALUE_MAX);
	secbuf_free(body);
}

static void refuses_to_keep_what_it_could_not_read_back(void **state)
{
	static char text[KEYRING_VALUE_MAX + 1];
	struct error err = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < FIELD_COUNT; i++) {
		size_t max =
			i == FIELD_VALUE ? KEYRING_VALUE_MAX : KEYRING_TEXT_MAX;
		struct keyring_entry entry = entry_of("key", "a", 0);

		entry.field[i] = (struct view){ text, max };
		assert_true(file_format_entry_check(&entry, &err));
		entry.field[i].len++;
		assert_false(file_format_entry_check(&entry, &err));
		assert_int_equal(err.code, ERROR_KEYRING);
		assert_error(&err, REASON_ITEM_TOO_LONG,
			     .number = (int64_t)max);
	}
}

static void survives_any_allocation_failing(void **state)
{
	struct keyring_entry entry = entry_of("key", "new", 0);
	struct secbuf *old = body_of_vector();
	struct secbuf *body = NULL;
	long n;

	(void)state;
	for (n = 0; !body; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		body = file_format_body_change(old, &entry, &entry, 0, &err);
		assert_true((body != NULL) != mem_has_failed());
		if (!body)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	assert_int_equal(n, 2); /* secbuf.c has its pages already */
	expect(body, "custodian new 7f3a ");
	secbuf_free(body);
	secbuf_free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_files_of_older_versions),
		cmocka_unit_test(opens_no_part_of_a_changed_file),
		cmocka_unit_test(seals_what_it_opens_again),
		cmocka_unit_test(parts_survive_running_out_of_memory),
		cmocka_unit_test(reads_the_file_of_the_manual_page),
		cmocka_unit_test(writes_the_header_that_it_read),
		cmocka_unit_test(tells_the_right_passphrase_from_another),
		cmocka_unit_test(
			takes_every_changed_bit_of_a_header_for_damage),
		cmocka_unit_test(takes_every_other_length_for_damage),
		cmocka_unit_test(refuses_a_header_out_of_bounds),
		cmocka_unit_test(puts_items_in_order_each_once),
		cmocka_unit_test(takes_away_one_item_and_no_other),
		cmocka_unit_test(drops_what_has_expired_but_not_what_is_put),
		cmocka_unit_test(knows_the_bounds_of_an_item),
		cmocka_unit_test(wants_items_in_order_each_once),
		cmocka_unit_test(
			takes_a_body_cut_anywhere_between_items_for_damage),
		cmocka_unit_test(knows_how_many_items_there_may_be),
		cmocka_unit_test(knows_how_long_a_file_may_be),
		cmocka_unit_test(refuses_to_keep_what_it_could_not_read_back),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
