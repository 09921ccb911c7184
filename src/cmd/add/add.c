#include <stddef.h>
#include <string.h>

#include "access/ask.h"
#include "access/config_write.h"
#include "access/context.h"
#include "access/key_owner.h"
#include "access/key_use.h"
#include "access/mfa_device.h"
#include "access/request.h"
#include "api/iam/devices.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/add/add_internal.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "cmd/share_internal.h"
#include "plan/profile.h"
#include "port/world.h"
#include "session/store/key.h"
#include "session/store/key_change.h"

#define USED_MAX     1024 /* bytes of which keyring is used, and why */
#define QUESTION_MAX 512

struct add_options {
	bool env;
	bool from_stdin;
	bool no_verify;
	bool no_config;
};

static const struct option options[] = {
	{ .name = "env",
	  .offset = offsetof(struct add_options, env),
	  .help = "read the key from the environment" },
	{ .name = "stdin",
	  .offset = offsetof(struct add_options, from_stdin),
	  .help = "read the key from stdin: JSON, CSV or two lines" },
	{ .name = "no-verify",
	  .offset = offsetof(struct add_options, no_verify),
	  .help = "do not verify the key with AWS" },
	{ .name = "no-config",
	  .offset = offsetof(struct add_options, no_config),
	  .help = "do not change the config file" },
	{ .include = option_region },
	{ 0 }
};

/* The state of `add`. */
struct adding {
	const struct add_options *options;
	enum add_from from;
	struct context context;
	const struct config_section *section; /* NULL: it has no section */
	struct credentials creds;
	char user_arn[KEY_ARN_LEN]; /* "" if AWS was not asked */
	struct endpoint sts;        /* that was asked */
	const char *mfa_serial;     /* of the only device, or NULL */
	bool warned;                /* of a stored key that cannot be read */
};

/*
 * Refuses a name that no section can have, and one that a section in the file
 * is meant to have: a second one would be added beside it.
 */
static bool check_new_name(const struct adding *adding, const char *name,
			   struct error *err)
{
	char section[CONFIG_SECTION_LEN];
	struct profile profile;

	if (!config_name_section(name, section))
		return error_fail(err, REASON_BAD_VALUE, .value = name,
				  .expected = "a valid profile name") ||
		       error_as(err, ERROR_USAGE);
	return profile_resolve(adding->context.config, name, false,
			       adding->context.arena, &profile, err) ||
	       error_is(err, REASON_NO_SUCH_PROFILE) ||
	       error_is(err, REASON_BARE_SECTION);
}

/*
 * Refuses a profile whose credentials come from elsewhere: a stored key would
 * not be used.
 */
static bool check_profile(const struct request *request,
			  const struct world *world, struct adding *adding,
			  struct error *err)
{
	const struct key_use use = { request, world, &adding->context };
	const char *name = request->profile;

	adding->section =
		aws_config_find(adding->context.config, CONFIG_PROFILE, name);
	if (!adding->section && !check_new_name(adding, name, err))
		return false;
	return key_use_check(&use, name, err);
}

static bool ask_to_replace(const struct request *request,
			   const struct world *world, const char *old_id,
			   bool *yes, struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	strbuf_printf(&question,
		      "The key %s is stored for %s. Replace it? (y/N) ", old_id,
		      request->profile);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && ask_confirm(world, strbuf_text(&question), yes, err);
	strbuf_clear(&question);
	return ok;
}

/*
 * Handles another key stored under that name: asks, if the user can be asked,
 * and prints a notice.
 */
static bool check_stored(const struct request *request,
			 const struct world *world, struct adding *adding,
			 struct error *err)
{
	bool asks = adding->from == ADD_FROM_USER;
	struct credentials old = { 0 };
	char user_arn[KEY_ARN_LEN];
	bool yes = true;
	bool ok;

	ok = key_load(&world->keyring, request->profile, &old, user_arn, err);
	if (!ok && error_is(err, REASON_PASS_ITEM_DAMAGED)) {
		notice_error(&world->notices, NOTICE_WARNING, err);
		adding->warned = true;
		ok = true; /* a new key repairs it */
	}
	if (ok && old.access_key_id &&
	    strcmp(old.access_key_id, adding->creds.access_key_id) != 0) {
		if (asks)
			ok = ask_to_replace(request, world, old.access_key_id,
					    &yes, err);
		if (ok && !yes)
			ok = error_fail(err, REASON_KEY_NOT_REPLACED,
					.value = old.access_key_id);
		if (ok)
			notice_info(&world->notices, REASON_KEY_REPLACED,
				    .value = old.access_key_id,
				    .profile = request->profile);
	}
	credentials_clear(&old);
	return ok;
}

/* Lets the user choose one of several devices, if the user can be asked. */
static bool choose_device(const struct world *world, struct adding *adding,
			  const char *const *serials, size_t n,
			  struct error *err)
{
	bool asks =
		adding->from == ADD_FROM_USER && prompt_can_ask(&world->prompt);
	struct devices devices = mfa_device_sort(world, serials, n);

	if (n == 0)
		notice_info(&world->notices, REASON_USER_WITHOUT_DEVICE);
	if (devices.n < 2 || asks)
		return mfa_device_pick(world, &devices, &adding->mfa_serial,
				       err);
	notice_info(&world->notices, REASON_SEVERAL_DEVICES,
		    .number = (int64_t)devices.n);
	for (size_t i = 0; i < devices.n; i++)
		notice_info(&world->notices, REASON_DEVICE_LISTED,
			    .arn = devices.serials[i]);
	return true;
}

/* Finds the user that owns the key, and that user's MFA devices. */
static bool verify(const struct request *request, const struct world *world,
		   struct adding *adding, struct error *err)
{
	struct whose whose = { .profile = request->profile,
			       .creds = &adding->creds };
	const char *const *serials = NULL;
	struct error why = { 0 };
	size_t n = 0;

