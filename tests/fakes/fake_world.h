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
	struct secbuf *value; /* NULL: the place is free */
};

struct fake_file {
	const char *path;
	const char *text;
};

/*
 * A world of memory alone: ordinary C behind every port, one common log, and
 * the n-th call fails if it is told to.  Sessions are called 7f3a…, c0de… in the
 * log, in the order in which their digests are first met.
 */
struct fake_world {
	struct world world;
	struct strbuf log;    /* a line a call */
	struct strbuf output; /* what went to stdout */
	struct strbuf said;   /* notices, a line each */
	int64_t now;
	int64_t code_step; /* what the ledger has */
	int64_t longest;
	int key_changes; /* how often a key was put or removed */
	int64_t denied;
	struct fake_file files[FAKE_FILES];
	struct file_facts facts; /* of any file */
	struct fake_item items[FAKE_ITEMS];
	const char *answers[FAKE_ANSWERS]; /* of the person, in turn */
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
	const char *lose; /* an action whose answer is lost, once */
	bool cut_off;     /* nothing reaches AWS */
	int64_t ahead;    /* seconds that AWS's clock is ahead */
	/* what others do while a person is asked, or NULL */
	void (*meanwhile)(struct fake_world *fake);
	struct strbuf child; /* what became: path, argv, environment */
};

void fake_world_init(struct fake_world *fake);
void fake_world_clear(struct fake_world *fake);

/* Forget the log and what went out, keep the keyring: for a second walk. */
void fake_world_next(struct fake_world *fake);

#endif
