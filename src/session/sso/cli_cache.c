/*
 * The token files of the AWS CLI and the SDKs: ~/.aws/sso/cache/ with the SHA-1
 * of the session's name, or of the start URL as configured ("SSO token provider
 * configuration", SDKs and Tools Reference Guide).
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "crypto/sha1.h"
#include "format/json.h"
#include "format/jsonout.h"
#include "port/world.h"
#include "session/sso/sso_internal.h"

#define FILE_MAX   65536 /* bytes */
#define SECRET_MAX 16384
#define FOLDER     "/.aws/sso/cache/"
#define MODE       (0600 | FILES_EXACT)

static const char *path_of(const struct sso_use *use, struct arena *arena)
{
	const char *home = text_env(use->world->environment, "HOME");
	char hex[SHA1_HEX_LEN];

	if (text_is_empty(home))
		return NULL;
	sha1_hex(sso_use_name(use->sso), hex);
	return arena_printf(arena, "%s" FOLDER "%s.json", home, hex);
}

/* Ignores a file that another user could have written. */
static bool is_trusted(const struct sso_use *use, const char *path)
{
	struct file_facts facts = { 0 };
	struct error ignored = { 0 };

	return files_facts(&use->world->files, path, &facts, &ignored) &&
	       facts.exists && !facts.foreign && !facts.others_write &&
	       !facts.others_replace;
}

/* Old versions of the AWS CLI wrote "UTC" for "Z". */
static bool read_time(const struct json *json, const char *member, int64_t *t)
{
	const char *text = json_text(json, member);
	size_t len = text ? strlen(text) : 0;
	char copy[TIMEFMT_ISO_LEN];

	if (!text)
		return false;
	if (timefmt_parse_iso(text, t))
		return true;
	if (len != sizeof("2030-01-02T03:04:05UTC") - 1 ||
	    strcmp(text + len - 3, "UTC") != 0)
		return false;
	(void)snprintf(copy, sizeof(copy), "%.*sZ", (int)len - 3, text);
	return timefmt_parse_iso(copy, t);
}

static struct secbuf *take(const struct json *json, const char *member)
{
	struct secbuf *text = json_secret(json, member, SECRET_MAX);
	size_t len = secbuf_len(text);

	if (text && len > 0 && text_printable(secbuf_text(text), len) == len &&
	    !strchr(secbuf_text(text), ' '))
		return text;
	secbuf_free(text);
	return NULL;
}

/* Is it of this start URL and region?  Files need not say. */
static bool is_ours(const struct sso_use *use, const struct json *json)
{
	const char *url = json_text(json, "startUrl");
	const char *region = json_text(json, "region");

	return (!url || strcmp(url, use->sso->start_url) == 0) &&
	       (!region || strcmp(region, use->sso->region) == 0);
}

static bool read_token(const struct sso_use *use, const struct json *json,
		       struct sso_token *token)
{
	if (!is_ours(use, json) ||
	    !read_time(json, "expiresAt", &token->expires))
		return false;
	token->access = take(json, "accessToken");
	token->client.id = take(json, "clientId");
	token->client.secret = take(json, "clientSecret");
	if (token->client.id && token->client.secret &&
	    read_time(json, "registrationExpiresAt", &token->client.expires))
		token->refresh = take(json, "refreshToken");
	else
		sso_token_clear_client(&token->client);
	return token->access != NULL;
}

void sso_cli_cache_load(const struct sso_use *use, struct sso_token *token)
{
	struct arena *arena = arena_new();
	const char *path = arena ? path_of(use, arena) : NULL;
	struct secbuf *text = NULL;
	struct error ignored = { 0 };
	struct json *json = NULL;

	*token = (struct sso_token){ .expires = 0 };
	if (path && is_trusted(use, path) &&
	    files_read(&use->world->files, path, FILE_MAX, &text, &ignored) &&
	    text)
		json = json_parse(secbuf_text(text), secbuf_len(text),
				  &ignored);
	if (json && !read_token(use, json, token))
		sso_token_clear(token);
	json_free(json);
	secbuf_free(text);
	arena_free(arena);
}

static void put(struct jsonout *out, const char *name, const char *value)
{
	if (!value)
		return;
	jsonout_key(out, name);
	jsonout_string(out, value);
}

static struct secbuf *format(const struct sso_use *use,
			     const struct sso_token *token)
{
	struct secbuf *text = secbuf_new(FILE_MAX);
	struct jsonout out = jsonout_to_secbuf(text);
	char until[TIMEFMT_ISO_LEN];

	jsonout_raw(&out, "{");
	put(&out, "startUrl", use->sso->start_url);
	put(&out, "region", use->sso->region);
	put(&out, "accessToken", secbuf_text(token->access));
	timefmt_iso(token->expires, until);
	put(&out, "expiresAt", until);
	put(&out, "clientId", secbuf_text(token->client.id));
	put(&out, "clientSecret", secbuf_text(token->client.secret));
	timefmt_iso(token->client.expires, until);
	put(&out, "registrationExpiresAt", until);
	put(&out, "refreshToken",
	    token->refresh ? secbuf_text(token->refresh) : NULL);
	jsonout_raw(&out, "}\n");
	return text;
}

static bool write_file(const struct sso_use *use, const char *path,
		       const struct sso_token *token, struct error *err)
{
	const struct files *files = &use->world->files;
	struct secbuf *before = NULL;
	struct secbuf *after = format(use, token);
	bool ok;

	ok = (secbuf_ok(after) || error_memory(err)) &&
	     files_read(files, path, FILE_MAX, &before, err) &&
	     files_replace(files, path, MODE, before, after, err);
	secbuf_free(before);
	secbuf_free(after);
	return ok;
}

bool sso_cli_cache_save(const struct sso_use *use,
			const struct sso_token *token, struct error *err)
{
	struct arena *arena = arena_new();
	const char *path = arena ? path_of(use, arena) : NULL;
	bool ok = !path || write_file(use, path, token, err);

	arena_free(arena);
	return ok;
}
