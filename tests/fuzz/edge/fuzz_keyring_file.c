#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"

/*
 * A file of the file keyring, what is in a box, or in the directory of the
 * sessions: the first byte says which of them the rest is.  Properties: a header
 * that is read is written back as it was, and its boxes are within the file; a
 * body that passes the check can be walked to its end, and after any change
 * passes it again, with the change in it; sealed as sessions and opened again it
 * is the same; a directory names nothing outside of its part.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many bytes of a header its checksum is over. */
static size_t summed(const uint8_t *bytes, size_t size)
{
	size_t len = size > 8 && bytes[8] == 1 ? KEYRING_OLD_LEN
					       : KEYRING_HEADER_LEN;

	return len > size ? 0 : len - SEAL_SUM_LEN;
}

static void need(bool ok)
{
	if (!ok)
		abort();
}

/* No key opens what was not sealed, and nothing outside of it is read. */
static void try_boxes(const struct keyring_header *header, const uint8_t *bytes)
{
	struct secbuf *key = secbuf_from("a key of thirty-two bytes, as it");
	struct error err = { 0 };

	for (enum keyring_part i = 0; i < PART_COUNT; i++)
		need(!file_parts_unseal(header, bytes, key, i, &err));
	secbuf_free(key);
}

/* --- sessions ----------------------------------------------------------------- */

static struct keyring_header new_header(size_t part_len)
{
	struct keyring_header header = { .version = KEYRING_VERSION };

	header.box[PART_SESSIONS].len = (uint32_t)part_len;
	return header;
}

/* A part whose directory is sealed, but holds any bytes, before any records. */
static void try_directory(const uint8_t *data, size_t size)
{
	size_t dir = size < 1 ? 0 : data[0] % size;
	size_t box = KEYRING_BOX_LEN + dir;
	size_t len = size < 1 ? 0 : KEYRING_PART_BEGIN + box + size - 1 - dir;
	struct keyring_header header = new_header(len);
	struct secbuf *key = secbuf_from("a key of thirty-two bytes, as it");
	struct keyring_entry address = { 0 };
	struct keyring_record record;
	struct error err = { 0 };
	struct secbuf *own = file_records_key(key, &err);
	uint8_t bound[KEYRING_MARKED_LEN + SEAL_SUM_LEN] = { 0 };
	uint8_t *part = len > 0 ? malloc(len) : NULL;

	for (int i = 0; i < FIELD_COUNT; i++)
		address.field[i] = view_of("name");
	if (part && own) {
		file_format_header_marked(&header, bound);
		file_format_set_number(part, KEYRING_PART_BEGIN, box);
		seal_close(own, bound, sizeof(bound), data + 1, dir,
			   part + KEYRING_PART_BEGIN);
		memcpy(part + KEYRING_PART_BEGIN + box, data + 1 + dir,
		       size - 1 - dir);
		if (file_records_find(&header, part, own, &address, &record,
				      &err) &&
		    record.len > 0) {
			need(record.at + record.len <= len);
			need(!file_records_open(&header, part, own, &record,
						&err));
		}
		secbuf_free(file_records_unseal(&header, part, key, &err));
	}
	free(part);
	secbuf_free(own);
	secbuf_free(key);
}

/* Each item of a body that is sealed is found, and all are the same body. */
static void try_records(const struct secbuf *body)
{
	struct keyring_header header = new_header(0);
	struct secbuf *key = secbuf_from("a key of thirty-two bytes, as it");
	uint8_t *part = malloc(file_parts_len(PART_SESSIONS, body));
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_record record;
	struct keyring_entry entry;
	struct secbuf *again = NULL;
	struct secbuf *own = NULL;
	struct error err = { 0 };

	if (part &&
	    file_parts_seal(&header, key, PART_SESSIONS, body, part, &err)) {
		again = file_records_unseal(&header, part, key, &err);
		own = file_records_key(key, &err);
		need(again && secbuf_equal(again, body));
	}
	while (own && file_format_body_next(&walk, &entry)) {
		struct secbuf *item;

		need(file_records_find(&header, part, own, &entry, &record,
				       &err) &&
		     record.len > 0);
		item = file_records_open(&header, part, own, &record, &err);
		need(item);
		secbuf_free(item);
	}
	secbuf_free(own);
	secbuf_free(again);
	secbuf_free(key);
	free(part);
}

/* The checksum is put right first: no input finds one by chance. */
static void try_header(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	struct keyring_header header;
	struct error err = { 0 };
	uint8_t again[KEYRING_HEADER_LEN];

	if (!copy)
		return;
	if (size > 0)
		memcpy(copy, data, size);
	if (summed(copy, size) > 0)
		seal_sum(copy, summed(copy, size), copy + summed(copy, size));
	if (file_format_header_read(copy, size, &header, &err)) {
		need(summed(copy, size) + SEAL_SUM_LEN + header.box[0].len +
			     header.box[1].len ==
		     size);
		file_format_header_write(&header, again);
		need(header.version != KEYRING_VERSION ||
		     memcmp(again, copy, sizeof(again)) == 0);
		try_boxes(&header, copy);
	}
	free(copy);
}

static size_t count(const struct secbuf *body, const struct keyring_entry *like)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;
	size_t n = 0;

	while (file_format_body_next(&walk, &entry))
		n += file_format_entry_compare(&entry, like) == 0 ? 1 : 0;
	need(walk.left == 0);
	return n;
}

static void try_change(const struct secbuf *body,
		       const struct keyring_entry *entry, bool put)
{
	struct error err = { 0 };
	struct secbuf *next = file_format_body_change(
		body, entry, put ? entry : NULL, 0, &err);

	if (!next)
		return;
	need(file_format_body_check(next, &err));
	need(count(next, entry) == (put ? 1 : 0));
	secbuf_free(next);
}

static void try_body(const uint8_t *data, size_t size)
{
	struct secbuf *body = secbuf_new(size);
	struct keyring_walk walk;
	struct keyring_entry entry;
	struct error err = { 0 };

	secbuf_add(body, data, size);
	walk = file_format_body_walk(body);
	if (secbuf_ok(body) && file_format_body_check(body, &err) &&
	    file_format_body_next(&walk, &entry)) {
		need(count(body, &entry) == 1);
		need(file_format_entry_check(&entry, &err));
		try_records(body);
		try_change(body, &entry, true);
		try_change(body, &entry, false);
		entry.field[FIELD_NAME] = entry.field[FIELD_KIND];
		try_change(body, &entry, true);
		try_change(body, &entry, false);
	}
	secbuf_free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 'h')
		try_header(data + 1, size - 1);
	else if (data[0] == 'd')
		try_directory(data + 1, size - 1);
	else
		try_body(data + 1, size - 1);
	return 0;
}
