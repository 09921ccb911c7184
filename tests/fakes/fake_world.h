#ifndef FAKES_FAKE_WORLD_H
#define FAKES_FAKE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "port/world.h"

#define FAKE_ITEMS    16
#define FAKE_FILES    4
#define FAKE_ANSWERS  8
#define FAKE_ENV      32
#define FAKE_SESSIONS 6

struct secbuf;

struct fake_item {
	const char *kind;
	char name[128];
	char origin[128];
	char label[256];
	int64_t expires;
	struct secbuf *value; /* NULL: unused */
};

struct fake_file {
	const char *path;
	const char *text;
};

/*
 * A world in memory: plain C behind every port, one common log, and the n-th
 * call fails if requested.  Sessions are called 7f3a…, c0de… in the log, in the
 * order in which their digests appear.
 */
struct fake_world {
	struct world world;
	struct strbuf log;    /* one line for each call */
	struct strbuf output; /* output on stdout */
	struct strbuf said;   /* notices, one a line */
	int64_t now;
	int64_t code_step; /* the content of the ledger */
	int64_t longest;
	int key_changes; /* how often a key was put or removed */
	int64_t denied;
	struct fake_file files[FAKE_FILES];
	struct file_facts facts; /* of any file */
	struct fake_item items[FAKE_ITEMS];
	const char *answers[FAKE_ANSWERS]; /* of the user, in order */
	size_t n_answers;
	const char *environment[FAKE_ENV];
	char sessions[FAKE_SESSIONS][64]; /* digests, in that order */
	int fail_at;               /* fails the call of that number; -1: none */
	enum error_code fail_code; /* with this, if there is a text */
	const char *fail_text;
	int calls;
	const char *refuse;      /* an action that AWS refuses, or NULL */
	const char *refuse_code; /* with this code */
	const char *refuse_text;
	int refusals;     /* that many times */
	const char *lose; /* an action whose response is lost, once */
	bool cut_off;     /* nothing reaches AWS */
	int64_t ahead;    /* seconds that AWS's clock is ahead */
	/* Changes of other processes while the user is asked, or NULL. */
	void (*meanwhile)(struct fake_world *fake);
	struct strbuf child; /* the command: path, argv, environment */
	struct strbuf used;  /* the log of uses, of log_use() */
};

void fake_world_init(struct fake_world *fake);
void fake_world_clear(struct fake_world *fake);

/* Clears the log and the output but keeps the keyring, for a second walk. */
void fake_world_next(struct fake_world *fake);

#endif
