/* The credentials of a container's role ("Container credential provider"). */
#include <string.h>

#include "api/metadata.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/uri.h"
#include "port/world.h"
#include "session/source/source_internal.h"

#define TIMEOUT        2 /* seconds, and below, as in botocore */
#define ATTEMPTS       3
#define PAUSE          1000 /* milliseconds */
#define HOST           "http://169.254.170.2"
#define TOKEN_MAX      65536 /* bytes */
#define VARIABLE(name) "AWS_CONTAINER_" name

/* Tests for an address to which the token may go unencrypted. */
static bool is_local(const char *name)
{
	static const char *const names[] = { "localhost", "::1",
					     "169.254.170.2", "169.254.170.23",
					     "fd00:ec2::23" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_equal_nocase(name, names[i]))
			return true;
	return strncmp(name, "127.", 4) == 0 &&
	       name[strspn(name, "0123456789.")] == '\0';
}

/* Checks a URL, of which uri_split() reads all but the query. */
static bool check(const char *url, struct arena *arena, struct error *err)
{
	const char *base = arena_strndup(arena, url, strcspn(url, "?"));
	struct uri uri;

	if (!base)
		return error_memory(err);
	if (text_printable(url, strlen(url)) != strlen(url) ||
	    strpbrk(url, " #"))
		return error_fail(err, REASON_BAD_URL, .value = url);
	return uri_split(base, arena, &uri, err) &&
	       (uri.https || is_local(uri.name) ||
		error_fail(err, REASON_CONTAINER_HOST, .value = uri.name));
}

bool container_find_url(char *const *environment, struct arena *arena,
			const char **url, struct error *err)
{
	static const char relative[] = VARIABLE("CREDENTIALS_RELATIVE_URI");
	static const char full[] = VARIABLE("CREDENTIALS_FULL_URI");
	const char *path = text_env(environment, relative);
	const char *whole = text_env(environment, full);

	*url = whole;
	if (!text_is_empty(path))
		*url = arena_printf(arena, HOST "%s%s",
				    path[0] == '/' ? "" : "/", path);
	else if (text_is_empty(whole))
		return error_fail(err, REASON_NO_CONTAINER);
	if (!*url)
		return error_memory(err);
	return check(*url, arena, err) ||
	       error_add(err, .key = text_is_empty(path) ? full : relative);
}

/* Reads the token; *token is NULL if none is configured. */
static bool find_token(const struct world *world, struct secbuf **token,
		       struct error *err)
{
	static const char variable[] = VARIABLE("AUTHORIZATION_TOKEN");
	static const char file[] = VARIABLE("AUTHORIZATION_TOKEN_FILE");
	const char *path = text_env(world->environment, file);
	const char *text = text_env(world->environment, variable);

	*token = NULL;
	if (!text_is_empty(path)) {
		if (!files_read(&world->files, path, TOKEN_MAX, token, err))
			return error_add(err, .key = file);
		if (!*token)
			return error_fail(err, REASON_NO_TOKEN_FILE,
					  .path = path, .key = file);
	} else if (!text_is_empty(text)) {
		*token = secbuf_from(text);
		if (!*token)
			return error_memory(err);
	}
	return !*token ||
	       (strlen(secbuf_text(*token)) == secbuf_len(*token) &&
		!strpbrk(secbuf_text(*token), "\r\n")) ||
	       error_fail(err, REASON_TOKEN_LINE_BREAK,
			  .key = text_is_empty(path) ? variable : file);
}

static bool fetch(const struct world *world, const char *url,
		  const struct secbuf *token, struct credentials *creds,
		  struct error *err)
{
	const struct metadata_call call = {
		.http = &world->http,
		.clock = &world->clock,
		.notices = &world->notices,
		.method = "GET",
		.url = url,
		.header = { token ? "Authorization" : NULL,
			    secbuf_text(token) },
		.timeout = TIMEOUT,
		.attempts = ATTEMPTS,
		.pause = PAUSE,
		.patient = true,
	};
	struct http_answer answer = { 0 };
	bool ok = metadata_send(&call, &answer, err) &&
		  metadata_read(&answer, creds, err);

	secbuf_free(answer.body);
	return ok;
}

bool container_load(const struct session_source_use *use,
		    struct session_start *start, struct error *err)
{
	const struct world *world = use->world;
	struct arena *arena = arena_new();
	struct secbuf *token = NULL;
	const char *url;
	bool ok;

	if (!arena)
		return error_memory(err);
	ok = container_find_url(world->environment, arena, &url, err) &&
	     find_token(world, &token, err) &&
	     fetch(world, url, token, &start->creds, err);
	secbuf_free(token);
	arena_free(arena);
	return ok;
}
