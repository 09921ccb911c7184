/*
 * The cache files of the AWS CLI and the SDKs: ~/.aws/login/cache/ with the
 * SHA-256 of the session's ARN ("Login credential provider", SDKs and Tools
 * Reference Guide).
 */
#include <string.h>

#include "api/login.h"
#include "aws/credentials_json.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "crypto/digest.h"
#include "format/json.h"
#include "format/jsonout.h"
#include "port/world.h"
#include "session/login.h"
#include "session/login/login_internal.h"

#define FILE_MAX   65536 /* bytes */
#define SECRET_MAX 16384
#define FOLDER     "/.aws/login/cache"
#define MODE       (0600 | FILES_EXACT)
#define MOMENT     100 /* milliseconds */

static const struct credentials_members names = { .key_id = "accessKeyId",
						  .secret = "secretAccessKey",
						  .token = "sessionToken",
						  .expires = "expiresAt",
						  .any = true };

/* The AWS CLI reads "~" in the variable; the SDKs do not. */
bool login_file_path(const struct world *world, const char *session,
		     struct arena *arena, const char **path, struct error *err)
{
	const char *home = text_env(world->environment, "HOME");
	const char *set =
		text_env(world->environment, "AWS_LOGIN_CACHE_DIRECTORY");
	bool own = !text_is_empty(set);
	bool in_home = !own || strncmp(set, "~/", 2) == 0;
	char hex[DIGEST_HEX_LEN];

	if (in_home && text_is_empty(home))
		return error_fail(err, REASON_NO_VARIABLE, .key = "HOME");
	digest_sha256_hex(session, strlen(session), hex);
	*path = arena_printf(arena, "%s%s/%s.json", in_home ? home : "",
			     !own ? FOLDER : set + in_home, hex);
	return *path || error_memory(err);
}

/* --- reading ---------------------------------------------------------------- */

void login_file_clear(struct login_file *file)
{
	secbuf_free(file->text);
	credentials_clear(&file->creds);
	secbuf_free(file->refresh);
	secbuf_free(file->key);
	*file = (struct login_file){ .path = NULL };
}

static bool check_owner(const struct world *world, const char *path,
			struct error *err)
{
	struct file_facts facts = { 0 };

	if (!files_facts(&world->files, path, &facts, err))
		return false;
	if (!facts.exists)
		return error_fail(err, REASON_LOGIN_NEEDED, .path = path);
	return (!facts.foreign && !facts.others_write &&
		!facts.others_replace) ||
	       error_fail(err, REASON_LOGIN_UNSAFE, .path = path);
}

static struct json *parse(const struct login_file *file, struct error *err)
{
	return json_parse(secbuf_text(file->text), secbuf_len(file->text), err);
}

static struct json *read_json(const struct world *world,
			      struct login_file *file, struct error *err)
{
	if (!files_read(&world->files, file->path, FILE_MAX, &file->text, err))
		return NULL;
	if (file->text)
		return parse(file, err);
	(void)error_fail(err, REASON_LOGIN_NEEDED, .path = file->path);
	return NULL;
}

static struct json *read_twice(const struct world *world,
			       struct login_file *file, struct error *err)
{
	struct json *json = read_json(world, file, err);

	if (json || !error_is(err, REASON_BAD_JSON))
		return json;
	secbuf_free(file->text);
	file->text = NULL;
	clock_pause(&world->clock, MOMENT);
	return read_json(world, file, err);
}

/* Reads a text that must be there. */
static bool read_secret(const struct json *json, const char *name,
			struct secbuf **text, struct error *err)
{
	const char *there = json_text(json, name);

	if (text_is_empty(there) || strlen(there) > SECRET_MAX)
		return error_fail(err, REASON_NO_MEMBER, .key = name);
	*text = json_secret(json, name, SECRET_MAX);
	return *text || error_memory(err);
}

static bool read_texts(const struct json *json, struct arena *arena,
		       struct login_file *file, struct error *err)
{
	const char *client = json_text(json, "clientId");
	const char *region = json_text(json, "signInRegion");

