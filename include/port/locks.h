#ifndef PORT_LOCKS_H
#define PORT_LOCKS_H

#include <stdbool.h>

struct error;

/*
 * Locks between processes of one person, held by the kernel: a process that
 * dies, however, lets go of its own.
 */
struct locks {
	void *self;
	/*
	 * Take the lock of that name (any text), waiting at most wait seconds.
	 * *lock is a handle for release().  ERROR_PERSON if it is still held
	 * by another after that time, or if that one gave up meanwhile
	 * (TOPIC_GIVEN_UP); ERROR_SYSTEM if there is no place for locks.
	 */
	bool (*take)(void *self, const char *name, int wait, int *lock,
		     struct error *err);
	/*
	 * gave_up: the person did not give what was asked for, so whoever waits
	 * for this lock by now shall not ask for it in turn.
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
