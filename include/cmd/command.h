#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "access/request.h"
#include "base/attrs.h"
#include "cmd/option.h"

struct error;
struct exec_beside;
struct world;

/* The arguments of a command besides its options. */
enum operands {
	OPERANDS_NONE,
	OPERANDS_PROFILE,          /* or $AWS_PROFILE, or the picker */
	OPERANDS_PROFILE_GIVEN,    /* must be written down */
	OPERANDS_PROFILE_OPTIONAL, /* none means all */
	OPERANDS_PROFILE_COMMAND,  /* exec */
	OPERANDS_WORD,             /* one of command->words */
	OPERANDS_PROFILES,         /* any number, in call->search */
	OPERANDS_SEARCH,           /* any number of words */
	OPERANDS_SEARCH_COMMAND,   /* the same, and a command after "--" */
	OPERANDS_FILE              /* call->word; "-" is stdin */
};

/*
 * What a command loads beside its program, where a call comes to that: the
 * modules of src/README.md.  tests/e2e/test_quick.py compares this with what the
 * loader opens; a command without NEEDS_NETWORK starts in less than three times
 * /bin/true (tests/bench/test_instructions.py).
 */
enum command_needs {
	NEEDS_NOTHING = 0,
	NEEDS_KEYRING = 1, /* libsecret, if the keyring is a Secret Service */
	NEEDS_NETWORK = 2, /* libcurl */
	NEEDS_PAGE = 4     /* libmicrohttpd */
};

/*
 * One call of a command: cli/ fills it from the command line, main/ adds the
 * settings and paths.  Texts are borrowed from argv and the environment.
 */
struct call {
	struct request request; /* for access/, with the options of a session */
	const void *options; /* the command's own struct; NULL: it has none */
	char *const *argv; /* of the command to run, ends with NULL; or NULL */
	const char **search; /* OPERANDS_SEARCH..., _PROFILES: the words */
	size_t n_search;
	const char *word;     /* OPERANDS_WORD: one of command->words; _FILE */
	const char *mfa_text; /* -t: as on the command line, or NULL */
	bool force;
	bool yes; /* as if rolekey_confirm were answered */
	bool json;

	/* The global options, which main/ applies. */
	const char *backend; /* NULL: not given */
	const char *prompt;
	bool no_prompt;
	bool debug;
	bool help;
	bool version;

	/*
	 * Runs a command of exec beside a credential server; NULL in
	 * bin/rolekey, which hands over.
	 */
	bool (*beside)(const struct call *call, const struct exec_beside *how,
		       const struct world *world, struct error *err);

	const struct error *settings_error; /* what is wrong with the settings,
					       if reports_settings; or NULL */
};

/*
 * Describes a command: everything that help, the parser, completion and the
 * check of the manual need, and its function.  The row is in the command's own
 * file, with its options; cmd/commands.def lists the rows.
 */
struct command {
	const char *name;    /* may be two words: "config dump" */
	const char *alias;   /* or NULL */
	unsigned needs;      /* enum command_needs */
	const char *summary; /* one line that begins with a verb, no full stop;
				the manual has the same */
	enum operands operands;
	const char *words;            /* of OPERANDS_WORD: "bash, zsh, fish" */
	const struct option *options; /* ends with an empty row; or NULL */
	size_t options_size;          /* of its own struct, or 0 */
	bool like_env;         /* exec: failures of ours are 125, 126, 127 */
	bool terse;            /* credential-process: one line on stderr */
	bool asks_nobody;      /* explain: no prompt, no passphrase */
	bool reports_settings; /* doctor, status: runs although the settings are
				  wrong */
	const char *help;     /* paragraphs of one line each, which are wrapped;
				  a line that begins with a blank is kept */
	const char *examples; /* command lines, one a line */
	/* NULL: completion, which is cli's own work. */
	bool (*run)(const struct call *call, const struct world *world,
		    struct error *err);
};

/* Rows in the order in which help shows them; ends with NULL. */
extern const struct command *const command_table[];

/* Those that bin/rolekey can serve, without a request. */
extern const struct command *const command_table_quick[];

/* struct call, beside: cmd/serve/beside.c. */
bool serve_beside(const struct call *call, const struct exec_beside *how,
		  const struct world *world, struct error *err);

#endif
