#include "access/folder_profile.h"

#include <string.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/view.h"
#include "crypto/digest.h"
#include "port/world.h"

/* Takes the next line of a text, without blanks at its ends. */
static struct view next_line(const char **text)
{
	size_t len = strcspn(*text, "\n");
	struct view line = view_trim((struct view){ *text, len }, VIEW_SPACE);

	*text += len + ((*text)[len] == '\n');
	return line;
}

/* Reads the one name of a file. */
static bool read_name(const char *text, const char *path, struct arena *arena,
		      struct folder_profile *found, struct error *err)
{
	struct view name = { 0 };
	struct view line;
	unsigned n = 0;

	for (n = 1; *text != '\0'; n++) {
		line = next_line(&text);
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (name.len > 0)
			return error_fail(err, REASON_BAD_FOLDER_PROFILE,
					  .path = path, .line = n);
		name = line;
	}
	if (name.len == 0)
		return error_fail(err, REASON_BAD_FOLDER_PROFILE, .path = path,
				  .line = 1);
	found->path = path;
	found->profile = arena_printf(arena, "%.*s", (int)name.len, name.at);
	return found->profile || error_memory(err);
}

static bool read_trust(const struct world *world, const struct secbuf *text,
		       struct arena *arena, struct folder_profile *found,
		       struct error *err)
{
	char digest[DIGEST_HEX_LEN];
	int64_t since = 0;

	digest_sha256_hex(secbuf_text(text), secbuf_len(text), digest);
	found->key = arena_printf(arena, "%s %s", found->path, digest);
	if (!found->key)
		return error_memory(err);
	if (!ledger_get(&world->ledger, LEDGER_TRUST, found->key, &since, err))
		return false;
	found->trusted = since > 0;
	return true;
}

/* Reads the file of a folder, whose path has no '/' at its end. */
static bool read_in(const char *folder, size_t len, const struct world *world,
		    struct arena *arena, struct folder_profile *found,
		    struct error *err)
{
	const char *path = arena_printf(arena, "%.*s/" FOLDER_PROFILE_FILE,
					(int)len, folder);
	struct secbuf *text = NULL;
	bool ok;

	if (!path)
		return error_memory(err);
	ok = files_read(&world->files, path, FOLDER_PROFILE_MAX, &text, err);
	if (ok && text)
		ok = read_name(secbuf_text(text), path, arena, found, err) &&
		     read_trust(world, text, arena, found, err);
	secbuf_free(text);
	return ok;
}

bool folder_profile_find(const struct request *request,
			 const struct world *world, struct arena *arena,
			 struct folder_profile *found, struct error *err)
{
	const char *folder = request->folder;
	size_t len = folder ? strlen(folder) : 0;
	bool ok = true;

	*found = (struct folder_profile){ 0 };
	while (ok && !found->path && len > 0) {
		if (folder[len - 1] == '/') /* the root */
			len--;
		ok = read_in(folder, len, world, arena, found, err);
		while (len > 0 && folder[len - 1] != '/')
			len--;
	}
	return ok;
}

bool folder_profile_trust(const struct world *world,
			  const struct folder_profile *found, bool trust,
			  struct error *err)
{
	return ledger_set(&world->ledger, LEDGER_TRUST, found->key,
			  trust ? clock_now(&world->clock) : 0, err);
}
