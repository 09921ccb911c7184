#ifndef CMD_EXPLAIN_EXPLAIN_INTERNAL_H
#define CMD_EXPLAIN_EXPLAIN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct arena;
struct strbuf;

/* Facts from the keyring, if it can be read without asking. */
struct known {
	const char *keyring;   /* its name */
	const char *refusal;   /* why exec would fail, or NULL */
	const char *why_not;   /* why it could not be read, or NULL */
	bool stored;           /* the key of the first step is in it */
	const char *code_from; /* what supplies the code; NULL: the user */
	int64_t now;           /* seconds since the epoch */
	int64_t *expires;      /* of each step's cached result; 0: none */
};

/* Returns the action of a step, as far as it is known without executing it. */
const char *explain_action(const struct step *step, const struct known *known);

/*
 * Returns the n-th variable that exec sets for this plan; NULL after the last.
 */
const char *explain_json_variable(const struct plan *plan, size_t n);

/* The data to show. Texts are allocated in the arena. */
struct explained {
	const struct plan *plan;
	const struct known *known;
	struct arena *arena;
};

/* For print_all(): what is a struct explained. */
bool explain_json(struct strbuf *to, const void *what);
bool explain_text(struct strbuf *out, const void *what);

#endif
