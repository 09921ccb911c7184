#ifndef CMD_LOGIN_LOGIN_INTERNAL_H
#define CMD_LOGIN_LOGIN_INTERNAL_H

#include "base/attrs.h"

struct secbuf;

#define LOGIN_NONCE_LEN 33 /* hexadecimal, and a NUL */

/* What the page shows, and the form that it sends. */
struct login_page {
	const char *profile;
	const char *account;     /* or NULL */
	const char *role;        /* its name, or NULL */
	const char *endpoint;    /* of the sign-in service */
	const char *destination; /* the console's address */
	const struct secbuf *token;
	const char *nonce; /* for the Content-Security-Policy */
};

/*
 * Makes the HTML document that sends the form to AWS, by itself or, where
 * scripts are off, by a button.  The caller owns it; NULL when out of memory.
 */
struct secbuf *login_page_make(const struct login_page *page) MUST_CHECK;

#endif
