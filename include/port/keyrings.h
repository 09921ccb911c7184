#ifndef PORT_KEYRINGS_H
#define PORT_KEYRINGS_H

#include <stdbool.h>

struct error;
struct keyring;

/* Keyrings by name, for what works on more than the one that is set. */
struct keyrings {
	void *self;
	/*
	 * The keyring called backend; it lives as long as the command.  Nothing
	 * is asked of it yet.  ERROR_USAGE for a name that is no keyring's,
	 * ERROR_MEMORY.
	 */
	bool (*open)(void *self, const char *backend, struct keyring *keyring,
		     struct error *err);
};

/* Calls through the port; struct keyrings documents them. */
static inline bool keyrings_open(const struct keyrings *keyrings,
				 const char *backend, struct keyring *keyring,
				 struct error *err)
{
	return keyrings->open(keyrings->self, backend, keyring, err);
}

#endif
