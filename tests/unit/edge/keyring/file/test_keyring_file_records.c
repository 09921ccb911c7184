#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define NAME_LEN 32

/* --- a part ------------------------------------------------------------------ */

struct part {
	struct keyring_header header;
	struct secbuf *key, *own;
	struct secbuf *body;
	uint8_t *bytes;
	size_t len;
};

static struct keyring_entry entry_of(const char *name, const char *value)
{
	struct keyring_entry entry = { .expires = 0 };

	entry.field[FIELD_KIND] = view_of("session");
	entry.field[FIELD_NAME] = view_of(name);
	entry.field[FIELD_LABEL] = view_of("label");
	entry.field[FIELD_ORIGIN] = view_of("");
	entry.field[FIELD_VALUE] = view_of(value);
	return entry;
}

static void name_of(size_t i, char name[static NAME_LEN])
{
	(void)snprintf(name, NAME_LEN, "name-%04zu", i);
}

static void put(struct part *part, const char *name, const char *value)
{
	struct keyring_entry entry = entry_of(name, value);
	struct error err = { 0 };
	struct secbuf *body =
		file_format_body_change(part->body, &entry, &entry, 0, &err);

	assert_non_null(body);
	secbuf_free(part->body);
	part->body = body;
}

/* Seals the body again; the bytes end where the allocation does. */
static void seal(struct part *part)
{
	struct error err = { 0 };

	free(part->bytes);
	part->len = file_parts_len(PART_SESSIONS, part->body);
	part->bytes = malloc(part->len);
	assert_non_null(part->bytes);
	assert_true(file_parts_seal(&part->header, part->key, PART_SESSIONS,
				    part->body, part->bytes, &err));
	assert_int_equal(part->header.box[PART_SESSIONS].len, part->len);
}

/* With n sessions; the value of each is its name. */
static struct part part_with(size_t n)
{
	struct part part = { .header = { .version = KEYRING_VERSION,
					 .salt = "salt",
					 .box = { { 40, "the keys" } } },
			     .key = secbuf_from(
				     "a key of thirty-two bytes, as it") };
	struct error err = { 0 };
	char name[NAME_LEN];

	for (size_t i = 0; i < n; i++) {
		name_of(i, name);
		put(&part, name, name);
	}
	part.own = file_records_key(part.key, &err);
	assert_non_null(part.own);
	seal(&part);
	return part;
}

static void clear(struct part *part)
{
	secbuf_free(part->key);
	secbuf_free(part->own);
	secbuf_free(part->body);
	free(part->bytes);
}

/* --- reading ------------------------------------------------------------------ */

static bool find(const struct part *part, const char *name,
		 struct keyring_record *record, struct error *err)
{
	struct keyring_entry entry = entry_of(name, "");

	return file_records_find(&part->header, part->bytes, part->own, &entry,
				 record, err);
}

/* The value of a session: NULL if there is none, or it is damaged. */
static struct secbuf *value_of(const struct part *part, const char *name,
			       struct error *err)
{
	struct keyring_record record;
	struct keyring_entry entry;
	struct keyring_walk walk;
	struct secbuf *value = NULL;
	struct secbuf *item;

	if (!find(part, name, &record, err) || record.len == 0)
		return NULL;
	item = file_records_open(&part->header, part->bytes, part->own, &record,
				 err);
	walk = file_format_body_walk(item);
	if (item && file_format_body_next(&walk, &entry)) {
		value = secbuf_new(entry.field[FIELD_VALUE].len);
		secbuf_add(value, entry.field[FIELD_VALUE].at,
			   entry.field[FIELD_VALUE].len);
	}
	secbuf_free(item);
	return value;
}

static void reads(const struct part *part, const char *name, const char *want)
{
	struct error err = { 0 };
	struct secbuf *value = value_of(part, name, &err);

	assert_int_equal(err.code, ERROR_NONE);
	assert_int_equal(!value, !want);
	if (value)
		assert_string_equal(secbuf_text(value), want);
	secbuf_free(value);
}

static void is_damaged(const struct part *part, const char *name)
{
	struct error err = { 0 };

	assert_null(value_of(part, name, &err));
	assert_error(&err, REASON_KEYRING_DAMAGED);
}

static void unseal(const struct part *part, bool good)
{
	struct error err = { 0 };
	struct secbuf *body = file_records_unseal(&part->header, part->bytes,
						  part->key, &err);

	assert_int_equal(!body, !good);
	if (good)
		assert_true(secbuf_len(body) == secbuf_len(part->body) &&
			    memcmp(secbuf_text(body), secbuf_text(part->body),
				   secbuf_len(body)) == 0);
	else
		assert_error(&err, REASON_KEYRING_DAMAGED);
	secbuf_free(body);
}

static void reads_each_session_and_no_other(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 200 };

	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		struct part part = part_with(counts[c]);
		char name[NAME_LEN];

		for (size_t i = 0; i < counts[c]; i++) {
			name_of(i, name);
			reads(&part, name, name);
		}
		name_of(counts[c], name);
		reads(&part, name, NULL);
		reads(&part, "", NULL);
		unseal(&part, true);
		clear(&part);
	}
}

/* The directory, and the record itself: nothing else has to be read. */
static void reads_few_bytes(void **state)
{
	struct part part = part_with(50);
	struct keyring_record record;
	struct error err = { 0 };
	uint8_t *few = calloc(1, part.len);
	uint8_t *whole = part.bytes;
	size_t len;

	(void)state;
	assert_non_null(few);
	assert_true(file_records_begin(&part.header, whole, &len, &err));
	assert_true(len < part.len / 2);
	memcpy(few, whole, len);
	part.bytes = few;
	assert_true(find(&part, "name-0017", &record, &err));
	memcpy(few + record.at, whole + record.at, record.len);
	reads(&part, "name-0017", "name-0017");
	is_damaged(&part, "name-0018");
	free(whole);
	clear(&part);
}

