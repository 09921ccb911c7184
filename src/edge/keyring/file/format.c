#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"

/* Offsets in a header; the rest depends on the version. */
#define AT_VERSION 8
#define AT_PASSES  12
#define AT_MEMORY  16
#define AT_SALT    20
#define AT_MARK    KEYRING_MARKED_LEN
#define AT_LENGTHS 68 /* 4 bytes each */
#define AT_SUMS    76 /* of the boxes; not in version 1 */

#define MAGIC_LEN  AT_VERSION
#define SUMMED_LEN (KEYRING_HEADER_LEN - SEAL_SUM_LEN)
#define OLD_SUMMED (KEYRING_OLD_LEN - SEAL_SUM_LEN)

static const char magic[MAGIC_LEN] = "rolekey";

bool file_format_damaged(struct error *err, const char *part)
{
	return error_fail(err, REASON_KEYRING_DAMAGED, .other = part);
}

/* --- numbers, low byte first ---------------------------------------------- */

uint64_t file_format_number(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint64_t number = 0;

	for (size_t i = n; i > 0; i--)
		number = number << 8 | p[i - 1];
	return number;
}

void file_format_set_number(uint8_t *bytes, size_t n, uint64_t number)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
}

static uint32_t get_u32(const uint8_t *bytes)
{
	return (uint32_t)file_format_number(bytes, 4);
}

/* --- the header ------------------------------------------------------------ */

static bool cost_is_sane(struct kdf_cost cost)
{
	return cost.passes >= 1 && cost.passes <= KDF_PASSES_MAX &&
	       cost.memory_kib >= 8 && cost.memory_kib <= KDF_MEMORY_MAX;
}

static uint32_t version_of(const uint8_t *bytes, size_t len)
{
	return len < AT_VERSION + 4 ? 0 : get_u32(bytes + AT_VERSION);
}

static bool sum_fits(const uint8_t *bytes, size_t len, const uint8_t *sum)
{
	uint8_t own[SEAL_SUM_LEN];

	seal_sum(bytes, len, own);
	return memcmp(own, sum, sizeof(own)) == 0;
}

/*
 * Verifies the checksum first, so that a flipped bit is always reported as
 * damage.
 */
static bool check_header(const uint8_t *bytes, size_t len, struct error *err)
{
	uint32_t version = version_of(bytes, len);
	size_t summed = version == KEYRING_ONE_BOX ? OLD_SUMMED : SUMMED_LEN;

	if (len < summed + SEAL_SUM_LEN)
		return file_format_damaged(err, "length");
	if (!sum_fits(bytes, summed, bytes + summed) ||
	    memcmp(bytes, magic, sizeof(magic)) != 0)
		return file_format_damaged(err, "header");
	if (version < KEYRING_ONE_BOX || version > KEYRING_VERSION)
		return error_fail(err, REASON_KEYRING_FORMAT, .number = version,
				  .of = KEYRING_VERSION);
	return true;
}

static size_t header_len(const struct keyring_header *header)
{
	return header->version == KEYRING_ONE_BOX ? KEYRING_OLD_LEN
						  : KEYRING_HEADER_LEN;
}

static void read_boxes(const uint8_t *bytes, struct keyring_header *header)
{
	for (size_t i = 0; i < PART_COUNT; i++) {
		struct keyring_box *box = &header->box[i];

		*box = (struct keyring_box){ 0 };
		if (header->version == KEYRING_ONE_BOX && i > 0)
			continue;
		box->len = get_u32(bytes + AT_LENGTHS + (4 * i));
		if (header->version != KEYRING_ONE_BOX)
			memcpy(box->sum, bytes + AT_SUMS + (SEAL_SUM_LEN * i),
			       SEAL_SUM_LEN);
	}
}

/* Verifies that each box has a valid length, and that they fill the file. */
static bool check_lengths(const struct keyring_header *header, size_t len)
{
	size_t left = len - header_len(header);
	size_t n = header->version == KEYRING_ONE_BOX ? 1 : PART_COUNT;

	for (size_t i = 0; i < n; i++) {
		if (header->box[i].len < KEYRING_BOX_LEN ||
		    header->box[i].len > left)
			return false;
		left -= header->box[i].len;
	}
	return left == 0;
}

