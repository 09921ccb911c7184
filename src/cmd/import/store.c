#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/ask.h"
#include "access/context.h"
#include "access/key_owner.h"
#include "access/key_use.h"
#include "access/request.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "aws/edit.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/import/import_internal.h"
#include "cmd/share_internal.h"
#include "port/world.h"
#include "session/store/key.h"
#include "session/store/key_change.h"

#define QUESTION_MAX 2048

bool import_store_ask(const struct importing *im, const char *question,
		      bool *yes, struct error *err)
{
	const struct prompt *prompt = &im->world->prompt;

	*yes = im->options->yes;
	return *yes || (prompt_can_ask(prompt)
				? ask_confirm(im->world, question, yes, err)
				: true);
}

/* *same: it is stored already. */
static bool may_store(const struct importing *im, const struct found_key *key,
		      bool *may, bool *same, struct error *err)
{
	struct credentials old = { 0 };
	char arn[KEY_ARN_LEN];
	char question[QUESTION_MAX];
	bool ok;

	*may = true;
	*same = false;
	if (!key_load(&im->world->keyring, key->profile, &old, arn, err))
		return false;
	*same = old.access_key_id &&
		strcmp(old.access_key_id, key->creds.access_key_id) == 0 &&
		secbuf_equal(old.secret_key, key->creds.secret_key);
	ok = true;
	if (old.access_key_id && !*same) {
		(void)snprintf(
			question, sizeof(question),
			"Key %s is already stored for %s. Replace it with %s? "
			"(y/N) ",
			old.access_key_id, key->profile,
			key->creds.access_key_id);
		ok = import_store_ask(im, question, may, err);
		if (ok && !*may)
			(void)error_fail(err, REASON_KEY_NOT_REPLACED,
					 .value = old.access_key_id);
	}
	credentials_clear(&old);
	return ok && *may;
}

/* Is this key the one that is stored for a profile? */
static bool is_stored(const struct importing *im, const struct found_key *key,
		      const char *profile, bool *is, struct error *err)
{
	struct credentials there = { 0 };
	char arn[KEY_ARN_LEN];

	if (!key_load(&im->world->keyring, profile, &there, arn, err))
		return false;
	*is = there.access_key_id &&
	      strcmp(there.access_key_id, key->creds.access_key_id) == 0 &&
	      secbuf_equal(there.secret_key, key->creds.secret_key);
	credentials_clear(&there);
	return true;
}

/* Reads the key back from the keyring and compares it. */
static bool read_back(const struct importing *im, const struct found_key *key,
		      struct error *err)
{
	bool same = false;

	return is_stored(im, key, key->profile, &same, err) &&
	       (same || error_fail(err, REASON_READ_BACK_DIFFERS,
				   .profile = key->profile,
				   .other = im->world->keyring.name));
}

/*
 * Asks the planner.  *shared: the profile uses this key already, which is stored
 * for another one.
 */
static bool check_use(const struct importing *im, const struct found_key *key,
		      bool *shared, struct error *err)
{
	const struct key_use use = { im->request, im->world, &im->context };
	struct error why = { 0 };

	*shared = false;
	if (key->section)
		return key_use_check_moved(&use, key->section, err);
	if (key_use_check(&use, key->profile, err))
		return true;
	if (!error_is(err, REASON_KEY_WOULD_BE_UNUSED) ||
	    err->about.other[0] == '\0' ||
	    !is_stored(im, key, err->about.other, shared, &why) || !*shared)
		return false;
	notice_info(&im->world->notices, REASON_KEY_ALREADY_STORED,
		    .value = key->creds.access_key_id,
		    .profile = err->about.other);
	return true;
}

static bool store(const struct importing *im, const struct found_key *key,
		  struct error *err)
{
	const struct keyring *keyring = &im->world->keyring;
	struct key_change change;
	struct error why = { 0 };

	if (!key_change_replace(im->world, keyring, key->profile, &key->creds,
				key->arn, &key->sts, &change, &why, err) ||
	    !read_back(im, key, err))
		return false;
	if (change.failed) {
		(void)error_context(&why, REASON_SESSIONS_LEFT);
		notice_error(&im->world->notices, NOTICE_WARNING, &why);
	}
	notice_info(&im->world->notices, REASON_KEY_STORED,
		    .value = key->creds.access_key_id, .profile = key->profile,
		    .other = keyring->name);
	return true;
}

static bool verify(struct importing *im, struct found_key *key,
		   struct error *err)
{
	struct whose whose = { .profile = key->profile, .creds = &key->creds };

	if (im->options->no_verify)
		return true;
	if (!key_owner_find(im->request, im->world, &im->context, &whose, err))
		return error_context(err, REASON_KEY_NOT_STORED,
				     .value = key->creds.access_key_id);
	memcpy(key->arn, whose.arn, sizeof(key->arn));
	key->sts = whose.sts;
	return true;
}

bool import_store_key(struct importing *im, struct found_key *key,
		      struct error *err)
{
	/* A new line in the config file would move the lines of a key in it. */
	bool moves = key->id && key->id->from == CONFIG_FILE;
	const struct sharing sharing = { .request = im->request,
					 .world = im->world,
					 .context = &im->context,
					 .profile = key->profile,
					 .creds = &key->creds,
					 .moved = key->section,
					 .asks = !moves,
					 .yes = !moves && im->options->yes };
	char section[CONFIG_SECTION_LEN];
	bool may = false;
	bool same = false;
	bool shared = false;

	if (!config_name_section(key->profile, section))
		return error_fail(err, REASON_BAD_VALUE, .value = key->profile,
				  .expected = "a valid profile name") ||
		       error_as(err, ERROR_USAGE);
	if (!check_use(im, key, &shared, err))
		return false;
	if (shared)
		return true;
	if (!may_store(im, key, &may, &same, err))
		return false;
	if (same)
		notice_info(&im->world->notices, REASON_KEY_ALREADY_STORED,
			    .value = key->creds.access_key_id,
			    .profile = key->profile);
	else if (!share_key(&sharing, &shared, err))
		return false;
	return same || shared || (verify(im, key, err) && store(im, key, err));
}

bool import_store_count(struct importing *im, const struct found_key *key,
			bool done, const struct error *why, struct error *err)
{
	struct error failure;

	im->found++;
	if (done) {
		im->stored++;
		return true;
	}
	*err = *why; /* the last one's status is the command's */
	if (why->code == ERROR_INTERRUPTED || why->code == ERROR_KEYRING ||
	    why->code == ERROR_MEMORY ||
	    (why->code == ERROR_PERSON && !error_is(why, REASON_DISMISSED)))
		return false;
	im->failed++;
	failure = *why;
	(void)error_context(&failure, REASON_OF_PROFILE,
			    .profile = key->profile);
	notice_error(&im->world->notices, NOTICE_WARNING, &failure);
	return true;
}
