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
	/*
	 * Waits, as take() does, until no process holds the lock, but takes
	 * nothing and makes no file, so that all who wait go on at once.
	 * *waited: another process held it.  Without a place for locks nobody
	 * holds one.  ERROR_PERSON as of take().
	 */
	bool (*wait)(void *self, const char *name, int wait, bool *waited,
		     struct error *err);
};

/* Calls through the port; struct locks documents them. */
static inline bool locks_take(const struct locks *locks, const char *name,
			      int wait, int *lock, struct error *err)
{
	return locks->take(locks->self, name, wait, lock, err);
}

static inline bool locks_wait(const struct locks *locks, const char *name,
			      int wait, bool *waited, struct error *err)
{
	return locks->wait(locks->self, name, wait, waited, err);
}

static inline void locks_release(const struct locks *locks, int lock,
				 bool gave_up)
{
	locks->release(locks->self, lock, gave_up);
}

#endif