bool file_format_header_read(const uint8_t *bytes, size_t len,
			     struct keyring_header *header, struct error *err)
{
	if (!check_header(bytes, len, err))
		return false;
	header->version = version_of(bytes, len);
	header->cost.passes = get_u32(bytes + AT_PASSES);
	header->cost.memory_kib = get_u32(bytes + AT_MEMORY);
	memcpy(header->salt, bytes + AT_SALT, sizeof(header->salt));
	memcpy(header->mark, bytes + AT_MARK, sizeof(header->mark));
	read_boxes(bytes, header);
	if (!cost_is_sane(header->cost))
		return file_format_damaged(err, "passphrase cost");
	return check_lengths(header, len) || file_format_damaged(err, "length");
}

void file_format_header_marked(const struct keyring_header *header,
			       uint8_t bytes[static KEYRING_MARKED_LEN])
{
	memcpy(bytes, magic, sizeof(magic));
	file_format_set_number(bytes + AT_VERSION, 4, header->version);
	file_format_set_number(bytes + AT_PASSES, 4, header->cost.passes);
	file_format_set_number(bytes + AT_MEMORY, 4, header->cost.memory_kib);
	memcpy(bytes + AT_SALT, header->salt, sizeof(header->salt));
}

void file_format_header_write(const struct keyring_header *header,
			      uint8_t bytes[static KEYRING_HEADER_LEN])
{
	file_format_header_marked(header, bytes);
	memcpy(bytes + AT_MARK, header->mark, sizeof(header->mark));
	for (size_t i = 0; i < PART_COUNT; i++) {
		file_format_set_number(bytes + AT_LENGTHS + (4 * i), 4,
				       header->box[i].len);
		memcpy(bytes + AT_SUMS + (SEAL_SUM_LEN * i), header->box[i].sum,
		       SEAL_SUM_LEN);
	}
	seal_sum(bytes, SUMMED_LEN, bytes + SUMMED_LEN);
}

void file_format_header_mark(struct keyring_header *header,
			     const struct secbuf *key)
{
	uint8_t bytes[KEYRING_MARKED_LEN];

	file_format_header_marked(header, bytes);
	seal_mark(key, bytes, sizeof(bytes), header->mark);
}

bool file_format_header_fits(const struct keyring_header *header,
			     const struct secbuf *key)
{
	uint8_t bytes[KEYRING_MARKED_LEN];

	file_format_header_marked(header, bytes);
	return seal_mark_fits(key, bytes, sizeof(bytes), header->mark);
}

/* --- the body -------------------------------------------------------------- */

static int compare(const struct view *a, const struct view *b)
{
	int diff = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);

	return diff != 0 ? diff : (a->len > b->len) - (a->len < b->len);
}

int file_format_entry_compare(const struct keyring_entry *a,
			      const struct keyring_entry *b)
{
	int diff = compare(&a->field[FIELD_KIND], &b->field[FIELD_KIND]);

	return diff != 0
		       ? diff
		       : compare(&a->field[FIELD_NAME], &b->field[FIELD_NAME]);
}

static bool take(struct keyring_walk *walk, size_t n, const char **at)
{
	if (n > walk->left)
		return false;
	*at = walk->at;
	walk->at += n;
	walk->left -= n;
	return true;
}

static bool take_piece(struct keyring_walk *walk, struct view *piece)
{
	const char *at;

	if (!take(walk, 4, &at))
		return false;
	piece->len = (size_t)file_format_number(at, 4);
	return take(walk, piece->len, &piece->at);
}

struct keyring_walk file_format_body_walk(const struct secbuf *body)
{
	return (struct keyring_walk){ secbuf_text(body), secbuf_len(body) };
}

bool file_format_body_next(struct keyring_walk *walk,
			   struct keyring_entry *entry)
{
	const char *at;

	if (!take(walk, 8, &at))
		return false;
	entry->expires = (int64_t)file_format_number(at, 8);
	for (int i = 0; i < FIELD_COUNT; i++)
		if (!take_piece(walk, &entry->field[i]))
			return false;
	return true;
}

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_KIND] = "kind",   [FIELD_NAME] = "name",
	[FIELD_LABEL] = "label", [FIELD_ORIGIN] = "origin",
	[FIELD_VALUE] = "value",
};

