#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool in_bounds(const struct settings *s)
{
	return s->backend && s->prompt && s->session_duration >= 900 &&
	       s->session_duration <= 129600 &&
	       (s->role_duration == 0 || s->role_duration == SETTINGS_AUTO ||
		(s->role_duration >= 900 && s->role_duration <= 43200)) &&
	       s->min_ttl >= 0 && s->unlock_timeout >= 0 &&
	       s->argon2_passes >= 1 && s->argon2_passes <= 16 &&
	       s->argon2_memory >= 16 && s->argon2_memory <= 1024 &&
	       (!s->browser || s->browser[0] != '\0');
}

/* Settings that AWS takes, or the file and a line of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secbuf *text = secbuf_new(size);
	struct arena *arena = arena_new();
	struct settings settings = settings_default();
	struct error err = { 0 };

	if (!arena)
		abort();
	secbuf_add(text, data, size);
	if (settings_file_parse("conf", text, arena, &settings, &err)) {
		if (!in_bounds(&settings))
			abort();
	} else if (err.code != ERROR_CONFIG ||
		   strcmp(err.about.path, "conf") != 0 || err.about.line == 0) {
		abort();
	}
	arena_free(arena);
	secbuf_free(text);
	return 0;
}
