#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "port/world.h"
#include "session/sso.h"

#define WHAT      "sso"
#define VERSION   1
#define FIXED_MAX 8192 /* URLs and times: all but the secrets */
#define TEXT_MAX  2048

/* The name of the item: that of the section, or the start URL. */
static const char *name_of(const struct sso_use *use, struct arena *arena)
{
	const struct plan_sso *sso = use->sso;

	return arena_printf(arena, "%s %s", sso->session ? "session" : "url",
			    sso->session ? sso->session : sso->start_url);
}

/* Tests whether a value of the record is the text; NULL for none. */
static bool is(const struct secbuf *record, const char *name, const char *text)
{
	char value[TEXT_MAX];
	bool there = record_text(record, name, value, sizeof(value));

	return text ? there && strcmp(value, text) == 0 : !there;
}

static bool is_ours(const struct sso_use *use, const struct secbuf *record)
{
	const struct plan_sso *sso = use->sso;

	return is(record, "start_url", sso->start_url) &&
	       is(record, "region", sso->region) &&
	       is(record, "scopes", sso->scopes) &&
	       is(record, "endpoint", endpoint_custom(&sso->oidc));
}

static bool read_record(const struct secbuf *record, struct sso_token *token)
{
	token->access = record_get(record, "access_token");
	token->refresh = record_get(record, "refresh_token");
	token->client.id = record_get(record, "client_id");
	token->client.secret = record_get(record, "client_secret");
	return (record_time(record, "expires", &token->expires) &&
		record_time(record, "client_expires", &token->client.expires) &&
		token->client.id && token->client.secret);
}

bool sso_store_load(const struct sso_use *use, struct sso_token *token,
		    struct error *err)
{
	struct arena *arena = arena_new();
	struct secbuf *record = NULL;
	struct error ignored = { 0 };
	const char *name = arena ? name_of(use, arena) : NULL;
	bool ok;

	*token = (struct sso_token){ .expires = 0 };
	ok = (name || error_memory(err)) &&
	     keyring_get(&use->world->keyring, KEYRING_SSO, name, &record, err);
	if (ok && record &&
	    !(record_check(record, WHAT, VERSION, &ignored) &&
	      is_ours(use, record) && read_record(record, token)))
		sso_token_clear(token);
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

static struct secbuf *write_record(const struct sso_use *use,
				   const struct sso_token *token)
{
	const struct plan_sso *sso = use->sso;
	struct secbuf *record = record_new(
		WHAT, VERSION,
		secbuf_len(token->access) + secbuf_len(token->refresh) +
			secbuf_len(token->client.id) +
			secbuf_len(token->client.secret) + FIXED_MAX);

	record_put(record, "start_url", sso->start_url);
	record_put(record, "region", sso->region);
	record_put(record, "scopes", sso->scopes);
	record_put(record, "endpoint", endpoint_custom(&sso->oidc));
	record_put(record, "access_token",
		   token->access ? secbuf_text(token->access) : NULL);
	record_put_time(record, "expires", token->expires);
	record_put(record, "refresh_token",
		   token->refresh ? secbuf_text(token->refresh) : NULL);
	record_put(record, "client_id", secbuf_text(token->client.id));
	record_put(record, "client_secret", secbuf_text(token->client.secret));
	record_put_time(record, "client_expires", token->client.expires);
	return record;
}

bool sso_store_save(const struct sso_use *use, const struct sso_token *token,
		    struct error *err)
{
	struct arena *arena = arena_new();
	struct secbuf *record = write_record(use, token);
	struct keyring_item item = { .kind = KEYRING_SSO, .origin = "" };
	bool ok;

	if (arena) {
		item.name = name_of(use, arena);
		item.label =
			arena_printf(arena, "rolekey: IAM Identity Center %s",
				     sso_use_name(use->sso));
	}
	ok = (item.name && item.label && secbuf_ok(record)) ||
	     error_memory(err);
	ok = ok && keyring_put(&use->world->keyring, &item, record, err);
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

bool sso_store_remove(const struct sso_use *use, bool *removed,
		      struct error *err)
{
	struct arena *arena = arena_new();
	const char *name = arena ? name_of(use, arena) : NULL;
	bool ok = (name || error_memory(err)) &&
		  keyring_remove(&use->world->keyring, KEYRING_SSO, name,
				 removed, err);

	arena_free(arena);
	return ok;
}
