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
 * ${XDG_CONFIG_HOME:-~/.config}/rolekey/config, read by iniparser.  See
 * rolekey.conf(5).
 */
struct settings {
	const char *backend;         /* "auto", "secret-service", "file" */
	const char *session_backend; /* NULL: as backend */
	const char *prompt;          /* "auto", "terminal", "none" */
	const char *browser;         /* NULL: $BROWSER and its kin */
	int64_t session_duration;    /* of GetSessionToken, seconds */
	int64_t role_duration;       /* of AssumeRole, seconds; 0: AWS's hour,
					SETTINGS_AUTO: and see below */
	int64_t min_ttl;             /* seconds; 0: the command's own */
	int64_t prompt_timeout;      /* to wait for another that asks, s */
	int64_t unlock_timeout;      /* seconds that a derived key is kept */
	int64_t argon2_passes;       /* of a new passphrase of the file */
	int64_t argon2_memory;       /* the same: MiB */
	bool no_prompt;
};

/*
 * Of role_duration: AWS's hour, and where AWS denies a role of more than one
 * hour to the key, the hour that a session of GetSessionToken gives.
 */
#define SETTINGS_AUTO (-1)

/* What holds where nobody says anything. */
struct settings settings_default(void);

/*
 * Read the file's text over what *settings says; texts lie in arena.  An
 * unknown section or key, a value that is no such thing, a line that is none:
 * ERROR_CONFIG with path and line.
 */
bool settings_parse(const char *file, const struct secbuf *text,
		    struct arena *arena, struct settings *settings,
		    struct error *err) MUST_CHECK;

/*
 * ROLEKEY_BACKEND, ROLEKEY_SESSION_BACKEND, ROLEKEY_PROMPT, ROLEKEY_BROWSER,
 * ROLEKEY_SESSION_DURATION, ... ROLEKEY_NO_PROMPT over it: for each key of the
 * file its name in capitals.  An empty variable is none.  ERROR_CONFIG names
 * the variable that is wrong.
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
