#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/print_internal.h"
#include "cmd/rotate/rotate_internal.h"
#include "port/world.h"
#include "session/store/key_change.h"

static bool is(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* --- the key and the journal ----------------------------------------------------- */

/* Is it the journal of this key, or of one that this key replaces? */
static bool is_about(const struct rotation *journal, const struct rotating *r)
{
	const char *id = r->key.access_key_id;

	return id ? is(journal->old_id, id) ||
			       is(journal->created.access_key_id, id)
		  : is(journal->profile, r->profile) &&
			       journal->created.access_key_id;
}

/*
 * Searches all journals: another profile with the same key may have begun the
 * rotation.
 */
static bool find_journal(struct rotating *r, struct error *err)
{
	const struct keyring *keyring = &r->world->keyring;
	const struct keyring_item *items = NULL;
	size_t n = 0;

	if (!keyring_list(keyring, KEYRING_ROTATION, r->context.arena, &items,
			  &n, err))
		return false;
	for (size_t i = 0; i < n && !r->unfinished; i++) {
		if (!rotation_load(keyring, items[i].name, &r->journal,
				   &r->unfinished, err))
			return false;
		r->unfinished = r->unfinished && is_about(&r->journal, r);
		if (!r->unfinished)
			rotation_clear(&r->journal);
	}
	return true;
}

static bool load_key(struct rotating *r, struct error *err)
{
	return key_load_for(&r->world->keyring, r->profile,
			    &r->context.plan.sts, &r->key, r->user_arn, err);
}

static bool restore(struct rotating *r, struct error *err)
{
	struct key_change change;
	struct error why = { 0 };

	if (!r->unfinished)
		return error_fail_with(err, &r->context.plan.no_key) ||
		       print_searched(r->world, err);
	if (!key_change_replace(r->world, &r->world->keyring, r->profile,
				&r->journal.created, "", &r->context.plan.sts,
				&change, &why, err))
		return false;
	notice_warn(&r->world->notices, REASON_KEY_RESTORED,
		    .profile = r->profile,
		    .value = r->journal.created.access_key_id);
	return load_key(r, err);
}

bool rotate_holders_load(struct rotating *r, struct error *err)
{
	return load_key(r, err) && find_journal(r, err) &&
	       (r->key.access_key_id || restore(r, err));
}

/* --- profiles with the key --------------------------------------------------------- */

static bool is_rotated(const struct rotating *r, const char *id)
{
	return is(id, r->key.access_key_id) ||
	       (r->unfinished && (is(id, r->journal.old_id) ||
				  is(id, r->journal.created.access_key_id)));
}

/* Loads the id of a key, "" without one. */
static bool load_id(const struct rotating *r, const char *profile,
		    char id[static KEY_ID_LEN], struct error *err)
{
	struct credentials creds = { 0 };
	char arn[KEY_ARN_LEN];

	id[0] = '\0';
	if (!key_load(&r->world->keyring, profile, &creds, arn, err))
		return false;
	if (creds.access_key_id)
		memcpy(id, creds.access_key_id,
		       strlen(creds.access_key_id) + 1);
	credentials_clear(&creds);
	return true;
}

static bool add_holder(struct rotating *r, const char *profile,
		       struct error *err)
{
	const char **holders = arena_room(r->context.arena, r->holders,
					  r->n_holders, sizeof(*holders));

	if (!holders)
		return error_memory(err);
	holders[r->n_holders++] = profile;
	r->holders = holders;
	return true;
}

/* An item that cannot be read does not keep another key from being replaced. */
static bool look_at(struct rotating *r, const char *profile, struct error *err)
{
	char id[KEY_ID_LEN];
	struct error why = { 0 };

	if (strcmp(profile, r->profile) == 0)
		return true;
	if (!load_id(r, profile, id, &why)) {
		notice_error(&r->world->notices, NOTICE_WARNING, &why);
		return true;
	}
	return !is_rotated(r, id) || add_holder(r, profile, err);
}

/* A line of the AWS files with the key would be of no use afterwards. */
static bool search_files(const struct rotating *r, struct error *err)
{
	const struct config_section *section;
	const struct config_value *id;

	for (size_t i = 0;
	     (section = aws_config_nth(r->context.config, CONFIG_PROFILE, i));
	     i++) {
		id = config_value(section, "aws_access_key_id");
		if (id && is_rotated(r, id->text))
			return error_fail(err, REASON_KEY_ALSO_IN_FILE,
					  .path = id->file, .line = id->line,
					  .key = "aws_access_key_id",
					  .profile = section->name,
					  .value = id->text);
	}
	return true;
}

static bool check_files(const struct rotating *r, struct error *err)
{
	if (search_files(r, err))
		return true;
	if (!r->options->check)
		return false;
	notice_error(&r->world->notices, NOTICE_WARNING, err);
	return true;
}

bool rotate_holders_find(struct rotating *r, struct error *err)
{
	const struct keyring_item *items = NULL;
	struct error why = { 0 };
	size_t n = 0;
	bool ok = check_files(r, err) && add_holder(r, r->profile, err);

	if (ok && !keyring_list(&r->world->keyring, KEYRING_KEY,
				r->context.arena, &items, &n, &why)) {
		notice_error(&r->world->notices, NOTICE_WARNING, &why);
		n = 0;
	}
	for (size_t i = 0; ok && i < n; i++)
		ok = look_at(r, items[i].name, err);
	return ok;
}

/* --- the new key -------------------------------------------------------------------- */

static void tell(const struct rotating *r, const char *profile,
		 const struct key_change *change, struct error *why)
{
	const struct notices *notices = &r->world->notices;
	const char *other;

	notice_info(notices, REASON_KEY_SWITCHED, .profile = profile,
		    .value = r->journal.created.access_key_id,
		    .number = change->dropped);
	if (change->failed) {
		(void)error_context(why, REASON_SESSIONS_LEFT);
		notice_error(notices, NOTICE_WARNING, why);
	}
	for (size_t i = 0; (other = print_other_keyring(r->world, profile, i));
	     i++)
		notice_warn(notices, REASON_SECOND_KEY, .profile = profile,
			    .other = other);
}

static bool switch_one(struct rotating *r, const char *profile,
		       struct error *err)
{
	struct key_change change;
	char id[KEY_ID_LEN];
	struct error why = { 0 };

	if (!load_id(r, profile, id, err))
		return false;
	if (strcmp(id, r->journal.old_id) != 0)
		return true;
	if (!key_change_replace(r->world, &r->world->keyring, profile,
				&r->journal.created, r->user_arn,
				&r->context.plan.sts, &change, &why, err))
		return false;
	tell(r, profile, &change, &why);
	return true;
}

bool rotate_holders_switch(struct rotating *r, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < r->n_holders; i++)
		ok = switch_one(r, r->holders[i], err);
	return ok;
}
