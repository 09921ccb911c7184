#ifndef PORT_VAULT_H
#define PORT_VAULT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;
struct secbuf;

/* Where aws-vault keeps keys on Linux. Nothing there is ever changed. */
#define VAULT_SECRET_SERVICE "secret-service"
#define VAULT_FILE           "file"
#define VAULT_PASS           "pass"

struct vault {
	void *self;
	/*
	 * The names of the items of a place, in arena: profiles', and those of
	 * sessions.  *n is 0, and the call a success, where there is none, or no
	 * such place.  Failures of both: ERROR_KEYRING, ERROR_CONFIG for what is
	 * no item, ERROR_PERSON, ERROR_INTERRUPTED, ERROR_MEMORY.
	 */
	bool (*list)(void *self, const char *place, struct arena *arena,
		     const char *const **names, size_t *n, struct error *err);
	/* An item of it, aws-vault's JSON: the caller's. */
	bool (*read)(void *self, const char *place, const char *name,
		     struct secbuf **item, struct error *err);
};

/* Calls through the port; struct vault documents them. */
static inline bool vault_list(const struct vault *vault, const char *place,
			      struct arena *arena, const char *const **names,
			      size_t *n, struct error *err)
{
	return vault->list(vault->self, place, arena, names, n, err);
}

static inline bool vault_read(const struct vault *vault, const char *place,
			      const char *name, struct secbuf **item,
			      struct error *err)
{
	return vault->read(vault->self, place, name, item, err);
}

#endif
