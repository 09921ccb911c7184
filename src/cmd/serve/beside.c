#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/uri.h"
#include "cmd/childenv.h"
#include "cmd/command.h"
#include "cmd/exec_internal.h"
#include "cmd/serve/serve_internal.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "plan/source.h"
#include "port/world.h"

#define VARIABLES    12
#define ENCODED_MAX  1024
#define IMDS_ADDRESS "169.254.169.254" /* as on EC2 */
#define IMDS_PORT    80

/* The command, its servers and its environment. */
struct beside {
	const struct call *call;
	const struct exec_beside *how;
	const struct world *world;
	struct arena *arena;
	struct servers servers;
	struct childenv_variable variables[VARIABLES];
	size_t n_variables;
};

/* --- what would hide the servers --------------------------------------------- */

/* Every SDK prefers credentials of [default] to a server, without a word. */
static bool check_default(const struct beside *b, struct error *err)
{
	const struct aws_config *config = b->how->context->config;
	const struct config_value *value;
	struct profile profile;

	if (b->how->server->hide_files ||
	    !aws_config_find(config, CONFIG_PROFILE, "default"))
		return true;
	if (!profile_resolve(config, "default", true, b->arena, &profile, err))
		return false;
	value = source_value(&profile, SOURCE_KEYS | SOURCE_SSO_ROLE |
					       SOURCE_LOGIN | SOURCE_PROCESS |
					       SOURCE_WEB_IDENTITY |
					       SOURCE_ELSEWHERE | SOURCE_ROLE);
	return !value ||
	       error_fail(err, REASON_DEFAULT_HIDES_SERVER, .path = value->file,
			  .line = value->line, .key = value->key);
}

/* --- the environment of the command ------------------------------------------ */

static void set(struct beside *b, const char *name, const char *value)
{
	b->variables[b->n_variables++] =
		(struct childenv_variable){ name, value };
}

/*
 * Adds this machine to a list of hosts that are reached without a proxy: a
 * client would send the token to the proxy.  Without the variable, other is what
 * programs read.
 */
static bool add_no_proxy(struct beside *b, const char *name, const char *other,
			 struct error *err)
{
	const char *before = text_env(b->world->environment, name);
	const char *value;

	if (!before)
		before = text_env(b->world->environment, other);
	value = arena_printf(b->arena, "%s%s127.0.0.1,[::1]%s%s",
			     before ? before : "",
			     text_is_empty(before) ? "" : ",",
			     b->servers.link_local ? "," : "",
			     b->servers.link_local ? IMDS_ADDRESS : "");
	set(b, name, value);
	return value || error_memory(err);
}

static bool add_container(struct beside *b, struct error *err)
{
	struct secbuf *path = secbuf_new(ENCODED_MAX);
	const char *url = NULL;

	uri_encode(path, b->call->request.profile);
	if (secbuf_ok(path))
		url = arena_printf(b->arena, "http://127.0.0.1:%u/%s",
				   b->servers.container.port,
				   secbuf_text(path));
	secbuf_free(path);
	set(b, "AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
	set(b, "AWS_CONTAINER_AUTHORIZATION_TOKEN",
	    secbuf_text(b->servers.token));
	return url || error_memory(err);
}

/* Debian's botocore 1.29 needs the slash at the end. */
static bool add_ec2(struct beside *b, struct error *err)
{
	const char *address = b->servers.link_local;
	const char *url = arena_printf(b->arena, "http://%s:%u/",
				       address ? address : "127.0.0.1",
				       b->servers.imds.port);

	set(b, "AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
	set(b, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", NULL);
	set(b, "AWS_EC2_METADATA_DISABLED", NULL);
	return url || error_memory(err);
}

static void hide_files(struct beside *b)
{
	set(b, "AWS_CONFIG_FILE", "/dev/null");
	set(b, "AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
}

static struct childenv *make_environment(struct beside *b, struct error *err)
{
	const struct exec_server *server = b->how->server;

	if ((server->container && !add_container(b, err)) ||
	    (server->ec2 && !add_ec2(b, err)) ||
	    !add_no_proxy(b, "no_proxy", "NO_PROXY", err) ||
	    !add_no_proxy(b, "NO_PROXY", "no_proxy", err))
		return NULL;
	if (server->hide_files)
		hide_files(b);
	return childenv_serve(b->world->environment, b->variables,
			      b->n_variables, &b->how->context->plan, err);
}

/* --- the whole --------------------------------------------------------------- */

static bool open_servers(struct beside *b, struct error *err)
{
	const struct exec_server *server = b->how->server;
	const struct plan *plan = &b->how->context->plan;
	struct servers *s = &b->servers;

	s->config = b->how->context->config;
	s->command = b->how->path;
	s->any_role = server->any_role;
	s->imds.v1 = server->imds_v1;
	s->link_local = server->link_local ? IMDS_ADDRESS : NULL;
	return servers_add(s, &b->call->request, plan, server->lazy, err) &&
	       (!server->container || servers_open_container(s, err)) &&
	       (!server->ec2 ||
		servers_open_imds(s, plan, server->link_local ? IMDS_PORT : 0,
				  err));
}

static bool start(struct beside *b, struct error *err)
{
	const struct plan *plan = &b->how->context->plan;
	const struct credentials *creds = &b->servers.roles[0]->supply.creds;
	struct childenv *env = make_environment(b, err);
	bool ok = env != NULL;

	if (ok && plan->default_endpoint)
		notice_fact(&b->world->notices, NOTICE_WARNING,
			    plan->default_endpoint);
	if (ok && creds->access_key_id)
		exec_say_where(b->call, b->world, plan, creds);
	ok = ok && children_start(&b->world->children, b->how->path,
				  b->how->argv, childenv_pointers(env), err);
	childenv_free(env);
	return ok;
}

bool serve_beside(const struct call *call, const struct exec_beside *how,
		  const struct world *world, struct error *err)
{
	struct beside b = { .call = call,
			    .how = how,
			    .world = world,
			    .arena = how->context->arena };
	int status = 0;
	bool ok;

	if (!check_default(&b, err))
		return false;
	ok = servers_begin(&b.servers, world, err) && open_servers(&b, err) &&
	     servers_fetch(&b.servers, err) && start(&b, err) &&
	     servers_run(&b.servers, &status, err);
	servers_end(&b.servers);
	if (ok)
		children_finish(&world->children, status);
	return ok;
}
