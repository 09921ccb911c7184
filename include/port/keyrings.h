#ifndef PORT_KEYRINGS_H
#define PORT_KEYRINGS_H

#include <stdbool.h>

struct error;
struct keyring;

/*
 * Opens keyrings by name, for commands that use more than the configured one.
 */
struct keyrings {
	void *self;
	/*
	 * Opens the keyring named backend, which lives as long as the command.
	 * Nothing is asked of it yet.  ERROR_USAGE for an unknown name,
	 * ERROR_MEMORY.
	 */
	bool (*open)(void *self, const char *backend, struct keyring *keyring,
		     struct error *err);
	/*
	 * Tests whether the keyring named backend has a key of profile, as far
	 * as it can be seen without asking the user: false also if it is
	 * locked, not available or unknown.
	 */
	bool (*has_key)(void *self, const char *backend, const char *profile);
};

/* Calls through the port; struct keyrings documents them. */
static inline bool keyrings_open(const struct keyrings *keyrings,
				 const char *backend, struct keyring *keyring,
				 struct error *err)
{
	return keyrings->open(keyrings->self, backend, keyring, err);
}

static inline bool keyrings_has_key(const struct keyrings *keyrings,
				    const char *backend, const char *profile)
{
	return keyrings->has_key &&
	       keyrings->has_key(keyrings->self, backend, profile);
}

#endif
