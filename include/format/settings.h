#ifndef FORMAT_SETTINGS_H
#define FORMAT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct arena;
struct error;
struct secbuf;

/*
 * rolekey's own settings: section [rolekey] of
 * ${XDG_CONFIG_HOME:-~/.config}/rolekey/config, parsed by iniparser.  See
 * rolekey.conf(5).
 */
struct settings {
	const char *backend;         /* "auto", "secret-service", "file" */
	const char *session_backend; /* NULL: as backend */
	const char *prompt;          /* "auto", "terminal", "none" */
	const char *browser;         /* NULL: $BROWSER and the like */
	const char *picker;          /* "builtin" or "fzf" */
	const char *sso_cache;       /* "keyring", or "shared" with the CLI */
	int64_t session_duration;    /* of GetSessionToken, seconds */
	int64_t role_duration;       /* of AssumeRole, seconds; 0: AWS's hour,
					SETTINGS_AUTO: and see below */
	int64_t min_ttl;             /* seconds; 0: the command's own */
	int64_t prompt_timeout;      /* to wait for another that asks, s */
	int64_t unlock_timeout;      /* seconds that a derived key is kept */
	int64_t rotate_after;        /* age at which doctor reports a key, s */
	int64_t argon2_passes;       /* of a new passphrase of the file */
	int64_t argon2_memory;       /* the same: MiB */
	bool log;                    /* what was used when: access/log_use.h */
	bool no_prompt;
};

/*
 * The value "auto" of role_duration: one hour, AWS's default; and if AWS denies
 * the key a role of more than one hour, one hour from a session of
 * GetSessionToken.
 */
#define SETTINGS_AUTO (-1)

/* Returns the default of every setting. */
struct settings settings_default(void);

/*
 * Parses the text of the file and overrides *settings; texts are in arena.
 * ERROR_CONFIG with path and line for an unknown section or key, an invalid
 * value or a malformed line.
 */
bool settings_file_parse(const char *file, const struct secbuf *text,
			 struct arena *arena, struct settings *settings,
			 struct error *err) MUST_CHECK;

/*
 * Overrides *settings by the variables ROLEKEY_BACKEND, ROLEKEY_PROMPT and so
 * on: for each key its name in capitals.  An empty variable is ignored.
 * ERROR_CONFIG with the name of the variable.
 */
bool settings_environment(char *const *environment, struct settings *settings,
			  struct error *err) MUST_CHECK;

/*
 * Sets one setting by its name in the file: for flags.  as is the name that the
 * user wrote ("--backend"), for the message.  value is borrowed for as long as
 * settings is used.  ERROR_CONFIG.
 */
bool settings_set(struct settings *settings, const char *name, const char *as,
		  const char *value, struct error *err) MUST_CHECK;

#endif
