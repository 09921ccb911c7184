#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"

/* The data that a box is bound to: the associated data of its seal. */
struct bound {
	uint8_t bytes[KEYRING_MARKED_LEN + SEAL_SUM_LEN];
	size_t len;
};

/* The purpose of each part's key. */
static const char *const uses[PART_COUNT] = { "rolekey keys",
					      "rolekey sessions" };

enum keyring_part file_parts_of(const char *kind)
{
	return strcmp(kind, KEYRING_SESSION) == 0 ? PART_SESSIONS : PART_KEYS;
}

const uint8_t *file_parts_box(const struct keyring_header *header,
			      const uint8_t *bytes, enum keyring_part part)
{
	return bytes + KEYRING_HEADER_LEN +
	       (part == PART_SESSIONS ? header->box[PART_KEYS].len : 0);
}

/* Reports damage: the key matches, so the box was changed. */
static struct secbuf *checked(struct secbuf *body, struct error *err)
{
	if (!body && err->code == ERROR_KEYRING)
		file_format_damaged(err, "items");
	if (!body || file_format_body_check(body, err))
		return body;
	secbuf_free(body);
	return NULL;
}

/* --- version 1: one box for all, bound to the whole header --------------------- */

static bool is_in(const struct keyring_entry *entry, enum keyring_part part)
{
	bool session = view_equals(entry->field[FIELD_KIND], KEYRING_SESSION);

	return session == (part == PART_SESSIONS);
}

/* Returns the items of that part; they stay in order. */
static struct secbuf *filter(const struct secbuf *all, enum keyring_part part,
			     struct error *err)
{
	struct secbuf *body = secbuf_new(secbuf_len(all));
	struct keyring_walk walk = file_format_body_walk(all);
	struct keyring_entry entry;
	const char *from = walk.at;

	for (; file_format_body_next(&walk, &entry); from = walk.at)
		if (is_in(&entry, part))
			secbuf_add(body, from, (size_t)(walk.at - from));
	if (secbuf_ok(body))
		return body;
	secbuf_free(body);
	(void)error_memory(err);
	return NULL;
}

static struct secbuf *open_old(const struct keyring_header *header,
			       const uint8_t *bytes, const struct secbuf *key,
			       enum keyring_part part, struct error *err)
{
	struct secbuf *all = checked(seal_open(key, bytes, KEYRING_OLD_LEN,
					       bytes + KEYRING_OLD_LEN,
					       header->box[PART_KEYS].len, err),
				     err);
	struct secbuf *body = all ? filter(all, part, err) : NULL;

	secbuf_free(all);
	return body;
}

/* --- two boxes -------------------------------------------------------------------- */

/*
 * Since version 3 sessions are bound to the box of the keys, so that an older
 * copy of one box cannot be put beside the other.
 */
static struct bound bound_of(const struct keyring_header *header,
			     enum keyring_part part)
{
	const struct keyring_box *keys = &header->box[PART_KEYS];
	struct bound bound = { .len = KEYRING_MARKED_LEN };

	file_format_header_marked(header, bound.bytes);
	if (part == PART_SESSIONS && header->version >= KEYRING_BOUND) {
		memcpy(bound.bytes + bound.len, keys->sum, sizeof(keys->sum));
		bound.len += sizeof(keys->sum);
	}
	return bound;
}

/* Verifies the digest of the part that is not decrypted. */
static bool sum_fits(const struct keyring_header *header, const uint8_t *bytes,
		     enum keyring_part part)
{
	uint8_t own[SEAL_SUM_LEN];

	seal_sum(file_parts_box(header, bytes, part), header->box[part].len,
		 own);
	return memcmp(own, header->box[part].sum, sizeof(own)) == 0;
}

struct secbuf *file_parts_unseal(const struct keyring_header *header,
				 const uint8_t *bytes, const struct secbuf *key,
				 enum keyring_part part, struct error *err)
{
	struct bound bound;
	struct secbuf *own;
	struct secbuf *body;

