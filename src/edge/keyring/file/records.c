#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"

/*
 * The part of the sessions: the length of the directory's box, this box, and
 * then the records, each sealed alone, so that one is read without the others.
 * The directory has an entry for each record, in the same order: its length, the
 * digest of its name, and its tag.
 */
#define LENGTH_LEN 4
#define AT_NAME    4
#define AT_TAG     (AT_NAME + SEAL_SUM_LEN)
#define ENTRY_LEN  (AT_TAG + SEAL_TAG_LEN)

/* The data that a box is bound to. */
struct bound {
	uint8_t bytes[KEYRING_MARKED_LEN + SEAL_SUM_LEN];
};

static struct bound bound_to(const struct keyring_header *header,
			     const uint8_t sum[static SEAL_SUM_LEN])
{
	struct bound bound;

	file_format_header_marked(header, bound.bytes);
	memcpy(bound.bytes + KEYRING_MARKED_LEN, sum, SEAL_SUM_LEN);
	return bound;
}

static void name_sum(const struct keyring_entry *entry,
		     uint8_t sum[static SEAL_SUM_LEN])
{
	const struct view *name = &entry->field[FIELD_NAME];

	seal_sum(name->at, name->len, sum);
}

static struct secbuf *damaged(struct error *err)
{
	(void)file_format_damaged(err, "items");
	return NULL;
}

/* Opens a box. The key is right, so one that does not open was changed. */
static struct secbuf *open_box(const struct secbuf *own,
			       const struct bound *bound, const uint8_t *box,
			       size_t len, struct error *err)
{
	struct secbuf *plain = seal_open(own, bound->bytes,
					 sizeof(bound->bytes), box, len, err);

	return plain || err->code == ERROR_MEMORY ? plain : damaged(err);
}

/* --- the directory ---------------------------------------------------------- */

bool file_records_begin(const struct keyring_header *header,
			const uint8_t *part, size_t *len, struct error *err)
{
	size_t left = header->box[PART_SESSIONS].len;

	if (left < LENGTH_LEN + KEYRING_BOX_LEN)
		return file_format_damaged(err, "length");
	*len = file_format_number(part, LENGTH_LEN);
	if (*len < KEYRING_BOX_LEN || *len > left - LENGTH_LEN)
		return file_format_damaged(err, "length");
	*len += LENGTH_LEN;
	return true;
}

/* Checks that the records are as long as the directory says. */
static bool check_directory(const struct secbuf *directory, size_t records)
{
	const char *entry = secbuf_text(directory);
	size_t left = secbuf_len(directory);

	if (left % ENTRY_LEN != 0 || left / ENTRY_LEN > KEYRING_ITEMS_MAX)
		return false;
	for (; left > 0; left -= ENTRY_LEN, entry += ENTRY_LEN) {
		size_t len = file_format_number(entry, LENGTH_LEN);

		if (len < KEYRING_BOX_LEN || len > records)
			return false;
		records -= len;
	}
	return records == 0;
}

static struct secbuf *open_directory(const struct keyring_header *header,
				     const uint8_t *part,
				     const struct secbuf *own,
				     struct error *err)
{
	const struct bound bound = bound_to(header, header->box[PART_KEYS].sum);
	struct secbuf *directory;
	size_t len = 0;

	if (!file_records_begin(header, part, &len, err))
		return NULL;
	directory =
		open_box(own, &bound, part + LENGTH_LEN, len - LENGTH_LEN, err);
	if (!directory ||
	    check_directory(directory, header->box[PART_SESSIONS].len - len))
		return directory;
	secbuf_free(directory);
	return damaged(err);
}

struct secbuf *file_records_key(const struct secbuf *key, struct error *err)
{
	return seal_key_for(key, "rolekey sessions", err);
}

bool file_records_find(const struct keyring_header *header, const uint8_t *part,
		       const struct secbuf *own,
		       const struct keyring_entry *address,
		       struct keyring_record *record, struct error *err)
{
	struct secbuf *directory = open_directory(header, part, own, err);
	const char *entry = secbuf_text(directory);
	const char *end = entry + secbuf_len(directory);
	bool ok =
		directory && file_records_begin(header, part, &record->at, err);

	name_sum(address, record->name);
	for (record->len = 0; entry < end; entry += ENTRY_LEN) {
		size_t len = file_format_number(entry, LENGTH_LEN);

		if (memcmp(entry + AT_NAME, record->name, SEAL_SUM_LEN) == 0) {
			record->len = len;
			memcpy(record->tag, entry + AT_TAG, SEAL_TAG_LEN);
			break;
		}
		record->at += len;
	}
	secbuf_free(directory);
	return ok;
}

/* --- a record --------------------------------------------------------------- */

/*
 * Opens a record.  The tag of the directory shows that it belongs to it: an
 * older record of the same name has another one.
 */
static struct secbuf *open_record(const struct keyring_header *header,
				  const uint8_t *box, const struct secbuf *own,
				  const struct keyring_record *record,
				  struct error *err)
{
	const struct bound bound = bound_to(header, record->name);

	if (memcmp(box + record->len - SEAL_TAG_LEN, record->tag,
		   SEAL_TAG_LEN) != 0)
		return damaged(err);
	return open_box(own, &bound, box, record->len, err);
}

