#include "plan/profile.h"

#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/topic.h"

#define NEAREST_MAX 3   /* names said */
#define CIRCLE_MAX  400 /* bytes of a path that are worth reading */

/* [NAME] in the config file, where only [profile NAME] means something. */
static const struct config_ignored *bare(const struct aws_config *config,
					 const char *name)
{
	const struct config_ignored *ignored;

	for (size_t i = 0; (ignored = aws_config_ignored(config, i)); i++)
		if (strcmp(ignored->name, name) == 0)
			return ignored;
	return NULL;
}

static bool no_profile(const struct aws_config *config, const char *name,
		       struct error *err)
{
	const struct config_ignored *ignored = bare(config, name);
	const char *nearest[NEAREST_MAX];
	size_t n = aws_config_nearest(config, name, nearest, NEAREST_MAX);
	char hint[256] = "";
	size_t len = 0;

	if (ignored)
		return error_topic(err, ERROR_CONFIG, TOPIC_NO_PROFILE,
				   "no profile \"%s\": %s:%u: [%s] must be "
				   "[profile %s]",
				   name, ignored->file, ignored->line, name,
				   name);
	for (size_t i = 0; i < n && len < sizeof(hint); i++)
		len += (size_t)snprintf(hint + len, sizeof(hint) - len,
					"%s\"%s\"",
					i == 0 ? "; did you mean " : " or ",
					nearest[i]);
	return error_topic(err, ERROR_CONFIG, TOPIC_NO_PROFILE,
			   "no profile \"%s\"%s%s", name, hint,
			   n > 0 ? "?" : "");
}

/* The sections so far, of which one would come again. */
struct includes {
	const struct config_section **sections;
	size_t n;
};

static bool circle(const struct includes *in, size_t again,
		   const struct config_value *include, struct error *err)
{
	struct strbuf path = strbuf_with_max(CIRCLE_MAX);

	for (size_t i = again; i < in->n; i++)
		strbuf_printf(&path, "%s -> ", in->sections[i]->name);
	strbuf_puts(&path, in->sections[again]->name);
	(void)error_set(err, ERROR_CONFIG,
			"%s:%u: include_profile goes in a circle: %s",
			include->file, include->line, strbuf_text(&path));
	strbuf_clear(&path);
	return false;
}

/* include is the line that names the section; NULL for the first. */
static bool add(struct includes *in, const struct config_section *section,
		const struct config_value *include, struct arena *arena,
		struct error *err)
{
	const struct config_section **sections;

	for (size_t i = 0; include && i < in->n; i++)
		if (in->sections[i] == section)
			return circle(in, i, include, err);
	sections = arena_room(arena, in->sections, in->n,
			      sizeof(struct config_section *));
	if (!sections)
		return error_set(err, ERROR_MEMORY, "no memory for a profile");
	sections[in->n++] = section;
	in->sections = sections;
	return true;
}

/* The section a name stands for; include as above. */
static bool find(const struct aws_config *config, const char *name,
		 const struct config_value *include,
		 const struct config_section **section, struct error *err)
{
	*section = aws_config_find(config, CONFIG_PROFILE, name);
	if (*section)
		return true;
	(void)no_profile(config, name, err);
	if (include)
		(void)error_within(err, "%s:%u: include_profile", include->file,
				   include->line);
	return false;
}

bool profile_resolve(const struct aws_config *config, const char *name,
		     struct arena *arena, struct profile *profile,
		     struct error *err)
{
	struct includes in = { NULL, 0 };
	const struct config_value *include = NULL;
	const char *next = name;

	do {
		const struct config_section *section;

		if (!find(config, next, include, &section, err) ||
		    !add(&in, section, include, arena, err))
			return false;
		include = config_value(section, "include_profile");
		next = include ? include->text : NULL;
	} while (next && next[0] != '\0');
	*profile = (struct profile){ .name = name,
				     .sections = in.sections,
				     .n_sections = (unsigned)in.n };
	return true;
}

const struct config_section *profile_section(const struct profile *profile,
					     const char *key)
{
	for (unsigned i = 0; i < profile->n_sections; i++) {
		const struct config_value *value =
			config_value(profile->sections[i], key);

		if (value)
			return text_is_empty(value->text)
				       ? NULL
				       : profile->sections[i];
	}
	return NULL;
}

const struct config_value *profile_value(const struct profile *profile,
					 const char *key)
{
	const struct config_section *section = profile_section(profile, key);

	return section ? config_value(section, key) : NULL;
}

const char *profile_text(const struct profile *profile, const char *key)
{
	const struct config_value *value = profile_value(profile, key);

	return value ? value->text : NULL;
}
