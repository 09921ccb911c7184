#include "edge/keyring.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"

#define ROUNDS 4 /* each lost to a process that created the file meanwhile */

/* The result of a change that did not fail. */
enum outcome { CHANGE_MADE, CHANGE_NOT_NEEDED, CHANGE_OVERTAKEN };

struct change {
	enum keyring_part part;
	struct keyring_entry address;    /* only its kind and name */
	const struct keyring_entry *put; /* or NULL: remove */
	enum outcome outcome;
};

static struct keyring_entry address_of(const char *kind, const char *name)
{
	struct keyring_entry entry = { 0 };

	for (int i = 0; i < FIELD_COUNT; i++)
		entry.field[i] = view_of(NULL);
	entry.field[FIELD_KIND] = view_of(kind);
	entry.field[FIELD_NAME] = view_of(name);
	return entry;
}

/* --- reading -------------------------------------------------------------------- */

/* Reads a part. If there is no file, *body is NULL and the call succeeds. */
static bool read_body(struct keyring_file *file, const char *kind,
		      struct secbuf **body, struct error *err)
{
	struct keyring_snapshot shot = { 0 };
	bool ok;

	*body = NULL;
	if (!snapshot_read(file, &shot, err))
		return false;
	if (!shot.bytes)
		return true;
	ok = file_key_find(file, &shot.header, err) ||
	     snapshot_within(file, err);
	if (ok)
		*body = file_parts_open(file, &shot, file_parts_of(kind), err);
	snapshot_release(&shot);
	return *body;
}

static bool copy_value(const struct keyring_entry *entry, struct secbuf **value,
		       struct error *err)
{
	const struct view *from = &entry->field[FIELD_VALUE];

	*value = secbuf_new(from->len);
	secbuf_add(*value, from->at, from->len);
	return secbuf_ok(*value) || error_memory(err);
}

/* Searches a body. If there is no such item, *value is NULL. */
static bool find_in(const struct secbuf *body,
		    const struct keyring_entry *wanted, struct secbuf **value,
		    struct error *err)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;

	while (file_format_body_next(&walk, &entry))
		if (file_format_entry_compare(&entry, wanted) == 0)
			return copy_value(&entry, value, err);
	return true;
}

/* Reads the directory of the sessions. The box of the keys before it is not. */
static bool read_directory(const struct keyring_file *file,
			   struct keyring_snapshot *shot, const uint8_t *part,
			   struct error *err)
{
	size_t from = (size_t)(part - shot->bytes);
	size_t len;

	return snapshot_need(file, shot, from, KEYRING_PART_BEGIN, err) &&
	       file_records_begin(&shot->header, part, &len, err) &&
	       snapshot_need(file, shot, from, len, err);
}

/* Reads the directory, and then one record. No record: *item stays NULL. */
static bool find_record(const struct keyring_file *file,
			struct keyring_snapshot *shot,
			const struct keyring_entry *wanted,
			struct secbuf **item, struct error *err)
{
	const struct keyring_header *header = &shot->header;
	const uint8_t *part =
		file_parts_box(header, shot->bytes, PART_SESSIONS);
	size_t from = (size_t)(part - shot->bytes);
	struct secbuf *own = file_records_key(file->key, err);
	struct keyring_record record;
	bool ok = own && read_directory(file, shot, part, err) &&
		  file_records_find(header, part, own, wanted, &record, err);

	if (ok && record.len > 0) {
		if (snapshot_need(file, shot, from + record.at, record.len,
				  err))
			*item = file_records_open(header, part, own, &record,
						  err);
		ok = *item;
	}
	secbuf_free(own);
	return ok;
}

/* Reads one session of a file of this version, and of another one all. */
static bool get_session(struct keyring_file *file,
			const struct keyring_entry *wanted,
			struct secbuf **value, struct error *err)
{
	struct keyring_snapshot shot = { 0 };
	struct secbuf *item = NULL;
	bool ok = snapshot_begin(file, &shot, err);

	if (ok && shot.bytes) {
		ok = file_key_find(file, &shot.header, err);
		if (ok && shot.header.version == KEYRING_VERSION)
			ok = find_record(file, &shot, wanted, &item, err);
		else if (ok)
			ok = snapshot_need(file, &shot, 0, shot.len, err) &&
			     (item = file_parts_open(file, &shot, PART_SESSIONS,
						     err));
		ok = ok || snapshot_within(file, err);
	}
	ok = ok && find_in(item, wanted, value, err);
	secbuf_free(item);
	snapshot_release(&shot);
	return ok;
}

static bool get(void *self, const char *kind, const char *name,
		struct secbuf **value, struct error *err)
{
	struct keyring_entry wanted = address_of(kind, name);
	struct secbuf *body;
	bool ok;

	*value = NULL;
	if (file_parts_of(kind) == PART_SESSIONS)
		return get_session(self, &wanted, value, err);
	if (!read_body(self, kind, &body, err))
		return false;
	ok = find_in(body, &wanted, value, err);
	secbuf_free(body);
	return ok;
}

static bool is_of_kind(const struct keyring_entry *entry, const char *kind)
{
	return view_equals(entry->field[FIELD_KIND], kind);
}

