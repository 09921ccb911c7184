#include "access/picked.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "pick/history.h"
#include "port/world.h"

#define PICKED_MODE 0600

struct picked {
	const struct world *world;
	const char *path;    /* NULL: none */
	struct secbuf *text; /* or NULL */
	struct history history;
};

static const char *find_path(const struct world *world, struct arena *arena)
{
	const char *base = text_env(world->environment, "XDG_STATE_HOME");
	const char *home = text_env(world->environment, "HOME");

	if (base && base[0] == '/')
		return arena_printf(arena, "%s/rolekey/picked", base);
	return text_is_empty(home)
		       ? NULL
		       : arena_printf(arena, "%s/.local/state/rolekey/picked",
				      home);
}

struct picked *picked_read(const struct world *world, struct arena *arena)
{
	struct picked *picked = arena_alloc(arena, sizeof(*picked));
	struct error ignored = { 0 };

	if (!picked)
		return NULL;
	picked->world = world;
	picked->path = find_path(world, arena);
	picked->text = NULL;
	picked->history.n = 0;
	if (picked->path &&
	    files_read(&world->files, picked->path, HISTORY_BYTES,
		       &picked->text, &ignored) &&
	    picked->text)
		history_parse(&picked->history, secbuf_text(picked->text));
	return picked;
}

void picked_free(struct picked *picked)
{
	if (picked)
		secbuf_free(picked->text);
}

int64_t picked_score(const struct picked *picked, const char *profile)
{
	return history_score(&picked->history, profile,
			     clock_now(&picked->world->clock));
}

void picked_note(struct picked *picked, const char *profile)
{
	const struct world *world = picked->world;
	struct strbuf text = strbuf_with_max(HISTORY_BYTES);
	struct error ignored = { 0 };
	struct secbuf *after = NULL;

	history_add(&picked->history, profile, clock_now(&world->clock));
	history_put(&picked->history, &text);
	if (picked->path && strbuf_ok(&text))
		after = secbuf_from(strbuf_text(&text));
	if (after && secbuf_ok(after))
		(void)!files_replace(&world->files, picked->path, PICKED_MODE,
				     picked->text, after, &ignored);
	secbuf_free(after);
	strbuf_clear(&text);
}
