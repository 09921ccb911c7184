#include "plan/profile.h"

#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan_internal.h"

#define NEAREST_MAX 3 /* names to suggest */

/* Finds [NAME] in the config file, where only [profile NAME] has a meaning. */
static const struct config_ignored *bare(const struct aws_config *config,
					 const char *name)
{
	const struct config_ignored *ignored;

	for (size_t i = 0; (ignored = aws_config_ignored(config, i)); i++)
		if (strcmp(ignored->name, name) == 0)
			return ignored;
	return NULL;
}

/* Finds [profile NAME] with a NAME of several words, which is not valid. */
static const struct config_ignored *unquoted(const struct aws_config *config,
					     const char *name)
{
	static const char word[] = "profile ";
	const struct config_ignored *ignored;

	if (!strpbrk(name, " \t"))
		return NULL;
	for (size_t i = 0; (ignored = aws_config_ignored(config, i)); i++)
		if (strncmp(ignored->name, word, strlen(word)) == 0 &&
		    strcmp(ignored->name + strlen(word), name) == 0)
			return ignored;
	return NULL;
}

static bool fail_unquoted(const struct config_ignored *ignored,
			  const char *name, struct error *err)
{
	char quoted[sizeof(err->about.other)];

	(void)snprintf(quoted, sizeof(quoted), "profile \"%s\"", name);
	return error_fail(err, REASON_SECTION_WORDS, .profile = name,
			  .path = ignored ? ignored->file : "",
			  .line = ignored ? ignored->line : 0,
			  .value = ignored ? ignored->name : "",
			  .other = quoted);
}

/* Finds a section whose name only looks like this one. */
static bool fail_invisible(const struct aws_config *config, const char *name,
			   struct error *err)
{
	char header[sizeof(err->about.value)];
	const struct config_section *section;
	const struct config_ignored *ignored;
	size_t i;

	(void)snprintf(header, sizeof(header), "profile %s", name);
	for (i = 0; (section = aws_config_nth(config, CONFIG_PROFILE, i)); i++)
		if (text_looks_like(section->name, name))
			return error_fail(err, REASON_INVISIBLE_NAME,
					  .profile = name,
					  .path = section->file,
					  .line = section->line,
					  .value = section->name);
	for (i = 0; (ignored = aws_config_ignored(config, i)); i++)
		if (text_looks_like(ignored->name, header))
			return error_fail(err, REASON_INVISIBLE_NAME,
					  .profile = name,
					  .path = ignored->file,
					  .line = ignored->line,
					  .value = ignored->name);
	return true;
}

/* Tests for "[profile NAME]" as a line of a value. */
static bool has_section(const char *text, const char *name)
{
	static const char head[] = "[profile ";
	size_t len = strlen(name);

	for (const char *at = text; (at = strstr(at, head)); at++)
		if ((at == text || at[-1] == '\n') &&
		    strncmp(at + strlen(head), name, len) == 0 &&
		    at[strlen(head) + len] == ']')
			return true;
	return false;
}

/* Finds an indented section: it is part of the value before it. */
static bool fail_indented(const struct aws_config *config, const char *name,
			  struct error *err)
{
	const struct config_section *section;

	for (size_t i = 0;
	     (section = aws_config_nth(config, CONFIG_PROFILE, i)); i++)
		for (size_t n = 0; n < section->n_values; n++)
			if (has_section(section->values[n].text, name))
				return error_fail(
					err, REASON_INDENTED_PROFILE,
					.profile = name,
					.path = section->values[n].file,
					.line = section->values[n].line,
					.key = section->values[n].key);
	return true;
}

static bool no_profile(const struct aws_config *config, const char *name,
		       struct error *err)
{
	const struct config_ignored *ignored = bare(config, name);
	const char *nearest[NEAREST_MAX];
	size_t n = aws_config_nearest(config, name, nearest, NEAREST_MAX);
	char near[sizeof(err->about.other)] = "";
	size_t len = 0;

