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
};

/* Calls through the port; struct keyrings documents them. */
static inline bool keyrings_open(const struct keyrings *keyrings,
				 const char *backend, struct keyring *keyring,
				 struct error *err)
{
	return keyrings->open(keyrings->self, backend, keyring, err);
}

#endif
