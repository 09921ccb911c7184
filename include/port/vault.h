#ifndef PORT_VAULT_H
#define PORT_VAULT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;
struct secbuf;

/* The places where aws-vault stores keys on Linux. They are never changed. */
#define VAULT_SECRET_SERVICE "secret-service"
#define VAULT_FILE           "file"
#define VAULT_PASS           "pass"

/* Reads another tool's keyrings: aws-vault's, for import. */
struct vault {
	void *self;
	/*
	 * Lists the names of the items of a place, in arena: of profiles and of
	 * sessions.  *n is 0, and the call succeeds, if there are none or there
	 * is no such place.  Failures of both functions: ERROR_KEYRING,
	 * ERROR_CONFIG for a malformed item, ERROR_PERSON, ERROR_INTERRUPTED,
	 * ERROR_MEMORY.
	 */
	bool (*list)(void *self, const char *place, struct arena *arena,
		     const char *const **names, size_t *n, struct error *err);
	/* Reads an item, the JSON of aws-vault. The caller owns it. */
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
