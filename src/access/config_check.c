#include "access/config_check.h"

#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "aws/arn.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "port/world.h"
#include "session/store/key.h"

/* The keyring, until it fails. */
struct stored_keys {
	const struct world *world;
	bool silent; /* it failed, so it is not asked again */
};

static bool account_of(void *self, const char *profile,
		       char account[static CHECK_ACCOUNT_LEN],
		       struct error *err)
{
	struct stored_keys *keys = self;
	struct credentials creds = { 0 };
	char user[KEY_ARN_LEN];
	struct arn arn;
	bool ok = true;

	account[0] = '\0';
	if (keys->silent)
		return true;
	if (!key_load(&keys->world->keyring, profile, &creds, user, err)) {
		keys->silent = true;
		ok = err->code != ERROR_MEMORY;
	} else if (arn_parse(user, &arn)) {
		(void)snprintf(account, CHECK_ACCOUNT_LEN, "%.*s",
			       CHECK_ACCOUNT_LEN - 1, arn.account);
	}
	credentials_clear(&creds);
	return ok;
}

static bool is_missing(void *self, const char *profile, bool *missing,
		       struct error *err)
{
	struct stored_keys *keys = self;
	struct secbuf *value = NULL;
	bool ok = true;

	*missing = false;
	if (keys->silent)
		return true;
	if (!keyring_get(&keys->world->keyring, KEYRING_KEY, profile, &value,
			 err)) {
		keys->silent = true;
		ok = err->code != ERROR_MEMORY;
	} else {
		*missing = value == NULL;
	}
	secbuf_free(value);
	return ok;
}

/* Assumes that a file exists if that cannot be determined. */
static bool file_exists(void *self, const char *path)
{
	const struct files *files = self;
	struct file_facts facts;
	struct error unknown;

	return !files_facts(files, path, &facts, &unknown) || facts.exists;
}

/*
 * Reads a file.  If it cannot be read, *failure says why, and the call
 * succeeds.
 */
static bool read_file(const struct world *world, struct check_file *file,
		      struct error *failure, struct error *err)
{
	struct error unknown;

	if (!files_read(&world->files, file->path, CONFIG_MAX, &file->text,
			failure)) {
		if (failure->code != ERROR_CONFIG) {
			*err = *failure;
			return false;
		}
		file->failure = failure;
	}
	/*
	 * If the facts cannot be determined, reading the file has failed as
	 * well.
	 */
	if (!files_facts(&world->files, file->path, &file->facts, &unknown))
		file->facts.exists = false;
	return true;
}

static const char *variable_of(const struct world *world, const char *name)
{
	return text_is_empty(text_env(world->environment, name)) ? NULL : name;
}

bool config_check_run(const struct request *request, const struct world *world,
		      struct arena *arena, struct findings *findings,
		      struct error *err)
{
	struct stored_keys stored = { .world = world };
	const struct check_keys keys = { &stored, account_of, is_missing };
	struct files files = world->files;
	const struct check_files other_files = { &files, file_exists };
	struct error failures[2];
	struct check_input input = { .keys = &keys,
				     .other_files = &other_files };
	bool ok;

	input.files[CONFIG_FILE] = (struct check_file){
		.path = request->config_path,
		.variable = variable_of(world, "AWS_CONFIG_FILE"),
	};
	input.files[CREDENTIALS_FILE] = (struct check_file){
		.path = request->credentials_path,
		.variable = variable_of(world, "AWS_SHARED_CREDENTIALS_FILE"),
	};
	ok = read_file(world, &input.files[CONFIG_FILE], &failures[CONFIG_FILE],
		       err) &&
	     read_file(world, &input.files[CREDENTIALS_FILE],
		       &failures[CREDENTIALS_FILE], err) &&
	     check_run(&input, arena, findings, err);
	secbuf_free(input.files[CONFIG_FILE].text);
	secbuf_free(input.files[CREDENTIALS_FILE].text);
	return ok;
}
