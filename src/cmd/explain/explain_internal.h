#ifndef CMD_EXPLAIN_EXPLAIN_INTERNAL_H
#define CMD_EXPLAIN_EXPLAIN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct arena;
struct strbuf;

/* What the keyring says, where it can be read without asking anybody. */
struct known {
	const char *keyring;   /* its name */
	const char *refusal;   /* why exec would not do it; NULL if it would */
	const char *why_not;   /* it could not be read; NULL if it could */
	bool stored;           /* the key of the first step is in it */
	const char *code_from; /* what gives it; NULL: a person */
	int64_t now;           /* seconds since the epoch */
	int64_t *expires;      /* of each step's cached result; 0: none */
};

/* Which action the step will be, as far as can be known without acting. */
const char *explain_action(const struct step *step, const struct known *known);

/* The n-th of the variables that exec sets for this plan; NULL: no more. */
const char *explain_json_variable(const struct plan *plan, size_t n);

/* What is shown.  The texts for people are made in the arena. */
struct explained {
	const struct plan *plan;
	const struct known *known;
	struct arena *arena;
};

/* For print_all(): what is a struct explained. */
bool explain_json(struct strbuf *to, const void *what);
bool explain_text(struct strbuf *out, const void *what);

#endif