	if (unquoted(config, name))
		return fail_unquoted(unquoted(config, name), name, err);
	if (ignored)
		return error_fail(err, REASON_BARE_SECTION, .profile = name,
				  .path = ignored->file, .line = ignored->line);
	if (!fail_invisible(config, name, err) ||
	    !fail_indented(config, name, err))
		return false;
	for (size_t i = 0; i < n && len < sizeof(near); i++)
		len += (size_t)snprintf(near + len, sizeof(near) - len,
					"%s\"%s\"", i == 0 ? "" : " or ",
					nearest[i]);
	return error_fail(err, REASON_NO_SUCH_PROFILE, .profile = name,
			  .other = near);
}

/* Reports a cycle: the last section was visited before. */
static bool circle(struct visited *visited, struct error *err)
{
	const struct config_value *include;
	char path[CYCLE_TEXT_LEN];

	cycle_cut(visited);
	cycle_show(visited, path);
	include = config_value(visited->at[visited->n - 2], "include_profile");
	return error_fail(err, REASON_PROFILE_LOOP, .key = include->key,
			  .path = include->file, .line = include->line,
			  .detail = path);
}

/* Finds the section of a name; include is the line that names it, or NULL. */
static bool find(const struct aws_config *config, const char *name,
		 const struct config_value *include, bool brief,
		 const struct config_section **section, struct error *err)
{
	*section = aws_config_find(config, CONFIG_PROFILE, name);
	if (*section)
		return true;
	if (brief)
		(void)error_fail(err, REASON_NO_SUCH_PROFILE, .profile = name);
	else
		(void)no_profile(config, name, err);
	if (include)
		(void)error_add(err, .key = include->key, .path = include->file,
				.line = include->line);
	return false;
}

bool profile_resolve(const struct aws_config *config, const char *name,
		     bool brief, struct arena *arena, struct profile *profile,
		     struct error *err)
{
	struct visited visited = { NULL, 0, 0 };
	const struct config_value *include = NULL;
	const char *next = name;

	do {
		const struct config_section *section;

		if (!find(config, next, include, brief, &section, err) ||
		    !cycle_add(&visited, section, arena, err))
			return false;
		if (cycle_is_closed(&visited))
			return circle(&visited, err);
		include = config_value(section, "include_profile");
		next = include ? include->text : NULL;
	} while (next && next[0] != '\0');
	*profile = (struct profile){ .name = name,
				     .sections = visited.at,
				     .n_sections = (unsigned)visited.n };
	return true;
}

/* Finds the value of the nearest section that sets the key, even an empty one. */
static const struct config_value *nearest(const struct profile *profile,
					  const char *key,
					  const struct config_section **section)
{
	const struct config_value *value = NULL;

	*section = NULL;
	for (unsigned i = 0; !value && i < profile->n_sections; i++) {
		*section = profile->sections[i];
		value = config_value(*section, key);
	}
	return value;
}

const struct config_value *profile_find(const struct profile *profile,
					const char *key,
					const struct config_section **section)
{
	const struct config_value *value = nearest(profile, key, section);

	if (value && value->text[0] != '\0')
		return value;
	*section = NULL;
	return NULL;
}

const struct config_section *profile_section(const struct profile *profile,
					     const char *key)
{
	const struct config_section *section;

	(void)profile_find(profile, key, &section);
	return section;
}

bool profile_is_empty(const struct profile *profile, const char *key)
{
	const struct config_section *section;
	const struct config_value *value = nearest(profile, key, &section);

	return value && value->text[0] == '\0';
}

const struct config_value *profile_value(const struct profile *profile,
					 const char *key)
{
	const struct config_section *section;

	return profile_find(profile, key, &section);
}

const char *profile_text(const struct profile *profile, const char *key)
{
	const struct config_value *value = profile_value(profile, key);

	return value ? value->text : NULL;
}
