#include <string.h>

#include "check/check_internal.h"

/* A misspelt rolekey_confirm is a guard that does not work. */
static bool is_ours(const char *key)
{
	return strncmp(key, "rolekey_", strlen("rolekey_")) == 0;
}

/*
 * Values of services in the profile itself are the dialect of older tools:
 * endpoint_url of awscli-plugin-endpoint, an SDK's own options.
 */
static bool is_group(const struct ini_property *property)
{
	return property->value[0] == '\n';
}

static void check_unknown(struct check *c, struct place place,
			  enum config_kind kind,
			  const struct ini_property *property)
{
	const char *near = known_near(kind, property->key);
	enum severity severity =
		is_ours(property->key) ? CHECK_ERROR : CHECK_WARNING;

	if (near)
		findings_add(c, severity, place, REASON_KEY_MEANT,
			     .key = findings_key(property->key), .other = near);
	else if (!is_group(property))
		findings_add(c, severity, place, REASON_UNKNOWN_KEY,
			     .key = findings_key(property->key));
}

/* botocore splits the line at ':' if it comes before '='. */
static void check_name(struct check *c, struct place place, const char *key)
{
	const char *colon = strchr(key, ':');

	if (!ini_is_name(key, strlen(key)))
		findings_add(c, CHECK_WARNING, place,
			     colon ? REASON_COLON_FOR_EQUALS : REASON_KEY_NAME,
			     .value = findings_key(key));
	else if (colon)
		findings_add(c, CHECK_WARNING, place, REASON_COLON_IN_KEY,
			     .value = findings_key(key));
}

static void check_key(struct check *c, struct place place,
		      enum config_kind kind,
		      const struct ini_property *property)
{
	const char *key = property->key;

	if (strchr(key, ':') || !ini_is_name(key, strlen(key)))
		check_name(c, place, key);
	else if (!known_key(kind, key))
		check_unknown(c, place, kind, property);
}

void check_keys(struct check *c, enum config_file which)
{
	const struct checked *file = &c->files[which];

	for (size_t i = 0; i < file->n_sections; i++) {
		const struct listed *section = &file->sections[i];
		struct config_header header;

		if (!config_header(which, section->name, &header))
			continue;
		for (size_t p = 0; p < section->n_properties; p++) {
			struct place place = { which,
					       section->properties[p].line };

			check_key(c, place, header.kind,
				  &section->properties[p]);
		}
	}
}