/* --- what somebody can do who can write the file, without the key --------------- */

static void notices_every_changed_bit(void **state)
{
	struct part part = part_with(2);
	struct keyring_record record;
	struct error err = { 0 };
	size_t directory;

	(void)state;
	assert_true(find(&part, "name-0001", &record, &err));
	assert_true(
		file_records_begin(&part.header, part.bytes, &directory, &err));
	for (size_t bit = 0; bit < 8 * part.len; bit++) {
		part.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		unseal(&part, false);
		if (bit / 8 < directory || bit / 8 >= record.at)
			is_damaged(&part, "name-0001");
		else
			reads(&part, "name-0001", "name-0001");
		part.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	unseal(&part, true);
	clear(&part);
}

static void notices_every_other_length(void **state)
{
	struct part part = part_with(2);
	uint32_t len = part.header.box[PART_SESSIONS].len;
	uint8_t *longer = malloc(part.len + 64);

	(void)state;
	assert_non_null(longer);
	memcpy(longer, part.bytes, part.len);
	memset(longer + part.len, 0, 64);
	free(part.bytes);
	part.bytes = longer;
	for (uint32_t n = 0; n < len + 64; n++) {
		part.header.box[PART_SESSIONS].len = n;
		if (n == len)
			continue;
		is_damaged(&part, "name-0000");
		unseal(&part, false);
	}
	clear(&part);
}

/* Records of one length are swapped, or the second is put in both places. */
static void notices_a_record_in_anothers_place(void **state)
{
	struct part part = part_with(2);
	struct keyring_record first;
	struct keyring_record second;
	struct error err = { 0 };
	uint8_t copy[256];

	(void)state;
	assert_true(find(&part, "name-0000", &first, &err));
	assert_true(find(&part, "name-0001", &second, &err));
	assert_int_equal(first.len, second.len);
	assert_true(first.len <= sizeof(copy));
	memcpy(copy, part.bytes + first.at, first.len);
	memcpy(part.bytes + first.at, part.bytes + second.at, second.len);
	is_damaged(&part, "name-0000");
	reads(&part, "name-0001", "name-0001");
	unseal(&part, false);
	memcpy(part.bytes + second.at, copy, first.len);
	is_damaged(&part, "name-0001");
	unseal(&part, false);
	clear(&part);
}

/*
 * An older record has the same name, key and length, and was sealed by this
 * program; so has an older directory with records of its own.
 */
static void notices_older_records(void **state)
{
	struct part old = part_with(2);
	struct part now = part_with(2);
	struct keyring_record record;
	struct error err = { 0 };
	size_t directory;

	(void)state;
	put(&now, "name-0000", "name-new!");
	seal(&now);
	assert_int_equal(old.len, now.len);
	reads(&now, "name-0000", "name-new!");
	assert_true(find(&now, "name-0000", &record, &err));
	memcpy(now.bytes + record.at, old.bytes + record.at, record.len);
	is_damaged(&now, "name-0000");
	seal(&now);
	assert_true(
		file_records_begin(&now.header, now.bytes, &directory, &err));
	memcpy(now.bytes, old.bytes, directory);
	is_damaged(&now, "name-0000");
	is_damaged(&now, "name-0001");
	unseal(&now, false);
	clear(&now);
	clear(&old);
}

/* Sessions are of the keys that they are beside, and of one file. */
static void notices_other_keys(void **state)
{
	struct part part = part_with(1);

	(void)state;
	part.header.box[PART_KEYS].sum[31] ^= 1;
	is_damaged(&part, "name-0000");
	unseal(&part, false);
	part.header.box[PART_KEYS].sum[31] ^= 1;
	part.header.salt[15] ^= 1;
	is_damaged(&part, "name-0000");
	part.header.salt[15] ^= 1;
	reads(&part, "name-0000", "name-0000");
	clear(&part);
}

/* --- memory ------------------------------------------------------------------ */

static void survives_any_allocation_failing(void **state)
{
	struct part part = part_with(2);
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct error err = { 0 };
		struct secbuf *value;

		mem_fail_after(n);
		value = value_of(&part, "name-0001", &err);
		done = !mem_has_failed();
		mem_fail_after(-1);
		assert_true(value || !done);
		assert_true(value || err.code == ERROR_MEMORY ||
			    err.code == ERROR_NONE);
		secbuf_free(value);
	}
	done = false;
	for (long n = 0; !done; n++) {
		struct error err = { 0 };
		struct secbuf *body;

		mem_fail_after(n);
		body = file_records_unseal(&part.header, part.bytes, part.key,
					   &err);
		done = !mem_has_failed();
		assert_int_equal(!body, !done);
		assert_true(body || err.code == ERROR_MEMORY);
		secbuf_free(body);
		err = (struct error){ 0 };
		mem_fail_after(n);
		assert_true(file_parts_seal(&part.header, part.key,
					    PART_SESSIONS, part.body,
					    part.bytes, &err) ||
			    err.code == ERROR_MEMORY);
		mem_fail_after(-1);
		seal(&part);
	}
	clear(&part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_session_and_no_other),
		cmocka_unit_test(reads_few_bytes),
		cmocka_unit_test(notices_every_changed_bit),
		cmocka_unit_test(notices_every_other_length),
		cmocka_unit_test(notices_a_record_in_anothers_place),
		cmocka_unit_test(notices_older_records),
		cmocka_unit_test(notices_other_keys),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
