#include <stddef.h>
#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/add/add_internal.h"
#include "cmd/import/import_internal.h"
#include "crypto/base64.h"
#include "format/json.h"
#include "port/world.h"

#define VAULT "aws-vault"
#define CSV   "csv"

/* --- names of aws-vault's items ---------------------------------------------- */

/*
 * Tests for sessions (under three kinds of names) and tokens of Identity
 * Center, which only their names distinguish from keys.
 */
static bool is_session(const char *name)
{
	size_t len = strlen(name);
	size_t digits = 0;
	size_t commas = 0;

	for (const char *c = name; *c != '\0'; c++)
		commas += *c == ',';
	while (digits < len && name[len - digits - 1] >= '0' &&
	       name[len - digits - 1] <= '9')
		digits++;
	if (commas == 3 && digits > 0 && digits < len &&
	    name[len - digits - 1] == ',')
		return true;
	return strncmp(name, "oidc:", 5) == 0 ||
	       strncmp(name, "session,", 8) == 0 ||
	       strncmp(name, "session:", 8) == 0 ||
	       (len > 2 && name[len - 1] == ')' && strstr(name, " session ("));
}

/* --- one of them ----------------------------------------------------------------- */

static bool no_item(struct error *err)
{
	return error_fail(err, REASON_NOT_AN_AWS_VAULT_KEY);
}

static bool copy_key(const char *id, const char *secret, struct found_key *key,
		     struct error *err)
{
	size_t size = strlen(id) + 1;

	key->creds.access_key_id = mem_alloc(size);
	key->creds.secret_key = secbuf_from(secret);
	if (!key->creds.access_key_id || !key->creds.secret_key) {
		(void)error_memory(err);
		return false;
	}
	memcpy(key->creds.access_key_id, id, size);
	return true;
}

static bool take_members(const struct json *json, struct found_key *key,
			 struct error *err)
{
	const char *id = json_text(json, "AccessKeyID");
	const char *secret = json_text(json, "SecretAccessKey");

	if (!id || !secret || *id == '\0' || *secret == '\0')
		return no_item(err);
	if (!text_is_empty(json_text(json, "SessionToken")) ||
	    strncmp(id, "ASIA", 4) == 0)
		return error_fail(err, REASON_IMPORT_SESSION);
	return copy_key(id, secret, key, err);
}

static bool take_key(const struct secbuf *text, struct found_key *key,
		     struct error *err)
{
	struct json *json =
		json_parse(secbuf_text(text), secbuf_len(text), err);
	bool ok = json ? take_members(json, key, err) : no_item(err);

	json_free(json);
	return ok;
}

/* Parses an item: JSON around the JSON of the key, which is base64. */
static bool take_item(const struct secbuf *item, struct found_key *key,
		      struct error *err)
{
	struct json *json =
		json_parse(secbuf_text(item), secbuf_len(item), err);
	const char *data = json ? json_text(json, "Data") : NULL;
	struct secbuf *coded = data ? secbuf_from(data) : NULL;
	struct secbuf *text = coded ? base64_decode(coded) : NULL;
	bool ok = text ? take_key(text, key, err) : no_item(err);

	secbuf_free(text);
	secbuf_free(coded);
	json_free(json);
	return ok;
}

static bool import_item(struct importing *im, const char *place,
			struct found_key *key, struct error *err)
{
	const struct vault *vault = &im->world->vault;
	struct secbuf *item = NULL;
	bool ok = vault_read(vault, place, key->profile, &item, err) &&
		  take_item(item, key, err);

	secbuf_free(item);
	return ok && import_store_key(im, key, err);
}

/* --- all of a place ----------------------------------------------------------------- */

struct place {
	const char *name;
	unsigned left; /* sessions and other items that are not keys */
};

static bool is_profile(const struct importing *im, const char *name)
{
	return aws_config_find(im->context.config, CONFIG_PROFILE, name) !=
	       NULL;
}

