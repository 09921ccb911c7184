#ifndef SERVE_PORTAL_INTERNAL_H
#define SERVE_PORTAL_INTERNAL_H

#include "serve/portal.h"

/* The style and the script of the page, from portal.css and portal.js. */
extern const char portal_css[];
extern const char portal_js[];

/* Writes the page with the list. */
void portal_page_list(struct strbuf *out, const struct portal_row *rows,
		      size_t n, int64_t now);

/* A page that asks for a code or a confirmation, or reports a failure. */
struct portal_question {
	const struct portal_wish *wish;
	const struct portal_need *need;
	const char *message; /* or NULL */
	const char *hint;    /* or NULL */
};
void portal_page_ask(struct strbuf *out,
		     const struct portal_question *question);

/* Decodes a form's value in place (URL Standard, 5.1). False: not valid. */
bool portal_form_decode(char *text);

/*
 * Splits a form into its fields, in place.  Returns the value of a name, or NULL
 * if it has none or is not valid.
 */
const char *portal_form_value(char *form, const char *name);

#endif
