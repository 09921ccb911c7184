#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
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

bool snapshot_read(const struct keyring_file *file,
		   struct keyring_snapshot *shot, struct error *err)
{
	if (!disk_read(strbuf_text(&file->path), &shot->bytes, &shot->len, err))
		return false;
	if (!shot->bytes ||
	    file_format_header_read(shot->bytes, shot->len, &shot->header, err))
		return true;
	snapshot_release(shot);
	return snapshot_within(file, err);
}
