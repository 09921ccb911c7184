#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/ask.h"
#include "access/context.h"
#include "access/key_owner.h"
#include "access/request.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "aws/edit.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/import/import_internal.h"
#include "cmd/share_internal.h"
#include "format/ini.h"
#include "port/world.h"
#include "session/store/key.h"
#include "session/store/key_change.h"

#define CONFIG_WAIT  10 /* seconds */
#define CONFIG_MODE  0600
#define QUESTION_MAX 2048
#define LINE_LEN     256

#define ID     "aws_access_key_id"
#define SECRET "aws_secret_access_key"

static const struct option options[] = {
	{ .name = "from",
	  .value = "SOURCE",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct import_options, from),
	  .words = "aws-vault, aws-vault:secret-service, aws-vault:file, "
		   "aws-vault:pass, csv",
	  .help = "import from this source, not from the AWS files" },
	{ .name = "yes",
	  .offset = offsetof(struct import_options, yes),
	  .help = "replace and remove keys without asking" },
	{ .name = "no-verify",
	  .offset = offsetof(struct import_options, no_verify),
	  .help = "do not verify keys with AWS" },
	{ .include = option_region },
	{ 0 }
};

static const struct config_value *value_of(const struct config_section *section,
					   const char *key)
{
	const struct config_value *value = config_value(section, key);

	return value && !text_is_empty(value->text) ? value : NULL;
}

/* Finds a long-lived key; sessions and incomplete keys are skipped. */
static bool find_key(const struct config_section *section,
		     struct found_key *key)
{
	*key = (struct found_key){ .profile = section->name,
				   .section = section,
				   .id = value_of(section, ID),
				   .secret = value_of(section, SECRET) };
	return key->id && key->secret && !config_session_token(section) &&
	       strncmp(key->id->text, "ASIA", 4) != 0;
}

static bool check_key(const struct found_key *key, struct error *err)
{
	bool id = limits_fit(&limits_key_id, key->id->text);
	const struct config_value *wrong = id ? key->secret : key->id;

	return (id && limits_is_secret(key->secret->text)) ||
	       error_fail(err, REASON_BAD_FILE_KEY, .path = wrong->file,
			  .line = wrong->line, .key = wrong->key);
}

static bool load(struct found_key *key, struct error *err)
{
	key->creds.access_key_id = mem_strdup(key->id->text);
	key->creds.secret_key = secbuf_from(key->secret->text);
	return (key->creds.access_key_id && key->creds.secret_key) ||
	       error_memory(err);
}

/* --- removing from the file --------------------------------------------------- */

/* Comments out both lines: the id stays readable, the secret is removed. */
static bool cut_out(const struct found_key *key, const struct secbuf *before,
		    struct secbuf **after, struct error *err)
{
	struct secbuf *half = NULL;
	char line[LINE_LEN];
	bool ok;

	(void)snprintf(line, sizeof(line),
		       "# " ID " = %s (in rolekey's keyring)",
		       key->creds.access_key_id);
	ok = aws_edit_line(before, key->id->line, ID, line, &half, err) &&
	     aws_edit_line(half, key->secret->line, SECRET,
			   "# " SECRET " is in rolekey's keyring", after, err);
	secbuf_free(half);
	return ok;
}

static bool edit(const struct importing *im, const struct found_key *key,
		 struct error *err)
{
	const struct files *files = &im->world->files;
	const char *path = key->id->file;
	struct secbuf *before = NULL;
	struct secbuf *after = NULL;
	bool ok;

	ok = files_read(files, path, CONFIG_MAX, &before, err) &&
	     cut_out(key, before, &after, err) &&
	     files_replace(files, path, CONFIG_MODE, before, after, err);
	if (ok)
		notice_info(&im->world->notices, REASON_KEY_TAKEN_OUT,
			    .profile = key->profile, .path = path);
	secbuf_free(before);
	secbuf_free(after);
	return ok || error_context(err, REASON_KEY_STILL_IN_FILE, .path = path);
}

