#ifndef PORT_PAGE_H
#define PORT_PAGE_H

#include <stdbool.h>

struct error;
struct secbuf;

#define PAGE_URL_LEN 96

/* A redirect of OAuth (RFC 6749, section 4.1.2). */
struct page_callback {
	const char *path;  /* "/oauth/callback" */
	const char *state; /* that it must bring */
};

/*
 * A page on this machine that is served once, to a process of this user.  Its
 * address has a random part and may be seen by others.
 */
struct page {
	void *self;
	/* Listens on loopback and writes the address. */
	bool (*open)(void *self, char url[static PAGE_URL_LEN],
		     struct error *err);
	/*
	 * Serves an HTML document to the first correct GET; then returns.
	 * script is the base64 of a nonce in it, for the Content-Security-Policy.
	 * ERROR_SYSTEM if nobody fetched it for so many seconds,
	 * ERROR_INTERRUPTED.
	 */
	bool (*serve)(void *self, const struct secbuf *html, const char *script,
		      int seconds, struct error *err);
	/*
	 * Waits for a browser that comes back from signing in: a GET of
	 * callback->path with that state.  The caller owns *code.  ERROR_PERSON
	 * if nobody came for so many seconds; ERROR_DENIED (SSO_REFUSED) if it
	 * brings an error; ERROR_SYSTEM, ERROR_MEMORY.
	 */
	bool (*receive)(void *self, const struct page_callback *callback,
			int seconds, struct secbuf **code, struct error *err);
	void (*close)(void *self);
};

/* Calls through the port; struct page documents them. */
static inline bool page_open(const struct page *page,
			     char url[static PAGE_URL_LEN], struct error *err)
{
	return page->open(page->self, url, err);
}

static inline bool page_serve(const struct page *page,
			      const struct secbuf *html, const char *script,
			      int seconds, struct error *err)
{
	return page->serve(page->self, html, script, seconds, err);
}

static inline bool page_receive(const struct page *page,
				const struct page_callback *callback,
				int seconds, struct secbuf **code,
				struct error *err)
{
	return page->receive(page->self, callback, seconds, code, err);
}

static inline void page_close(const struct page *page)
{
	page->close(page->self);
}

#endif
