#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct request;
struct world;

/* The options there are. One bit each: a command's row says which it takes. */
enum option_bit {
	OPT_DURATION = 1 << 0,
	OPT_NO_SESSION = 1 << 1,
	OPT_REGION = 1 << 2,
	OPT_MFA_TOKEN = 1 << 3,
	OPT_REFRESH = 1 << 4,
	OPT_MIN_TTL = 1 << 5,
	OPT_LOGIN_SHELL = 1 << 6,
	OPT_FORMAT = 1 << 7,
	OPT_JSON = 1 << 8,
	OPT_ENV = 1 << 9,
	OPT_STDIN = 1 << 10,
	OPT_NO_VERIFY = 1 << 11,
	OPT_NO_CONFIG = 1 << 12,
	OPT_PROFILES = 1 << 13,
	OPT_CREDENTIALS = 1 << 14,
	OPT_SESSIONS = 1 << 15,
	OPT_FORCE = 1 << 16,
	OPT_SESSIONS_ONLY = 1 << 17,
	OPT_YES = 1 << 18,
	OPT_SERIAL = 1 << 19,
	OPT_STORE = 1 << 20,
	OPT_NAME = 1 << 21,
	OPT_CHANGE = 1 << 22,
	OPT_OFFLINE = 1 << 23,
	OPT_FROM = 1 << 24,
	OPT_TO = 1 << 25,
	OPT_DELETE = 1 << 26
};

#define OPT_SESSION_FLAGS                                             \
	(OPT_DURATION | OPT_NO_SESSION | OPT_REGION | OPT_MFA_TOKEN | \
	 OPT_REFRESH | OPT_MIN_TTL)

/* What a command takes besides options. */
enum operands {
	OPERANDS_NONE,
	OPERANDS_PROFILE,          /* or $AWS_PROFILE */
	OPERANDS_PROFILE_GIVEN,    /* must be written down */
	OPERANDS_PROFILE_OPTIONAL, /* none means all */
	OPERANDS_PROFILE_COMMAND,  /* exec */
	OPERANDS_TOPIC,            /* help [COMMAND] */
	OPERANDS_SHELL             /* completion: bash, zsh or fish */
};

/*
 * Describes a command: everything that help, the parser, completion and the
 * check of the manual need, and its function.  The row is in the command's own
 * file; cmd/table.c lists the rows.
 */
struct command {
	const char *name;    /* may be two words: "config dump" */
	const char *alias;   /* or NULL */
	const char *summary; /* one line, no full stop */
	enum operands operands;
	uint32_t options;      /* of enum option_bit */
	bool like_env;         /* exec: failures of ours are 125, 126, 127 */
	bool terse;            /* credential-process: one line on stderr */
	bool asks_nobody;      /* explain: no prompt, no passphrase */
	bool reports_settings; /* doctor: runs although the settings are wrong */
	const char *help;      /* paragraphs for `rolekey help NAME` */
	/* NULL: completion, which is cli's own work. */
	bool (*run)(const struct request *request, const struct world *world,
		    struct error *err);
};

/* Rows in the order in which help shows them; ends with NULL. */
extern const struct command *const command_table[];

/* What cli does without a world: see cli_completion(). */
extern const struct command command_completion;

/* The three that a cached session can serve: the quick executable's. */
extern const struct command *const command_table_quick[];

#endif
