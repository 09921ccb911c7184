#ifndef MAIN_MODULES_INTERNAL_H
#define MAIN_MODULES_INTERNAL_H

#include "edge/modules.h"

/*
 * Ports that open their module at the first call.  A missing module is
 * NO_MODULE.
 */

struct module_http {
	struct http_curl curl; /* set by the caller */
	const struct net_module *module;
	struct http http;
	struct signer signer;
};
struct http modules_http(struct module_http *self);
struct signer modules_signer(struct module_http *self);

/* Frees libcurl's handle, and so wipes it. */
void modules_http_close(struct module_http *self);

extern const struct keyring_row modules_secret_service_row;

struct module_vault {
	struct vault_places places; /* set by the caller */
	const struct keyrings_module *module;
	struct vault vault;
};
struct vault modules_vault(struct module_vault *self);
void modules_vault_close(struct module_vault *self);

struct module_listener {
	struct listener_real real;
	struct listener listener; /* once the module is open */
};
struct listener modules_listener(struct module_listener *self);

/* For struct picker_terminal: opens rolekey-picker.so. */
bool modules_picker_screen(const struct picker_row *rows, size_t n,
			   size_t *chosen, bool *shown, struct error *err);

struct module_page {
	struct page_real real;
	struct page page; /* once the module is open */
};
struct page modules_page(struct module_page *self);

#endif
