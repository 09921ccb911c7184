#ifndef PORT_LEDGER_H
#define PORT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/*
 * Numbers that one run leaves to the next, over all processes of the person.
 * None of them is secret, and each can be lost: then a person is asked once
 * more, or AWS is.
 */

/* By MFA serial: the 30 s step (RFC 6238) in which a code last went out. */
#define LEDGER_CODE "code"
/* By role ARN: seconds that AWS lets a session of it last at most. */
#define LEDGER_LONGEST "longest"

/*
 * By MFA serial and role ARN ("SERIAL ARN"): when a role of more than one hour
 * was denied to the key of the device's user.
 */
#define LEDGER_DENIED "denied"

struct ledger {
	void *self;
	/* *value is 0 where nothing is noted. ERROR_SYSTEM. */
	bool (*get)(void *self, const char *kind, const char *name,
		    int64_t *value, struct error *err);
	/* Note value (0: forget), whatever was there. ERROR_SYSTEM. */
	bool (*set)(void *self, const char *kind, const char *name,
		    int64_t value, struct error *err);
	/*
	 * Note value unless one at least as great is there: *raised says which.
	 * Of several processes that raise to the same value one is told true.
	 */
	bool (*raise)(void *self, const char *kind, const char *name,
		      int64_t value, bool *raised, struct error *err);
};

/* Calls through the port; struct ledger documents them. */
static inline bool ledger_get(const struct ledger *ledger, const char *kind,
			      const char *name, int64_t *value,
			      struct error *err)
{
	return ledger->get(ledger->self, kind, name, value, err);
}

static inline bool ledger_set(const struct ledger *ledger, const char *kind,
			      const char *name, int64_t value,
			      struct error *err)
{
	return ledger->set(ledger->self, kind, name, value, err);
}

static inline bool ledger_raise(const struct ledger *ledger, const char *kind,
				const char *name, int64_t value, bool *raised,
				struct error *err)
{
	return ledger->raise(ledger->self, kind, name, value, raised, err);
}

#endif
