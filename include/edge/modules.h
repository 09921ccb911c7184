#ifndef EDGE_MODULES_H
#define EDGE_MODULES_H

#include "edge/aws_vault.h"
#include "edge/edge.h"
#include "edge/keyring.h"
#include "port/listener.h"
#include "port/page.h"
#include "port/signer.h"

/*
 * Modules of rolekey-full: shared objects beside it with the code whose
 * libraries take long to load.  Each is opened when it is first used, and never
 * closed.  Its file exports one table; everything else that it calls is in the
 * executable.
 */

/* rolekey-net.so: libcurl with its 30 libraries, among them libcrypto. */
struct net_module {
	struct http (*open)(struct http_curl *self);
	void (*close)(struct http_curl *self);
	struct signer (*signer)(void);
};
extern const struct net_module net_module;

/* rolekey-keyrings.so: libsecret with GLib, and libcrypto for aws-vault's. */
struct keyrings_module {
	const struct keyring_row *secret_service;
	struct vault (*aws_vault)(struct vault_places *self);
	void (*aws_vault_close)(struct vault_places *self);
};
extern const struct keyrings_module keyrings_module;

/* rolekey-picker.so: ncurses. */
struct picker_module {
	bool (*screen)(const struct picker_row *rows, size_t n, size_t *chosen,
		       bool *shown, struct error *err);
};
extern const struct picker_module picker_curses;

/* rolekey-web.so: libmicrohttpd, for servers on this machine. */
struct listener_real {
	void *state;
	const int *watched;
	size_t n_watched;
};
struct listener listener_microhttpd(struct listener_real *self);
struct page_real {
	struct listener_real listener;
	void *state;
};
struct page page_served(struct page_real *self);
struct web_module {
	struct page (*page)(struct page_real *self);
	struct listener (*listener)(struct listener_real *self);
};
extern const struct web_module web_module;

#endif
