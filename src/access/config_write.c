#include "access/config_write.h"

#include <stddef.h>

#include "access/request.h"
#include "aws/config.h"
#include "aws/edit.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"

#define CONFIG_WAIT 10 /* seconds */
#define CONFIG_MODE 0600

/* Edits a new copy of the text: the context's own was parsed in place. */
static bool edit(const struct request *request, const struct world *world,
		 const char *profile, const char *key, const char *value,
		 struct error *err)
{
	const struct files *files = &world->files;
	struct secbuf *before = NULL;
	struct secbuf *after = NULL;
	bool ok;

	ok = files_read(files, request->config_path, CONFIG_MAX, &before,
			err) &&
	     aws_edit_add(before, profile, key, value, &after, err) &&
	     (!after || files_replace(files, request->config_path, CONFIG_MODE,
				      before, after, err));
	if (ok && after)
		notice_info(&world->notices, REASON_CONFIG_WRITTEN, .key = key,
			    .profile = profile, .path = request->config_path);
	secbuf_free(before);
	secbuf_free(after);
	return ok;
}

/*
 * Adds the lines under a lock, so that several calls of `add` do not collide.
 */
bool config_write_add(const struct request *request, const struct world *world,
		      const char *profile, const char *key, const char *value,
		      struct error *err)
{
	const struct locks *locks = &world->locks;
	struct error why = { 0 };
	int lock = -1;
	bool taken = locks_take(locks, "config", CONFIG_WAIT, &lock, &why);
	bool ok = edit(request, world, profile, key, value, err);

	if (taken)
		locks_release(locks, lock, false);
	return ok;
}
