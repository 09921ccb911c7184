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
 * Combines the two AWS files into one view (AWS SDKs and Tools Reference Guide,
 * "Shared config and credentials files"): sections are classified and merged,
 * and the credentials file takes precedence key by key.  Inheritance and chains
 * are resolved in plan/.
 */
enum config_kind {
	CONFIG_PROFILE,     /* [default], [profile NAME], credentials' [NAME] */
	CONFIG_SSO_SESSION, /* [sso-session NAME] */
	CONFIG_SERVICES     /* [services NAME] */
};

enum config_file { CONFIG_FILE, CREDENTIALS_FILE };

struct config_value {
	const char *key; /* lower case */
	const char
		*text; /* as read; may be a secret key: never into an arena */
	const char *file; /* path, for messages */
	unsigned line;
	enum config_file from;
};

struct config_section {
	enum config_kind kind;
	const char *name;
	const char *file; /* of its first occurrence */
	unsigned line;
	const struct config_value *values; /* in order of first appearance */
	size_t n_values;
};

/* A section without a meaning in its file, such as [foo] in the config file. */
struct config_ignored {
	const char *name; /* the text in the brackets */
	const char *file;
	unsigned line;
};

/* The maximum size of an AWS file in bytes; our own limit. */
#define CONFIG_MAX 16777216

struct aws_config; /* allocated in an arena */

/* Makes an empty view, allocated from arena. NULL when out of memory. */
struct aws_config *aws_config_new(struct arena *arena) MUST_CHECK;

/*
 * Adds the content of a file: the config file first, then the credentials file.
 * text is parsed in place, so it belongs to config afterwards and must live as
 * long; path is used only in errors.  All lines are checked, but the values of
 * a section are parsed only when it is requested.  Fails with ERROR_CONFIG
 * (path and line) or ERROR_MEMORY.
 */
bool aws_config_add(struct aws_config *config, enum config_file which,
		    const char *path, struct secbuf *text,
		    struct error *err) MUST_CHECK;

/* Adds a file that was parsed before. ini must live as long as config. */
bool aws_config_add_ini(struct aws_config *config, enum config_file which,
			const char *path, const struct ini *ini,
			struct error *err) MUST_CHECK;

#define CONFIG_NAME_MAX 256 /* bytes of a name with quotes or backslashes */

/* The content of the brackets. */
struct config_header {
	enum config_kind kind;
	const char
		*name; /* a slice of the text, or of room; not NUL-terminated */
	size_t len;
	char room[CONFIG_NAME_MAX];
};

/*
 * Classifies a section by the text in its brackets.  In the config file the name
 * is one word by the rules of botocore, those of Python's shlex: quotes and
 * backslashes as in sh(1).  In the credentials file it is the text without white
 * space in it.  Control characters make a name invalid.  Returns false if the
 * section has no meaning in that file.  The rule that [profile default] hides
 * [default] is not applied here.
 */
bool config_header(enum config_file which, const char *text,
		   struct config_header *header);

#define CONFIG_SECTION_LEN 1024 /* with its NUL; a longer one is not edited */

/*
 * Writes the text in the brackets of a profile's section in the config file:
 * "default", "profile testing", or with quotes "profile \"prod admin\"".  False
 * if no section that botocore reads can have this name.
 */
bool config_name_section(const char *name,
			 char out[static CONFIG_SECTION_LEN]) MUST_CHECK;

/*
 * Finds a section by kind and name, which is case-sensitive.  NULL if there is
 * none.
 */
const struct config_section *aws_config_find(const struct aws_config *config,
					     enum config_kind kind,
					     const char *name);

/*
 * Returns the n-th section of a kind, in the order of the files; NULL after the
 * last.
 */
const struct config_section *aws_config_nth(const struct aws_config *config,
					    enum config_kind kind, size_t n);

/* Returns only its name, without parsing the section. */
const char *aws_config_nth_name(const struct aws_config *config,
				enum config_kind kind, size_t n);

/* Returns the n-th ignored section; NULL after the last. */
const struct config_ignored *aws_config_ignored(const struct aws_config *config,
						size_t n);

/*
 * Returns a value of the section itself, even an empty one.  NULL if it is not
 * set.
 */
const struct config_value *config_value(const struct config_section *section,
					const char *key);

/*
 * Returns the session token beside static keys, as botocore reads it: the older
 * name, aws_security_token, takes precedence, even if it is empty.  NULL if there
 * is none.  The text is a secret.
 */
const struct config_value *
config_session_token(const struct config_section *section);

/*
 * Finds a sub-property of a value ("endpoint_url" of "sts =" in [services X])
 * as a slice, not NUL-terminated.  If it is repeated, the last one wins.
 */
bool config_subvalue(const struct config_value *value, const char *key,
		     const char **text, size_t *len);

/*
 * Finds the profile names closest to a name that does not exist, best first, at
 * most max of them; borrowed from config.  Returns their number.
 */
size_t aws_config_nearest(const struct aws_config *config, const char *name,
			  const char **nearest, size_t max);

/*
 * Formats {"profiles":{NAME:{KEY:VALUE}},"sso_sessions":{...},"services":{...}}
 * and a line end; a value with sub-properties is an object.  Returns a new
 * secbuf that the caller owns, because it contains the keys in the files.  NULL
 * when out of memory.
 */
struct secbuf *aws_config_dump(const struct aws_config *config) MUST_CHECK;

#endif
