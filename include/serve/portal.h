#ifndef SERVE_PORTAL_H
#define SERVE_PORTAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "port/listener.h"
#include "serve/signin_page.h"

struct arena;
struct error;
struct secbuf;
struct strbuf;

/* A profile whose credentials open a console. Texts are in the arena of the list. */
struct portal_row {
	const char *profile;
	const char *account;     /* or NULL */
	const char *role;        /* its name; "" if it is unknown */
	const char *description; /* the account's name and unit, or "" */
	const char *color;       /* "RRGGBB" without "#", or another text */
	bool read_only;  /* the role has the policy ReadOnlyAccess only */
	int64_t expires; /* of its session, seconds since the epoch; 0 */
	int64_t score;   /* how often and recently it was opened */
	size_t place;    /* in the config file */
};

/* What the user sends to open a console. Borrowed; NULL: not sent. */
struct portal_wish {
	const char *profile;
	struct secbuf *code; /* of the MFA device */
	const char *confirm; /* the profile's name, typed again */
};

/* What is still needed to open a console. */
struct portal_need {
	const char *serial;  /* a code of this device, or NULL */
	const char *account; /* a confirmation for this account, or NULL */
};

/* A page with the form that signs in. */
struct portal_form_page {
	struct secbuf *html;
	char nonce[SIGNIN_NONCE_LEN]; /* of its scripts */
};

/* The work that the portal leaves to its command. */
struct portal_work {
	void *self;
	/* Lists the profiles, in any order, in arena. */
	bool (*list)(void *self, struct arena *arena, struct portal_row **rows,
		     size_t *n, struct error *err);
	/*
	 * Signs in: the caller owns the page.  On failure *need says what would
	 * help; its texts are in arena.
	 */
	bool (*open)(void *self, const struct portal_wish *wish,
		     struct arena *arena, struct portal_form_page *page,
		     struct portal_need *need, struct error *err);
	int64_t (*now)(void *self);
};

/*
 * The portal: requests in, responses out.  It opens no socket, so that tests can
 * drive it.
 */
struct portal;

#define PORTAL_BODY_MAX 4096 /* bytes of a form */

/*
 * Makes a portal for a port of 127.0.0.1.  work is borrowed.  NULL when out of
 * memory.
 */
struct portal *portal_new(const struct portal_work *work) MUST_CHECK;
void portal_free(struct portal *portal);

/* Sets the port, which is a part of its address. */
void portal_set_port(struct portal *portal, unsigned port);

/*
 * Returns the address that opens the portal, once: it sets a cookie, which all
 * other requests need.
 */
const char *portal_url(const struct portal *portal);

/* Returns how many requests with the cookie there were. */
unsigned long portal_requests(const struct portal *portal);

/* Returns the server, for port/listener.h. */
struct listener_server portal_server(struct portal *portal);

/* Sorts rows: those with the highest score first, then as in the config file. */
void portal_sort(struct portal_row *rows, size_t n);

#endif