	if (text_is_empty(client))
		return error_fail(err, REASON_NO_MEMBER, .key = "clientId");
	file->client = arena_strdup(arena, client);
	if (!text_is_empty(region))
		file->region = arena_strdup(arena, region);
	return arena_ok(arena) || error_memory(err);
}

static bool read_members(const struct json *json, struct arena *arena,
			 struct login_file *file, struct error *err)
{
	const struct json *token = json_member(json, "accessToken");

	if (!token)
		return error_fail(err, REASON_NO_MEMBER, .key = "accessToken");
	if (!read_texts(json, arena, file, err) ||
	    !credentials_json_read(token, &names, &file->creds, err))
		return false;
	file->creds.ends = file->creds.expires;
	return read_secret(json, "refreshToken", &file->refresh, err) &&
	       read_secret(json, "dpopKey", &file->key, err);
}

bool login_file_read(const struct world *world, const char *path,
		     struct arena *arena, struct login_file *file,
		     struct error *err)
{
	struct json *json = NULL;
	bool ok;

	*file = (struct login_file){ .path = path };
	if (check_owner(world, path, err))
		json = read_twice(world, file, err);
	ok = json && read_members(json, arena, file, err);
	json_free(json);
	if (ok)
		return true;
	login_file_clear(file);
	if (err->code == ERROR_PROTOCOL)
		err->code = ERROR_CONFIG; /* not an answer of AWS */
	return error_add(err, .path = path);
}

/* --- writing ---------------------------------------------------------------- */

/* Members with their new values, and the rest as it was. */
struct update {
	struct jsonout out;
	struct secbuf *text;
	const struct login_token *token;
	bool ok;
	struct error *err;
};

static void put_text(struct update *u, const char *name, const char *text)
{
	jsonout_key(&u->out, name);
	jsonout_string(&u->out, text);
}

static void put_as_it_was(struct update *u, const char *name,
			  const struct json *value)
{
	jsonout_key(&u->out, name);
	u->ok = u->ok && json_write(value, u->text, u->err);
	u->out = jsonout_to_secbuf(u->text);
}

static void put_credential(void *self, const char *name,
			   const struct json *value)
{
	struct update *u = self;
	const struct credentials *creds = &u->token->creds;
	char until[TIMEFMT_ISO_LEN];

	timefmt_iso(creds->expires, until);
	if (strcmp(name, names.key_id) == 0)
		put_text(u, name, creds->access_key_id);
	else if (strcmp(name, names.secret) == 0)
		put_text(u, name, secbuf_text(creds->secret_key));
	else if (strcmp(name, names.token) == 0)
		put_text(u, name, secbuf_text(creds->session_token));
	else if (strcmp(name, names.expires) == 0)
		put_text(u, name, until);
	else
		put_as_it_was(u, name, value);
}

static void put_member(void *self, const char *name, const struct json *value)
{
	struct update *u = self;

	if (strcmp(name, "refreshToken") == 0) {
		put_text(u, name, secbuf_text(u->token->refresh));
	} else if (strcmp(name, "accessToken") == 0) {
		jsonout_key(&u->out, name);
		jsonout_raw(&u->out, "{");
		json_each(value, put_credential, u);
		jsonout_raw(&u->out, "}");
	} else {
		put_as_it_was(u, name, value);
	}
}

bool login_file_write(const struct world *world, const struct login_file *file,
		      const struct login_token *token, struct error *err)
{
	struct secbuf *after = secbuf_new(FILE_MAX);
	struct json *json = parse(file, err);
	struct update update = { .out = jsonout_to_secbuf(after),
				 .text = after,
				 .token = token,
				 .ok = true,
				 .err = err };
	bool ok;

	jsonout_raw(&update.out, "{");
	json_each(json, put_member, &update);
	jsonout_raw(&update.out, "}");
	json_free(json);
	ok = json && update.ok && (secbuf_ok(after) || error_memory(err)) &&
	     files_replace(&world->files, file->path, MODE, file->text, after,
			   err);
	secbuf_free(after);
	return ok;
}
