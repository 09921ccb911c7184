#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "main/modules_internal.h"

/* --- opening a module ------------------------------------------------------ */

/* Writes the path of a file beside this executable. */
static bool find_beside(const char *file, char path[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash + 1 - path) + strlen(file) >= PATH_MAX)
		return false;
	memcpy(slash + 1, file, strlen(file) + 1);
	return true;
}

/* Returns the table that a module exports; NULL, with err, on failure. */
static const void *open_module(const char *file, const char *symbol,
			       struct error *err)
{
	char path[PATH_MAX];
	void *library;
	const void *table = NULL;

	if (!find_beside(file, path)) {
		(void)error_fail(err, REASON_SYSTEM_CALL,
				 .action = "find this executable",
				 .detail = strerrordesc_np(errno));
		return NULL;
	}
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library)
		table = dlsym(library, symbol);
	if (!table) /* one thread, so this is our message */
		(void)error_fail(err, REASON_NO_MODULE, .path = path,
				 /* NOLINTNEXTLINE(concurrency-mt-unsafe) */
				 .detail = dlerror());
	return table;
}

/* --- rolekey-net.so -------------------------------------------------------- */

static bool open_net(struct module_http *self, struct error *err)
{
	if (self->module)
		return true;
	self->module = open_module("rolekey-net.so", "net_module", err);
	if (!self->module)
		return false;
	self->http = self->module->open(&self->curl);
	self->signer = self->module->signer();
	return true;
}

static bool send_by_module(void *ctx, const struct http_request *request,
			   struct http_answer *answer, bool *sent,
			   struct error *err)
{
	struct module_http *self = ctx;

	*sent = false;
	return open_net(self, err) &&
	       http_send(&self->http, request, answer, sent, err);
}

struct http modules_http(struct module_http *self)
{
	return (struct http){ .self = self, .send = send_by_module };
}

static bool public_by_module(void *ctx, const struct secbuf *pem,
			     uint8_t point[static SIGNER_LEN],
			     struct error *err)
{
	struct module_http *self = ctx;

	return open_net(self, err) &&
	       signer_public(&self->signer, pem, point, err);
}

static bool sign_by_module(void *ctx, const struct secbuf *pem,
			   const void *bytes, size_t len,
			   uint8_t signature[static SIGNER_LEN],
			   struct error *err)
{
	struct module_http *self = ctx;

	return open_net(self, err) &&
	       signer_sign(&self->signer, pem, bytes, len, signature, err);
}

struct signer modules_signer(struct module_http *self)
{
	return (struct signer){ self, public_by_module, sign_by_module };
}

void modules_http_close(struct module_http *self)
{
	if (self->module)
		self->module->close(&self->curl);
}

/* --- rolekey-keyrings.so --------------------------------------------------- */

static const struct keyrings_module *open_keyrings(struct error *err)
{
	static const struct keyrings_module *module;

	if (!module)
		module = open_module("rolekey-keyrings.so", "keyrings_module",
				     err);
	return module;
}

static bool open_service(const struct keyring_needs *needs,
			 struct keyring *keyring, struct error *err)
{
	const struct keyrings_module *module = open_keyrings(err);

	return module && module->secret_service->open(needs, keyring, err);
}

/* Closes an open keyring, so the module is there. */
static void close_service(struct keyring *keyring)
{
	struct error ignored = { 0 };
	const struct keyrings_module *module = open_keyrings(&ignored);

	if (module)
		module->secret_service->close(keyring);
}

const struct keyring_row modules_secret_service_row = {
	.name = SECRET_SERVICE_NAME,
	.title = SECRET_SERVICE_TITLE,
	.probe = reader_probe,
	.open = open_service,
	.close = close_service,
};

static bool open_vault(struct module_vault *self, struct error *err)
{
	if (!self->module) {
		self->module = open_keyrings(err);
		if (!self->module)
			return false;
		self->vault = self->module->aws_vault(&self->places);
	}
	return true;
}

static bool list_vault(void *ctx, const char *place, struct arena *arena,
		       const char *const **names, size_t *n, struct error *err)
{
	struct module_vault *self = ctx;

	*names = NULL;
	*n = 0;
	return open_vault(self, err) &&
	       vault_list(&self->vault, place, arena, names, n, err);
}

static bool read_vault(void *ctx, const char *place, const char *name,
		       struct secbuf **item, struct error *err)
{
	struct module_vault *self = ctx;

	*item = NULL;
	return open_vault(self, err) &&
	       vault_read(&self->vault, place, name, item, err);
}

struct vault modules_vault(struct module_vault *self)
{
	return (struct vault){ self, list_vault, read_vault };
}

void modules_vault_close(struct module_vault *self)
{
	if (self->module)
		self->module->aws_vault_close(&self->places);
}

/* --- rolekey-picker.so ----------------------------------------------------- */

bool modules_picker_screen(const struct picker_row *rows, size_t n,
			   size_t *chosen, bool *shown, struct error *err)
{
	const struct picker_module *module =
		open_module("rolekey-picker.so", "picker_curses", err);

	*shown = false;
	return module && module->screen(rows, n, chosen, shown, err);
}

/* --- rolekey-web.so -------------------------------------------------------- */

static const struct web_module *open_web(struct error *err)
{
	return open_module("rolekey-web.so", "web_module", err);
}

static bool open_listener(void *ctx, const struct listener_server *server,
			  unsigned *port, struct error *err)
{
	struct module_listener *self = ctx;
	const struct web_module *module = open_web(err);

	if (!module)
		return false;
	self->listener = module->listener(&self->real);
	return listener_open(&self->listener, server, port, err);
}

static bool step_listener(void *ctx, int milliseconds, struct error *err)
{
	const struct module_listener *self = ctx;

	return listener_step(&self->listener, milliseconds, err);
}

static void watch_listener(void *ctx, const int *fds, size_t n)
{
	const struct module_listener *self = ctx;

	if (self->listener.self)
		listener_watch(&self->listener, fds, n);
}

static void again_listener(void *ctx)
{
	const struct module_listener *self = ctx;

	if (self->listener.self)
		listener_again(&self->listener);
}

static void close_listener(void *ctx)
{
	struct module_listener *self = ctx;

	if (self->listener.self)
		listener_close(&self->listener);
}

struct listener modules_listener(struct module_listener *self)
{
	return (struct listener){
		self,           open_listener,  step_listener,
		watch_listener, again_listener, close_listener
	};
}

static bool open_page(void *ctx, char url[static PAGE_URL_LEN],
		      struct error *err)
{
	struct module_page *self = ctx;
	const struct web_module *module = open_web(err);

	if (!module)
		return false;
	self->page = module->page(&self->real);
	return page_open(&self->page, url, err);
}

static bool serve_page(void *ctx, const struct secbuf *html, const char *script,
		       int seconds, struct error *err)
{
	struct module_page *self = ctx;

	return page_serve(&self->page, html, script, seconds, err);
}

static bool receive_page(void *ctx, const struct page_callback *callback,
			 int seconds, struct secbuf **code, struct error *err)
{
	struct module_page *self = ctx;

	return page_receive(&self->page, callback, seconds, code, err);
}

static void close_page(void *ctx)
{
	struct module_page *self = ctx;

	if (self->page.self)
		page_close(&self->page);
}

struct page modules_page(struct module_page *self)
{
	return (struct page){ self, open_page, serve_page, receive_page,
			      close_page };
}
