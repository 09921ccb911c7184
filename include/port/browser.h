#ifndef PORT_BROWSER_H
#define PORT_BROWSER_H

#include <stdbool.h>

struct error;

/* The user's web browser. */
struct browser {
	void *self;
	/*
	 * Tests, before anything is asked, whether there is a browser.  program
	 * is the one that the user chose, or NULL.  ERROR_PERSON if there is no
	 * display or no browser.
	 */
	bool (*find)(void *self, const char *program, struct error *err);
	/*
	 * Opens an address without waiting for the browser.  The address can be
	 * seen by every user of the machine, so no secret may be in it.
	 * ERROR_SYSTEM if the browser cannot be started or fails at once.
	 */
	bool (*open)(void *self, const char *program, const char *url,
		     struct error *err);
};

/* Calls through the port; struct browser documents them. */
static inline bool browser_find(const struct browser *browser,
				const char *program, struct error *err)
{
	return browser->find(browser->self, program, err);
}

static inline bool browser_open(const struct browser *browser,
				const char *program, const char *url,
				struct error *err)
{
	return browser->open(browser->self, program, url, err);
}

#endif