static size_t count(const struct secbuf *body, const char *kind)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;
	size_t n = 0;

	while (file_format_body_next(&walk, &entry))
		n += is_of_kind(&entry, kind) ? 1 : 0;
	return n;
}

static bool copy_public(const struct keyring_entry *entry, struct arena *arena,
			struct keyring_item *item)
{
	const char *text[FIELD_VALUE];

	for (int i = 0; i < FIELD_VALUE; i++) {
		text[i] = arena_strndup(arena, entry->field[i].at,
					entry->field[i].len);
		if (!text[i])
			return false;
	}
	*item = (struct keyring_item){ .kind = text[FIELD_KIND],
				       .name = text[FIELD_NAME],
				       .label = text[FIELD_LABEL],
				       .origin = text[FIELD_ORIGIN],
				       .expires = entry->expires };
	return true;
}

static bool copy_list(const struct secbuf *body, const char *kind,
		      struct arena *arena, struct keyring_item *items)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;
	size_t n = 0;

	while (file_format_body_next(&walk, &entry))
		if (is_of_kind(&entry, kind) &&
		    !copy_public(&entry, arena, &items[n++]))
			return false;
	return true;
}

/* Entries are sorted by kind and name already. */
static bool list(void *self, const char *kind, struct arena *arena,
		 const struct keyring_item **items, size_t *n,
		 struct error *err)
{
	struct keyring_item *room;
	struct secbuf *body;
	bool ok;

	if (!read_body(self, kind, &body, err))
		return false;
	*n = count(body, kind);
	room = arena_alloc(arena, (*n + 1) * sizeof(*room));
	ok = room && copy_list(body, kind, arena, room);
	secbuf_free(body);
	*items = room;
	return ok || error_memory(err);
}

static bool stamp_of(void *self, const char *profile, bool again,
		     char stamp[static KEYRING_STAMP_LEN], struct error *err)
{
	struct keyring_file *file = self;
	struct keyring_snapshot shot = { 0 };

	(void)profile; /* all keys have one */
	stamp[0] = '\0';
	if ((again || !file->seen) && !snapshot_read(file, &shot, err))
		return false;
	snapshot_release(&shot);
	memcpy(stamp, file->stamp, KEYRING_STAMP_LEN);
	return true;
}

/* --- writing --------------------------------------------------------------------- */

static bool has(const struct secbuf *body, const struct keyring_entry *address)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;

	while (file_format_body_next(&walk, &entry))
		if (file_format_entry_compare(&entry, address) == 0)
			return true;
	return false;
}

/*
 * Decrypts the other part, if it cannot stay: in a file of an older version, or
 * with another key.
 */
static bool open_other(struct keyring_file *file, struct keyring_header *header,
		       const struct keyring_snapshot *old,
		       enum keyring_part other, struct secbuf **body,
		       struct error *err)
{
	*body = file_parts_open(file, old, other, err);
	header->version = KEYRING_VERSION;
	file_format_header_mark(header, file->key);
	return *body;
}

/*
 * Writes the file. old is NULL for a new file; the part's body contains its
 * items.
 */
static bool rewrite(struct keyring_file *file, struct keyring_header *header,
		    const struct keyring_snapshot *old,
		    const struct secbuf *items, struct change *change,
		    struct error *err)
{
	struct secbuf *body[PART_COUNT] = { NULL, NULL };
	enum keyring_part part = change->part;
	enum keyring_part other = part == PART_KEYS ? PART_SESSIONS : PART_KEYS;
	bool ok = true;

	if (!change->put && !has(items, &change->address)) {
		change->outcome = CHANGE_NOT_NEEDED;
		return true;
	}
	body[part] = file_format_body_change(items, &change->address,
					     change->put, time(NULL), err);
	if (!body[part])
		return snapshot_within(file, err);
	if (old &&
	    (part == PART_KEYS || old->header.version != KEYRING_VERSION))
		ok = open_other(file, header, old, other, &body[other], err);
	ok = ok && file_parts_write(file, header, old, body, err);
	secbuf_free(body[PART_KEYS]);
	secbuf_free(body[PART_SESSIONS]);
	change->outcome = CHANGE_MADE;
	return ok;
}

/*
 * Reads the file again under the lock and changes it.  Overtaken, if it was
 * created, removed or re-created with another passphrase meanwhile.
 */
static bool change_locked(struct keyring_file *file,
			  const struct keyring_snapshot *before,
			  struct change *change, struct error *err)
{
	struct keyring_snapshot now = { 0 };
	struct keyring_header header = before->header;
	struct secbuf *items = NULL;
	bool ok;

	if (!snapshot_read(file, &now, err))
		return false;
	if (!now.bytes != !before->bytes ||
	    (now.bytes && !file_format_header_fits(&now.header, file->key))) {
		change->outcome = CHANGE_OVERTAKEN;
		snapshot_release(&now);
		return true;
	}
	if (now.bytes) {
		header = now.header;
		items = file_parts_open(file, &now, change->part, err);
	}
	ok = (items || !now.bytes) &&
	     rewrite(file, &header, now.bytes ? &now : NULL, items, change,
		     err);
	secbuf_free(items);
	snapshot_release(&now);
	return ok;
}

