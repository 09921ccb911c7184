#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/context.h"
#include "base/arena.h"
#include "base/expected.h"
#include "base/file_facts.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/uri.h"
#include "cmd/command.h"
#include "cmd/guard_internal.h"
#include "cmd/serve/serve_internal.h"
#include "plan/plan.h"
#include "port/world.h"

#define ADDRESS_MAX 64
#define LINES_MAX   131072
#define ENCODED_MAX 1024
#define TOKEN_MODE  0600
#define TOKEN_MAX   4096

struct serve_options {
	const char *listen;
	const char *token_file;
	bool i_know;
	bool lazy;
	bool any_role;
};

static const struct option options[] = {
	{ .name = "listen",
	  .value = "ADDRESS",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct serve_options, listen),
	  .help = "listen on this address (127.0.0.1:PORT)" },
	{ .name = "i-know",
	  .offset = offsetof(struct serve_options, i_know),
	  .help = "allow an address that others can reach" },
	{ .name = "token-file",
	  .value = "FILE",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct serve_options, token_file),
	  .help = "write the token into this file" },
	{ .name = "lazy",
	  .offset = offsetof(struct serve_options, lazy),
	  .help = "fetch credentials on the first request" },
	{ .name = "any-role",
	  .offset = offsetof(struct serve_options, any_role),
	  .help = "allow roles of any account" },
	{ .include = option_plan },
	{ .include = option_region },
	{ .include = option_session },
	{ .include = option_reason },
	{ .include = option_confirm },
	{ 0 }
};

/* One call of the command. */
struct server {
	const struct call *call;
	const struct serve_options *own;
	const struct world *world;
	struct context context;
	struct servers servers;
	char address[ADDRESS_MAX]; /* without brackets */
	unsigned port;
	const char *token_file;
};

/* --- the address ------------------------------------------------------------- */

static bool bad_address(const struct server *s, struct error *err)
{
	return error_fail(err, REASON_BAD_OPTION_VALUE, .key = "listen",
			  .value = s->own->listen, .expected = EXPECTED_LISTEN);
}

static bool is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* Takes an address of len bytes, with brackets around one of IPv6. */
static bool take_address(struct server *s, const char *text, size_t len,
			 struct error *err)
{
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= ADDRESS_MAX)
		return bad_address(s, err);
	(void)snprintf(s->address, sizeof(s->address), "%.*s", (int)len, text);
	if (len == 0 || strcmp(s->address, "localhost") == 0)
		(void)snprintf(s->address, sizeof(s->address), "127.0.0.1");
	return s->own->i_know || is_loopback(s->address) ||
	       error_fail(err, REASON_NOT_LOOPBACK, .value = s->address);
}

/* Reads "ADDRESS:PORT". Without it, any port of 127.0.0.1. */
static bool read_address(struct server *s, struct error *err)
{
	const char *text = s->own->listen;
	const char *colon = text ? strrchr(text, ':') : NULL;
	int64_t port = 0;

	if (!text)
		return take_address(s, "", 0, err);
	if (!colon || !text_number(colon + 1, 0, 65535, &port))
		return bad_address(s, err);
	s->port = (unsigned)port;
	return take_address(s, text, (size_t)(colon - text), err);
}

/* Uses the socket of the service manager, or the address. */
static bool open_server(struct server *s, struct error *err)
{
	struct listener_server *server = &s->servers.container_server;
	int n = service_sockets(&s->world->service);

	if (n > 1)
		return error_fail(err, REASON_BAD_VALUE, .key = "LISTEN_FDS",
				  .expected = EXPECTED_ONE_SOCKET);
	server->address = s->address;
	server->socket = n == 1 ? SERVICE_FIRST_SOCKET : 0;
	s->servers.container.host = s->address;
	s->servers.container.port = s->port;
	return servers_open_container(&s->servers, err);
}

/* --- the profiles ------------------------------------------------------------ */

static bool add_profile(struct server *s, const char *profile,
			struct error *err)
{
	struct request request = s->call->request;
	struct plan *plan = arena_alloc(s->context.arena, sizeof(*plan));

	request.profile = profile;
	return (plan || error_memory(err)) &&
	       context_plan(&request, s->world, profile, &s->context, plan,
			    err) &&
	       guard_confirm(plan, s->call->yes, s->world, err) &&
	       servers_add(&s->servers, &request, plan, s->own->lazy, err);
}

