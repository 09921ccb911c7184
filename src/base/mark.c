#include "base/mark.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define NAME_MAX_LEN 256 /* bytes of a mark's name */

bool mark_is_mark(const char *entry)
{
	static const char begin[] = MARK_PREFIX "AWS_";

	return strncmp(entry, begin, sizeof(begin) - 1) == 0;
}

static bool has_mark(char *const *environment, const char *name,
		     const char *value)
{
	char mark[NAME_MAX_LEN];
	const char *ours;
	int len = snprintf(mark, sizeof(mark), MARK_PREFIX "%s", name);

	ours = len > 0 && (size_t)len < sizeof(mark)
		       ? text_env(environment, mark)
		       : NULL;
	return ours && strcmp(ours, value) == 0;
}

bool mark_is_ours(char *const *environment, const char *name)
{
	const char *value = text_env(environment, name);

	return value && has_mark(environment, name, value);
}

const char *mark_env(char *const *environment, const char *name)
{
	const char *value = text_env(environment, name);

	return value && !has_mark(environment, name, value) ? value : NULL;
}