static bool edit_alone(const struct importing *im, const struct found_key *key,
		       struct error *err)
{
	const struct locks *locks = &im->world->locks;
	struct error why = { 0 };
	int lock = -1;
	bool taken = locks_take(locks, "config", CONFIG_WAIT, &lock, &why);
	bool ok = edit(im, key, err);

	if (taken)
		locks_release(locks, lock, false);
	return ok;
}

static bool take_out(const struct importing *im, const struct found_key *key,
		     struct error *err)
{
	char question[QUESTION_MAX];
	bool yes = false;

	if (key->id->from != key->secret->from)
		return error_fail(err, REASON_KEY_IN_TWO_FILES,
				  .path = key->id->file,
				  .other = key->secret->file);
	(void)snprintf(question, sizeof(question),
		       "Remove the key of %s from %s (lines %u and %u)? (y/N) ",
		       key->profile, key->id->file, key->id->line,
		       key->secret->line);
	if (!import_store_ask(im, question, &yes, err))
		return false;
	if (yes)
		return edit_alone(im, key, err);
	notice_warn(&im->world->notices, REASON_KEY_LEFT_IN_FILE,
		    .profile = key->profile, .path = key->id->file);
	return true;
}

static bool import_key(struct importing *im, struct found_key *key,
		       struct error *err)
{
	return check_key(key, err) && load(key, err) &&
	       import_store_key(im, key, err) && take_out(im, key, err);
}

static bool import_section(struct importing *im,
			   const struct config_section *section,
			   struct error *err)
{
	struct error why = { 0 };
	struct found_key key;
	bool done;

	if (!find_key(section, &key))
		return true;
	done = import_key(im, &key, &why);
	credentials_clear(&key.creds);
	return import_store_count(im, &key, done, &why, err);
}

static bool import_all(struct importing *im, struct error *err)
{
	const struct config_section *section;

	for (size_t i = 0;
	     (section = aws_config_nth(im->context.config, CONFIG_PROFILE, i));
	     i++)
		if (!import_section(im, section, err))
			return false;
	return true;
}

static bool import_one(struct importing *im, struct error *err)
{
	const char *profile = im->request->profile;
	const struct config_section *section =
		aws_config_find(im->context.config, CONFIG_PROFILE, profile);

	if (section && !import_section(im, section, err))
		return false;
	return im->found > 0 ||
	       error_fail(err, REASON_NO_FILE_KEY, .profile = profile);
}

/* Each failure was a warning; the class of the last one, in err, is kept. */
static bool count_failures(const struct importing *im, struct error *err)
{
	enum error_code code = err->code;

	return error_fail(err, REASON_KEYS_NOT_IMPORTED, .number = im->failed,
			  .of = im->found) ||
	       error_as(err, code);
}

static bool cmd_import(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct import_options *own = call->options;
	const struct request *request = &call->request;
	struct importing im = { .options = own,
				.request = request,
				.world = world };
	bool ok;

	ok = context_read(request, world, &im.context, err);
	if (own->from)
		ok = ok && import_aws_vault(&im, own->from, err);
	else
		ok = ok && (request->profile ? import_one(&im, err)
					     : import_all(&im, err));
	if (ok && im.failed > 0)
		ok = count_failures(&im, err);
	else if (ok && im.found == 0)
		notice_info(&world->notices, REASON_NO_KEYS_TO_IMPORT,
			    .other = own->from);
	context_clear(&im.context);
	return ok;
}

const struct command command_import = {
	.name = "import",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "import access keys from the AWS files or aws-vault",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = options,
	.options_size = sizeof(struct import_options),
	.help = "Stores the long-lived key that PROFILE, or each profile, has "
		"in the AWS files in the keyring, reads it back, and offers to "
		"remove it from the file. The rest of the file does not "
		"change.\n"
		"\n"
		"--from aws-vault imports the keys of all keyrings of "
		"aws-vault, which are not changed. --from csv reads the key of "
		"PROFILE from stdin, in the CSV format of the AWS console.\n",
	.examples = "rolekey import\n"
		    "rolekey import --from aws-vault\n",
	.run = cmd_import,
};
