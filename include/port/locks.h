#ifndef PORT_LOCKS_H
#define PORT_LOCKS_H

#include <stdbool.h>

struct error;

/*
 * Locks between processes of one user, held by the kernel: a process that dies
 * for any reason releases its locks.
 */
struct locks {
	void *self;
	/*
	 * Takes the lock of that name (any text) and waits at most wait
	 * seconds.  *lock is a handle for release().  ERROR_PERSON if another
	 * process still holds it after that time, or gave up meanwhile;
	 * ERROR_SYSTEM if there is no place for locks.
	 */
	bool (*take)(void *self, const char *name, int wait, int *lock,
		     struct error *err);
	/*
	 * Releases a lock. gave_up: the user did not answer, so processes that
	 * wait for this lock now must not ask in turn.
	 */
	void (*release)(void *self, int lock, bool gave_up);
};

/* Calls through the port; struct locks documents them. */
static inline bool locks_take(const struct locks *locks, const char *name,
			      int wait, int *lock, struct error *err)
{
	return locks->take(locks->self, name, wait, lock, err);
}

static inline void locks_release(const struct locks *locks, int lock,
				 bool gave_up)
{
	locks->release(locks->self, lock, gave_up);
}

#endif