static bool add_profiles(struct server *s, struct error *err)
{
	const char *named = text_env(s->world->environment, "AWS_PROFILE");

	if (s->call->n_search == 0)
		return text_is_empty(named)
			       ? error_fail(err, REASON_NO_PROFILE_AT_ALL)
			       : add_profile(s, named, err);
	for (size_t i = 0; i < s->call->n_search; i++)
		if (!add_profile(s, s->call->search[i], err))
			return false;
	return true;
}

/* --- what clients must know -------------------------------------------------- */

/* Chooses a file that only the user can read, and that a reboot removes. */
static bool find_token_file(struct server *s, struct error *err)
{
	const char *folder = text_env(s->world->environment, "XDG_RUNTIME_DIR");

	s->token_file = s->own->token_file;
	if (!s->token_file && folder && folder[0] == '/')
		s->token_file = arena_printf(s->context.arena,
					     "%s/rolekey/serve-%u.token",
					     folder, s->servers.container.port);
	return s->token_file || error_fail(err, REASON_NO_PLACE_FOR_TOKEN);
}

/* Replaces the file, which has no line end: SDKs send what it holds. */
static bool write_token(struct server *s, struct error *err)
{
	const struct files *files = &s->world->files;
	struct secbuf *before = NULL;
	struct file_facts facts;
	bool ok;

	ok = find_token_file(s, err) &&
	     files_facts(files, s->token_file, &facts, err);
	if (ok && facts.exists && facts.others_read)
		ok = error_fail(err, REASON_TOKEN_FILE_READABLE,
				.path = s->token_file);
	ok = ok && files_read(files, s->token_file, TOKEN_MAX, &before, err) &&
	     files_replace(files, s->token_file, TOKEN_MODE, before,
			   s->servers.token, err);
	secbuf_free(before);
	return ok;
}

static void put_profile(const struct server *s, const char *profile,
			struct strbuf *out)
{
	struct secbuf *path = secbuf_new(ENCODED_MAX);
	bool v6 = strchr(s->address, ':') != NULL;

	uri_encode(path, profile);
	strbuf_printf(out,
		      "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://%s%s%s:%u/%s\n"
		      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=%s\n",
		      v6 ? "[" : "", s->address, v6 ? "]" : "",
		      s->servers.container.port,
		      secbuf_ok(path) ? secbuf_text(path) : "", s->token_file);
	secbuf_free(path);
}

static bool announce(struct server *s, struct error *err)
{
	struct strbuf out = strbuf_with_max(LINES_MAX);
	bool ok;

	for (size_t i = 0; i < s->servers.n_roles; i++)
		if (!s->servers.roles[i]->arn)
			put_profile(s, s->servers.roles[i]->supply.profile,
				    &out);
	ok = (strbuf_ok(&out) || error_memory(err)) &&
	     output_write(&s->world->output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	if (ok)
		service_notify(&s->world->service, "READY=1");
	return ok;
}

/* --- the whole --------------------------------------------------------------- */

static bool serve(struct server *s, struct error *err)
{
	int number = 0;

	return add_profiles(s, err) && open_server(s, err) &&
	       servers_fetch(&s->servers, err) && write_token(s, err) &&
	       announce(s, err) && servers_run(&s->servers, &number, err);
}

static bool cmd_serve(const struct call *call, const struct world *world,
		      struct error *err)
{
	struct server s = { .call = call,
			    .own = call->options,
			    .world = world };
	bool ok;

	if (!read_address(&s, err))
		return false;
	ok = servers_begin(&s.servers, world, err);
	s.servers.any_role = s.own->any_role;
	s.servers.terminal_is_ours = true;
	ok = ok && context_read(&call->request, world, &s.context, err);
	s.servers.config = s.context.config;
	ok = ok && serve(&s, err);
	servers_end(&s.servers);
	service_notify(&world->service, "STOPPING=1");
	context_clear(&s.context);
	return ok;
}

const struct command command_serve = {
	.name = "serve",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.summary = "serve credentials to programs and containers",
	.operands = OPERANDS_PROFILES,
	.options = options,
	.options_size = sizeof(struct serve_options),
	.help = "Serves the credentials of each PROFILE at a path of its own, "
		"until it is interrupted. Prints the two variables that a "
		"client must have for each profile.\n",
	.examples = "rolekey serve testing\n"
		    "rolekey serve --listen 127.0.0.1:9911 testing staging\n",
	.run = cmd_serve,
};
