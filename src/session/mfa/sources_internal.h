#ifndef SESSION_MFA_SOURCES_INTERNAL_H
#define SESSION_MFA_SOURCES_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct walk;

/* Where codes come from. */
struct code_source {
	const char *name; /* for messages */
	int tries; /* codes of it that AWS may refuse, one after another */
	bool person;
	/* Could it give another one now? */
	bool (*gives_more)(const struct walk *w);
	/* The code for the device into w->code: six digits. */
	bool (*take)(struct walk *w, const char *serial, struct error *err);
};

/*
 * The first of these that there is: -t, the profile's mfa_process (or ykman),
 * a seed in the keyring, the person.  A keyring that cannot be asked for a seed
 * is a warning.
 */
void mfa_sources_choose(struct walk *w, const char *serial);

#endif
