/* EC2's instance metadata, version 2 ("Use IMDS", EC2 User Guide). */
#include <stdio.h>
#include <string.h>

#include "api/metadata.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/uri.h"
#include "port/world.h"
#include "session/source/source_internal.h"

#define TIMEOUT  1 /* seconds, as in botocore */
#define ATTEMPTS 4
#define PAUSE    200 /* milliseconds */
#define IPV4     "http://169.254.169.254"
#define IPV6     "http://[fd00:ec2::254]"
#define TOKEN    "/latest/api/token"
#define ROLES    "/latest/meta-data/iam/security-credentials/"
#define ROLE_CHARACTERS                                        \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789_+=,.@-"

/* The service, and the token that it gave. */
struct instance {
	const struct world *world;
	struct arena *arena;
	const char *base; /* without a slash at its end */
	struct http_answer token;
};

static bool find_mode(const char *mode, const char **base, struct error *err)
{
	*base = IPV4;
	if (text_is_empty(mode) || text_equal_nocase(mode, "IPv4"))
		return true;
	*base = IPV6;
	return text_equal_nocase(mode, "IPv6") ||
	       error_fail(err, REASON_BAD_VALUE,
			  .key = "ec2_metadata_service_endpoint_mode",
			  .value = mode, .expected = "IPv4 or IPv6");
}

bool instance_find_base(const struct step *step, struct arena *arena,
			const char **base, struct error *err)
{
	const char *set = step->metadata_endpoint;
	struct uri uri;
	int len;

	if (text_is_empty(set))
		return find_mode(step->metadata_mode, base, err);
	if (!uri_split(set, arena, &uri, err))
		return error_add(err, .key = "ec2_metadata_service_endpoint");
	len = (int)strlen(uri.path);
	len -= uri.path[len - 1] == '/';
	*base = arena_printf(arena, "%s://%s%.*s", uri.https ? "https" : "http",
			     uri.host, len, uri.path);
	return *base || error_memory(err);
}

/* In arena; NULL when out of memory. */
static const char *url_of(const struct instance *at, const char *path,
			  const char *more)
{
	return arena_printf(at->arena, "%s%s%s", at->base, path, more);
}

static bool ask(const struct instance *at, const char *method, const char *url,
		struct http_header header, struct http_answer *answer,
		struct error *err)
{
	const struct metadata_call call = {
		.http = &at->world->http,
		.clock = &at->world->clock,
		.notices = &at->world->notices,
		.method = method,
		.url = url,
		.header = header,
		.timeout = TIMEOUT,
		.attempts = ATTEMPTS,
		.pause = PAUSE,
	};

	return url ? metadata_send(&call, answer, err) : error_memory(err);
}

static bool get(const struct instance *at, const char *path, const char *more,
		struct http_answer *answer, struct error *err)
{
	const struct http_header header = { "x-aws-ec2-metadata-token",
					    secbuf_text(at->token.body) };

	return ask(at, "GET", url_of(at, path, more), header, answer, err);
}

static bool get_token(struct instance *at, struct error *err)
{
	const struct http_header life = {
		"x-aws-ec2-metadata-token-ttl-seconds", "21600"
	};
	const char *text;

	if (!ask(at, "PUT", url_of(at, TOKEN, ""), life, &at->token, err))
		return false;
	text = secbuf_text(at->token.body);
	return (*text != '\0' &&
		text_printable(text, strlen(text)) == strlen(text)) ||
	       error_fail(err, REASON_BAD_ANSWER, .action = TOKEN);
}

/* Finds the role: its name is the first line. */
static bool get_role(const struct instance *at, const char **role,
		     struct error *err)
{
	struct http_answer answer = { 0 };
	const char *text;
	size_t len;

	if (!get(at, ROLES, "", &answer, err))
		return err->about.number == 404
			       ? error_fail(err, REASON_NO_INSTANCE_ROLE)
			       : false;
	text = secbuf_text(answer.body);
	len = strspn(text, ROLE_CHARACTERS);
	*role = arena_strndup(at->arena, text, len);
	if (len == 0 || !strchr("\r\n", text[len]))
		(void)error_fail(err, REASON_BAD_ANSWER, .action = ROLES);
	else if (!*role)
		(void)error_memory(err);
	else
		len = SIZE_MAX;
	secbuf_free(answer.body);
	return len == SIZE_MAX;
}

static bool fetch(struct instance *at, struct credentials *creds,
		  struct error *err)
{
	struct http_answer answer = { 0 };
	const char *role = NULL;
	bool ok;

	ok = get_token(at, err) && get_role(at, &role, err) &&
	     get(at, ROLES, role, &answer, err) &&
	     metadata_read(&answer, creds, err);
	secbuf_free(answer.body);
	return ok;
}

static bool is_disabled(char *const *environment)
{
	const char *text = text_env(environment, "AWS_EC2_METADATA_DISABLED");

	return text && text_equal_nocase(text, "true");
}

bool instance_load(const struct session_source_use *use,
		   struct session_start *start, struct error *err)
{
	struct instance at = { .world = use->world, .arena = arena_new() };
	bool ok;

	if (!at.arena)
		return error_memory(err);
	ok = (!is_disabled(use->world->environment) ||
	      error_fail(err, REASON_METADATA_DISABLED,
			 .key = "AWS_EC2_METADATA_DISABLED")) &&
	     instance_find_base(&use->plan->steps[0], at.arena, &at.base,
				err) &&
	     fetch(&at, &start->creds, err);
	secbuf_free(at.token.body);
	arena_free(at.arena);
	return ok;
}