	if (!key_owner_find(request, world, &adding->context, &whose, err))
		return error_context(err, REASON_KEY_NOT_STORED,
				     .value = adding->creds.access_key_id);
	memcpy(adding->user_arn, whose.arn, sizeof(adding->user_arn));
	adding->sts = whose.sts;
	notice_info(&world->notices, REASON_KEY_OWNER, .arn = adding->user_arn);
	if (iam_devices_list(&whose.caller, adding->context.arena, &serials, &n,
			     &why))
		return choose_device(world, adding, serials, n, err);
	(void)error_context(&why, REASON_DEVICES_NOT_LISTED);
	notice_error(&world->notices, NOTICE_WARNING, &why);
	return true;
}

static bool store(const struct request *request, const struct world *world,
		  const struct adding *adding, struct error *err)
{
	const struct keyring *keyring = &world->keyring;
	struct key_change change;
	char used[USED_MAX];
	const char *other;
	struct error why = { 0 };

	if (!key_change_replace(world, keyring, request->profile,
				&adding->creds, adding->user_arn, &adding->sts,
				&change, &why, err))
		return false;
	print_keyring(keyring, used, sizeof(used));
	notice_info(&world->notices, REASON_KEY_STORED,
		    .value = adding->creds.access_key_id,
		    .profile = request->profile, .other = keyring->name,
		    .detail = used);
	for (size_t i = 0;
	     (other = print_other_keyring(world, request->profile, i)); i++)
		notice_warn(&world->notices, REASON_SECOND_KEY,
			    .profile = request->profile, .other = other);
	if (change.failed) {
		(void)error_context(&why, REASON_SESSIONS_LEFT);
		notice_error(&world->notices, NOTICE_WARNING, &why);
	} else if (change.dropped > 0) {
		notice_info(&world->notices, REASON_OLD_SESSIONS_REMOVED,
			    .number = change.dropped);
	}
	return true;
}

/*
 * Writes the config file.  The key is stored by now, so a failure loses
 * nothing.
 */
static bool write_config(const struct request *request,
			 const struct world *world, const struct adding *adding,
			 struct error *err)
{
	const struct config_value *has =
		adding->section ? config_value(adding->section, "mfa_serial")
				: NULL;

	if (has && adding->mfa_serial &&
	    strcmp(has->text, adding->mfa_serial) != 0)
		notice_warn(&world->notices, REASON_OTHER_DEVICE,
			    .path = has->file, .line = has->line,
			    .value = has->text, .arn = adding->mfa_serial);
	if (adding->options->no_config || has ||
	    (adding->section && !adding->mfa_serial))
		return true;
	if (config_write_add(request, world, request->profile,
			     adding->mfa_serial ? "mfa_serial" : NULL,
			     adding->mfa_serial, err))
		return true;
	return error_context(err, REASON_CONFIG_NOT_WRITTEN,
			     .key = adding->mfa_serial ? "mfa_serial" : "",
			     .arn = adding->mfa_serial);
}

/*
 * Offers to share the key if it is stored for another profile; otherwise a copy
 * is stored.
 */
static bool share(const struct request *request, const struct world *world,
		  struct adding *adding, bool *shared, struct error *err)
{
	const struct sharing sharing = {
		.request = request,
		.world = world,
		.context = &adding->context,
		.profile = request->profile,
		.creds = &adding->creds,
		.asks = adding->from == ADD_FROM_USER &&
			!adding->options->no_config,
		.warned = adding->warned,
	};

	return share_key(&sharing, shared, err);
}

/* Decides where the key is read from. */
static bool choose_source(struct adding *adding, struct error *err)
{
	const struct add_options *own = adding->options;

	adding->from = own->env          ? ADD_FROM_ENVIRONMENT
		       : own->from_stdin ? ADD_FROM_STDIN
					 : ADD_FROM_USER;
	return !own->env || !own->from_stdin ||
	       error_fail(err, REASON_EXCLUSIVE_OPTIONS,
			  .other = "--env and --stdin");
}

static bool cmd_add(const struct call *call, const struct world *world,
		    struct error *err)
{
	const struct request *request = &call->request;
	struct adding adding = { .options = call->options };
	bool shared = false;
	bool ok;

	ok = context_read(request, world, &adding.context, err) &&
	     check_profile(request, world, &adding, err) &&
	     choose_source(&adding, err) &&
	     add_read(adding.from, world, &adding.creds, err) &&
	     check_stored(request, world, &adding, err) &&
	     (adding.options->no_verify ||
	      verify(request, world, &adding, err)) &&
	     share(request, world, &adding, &shared, err) &&
	     (shared || (store(request, world, &adding, err) &&
			 write_config(request, world, &adding, err)));
	credentials_clear(&adding.creds);
	context_clear(&adding.context);
	return ok;
}

const struct command command_add = {
	.name = "add",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "store an access key in the keyring",
	.operands = OPERANDS_PROFILE_GIVEN,
	.options = options,
	.options_size = sizeof(struct add_options),
	.help = "Asks for an access key, verifies it with AWS, and stores it "
		"in the keyring for PROFILE. Adds a missing [profile PROFILE], "
		"with the user's MFA device, to the config file. Sessions of a "
		"replaced key are removed.\n"
		"\n"
		"--env reads AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. "
		"--stdin reads the JSON of a credential_process, the CSV file "
		"of the AWS console, or two lines: the access key id and the "
		"secret access key.\n",
	.examples = "rolekey add custodian\n"
		    "rolekey add custodian --stdin <accessKeys.csv\n",
	.run = cmd_add,
};