	if (header->version == KEYRING_ONE_BOX)
		return open_old(header, bytes, key, part, err);
	if (!sum_fits(header, bytes,
		      part == PART_KEYS ? PART_SESSIONS : PART_KEYS)) {
		file_format_damaged(err, "items");
		return NULL;
	}
	if (part == PART_SESSIONS && header->version == KEYRING_VERSION)
		return checked(
			file_records_unseal(header,
					    file_parts_box(header, bytes, part),
					    key, err),
			err);
	own = seal_key_for(key, uses[part], err);
	if (!own)
		return NULL;
	bound = bound_of(header, part);
	body = seal_open(own, bound.bytes, bound.len,
			 file_parts_box(header, bytes, part),
			 header->box[part].len, err);
	secbuf_free(own);
	return checked(body, err);
}

size_t file_parts_len(enum keyring_part part, const struct secbuf *body)
{
	return part == PART_SESSIONS ? file_records_len(body)
				     : KEYRING_BOX_LEN + secbuf_len(body);
}

static bool seal_keys(const struct keyring_header *header,
		      const struct secbuf *key, const struct secbuf *body,
		      uint8_t *out, struct error *err)
{
	struct bound bound = bound_of(header, PART_KEYS);
	struct secbuf *own = seal_key_for(key, uses[PART_KEYS], err);

	if (own)
		seal_close(own, bound.bytes, bound.len, secbuf_text(body),
			   secbuf_len(body), out);
	secbuf_free(own);
	return own;
}

bool file_parts_seal(struct keyring_header *header, const struct secbuf *key,
		     enum keyring_part part, const struct secbuf *body,
		     uint8_t *out, struct error *err)
{
	struct keyring_box *box = &header->box[part];

	if (!(part == PART_SESSIONS
		      ? file_records_seal(header, key, body, out, err)
		      : seal_keys(header, key, body, out, err)))
		return false;
	box->len = (uint32_t)file_parts_len(part, body);
	seal_sum(out, box->len, box->sum);
	return true;
}

/* --- of the file ------------------------------------------------------------------ */

struct secbuf *file_parts_open(const struct keyring_file *file,
			       const struct keyring_snapshot *shot,
			       enum keyring_part part, struct error *err)
{
	struct secbuf *body = file_parts_unseal(&shot->header, shot->bytes,
						file->key, part, err);

	if (!body)
		snapshot_within(file, err);
	return body;
}

/* Copies a part unchanged. */
static void copy_part(struct keyring_header *header,
		      const struct keyring_snapshot *old,
		      enum keyring_part part, uint8_t *at)
{
	header->box[part] = old->header.box[part];
	memcpy(at, file_parts_box(&old->header, old->bytes, part),
	       header->box[part].len);
}

static size_t box_len(const struct keyring_snapshot *old,
		      const struct secbuf *body, enum keyring_part part)
{
	return body || !old ? file_parts_len(part, body)
			    : old->header.box[part].len;
}

bool file_parts_write(const struct keyring_file *file,
		      struct keyring_header *header,
		      const struct keyring_snapshot *old,
		      struct secbuf *const body[static PART_COUNT],
		      struct error *err)
{
	size_t len = KEYRING_HEADER_LEN +
		     box_len(old, body[PART_KEYS], PART_KEYS) +
		     box_len(old, body[PART_SESSIONS], PART_SESSIONS);
	uint8_t *bytes = mem_alloc(len);
	uint8_t *at = bytes + KEYRING_HEADER_LEN;
	bool ok;

	if (!bytes)
		return error_memory(err);
	ok = len <= KEYRING_FILE_MAX ||
	     error_fail(err, REASON_KEYRING_FULL, .number = KEYRING_ITEMS_MAX,
			.of = KEYRING_FILE_MAX);
	for (enum keyring_part i = 0; ok && i < PART_COUNT; i++) {
		if (old && !body[i])
			copy_part(header, old, i, at);
		else
			ok = file_parts_seal(header, file->key, i, body[i], at,
					     err);
		at += header->box[i].len;
	}
	if (ok) {
		file_format_header_write(header, bytes);
		ok = disk_replace(strbuf_text(&file->path), bytes, len, err);
	} else {
		(void)snapshot_within(file, err);
	}
	mem_free(bytes);
	return ok;
}
