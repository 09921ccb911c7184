#ifndef AWS_CONFIG_H
#define AWS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct error;
struct ini;
struct secbuf;

/*
 * The two AWS files as one view (AWS SDKs and Tools Reference Guide, "Shared
 * config and credentials files"): sections classified and merged, the
 * credentials file winning key by key.  Nothing is inherited here, and no name
 * is looked up but by whoever asks: that is the planner's work.
 */
enum config_kind {
	CONFIG_PROFILE,     /* [default], [profile NAME], credentials' [NAME] */
	CONFIG_SSO_SESSION, /* [sso-session NAME] */
	CONFIG_SERVICES     /* [services NAME] */
};

enum config_file { CONFIG_FILE, CREDENTIALS_FILE };

struct config_value {
	const char *key; /* lower-case */
	const char
		*text; /* as read; may be a secret key: never into an arena */
	const char *file; /* path, for messages */
	unsigned line;
	enum config_file from;
};

struct config_section {
	enum config_kind kind;
	const char *name;
	const char *file; /* where it first stands */
	unsigned line;
	const struct config_value *values; /* in order of first appearance */
	size_t n_values;
};

/* A section that means nothing where it stands, such as [foo] in config. */
struct config_ignored {
	const char *name; /* as it stands in the brackets */
	const char *file;
	unsigned line;
};

/* The most bytes that rolekey reads of one AWS file. A limit of our own. */
#define CONFIG_MAX 16777216

struct aws_config; /* allocated in an arena */

/* NULL when out of memory. */
struct aws_config *aws_config_new(struct arena *arena) MUST_CHECK;

/*
 * Add what a file says: the config first, then the credentials.  text is read
 * in place, so it belongs to config from now on, and must live as long; path
 * is only for messages.  All of it is checked, but a section's values are read
 * only when it is asked for.  Fails with ERROR_CONFIG ("FILE:LINE: ...") or
 * ERROR_MEMORY.
 */
bool aws_config_add(struct aws_config *config, enum config_file which,
		    const char *path, struct secbuf *text,
		    struct error *err) MUST_CHECK;

/* The same for a file that has been read already. */
bool aws_config_add_ini(struct aws_config *config, enum config_file which,
			const char *path, const struct ini *ini,
			struct error *err) MUST_CHECK;

/*
 * What a section is by the text in its brackets: a kind and a name, a piece of
 * text.  False if it means nothing in that file.  That [default] means nothing
 * beside [profile default] is the file's matter and not looked at.
 */
bool config_header(enum config_file which, const char *text,
		   enum config_kind *kind, const char **name, size_t *len);

/* NULL if there is none. Names are compared byte by byte: case counts. */
const struct config_section *aws_config_find(const struct aws_config *config,
					     enum config_kind kind,
					     const char *name);

/* The sections of a kind in the files' order: NULL behind the last. */
const struct config_section *aws_config_nth(const struct aws_config *config,
					    enum config_kind kind, size_t n);

const struct config_ignored *aws_config_ignored(const struct aws_config *config,
						size_t n);

/* A value of the section itself, empty ones included. NULL if not there. */
const struct config_value *config_value(const struct config_section *section,
					const char *key);

/*
 * A sub-property of a value ("endpoint_url" of "sts =" in [services X]): a
 * piece of it, not NUL-ended.  Of one that is said twice the last.
 */
bool config_subvalue(const struct config_value *value, const char *key,
		     const char **text, size_t *len);

/*
 * The profile names nearest to a name that was not found, best first, at most
 * max of them; borrowed from config.  Returns how many.
 */
size_t aws_config_nearest(const struct aws_config *config, const char *name,
			  const char **nearest, size_t max);

/*
 * {"profiles":{NAME:{KEY:VALUE}},"sso_sessions":{...},"services":{...}}, a
 * value with sub-properties as an object, and a line end.  A new secbuf of the
 * caller's, since it shows keys where the files have them.  NULL when out of
 * memory.
 */
struct secbuf *aws_config_dump(const struct aws_config *config) MUST_CHECK;

#endif
