#ifndef SESSION_MFA_SOURCES_INTERNAL_H
#define SESSION_MFA_SOURCES_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct walk;

/* A source of codes. */
struct code_source {
	const char *name; /* for messages */
	int tries;        /* how many of its codes AWS may refuse in a row */
	bool person;
	/* Tests whether it could supply another code now. */
	bool (*gives_more)(const struct walk *w);
	/* Stores the code for the device in w->code: six digits. */
	bool (*take)(struct walk *w, const char *serial, struct error *err);
};

/*
 * Chooses the first available source: -t, the profile's mfa_process, ykman, a
 * stored seed, the user.  If the keyring cannot be searched for a seed, a
 * warning is printed.
 */
void mfa_sources_choose(struct walk *w, const char *serial);

#endif