/*
 * Does everything that may take long, such as asking the user, before the
 * lock.  If there is no file, nothing has to be removed.
 */
static bool prepare(struct keyring_file *file, struct keyring_snapshot *before,
		    struct change *change, struct error *err)
{
	if (!snapshot_read(file, before, err))
		return false;
	if (!before->bytes && !change->put) {
		change->outcome = CHANGE_NOT_NEEDED;
		return true;
	}
	change->outcome = CHANGE_OVERTAKEN;
	return (before->bytes ? file_key_find(file, &before->header, err)
			      : file_key_make(file, &before->header, err)) ||
	       snapshot_within(file, err);
}

static bool change_once(struct keyring_file *file, struct change *change,
			struct error *err)
{
	struct keyring_snapshot before = { 0 };
	int lock = -1;
	bool ok;

	ok = prepare(file, &before, change, err);
	if (ok && change->outcome != CHANGE_NOT_NEEDED) {
		ok = disk_lock(strbuf_text(&file->path), &lock, err);
		ok = ok && change_locked(file, &before, change, err);
		if (lock >= 0)
			(void)close(lock);
	}
	/* only the key of an existing file is worth keeping */
	if (ok && !before.bytes && change->outcome == CHANGE_MADE)
		file_key_keep(file, &before.header);
	snapshot_release(&before);
	return ok;
}

static bool change_until_done(struct keyring_file *file, struct change *change,
			      struct error *err)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (!change_once(file, change, err))
			return false;
		if (change->outcome != CHANGE_OVERTAKEN)
			return true;
	}
	(void)error_fail(err, REASON_KEYRING_REPLACED);
	return snapshot_within(file, err);
}

static bool put(void *self, const struct keyring_item *item,
		const struct secbuf *value, struct error *err)
{
	struct keyring_entry entry = address_of(item->kind, item->name);
	struct change change = { .part = file_parts_of(item->kind),
				 .address = entry,
				 .put = &entry };

	entry.field[FIELD_LABEL] = view_of(item->label);
	entry.field[FIELD_ORIGIN] = view_of(item->origin);
	entry.field[FIELD_VALUE] =
		(struct view){ secbuf_text(value), secbuf_len(value) };
	entry.expires = item->expires;
	return file_format_entry_check(&entry, err) &&
	       change_until_done(self, &change, err);
}

static bool remove_item(void *self, const char *kind, const char *name,
			bool *removed, struct error *err)
{
	struct change change = { .part = file_parts_of(kind),
				 .address = address_of(kind, name) };

	*removed = false;
	if (!change_until_done(self, &change, err))
		return false;
	*removed = change.outcome == CHANGE_MADE;
	return true;
}

/* --- the passphrase --------------------------------------------------------------- */

static bool lock_it(void *self, struct error *err)
{
	struct keyring_file *file = self;
	struct keyring_snapshot shot = { 0 };
	bool ok;

	if (!snapshot_read(file, &shot, err))
		return false;
	ok = !shot.bytes || file_key_forget(file, &shot.header, err);
	snapshot_release(&shot);
	return ok;
}

static bool unlock_it(void *self, struct error *err)
{
	struct keyring_file *file = self;
	struct keyring_snapshot shot = { 0 };
	bool ok;

	if (!snapshot_read(file, &shot, err))
		return false;
	ok = !shot.bytes || file_key_find(file, &shot.header, err) ||
	     snapshot_within(file, err);
	snapshot_release(&shot);
	return ok;
}

/* --- the row ------------------------------------------------------------------------ */

/* Always succeeds: a missing file can be created. */
static bool probe(const struct keyring_needs *needs, struct error *err)
{
	(void)needs;
	(void)err;
	return true;
}

static bool open_keyring(const struct keyring_needs *needs,
			 struct keyring *keyring, struct error *err)
{
	struct keyring_file *file = mem_alloc(sizeof(*file));

	if (!file)
		return error_memory(err);
	file->needs = *needs;
	if (!disk_path(needs->environment, &file->path, err)) {
		mem_free(file);
		return false;
	}
	*keyring = (struct keyring){ .self = file,
				     .name = "file",
				     .store = strbuf_text(&file->path),
				     .get = get,
				     .put = put,
				     .remove = remove_item,
				     .list = list,
				     .stamp = stamp_of,
				     .lock = lock_it,
				     .unlock = unlock_it,
				     .change = file_passphrase_change };
	return true;
}

static void close_keyring(struct keyring *keyring)
{
	struct keyring_file *file = keyring->self;

	secbuf_free(file->key);
	strbuf_clear(&file->path);
	mem_free(file);
	keyring->self = NULL;
}

static const char *place(const struct keyring *keyring)
{
	const struct keyring_file *file = keyring->self;

	return strbuf_text(&file->path);
}

const struct keyring_row keyring_row_file = { .name = "file",
					      .title = "the encrypted file",
					      .probe = probe,
					      .open = open_keyring,
					      .close = close_keyring,
					      .place = place };
