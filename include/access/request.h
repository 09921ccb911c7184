#ifndef ACCESS_REQUEST_H
#define ACCESS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/settings.h"

struct error;
struct maker;
struct secbuf;

/*
 * The command line, after the name of the command: cli/ fills it, and each
 * command reads what its options allow.  Texts are borrowed from argv and the
 * environment.
 */
struct request {
	const char *profile;  /* NULL: none was given, and none is needed */
	bool profile_is_env;  /* it was AWS_PROFILE that named it */
	char *const *argv;    /* exec: the child's, ends with NULL; or NULL */
	const char *topic;    /* help: of which command */
	const char *shell;    /* completion: of which shell; or NULL */
	int64_t duration;     /* -d, seconds; 0: not given */
	int64_t min_ttl;      /* --min-ttl; -1: not given */
	const char *region;   /* --region, or NULL */
	const char *format;   /* --format, or NULL */
	const char *mfa_text; /* -t: as on the command line, or NULL */
	struct secbuf *mfa_token; /* the code itself; main's */
	bool no_session;          /* -n */
	bool refresh;
	bool login_shell;
	bool json;
	bool env;        /* add --env */
	bool from_stdin; /* add --stdin */
	bool no_verify;
	bool no_config;
	bool profiles, credentials, sessions; /* list: names only */
	bool force;                           /* remove -f */
	bool sessions_only;
	const char *serial; /* --serial, or NULL */
	const char *name;   /* --name, or NULL */
	bool store;
	bool change;           /* unlock --change */
	bool offline;          /* doctor --offline */
	const char *from, *to; /* migrate: names of keyrings; or NULL */
	bool delete_source;    /* migrate --delete */
	bool yes; /* exec --yes: as if rolekey_confirm were answered */
	bool debug;
	const char *config_path;      /* of ~/.aws/config or its override */
	const char *credentials_path; /* likewise */
	const char *login_name;       /* of the user, for RoleSessionName */
	const struct maker *maker;    /* access/obtain.h; the program's */
	struct settings settings;
	const struct error
		*settings_error; /* what is wrong with them, or NULL */
};

#endif
