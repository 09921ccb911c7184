#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "edge/keyring/file/file_internal.h"

void snapshot_release(struct keyring_snapshot *shot)
{
	mem_free(shot->bytes);
	shot->bytes = NULL;
}

/* Adds the path to errors without one. */
bool snapshot_within(const struct keyring_file *file, struct error *err)
{
	return error_add(err, .path = strbuf_text(&file->path));
}

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

bool snapshot_read(struct keyring_file *file, struct keyring_snapshot *shot,
		   struct error *err)
{
	file->seen = false;
	if (!disk_read(strbuf_text(&file->path), &shot->bytes, &shot->len, err))
		return false;
	if (!shot->bytes || file_format_header_read(shot->bytes, shot->len,
						    &shot->header, err)) {
		note_stamp(file, shot);
		return true;
	}
	snapshot_release(shot);
	return snapshot_within(file, err);
}