bool file_format_entry_check(const struct keyring_entry *entry,
			     struct error *err)
{
	const struct view *field = entry->field;

	for (int i = 0; i < FIELD_COUNT; i++) {
		size_t max =
			i == FIELD_VALUE ? KEYRING_VALUE_MAX : KEYRING_TEXT_MAX;

		if (field[i].len > max)
			return error_fail(err, REASON_ITEM_TOO_LONG,
					  .key = field_names[i],
					  .number = (int64_t)max);
		if (i != FIELD_VALUE && field[i].len > 0 &&
		    memchr(field[i].at, '\0', field[i].len))
			return error_fail(err, REASON_BAD_ITEM_TEXT,
					  .key = field_names[i]);
	}
	if (field[FIELD_KIND].len == 0 || field[FIELD_NAME].len == 0)
		return error_fail(err, REASON_BAD_ITEM_TEXT, .key = "name");
	return true;
}

/* Verifies a strict order, which also excludes duplicates. */
bool file_format_body_check(const struct secbuf *body, struct error *err)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry[2];
	size_t n = 0;

	for (; walk.left > 0; n++) {
		struct keyring_entry *now = &entry[n % 2];

		if (n == KEYRING_ITEMS_MAX ||
		    !file_format_body_next(&walk, now))
			return file_format_damaged(err, "items");
		if (!file_format_entry_check(now, err))
			return file_format_damaged(err, "length of an item");
		if (n > 0 &&
		    file_format_entry_compare(&entry[(n + 1) % 2], now) >= 0)
			return file_format_damaged(err, "order of the items");
	}
	return true;
}

static size_t entry_size(const struct keyring_entry *entry)
{
	size_t size = 8;

	for (int i = 0; i < FIELD_COUNT; i++)
		size += 4 + entry->field[i].len;
	return size;
}

static void add_number(struct secbuf *body, size_t n, uint64_t number)
{
	uint8_t bytes[8];

	file_format_set_number(bytes, n, number);
	secbuf_add(body, bytes, n);
}

static void add_entry(struct secbuf *body, const struct keyring_entry *entry)
{
	add_number(body, 8, (uint64_t)entry->expires);
	for (int i = 0; i < FIELD_COUNT; i++) {
		add_number(body, 4, entry->field[i].len);
		secbuf_add(body, entry->field[i].at, entry->field[i].len);
	}
}

/* Copies the remaining entries and put, in order. Returns their number. */
static size_t merge(const struct secbuf *old,
		    const struct keyring_entry *address,
		    const struct keyring_entry *put, int64_t now,
		    struct secbuf *body)
{
	struct keyring_walk walk = file_format_body_walk(old);
	struct keyring_entry entry;
	size_t n = 0;

	while (file_format_body_next(&walk, &entry)) {
		int order = file_format_entry_compare(&entry, address);

		if (put && order > 0) {
			add_entry(body, put);
			put = NULL;
			n++;
		}
		if (order == 0 || (entry.expires != 0 && entry.expires < now))
			continue;
		add_entry(body, &entry);
		n++;
	}
	if (put)
		add_entry(body, put);
	return put ? n + 1 : n;
}

struct secbuf *file_format_body_change(const struct secbuf *old,
				       const struct keyring_entry *address,
				       const struct keyring_entry *put,
				       int64_t now, struct error *err)
{
	size_t cap = secbuf_len(old) + (put ? entry_size(put) : 0);
	struct secbuf *body = secbuf_new(cap);
	size_t n = merge(old, address, put, now, body);

	if (!secbuf_ok(body))
		(void)error_memory(err);
	else if (n > KEYRING_ITEMS_MAX || secbuf_len(body) > KEYRING_BODY_MAX)
		(void)error_fail(err, REASON_KEYRING_FULL,
				 .number = KEYRING_ITEMS_MAX,
				 .of = KEYRING_FILE_MAX);
	else
		return body;
	secbuf_free(body);
	return NULL;
}