/*
 * Tests whether an item may be decrypted: pass contains all of a user's
 * passwords.
 */
static bool is_candidate(const struct importing *im, const char *place,
			 const char *name)
{
	const char *wanted = im->request->profile;
	const char *prefix =
		text_env(im->world->environment, "AWS_VAULT_PASS_PREFIX");

	if (wanted)
		return strcmp(name, wanted) == 0;
	return strcmp(place, VAULT_PASS) != 0 || !text_is_empty(prefix) ||
	       is_profile(im, name);
}

static bool import_name(struct importing *im, struct place *place,
			const char *name, struct error *err)
{
	struct found_key key = { .profile = name };
	struct error why = { 0 };
	bool done;

	if (is_session(name) || !is_candidate(im, place->name, name)) {
		place->left += is_session(name);
		return true;
	}
	done = import_item(im, place->name, &key, &why);
	credentials_clear(&key.creds);
	return import_store_count(im, &key, done, &why, err);
}

static bool import_place(struct importing *im, const char *name,
			 struct error *err)
{
	const struct vault *vault = &im->world->vault;
	struct place place = { .name = name };
	const char *const *names;
	size_t n = 0;

	if (!vault_list(vault, name, im->context.arena, &names, &n, err))
		return false;
	/* Profiles of the config file first: those can be shared. */
	for (int known = 1; known >= 0; known--)
		for (size_t i = 0; i < n; i++)
			if (is_profile(im, names[i]) == (known == 1) &&
			    !import_name(im, &place, names[i], err))
				return false;
	if (place.left > 0)
		notice_info(&im->world->notices, REASON_VAULT_SESSIONS_LEFT,
			    .number = place.left, .other = name);
	return true;
}

/* Imports from all places; one that fails has nothing to import. */
static bool import_vault(struct importing *im, struct error *err)
{
	static const char *const places[] = { VAULT_FILE, VAULT_PASS,
					      VAULT_SECRET_SERVICE };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct error why = { 0 };
		unsigned before = im->found;

		if (import_place(im, places[i], &why))
			continue;
		if (im->found > before || why.code == ERROR_INTERRUPTED ||
		    why.code == ERROR_PERSON) {
			*err = why;
			return false;
		}
		(void)error_context(&why, REASON_NOTHING_IMPORTED_FROM,
				    .other = places[i]);
		notice_error(&im->world->notices, NOTICE_INFO, &why);
	}
	return true;
}

static bool is_there(const struct importing *im, struct error *err)
{
	if (im->found > 0 || !im->request->profile)
		return true;
	return error_fail(err, REASON_NO_AWS_VAULT_KEY,
			  .profile = im->request->profile);
}

/* --- a CSV -------------------------------------------------------------------------- */

static bool import_csv(struct importing *im, struct error *err)
{
	struct found_key key = { .profile = im->request->profile };
	bool ok;

	if (!key.profile)
		return error_fail(err, REASON_NO_PROFILE_GIVEN);
	ok = add_read(ADD_FROM_STDIN, im->world, &key.creds, err) &&
	     import_store_key(im, &key, err);
	im->found++;
	credentials_clear(&key.creds);
	return ok;
}

bool import_aws_vault(struct importing *im, const char *from, struct error *err)
{
	if (strcmp(from, CSV) == 0)
		return import_csv(im, err);
	if (strcmp(from, VAULT) == 0)
		return import_vault(im, err) && is_there(im, err);
	if (strncmp(from, VAULT ":", strlen(VAULT ":")) == 0)
		return import_place(im, from + strlen(VAULT ":"), err) &&
		       is_there(im, err);
	return error_fail(err, REASON_BAD_VALUE, .key = "--from", .value = from,
			  .expected = "a source of keys (aws-vault, "
				      "aws-vault:PLACE or csv)") ||
	       error_as(err, ERROR_USAGE);
}
