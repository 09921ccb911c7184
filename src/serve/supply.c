#include "serve/supply.h"

#include <string.h>

#define MARGIN     1500000 /* ms left, at which credentials are renewed */
#define PAUSE_MIN  1000    /* ms between two attempts ... */
#define PAUSE_MAX  30000   /* ... while the old credentials are valid */
#define PAUSE_NONE 3000    /* ... and when they are not */
#define HOUR       3600000 /* ms */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Returns milliseconds.  Both clocks count: the date may have been set, and the
 * machine may have slept.
 */
static int64_t left_ms(const struct supply *supply, struct moment now)
{
	int64_t by_wall;

	if (!supply->creds.access_key_id)
		return 0;
	if (supply->creds.expires == 0)
		return HOUR; /* a key without an expiry */
	by_wall = (supply->creds.ends - now.wall) * 1000;
	return least(by_wall, supply->good_until - now.uptime);
}

int64_t supply_left(const struct supply *supply, struct moment now)
{
	int64_t left = left_ms(supply, now);

	return left > 0 ? left / 1000 : 0;
}

const struct credentials *supply_ask(struct supply *supply, struct moment now)
{
	supply->demanded = true;
	return left_ms(supply, now) > 0 ? &supply->creds : NULL;
}

/* Returns how much is left when the credentials are renewed. */
static int64_t margin(const struct supply *supply)
{
	return supply->creds.expires == 0 ? 0 : least(MARGIN, supply->life / 2);
}

/*
 * Tests whether an attempt may help although no client asks.  A user who was
 * asked once is not asked again, and a client that no longer asks costs no
 * request.
 */
static bool renews_itself(const struct supply *supply, struct moment now)
{
	if (!supply->creds.access_key_id)
		return !supply->lazy && supply->why.reason == REASON_NONE;
	return !supply->asked &&
	       (left_ms(supply, now) > 0 || supply->why.reason == REASON_NONE);
}

bool supply_is_due(const struct supply *supply, struct moment now)
{
	if (supply->busy || now.uptime < supply->again ||
	    (supply->creds.access_key_id &&
	     left_ms(supply, now) > margin(supply)))
		return false;
	return supply->demanded || renews_itself(supply, now);
}

int supply_due_in(const struct supply *supply, struct moment now)
{
	int64_t left = left_ms(supply, now);
	int64_t in = HOUR;

	if (supply->busy || (!supply->demanded && !renews_itself(supply, now)))
		return HOUR;
	in = left > margin(supply) ? left - margin(supply) : 0;
	if (supply->again > now.uptime + in)
		in = supply->again - now.uptime;
	return (int)least(in, HOUR);
}

bool supply_begin(struct supply *supply)
{
	supply->busy = true;
	supply->demanded = false;
	return !supply->asked;
}

/* The same credentials again: no better ones can be made now. */
static bool is_same(const struct credentials *a, const struct credentials *b)
{
	return a->access_key_id &&
	       strcmp(a->access_key_id, b->access_key_id) == 0;
}

void supply_renewed(struct supply *supply, struct credentials *creds,
		    struct moment now)
{
	int64_t left = creds->ends - now.wall;

	if (is_same(&supply->creds, creds)) {
		credentials_clear(creds);
		supply_failed(supply, &supply->why, now);
		return;
	}
	supply->busy = false;
	supply->asked = false;
	supply->why = (struct error){ .reason = REASON_NONE };
	supply->life = creds->expires != 0 && left > 0 ? left * 1000 : 0;
	supply->good_until = now.uptime + supply->life;
	supply->issued = now.wall;
	/* Credentials that are hardly valid must not cause a loop. */
	supply->again = now.uptime + PAUSE_MIN;
	credentials_move(&supply->creds, creds);
}

static bool was_asked(const struct error *why)
{
	return why->code == ERROR_PERSON || why->code == ERROR_INTERRUPTED;
}

void supply_failed(struct supply *supply, const struct error *why,
		   struct moment now)
{
	int64_t left = left_ms(supply, now);
	int64_t pause = PAUSE_NONE;

	if (left > 0) {
		pause = least(left / 4, PAUSE_MAX);
		if (pause < PAUSE_MIN)
			pause = PAUSE_MIN;
	}
	supply->busy = false;
	supply->asked = supply->asked || was_asked(why);
	supply->why = *why;
	supply->again = now.uptime + pause;
}

void supply_clear(struct supply *supply)
{
	credentials_clear(&supply->creds);
}