/* Checks that a record has one item. */
static bool check_item(const struct secbuf *item, struct keyring_entry *entry,
		       struct error *err)
{
	struct keyring_walk walk = file_format_body_walk(item);

	if (file_format_body_next(&walk, entry) && walk.left == 0 &&
	    file_format_entry_check(entry, err))
		return true;
	return file_format_damaged(err, "items");
}

struct secbuf *file_records_open(const struct keyring_header *header,
				 const uint8_t *part, const struct secbuf *own,
				 const struct keyring_record *record,
				 struct error *err)
{
	struct secbuf *item =
		open_record(header, part + record->at, own, record, err);
	struct keyring_entry entry;

	if (!item || check_item(item, &entry, err))
		return item;
	secbuf_free(item);
	return NULL;
}

/* Tests whether the item is the one that the directory names. */
static bool is_named(const struct keyring_entry *entry,
		     const struct keyring_record *record)
{
	uint8_t name[SEAL_SUM_LEN];

	name_sum(entry, name);
	return memcmp(name, record->name, sizeof(name)) == 0;
}

/* --- all records ------------------------------------------------------------ */

/* Appends the items of all records. */
static bool open_all(const struct keyring_header *header, const uint8_t *box,
		     const struct secbuf *own, const struct secbuf *directory,
		     struct secbuf *body, struct error *err)
{
	const char *entry = secbuf_text(directory);
	const char *end = entry + secbuf_len(directory);
	bool ok = true;

	for (; ok && entry < end; entry += ENTRY_LEN) {
		struct keyring_record record;
		struct keyring_entry found;
		struct secbuf *item;

		record.len = file_format_number(entry, LENGTH_LEN);
		memcpy(record.name, entry + AT_NAME, SEAL_SUM_LEN);
		memcpy(record.tag, entry + AT_TAG, SEAL_TAG_LEN);
		item = open_record(header, box, own, &record, err);
		ok = item && check_item(item, &found, err) &&
		     (is_named(&found, &record) ||
		      file_format_damaged(err, "items"));
		secbuf_join(body, item);
		secbuf_free(item);
		box += record.len;
	}
	return ok && (secbuf_ok(body) || error_memory(err));
}

struct secbuf *file_records_unseal(const struct keyring_header *header,
				   const uint8_t *part,
				   const struct secbuf *key, struct error *err)
{
	struct secbuf *own = file_records_key(key, err);
	struct secbuf *directory =
		own ? open_directory(header, part, own, err) : NULL;
	size_t part_len = header->box[PART_SESSIONS].len;
	struct secbuf *body = directory ? secbuf_new(part_len) : NULL;
	size_t len = 0;
	bool ok;

	if (directory && !body)
		(void)error_memory(err);
	ok = body && file_records_begin(header, part, &len, err) &&
	     open_all(header, part + len, own, directory, body, err);
	secbuf_free(directory);
	secbuf_free(own);
	if (ok)
		return body;
	secbuf_free(body);
	return NULL;
}

static size_t count(const struct secbuf *body)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;
	size_t n = 0;

	while (file_format_body_next(&walk, &entry))
		n++;
	return n;
}

size_t file_records_len(const struct secbuf *body)
{
	return LENGTH_LEN + KEYRING_BOX_LEN + secbuf_len(body) +
	       count(body) * (ENTRY_LEN + KEYRING_BOX_LEN);
}

/* Seals all items to out, and adds them to the directory. */
static void seal_all(const struct keyring_header *header,
		     const struct secbuf *own, const struct secbuf *body,
		     uint8_t *out, struct secbuf *directory)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;
	const char *from = walk.at;

	for (; file_format_body_next(&walk, &entry); from = walk.at) {
		size_t item = (size_t)(walk.at - from);
		size_t len = KEYRING_BOX_LEN + item;
		uint8_t number[LENGTH_LEN];
		uint8_t name[SEAL_SUM_LEN];
		struct bound bound;

		name_sum(&entry, name);
		bound = bound_to(header, name);
		seal_close(own, bound.bytes, sizeof(bound.bytes), from, item,
			   out);
		file_format_set_number(number, LENGTH_LEN, len);
		secbuf_add(directory, number, sizeof(number));
		secbuf_add(directory, name, sizeof(name));
		secbuf_add(directory, out + len - SEAL_TAG_LEN, SEAL_TAG_LEN);
		out += len;
	}
}

bool file_records_seal(const struct keyring_header *header,
		       const struct secbuf *key, const struct secbuf *body,
		       uint8_t *out, struct error *err)
{
	size_t len = count(body) * ENTRY_LEN;
	const struct bound bound = bound_to(header, header->box[PART_KEYS].sum);
	struct secbuf *own = file_records_key(key, err);
	struct secbuf *directory = own ? secbuf_new(len) : NULL;
	bool ok;

	if (directory)
		seal_all(header, own, body,
			 out + LENGTH_LEN + KEYRING_BOX_LEN + len, directory);
	ok = directory && secbuf_ok(directory);
	if (ok) {
		file_format_set_number(out, LENGTH_LEN, KEYRING_BOX_LEN + len);
		seal_close(own, bound.bytes, sizeof(bound.bytes),
			   secbuf_text(directory), len, out + LENGTH_LEN);
	} else if (own) {
		(void)error_memory(err);
	}
	secbuf_free(directory);
	secbuf_free(own);
	return ok;
}
