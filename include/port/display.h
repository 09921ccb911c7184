#ifndef PORT_DISPLAY_H
#define PORT_DISPLAY_H

#include <stdbool.h>

struct error;
struct secbuf;

/*
 * Shows a secret to the user once: on the controlling terminal, never on
 * stdout, which may be a file.
 */
struct display {
	void *self;
	bool (*can_show)(void *self);
	/*
	 * Shows the seed of a TOTP device: its otpauth URI as a QR code for an
	 * app, and seed (base32) in groups of four for typing.  ERROR_PERSON
	 * without a terminal, ERROR_SYSTEM.
	 */
	bool (*show_seed)(void *self, const struct secbuf *uri,
			  const struct secbuf *seed, struct error *err);
	/* Shows a URL as a QR code, for a phone. Fails like show_seed(). */
	bool (*show_url)(void *self, const char *url, struct error *err);
};

/* Calls through the port; struct display documents them. */
static inline bool display_can_show(const struct display *display)
{
	return display->can_show(display->self);
}

static inline bool display_show_seed(const struct display *display,
				     const struct secbuf *uri,
				     const struct secbuf *seed,
				     struct error *err)
{
	return display->show_seed(display->self, uri, seed, err);
}

static inline bool display_show_url(const struct display *display,
				    const char *url, struct error *err)
{
	return display->show_url(display->self, url, err);
}

#endif
