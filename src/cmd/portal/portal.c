#include <stddef.h>
#include <string.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/portal/portal_internal.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define IDLE_SECONDS 900
#define STEP_MS      1000
#define CONTAINER    "firefox-container"

struct portal_options {
	bool print; /* --stdout */
	const char *browser;
	int64_t idle; /* seconds; 0: as usual */
};

static const struct option options[] = {
	{ .name = "stdout",
	  .offset = offsetof(struct portal_options, print),
	  .help = "print the page's address and do not open it" },
	{ .name = "browser",
	  .value = "COMMAND",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct portal_options, browser),
	  .help = "open the page with this command" },
	{ .name = "idle",
	  .value = "DURATION",
	  .kind = OPTION_DURATION,
	  .offset = offsetof(struct portal_options, idle),
	  .help = "end after this time without a request (15m)" },
	{ 0 }
};

/* --- a world that asks nobody ------------------------------------------------- */

static bool ask_nobody(void *self, enum prompt_kind kind, const char *question,
		       struct secbuf **answer, struct error *err)
{
	(void)self;
	(void)kind;
	(void)question;
	*answer = NULL;
	return error_fail(err, REASON_NO_PROMPT);
}

static bool can_ask_nobody(void *self)
{
	(void)self;
	return false;
}

static int64_t now(void *self)
{
	const struct portal_call *call = self;

	return clock_now(&call->world->clock);
}

/* --- serving ------------------------------------------------------------------ */

struct running {
	const struct call *call;
	const struct portal_options *own;
	const struct world *world;
	struct portal *portal;
	const char *browser; /* or NULL */
};

static bool put_url(struct strbuf *out, const void *what)
{
	const struct running *r = what;

	strbuf_printf(out, "%s\n", portal_url(r->portal));
	return true;
}

static bool show(const struct running *r, int64_t idle, struct error *err)
{
	if (r->own->print)
		return print_all(r->world, put_url, r, err);
	notice_info(&r->world->notices, REASON_PORTAL_OPEN,
		    .path = portal_url(r->portal), .number = idle);
	return browser_open(&r->world->browser, r->browser,
			    portal_url(r->portal), err);
}

/* Serves until no request with the cookie came for so many seconds. */
static bool serve_until_idle(const struct running *r, int64_t idle,
			     struct error *err)
{
	const struct world *world = r->world;
	unsigned long seen = portal_requests(r->portal);
	int64_t last = clock_now(&world->clock);

	while (clock_now(&world->clock) - last < idle) {
		if (!listener_step(&world->listener, STEP_MS, err))
			return false;
		if (portal_requests(r->portal) != seen) {
			seen = portal_requests(r->portal);
			last = clock_now(&world->clock);
		}
	}
	notice_info(&world->notices, REASON_PORTAL_IDLE, .number = idle);
	return true;
}

static bool run(const struct running *r, struct error *err)
{
	const struct listener_server server = portal_server(r->portal);
	int64_t idle = r->own->idle > 0 ? r->own->idle : IDLE_SECONDS;
	unsigned port = 0;
	bool ok = listener_open(&r->world->listener, &server, &port, err);

	if (ok) {
		portal_set_port(r->portal, port);
		ok = show(r, idle, err) && serve_until_idle(r, idle, err);
	}
	listener_close(&r->world->listener);
	return ok;
}

/* --- the command -------------------------------------------------------------- */

/* Opens the keyring, which may ask on the terminal, and finds a browser. */
static bool prepare(struct running *r, struct portal_call *work,
		    struct error *err)
{
	struct arena *arena = arena_new();
	const struct keyring_item *keys;
	struct portal_row *rows;
	size_t n;
	bool ok = arena || error_memory(err);

	r->browser = r->own->browser ? r->own->browser
				     : r->call->request.settings.browser;
	if (r->browser && strcmp(r->browser, CONTAINER) == 0)
		r->browser = "firefox";
	ok = ok &&
	     (r->own->print ||
	      browser_find(&r->world->browser, r->browser, err)) &&
	     keyring_list(&r->world->keyring, KEYRING_KEY, arena, &keys, &n,
			  err) &&
	     portal_rows_list(work, arena, &rows, &n, err);
	arena_free(arena);
	return ok;
}

static bool cmd_portal(const struct call *call, const struct world *world,
		       struct error *err)
{
	struct portal_call portal_call = { .request = &call->request,
					   .world = world };
	const struct portal_work work = { &portal_call, portal_rows_list,
					  portal_open_console, now };
	struct running r = { .call = call,
			     .own = call->options,
			     .world = world };
	bool ok = prepare(&r, &portal_call, err);
	struct world silent = *world; /* with the keyring that is open now */

	silent.prompt.ask = ask_nobody;
	silent.prompt.can_ask = can_ask_nobody;
	portal_call.world = &silent;
	if (ok) {
		r.portal = portal_new(&work);
		ok = r.portal ? run(&r, err) : error_memory(err);
	}
	portal_free(r.portal);
	return ok;
}

const struct command command_portal = {
	.name = "portal",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.summary = "open a page to choose a console from",
	.operands = OPERANDS_NONE,
	.options = options,
	.options_size = sizeof(struct portal_options),
	.help = "Opens a page of this machine with all profiles that have a "
		"role. Search, choose one, and its AWS console opens in a new "
		"tab. A code that is needed is asked for on the page. Ends "
		"with Ctrl-C, or after 15 minutes without a request.\n",
	.examples = "rolekey portal\n"
		    "rolekey portal --stdout --idle 1h\n",
	.run = cmd_portal,
};
