#ifndef PORT_LEDGER_H
#define PORT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/*
 * Stores numbers from one run to the next, for all processes of the user.  None
 * is secret, and each may be lost: then the user, or AWS, is asked once more.
 */

/* By MFA serial: the 30 s step (RFC 6238) in which a code was last sent. */
#define LEDGER_CODE "code"
/* By role ARN: the longest duration, in seconds, that AWS allows for it. */
#define LEDGER_LONGEST "longest"

/*
 * By MFA serial and role ARN ("SERIAL ARN"): when a role of more than one hour
 * was denied to the key of the device's user, in seconds since the epoch.
 */
#define LEDGER_DENIED "denied"

/*
 * By path and content of an .aws-profile ("PATH SHA-256"): when the user
 * trusted it, in seconds since the epoch.
 */
#define LEDGER_TRUST "trust"

struct ledger {
	void *self;
	/* Reads a number. *value is 0 if nothing is stored. ERROR_SYSTEM. */
	bool (*get)(void *self, const char *kind, const char *name,
		    int64_t *value, struct error *err);
	/* Stores value (0: removes it), whatever was there. ERROR_SYSTEM. */
	bool (*set)(void *self, const char *kind, const char *name,
		    int64_t value, struct error *err);
	/*
	 * Stores value unless the stored one is at least as great.  *raised
	 * says whether it did; if several processes raise to the same value,
	 * only one gets true.
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
