#ifndef SERVE_SIGNIN_PAGE_H
#define SERVE_SIGNIN_PAGE_H

#include "base/attrs.h"

struct secbuf;

#define SIGNIN_NONCE_LEN 33 /* hexadecimal, and a NUL */

/* What the page shows, and the form that it sends. */
struct signin_page {
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
struct secbuf *signin_page_make(const struct signin_page *page) MUST_CHECK;

#endif
