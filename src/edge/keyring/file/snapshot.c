#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "edge/keyring/file/file_internal.h"

void snapshot_release(struct keyring_snapshot *shot)
{
	if (shot->bytes && shot->fd >= 0)
		(void)close(shot->fd);
	mem_free(shot->bytes);
	shot->bytes = NULL;
}

/* Adds the path to errors without one. */
bool snapshot_within(const struct keyring_file *file, struct error *err)
{
	return error_add(err, .path = strbuf_text(&file->path));
}

#define FIRST_LEN 16384 /* bytes: the directory of about 200 sessions */

#define STAMP_BYTES 8 /* of a sum: enough to tell two apart */

/* The sum of the keys' box. A file of a single box has no such sum. */
static void note_stamp(struct keyring_file *file,
		       const struct keyring_snapshot *shot)
{
	const uint8_t *sum = shot->header.box[PART_KEYS].sum;

	file->seen = true;
	file->stamp[0] = '\0';
	if (!shot->bytes)
		memcpy(file->stamp, "none", sizeof("none"));
	else if (shot->header.version != KEYRING_ONE_BOX)
		text_hex(sum, STAMP_BYTES, file->stamp);
}

/* Reads more bytes, up to the n-th. */
static bool read_up_to(const struct keyring_file *file,
		       struct keyring_snapshot *shot, size_t n,
		       struct error *err)
{
	if (n <= shot->n)
		return true;
	if (!disk_read(shot->fd, strbuf_text(&file->path), shot->n,
		       shot->bytes + shot->n, n - shot->n, err))
		return false;
	shot->n = n;
	return true;
}

bool snapshot_begin(struct keyring_file *file, struct keyring_snapshot *shot,
		    struct error *err)
{
	const char *path = strbuf_text(&file->path);

	*shot = (struct keyring_snapshot){ .fd = -1 };
	file->seen = false;
	if (!disk_open(path, &shot->fd, &shot->len, err))
		return false;
	if (shot->fd >= 0) {
		shot->bytes = mem_alloc(shot->len);
		if (!shot->bytes) {
			(void)close(shot->fd);
			return error_memory(err);
		}
		if (!read_up_to(file, shot,
				shot->len < FIRST_LEN ? shot->len : FIRST_LEN,
				err))
			return false;
		if (!file_format_header_read(shot->bytes, shot->len,
					     &shot->header, err))
			return snapshot_within(file, err);
	}
	note_stamp(file, shot);
	return true;
}

bool snapshot_need(const struct keyring_file *file,
		   struct keyring_snapshot *shot, size_t from, size_t len,
		   struct error *err)
{
	if (from + len <= shot->n)
		return true;
	if (from <= shot->n)
		return read_up_to(file, shot, from + len, err);
	return disk_read(shot->fd, strbuf_text(&file->path), from,
			 shot->bytes + from, len, err);
}

bool snapshot_read(struct keyring_file *file, struct keyring_snapshot *shot,
		   struct error *err)
{
	if (!snapshot_begin(file, shot, err) ||
	    (shot->bytes && !read_up_to(file, shot, shot->len, err))) {
		snapshot_release(shot);
		return false;
	}
	if (shot->fd >= 0)
		(void)close(shot->fd);
	shot->fd = -1;
	return true;
}
