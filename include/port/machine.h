#ifndef PORT_MACHINE_H
#define PORT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/* Tests features of the machine, for rolekey-doctor(1). */
struct machine {
	void *self;
	/* Returns milliseconds of a clock that nobody sets. */
	int64_t (*ticks)(void *self);
	/*
	 * Tests whether the kernel keeps keys for all logins of this user: adds
	 * one, reads it back and removes it.  ERROR_KEYRING says why not.
	 */
	bool (*keeps_keys)(void *self, struct error *err);
	/*
	 * Sets *any if the folder itself contains a file whose name has this
	 * ending.  A folder that is missing or cannot be read has none.
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
