#include <stddef.h>
#include <unistd.h>

#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "edge/keyring.h"
#include "edge/keyring/file/file_internal.h"

/*
 * Changes the key under the lock, with the old key in memory.  *key becomes the
 * file's.
 */
static bool renew_locked(struct keyring_file *file,
			 struct keyring_header *header, struct secbuf **key,
			 struct error *err)
{
	struct keyring_snapshot now = { 0 };
	struct secbuf *body[PART_COUNT] = { NULL, NULL };
	struct secbuf *old = file->key;
	bool ok;

	if (!snapshot_read(file, &now, err))
		return false;
	ok = now.bytes && file_format_header_fits(&now.header, file->key);
	if (!ok)
		(void)error_fail(err, REASON_KEYRING_REPLACED);
	for (enum keyring_part i = 0; ok && i < PART_COUNT; i++) {
		body[i] = file_parts_open(file, &now, i, err);
		ok = body[i];
	}
	snapshot_release(&now);
	file->key = *key;
	ok = ok && file_parts_write(file, header, NULL, body, err);
	secbuf_free(body[PART_KEYS]);
	secbuf_free(body[PART_SESSIONS]);
	*key = ok ? old
		  : file->key; /* the key that is not the file's is freed */
	file->key = ok ? file->key : old;
	return ok;
}

static bool renew(struct keyring_file *file, struct keyring_header *header,
		  struct secbuf **key, struct error *err)
{
	int lock = -1;
	bool ok = disk_lock(strbuf_text(&file->path), &lock, err) &&
		  renew_locked(file, header, key, err);

	if (lock >= 0)
		(void)close(lock);
	return ok;
}

bool file_passphrase_change(void *self, struct error *err)
{
	struct keyring_file *file = self;
	struct keyring_header header = { 0 };
	struct keyring_snapshot before = { 0 };
	struct secbuf *key = NULL;
	struct error ignored = { 0 };
	bool ok;

	if (!snapshot_read(file, &before, err))
		return false;
	ok = before.bytes || error_fail(err, REASON_KEYRING_MISSING);
	header = before.header;
	ok = ok && file_key_prove(file, &before.header, err) &&
	     file_key_renew(file, &header, &key, err) &&
	     renew(file, &header, &key, err);
	if (ok) {
		struct secbuf *now = file->key;

		file->key = NULL;
		if (!file_key_forget(file, &before.header, &ignored))
			notice_error(file->needs.notices, NOTICE_WARNING,
				     &ignored);
		file->key = now;
		file_key_keep(file, &header);
	}
	secbuf_free(key);
	snapshot_release(&before);
	return ok || snapshot_within(file, err);
}
