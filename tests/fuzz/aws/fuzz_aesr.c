#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/aesr.h"
#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MAX 4096 /* time grows with the square of the profiles */

static void need(bool holds)
{
	if (!holds)
		abort();
}

/* A text that may be written to a line of a file: not empty, and one line. */
static void check_text(const char *text)
{
	need(!text || (*text != '\0' && !strpbrk(text, "\r\n=;#")));
}

static void check_profile(const struct aesr_profile *profile, unsigned lines)
{
	need(profile->name && profile->line >= 1 && profile->line <= lines);
	need(!strpbrk(profile->name, "\r\n;#"));
	check_text(profile->role_arn);
	check_text(profile->account);
	check_text(profile->role_name);
	check_text(profile->source_profile);
	check_text(profile->color);
	check_text(profile->image);
	check_text(profile->region);
	check_text(profile->target_role_name);
	check_text(profile->target_region);
}

static unsigned count_lines(const char *text, size_t len)
{
	unsigned lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n' || text[i] == '\r';
	return lines;
}

/* Reading a copy twice gives the same: nothing outside the text is read. */
static void check(struct view text, struct arena *arena)
{
	struct aesr_profile *profiles[2] = { NULL, NULL };
	unsigned lines = count_lines(text.at, text.len);
	struct error err = { 0 };
	size_t n[2] = { 0, 0 };

	if (!aesr_parse(text, arena, &profiles[0], &n[0], &err)) {
		need(err.code == ERROR_CONFIG || err.code == ERROR_MEMORY);
		return;
	}
	need(n[0] <= lines);
	for (size_t i = 0; i < n[0]; i++)
		check_profile(&profiles[0][i], lines);
	need(aesr_parse(text, arena, &profiles[1], &n[1], &err));
	need(n[0] == n[1]);
	for (size_t i = 0; i < n[0]; i++)
		need(strcmp(profiles[0][i].name, profiles[1][i].name) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = malloc(size > 0 ? size : 1); /* of this size, for ASan */

	if (arena && text) {
		if (size > 0)
			memcpy(text, data, size);
		if (count_lines(text, size) <= LINES_MAX)
			check((struct view){ text, size }, arena);
	}
	free(text);
	arena_free(arena);
	return 0;
}
