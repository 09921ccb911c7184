#ifndef PORT_MACHINE_H
#define PORT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/* What the machine itself can do, for who looks it over. */
struct machine {
	void *self;
	/* Milliseconds of a clock that nobody sets. */
	int64_t (*ticks)(void *self);
	/*
	 * Does the kernel keep a key for all logins of this user?  One is put
	 * there, read back and taken away.  ERROR_KEYRING says why not.
	 */
	bool (*keeps_keys)(void *self, struct error *err);
	/*
	 * *any: is there, right in that folder, a file whose name ends so?  A
	 * folder that is not there, or cannot be looked into, has none.
	 */
	void (*has_files)(void *self, const char *folder, const char *ending,
			  bool *any);
};

/* Calls through the port; struct machine documents them. */
static inline int64_t machine_ticks(const struct machine *machine)
{
	return machine->ticks(machine->self);
}

static inline bool machine_keeps_keys(const struct machine *machine,
				      struct error *err)
{
	return machine->keeps_keys(machine->self, err);
}

static inline void machine_has_files(const struct machine *machine,
				     const char *folder, const char *ending,
				     bool *any)
{
	machine->has_files(machine->self, folder, ending, any);
}

#endif
