#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/config_write.h"
#include "access/context.h"
#include "access/request.h"
#include "api/iam/devices.h"
#include "api/sts.h"
#include "aws/arn.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "crypto/totp.h"
#include "format/seed.h"
#include "message/message.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/source.h"
#include "session/store/key.h"
#include "session/store/seed.h"

#define TRIES    3
#define USER_LEN 227 /* of a name, with its NUL: AWS's limit is 226 */
#define URI_MAX  1024

struct enroll_options {
	const char *name; /* NULL: the user's */
	bool store;
	bool no_config;
};

static const struct option options[] = {
	{ .name = "store",
	  .offset = offsetof(struct enroll_options, store),
	  .help = "store the seed in the keyring instead of showing it" },
	{ .name = "name",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct enroll_options, name),
	  .help = "name the device; the default is the user's name" },
	{ .name = "no-config",
	  .offset = offsetof(struct enroll_options, no_config),
	  .help = "do not change the config file" },
	{ 0 }
};

/* The device that is being enrolled. */
struct enrolling {
	const struct enroll_options *options;
	const struct request *request;
	const struct world *world;
	struct context context;
	struct credentials creds;
	struct api_skew skew;
	struct api_caller caller;
	char user_arn[KEY_ARN_LEN];
	char user[USER_LEN];
	char serial[IAM_DEVICES_SERIAL_LEN]; /* "": nothing was created yet */
	struct secbuf *base32;
	struct secbuf *seed;
	struct secbuf *codes[2];
	bool stored;
	bool unsure; /* it is not known whether it is enabled */
};

/* --- the key owner ------------------------------------------------------------ */

static bool find_user(struct enrolling *e, struct error *err)
{
	struct sts_identity identity;
	struct arn arn;

	if (e->user_arn[0] == '\0') {
		e->caller.endpoint = e->context.plan.sts;
		if (!sts_get_caller_identity(&e->caller, &identity, err))
			return false;
		memcpy(e->user_arn, identity.arn, sizeof(identity.arn));
	}
	e->caller.endpoint = e->context.plan.iam;
	if (!arn_parse(e->user_arn, &arn) ||
	    strncmp(arn.resource, "user/", 5) != 0)
		return error_fail(err, REASON_NOT_AN_IAM_USER,
				  .arn = e->user_arn);
	(void)snprintf(e->user, sizeof(e->user), "%s", arn_name(&arn));
	return true;
}

/* Lists the user's devices: up to eight, of which some may be forgotten. */
static void say_others(struct enrolling *e)
{
	const char *const *serials = NULL;
	struct error why = { 0 };
	char text[MESSAGE_LEN];
	size_t n = 0;

	if (!iam_devices_list(&e->caller, e->context.arena, &serials, &n,
			      &why)) {
		message_text(&why, text, sizeof(text));
		notice_debug(&e->world->notices,
			     "mfa: cannot list the user's devices: %s", text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		notice_info(&e->world->notices, REASON_DEVICE_EXISTS,
			    .arn = serials[i]);
}

static bool begin(struct enrolling *e, struct error *err)
{
	const struct plan *plan = &e->context.plan;
	const struct session_source_use use = {
		.plan = plan,
		.world = e->world,
		.skew = &e->skew,
		.login_name = e->request->login_name,
		.patience = (int)e->request->settings.prompt_timeout,
	};
	struct session_start start;

	e->caller = (struct api_caller){ .http = &e->world->http,
					 .clock = &e->world->clock,
					 .skew = &e->skew,
					 .max_attempts = plan->max_attempts,
					 .notices = &e->world->notices,
					 .creds = &e->creds,
					 .endpoint = plan->iam,
					 .trust = plan->trust };
	if (!session_source_load(&use, &start, err))
		return false;
	credentials_move(&e->creds, &start.creds);
	memcpy(e->user_arn, start.user_arn, sizeof(e->user_arn));
	if (!find_user(e, err))
		return false;
	say_others(e);
	return true;
}

/*
 * Shows the seed as it is stored, and not what AWS answered: that may be a URI
 * with anything in it.
 */
static bool make(struct enrolling *e, struct error *err)
{
	const char *name = e->options->name ? e->options->name : e->user;
	struct secbuf *answer = NULL;
	bool ok;

	ok = iam_devices_create(&e->caller, name, e->serial, &answer, err) &&
	     seed_parse(answer, &e->seed, err);
	secbuf_free(answer);
	if (!ok)
		return false;
	e->base32 = seed_base32(e->seed);
	return secbuf_ok(e->base32) || error_memory(err);
}

/* --- to the user -------------------------------------------------------------- */

static struct secbuf *uri_of(const struct enrolling *e)
{
	struct secbuf *uri = secbuf_new(URI_MAX);
	struct arn arn;

	secbuf_puts(uri, "otpauth://totp/Amazon%20Web%20Services:");
	secbuf_puts(uri, e->user);
	secbuf_puts(uri, "@");
	secbuf_puts(uri, arn_parse(e->serial, &arn) ? arn.account : "");
	secbuf_puts(uri, "?secret=");
	secbuf_join(uri, e->base32);
	secbuf_puts(uri, "&issuer=Amazon%20Web%20Services");
	return uri;
}

/*
 * Shows the seed directly, not through a prompt program, which gets its text in
 * argv.
 */
static bool show(const struct enrolling *e, struct error *err)
{
	const struct display *display = &e->world->display;
	struct secbuf *uri = uri_of(e);
	bool ok;

	ok = secbuf_ok(uri) || error_memory(err);
	ok = ok && display_show_seed(display, uri, e->base32, err);
	secbuf_free(uri);
	return ok;
}

static void forget_codes(struct enrolling *e)
{
	for (int i = 0; i < 2; i++) {
		secbuf_free(e->codes[i]);
		e->codes[i] = NULL;
	}
}

static bool ask_codes(struct enrolling *e, struct error *err)
{
	static const char *const questions[] = {
		"The code that it shows: ",
		"The next one, when it shows another: "
	};
	const struct prompt *prompt = &e->world->prompt;

	forget_codes(e);
	for (int i = 0; i < 2; i++)
		if (!prompt_ask(prompt, PROMPT_CODE, questions[i], &e->codes[i],
				err))
			return error_context(err, REASON_TWO_CODES_NEEDED);
	return true;
}

/* Computes the code of the current 30 seconds, waits, and computes the next. */
static bool compute_codes(struct enrolling *e, struct error *err)
{
	const struct prompt *prompt = &e->world->prompt;
	int64_t now = clock_now(&e->world->clock) +
		      (e->skew.known ? e->skew.ahead : 0);
	int64_t step = now / TOTP_STEP;

	forget_codes(e);
	return totp_code(e->seed, step, &e->codes[0], err) &&
	       totp_code(e->seed, step + 1, &e->codes[1], err) &&
	       prompt_wait(prompt,
			   "AWS wants two codes, one after the other. The "
			   "second one comes in",
			   (int)((step + 1) * TOTP_STEP - now), err);
}

/* --- enabled ------------------------------------------------------------------ */

/* Tests whether it is among the user's devices. *known: the list was read. */
static bool is_enabled(struct enrolling *e, bool *known)
{
	const char *const *serials = NULL;
	struct error why = { 0 };
	bool found = false;
	size_t n = 0;

	*known = iam_devices_list(&e->caller, e->context.arena, &serials, &n,
				  &why);
	for (size_t i = 0; *known && i < n; i++)
		found = found || strcmp(serials[i], e->serial) == 0;
	return found;
}

/*
 * Sends the codes.  If AWS's answer was lost, the list of the user's devices
 * tells the result.
 */
static bool send_codes(struct enrolling *e, struct error *err)
{
	bool known;

	if (iam_devices_enable(&e->caller, e->user, e->serial, e->codes[0],
			       e->codes[1], err))
		return true;
	if (err->code != ERROR_NETWORK && err->code != ERROR_PROTOCOL)
		return false;
	if (is_enabled(e, &known))
		return true;
	e->unsure = !known;
	return e->unsure && error_context(err, REASON_DEVICE_STATE_UNKNOWN,
					  .arn = e->serial);
}

static bool enable(struct enrolling *e, struct error *err)
{
	const struct prompt *prompt = &e->world->prompt;
	bool asks = !e->options->store;

	for (int i = 0; i < TRIES; i++) {
		if (!(asks ? ask_codes(e, err) : compute_codes(e, err)))
			return false;
		if (send_codes(e, err))
			return true;
		if (!error_is_aws(err, "InvalidAuthenticationCode") || !asks)
			return false;
		prompt_tell(prompt,
			    "AWS refused these codes: they must be two that "
			    "follow each other.");
	}
	return false;
}

/* Notes that the second code was used. */
static void note_spent(const struct enrolling *e)
{
	const struct ledger *ledger = &e->world->ledger;
	int64_t step = clock_now(&e->world->clock) / TOTP_STEP;
	char name[SESSION_LEDGER_LEN];
	struct error ignored = { 0 };
	bool raised;

	session_ledger_name(&e->context.plan, e->serial, name);
	if (!ledger_raise(ledger, LEDGER_CODE, name, step, &raised, &ignored))
		notice_error(&e->world->notices, NOTICE_WARNING, &ignored);
}

/*
 * Writes the config file.  The device exists by now, so a failure loses
 * nothing.
 */
static bool write_config(const struct enrolling *e, struct error *err)
{
	const char *profile = e->context.plan.steps[0].profile;
	const struct config_section *section =
		aws_config_find(e->context.config, CONFIG_PROFILE, profile);
	const struct config_value *has =
		section ? config_value(section, "mfa_serial") : NULL;

	if (has)
		notice_warn(&e->world->notices, REASON_OTHER_DEVICE,
			    .path = has->file, .line = has->line,
			    .value = has->text, .arn = e->serial);
	return has || e->options->no_config ||
	       config_write_add(e->request, e->world, profile, "mfa_serial",
				e->serial, err) ||
	       error_context(err, REASON_ENABLED_BUT_NOT_WRITTEN,
			     .arn = e->serial);
}

/*
 * Removes a device that was created, unless it may be enabled.  The seed is
 * removed last, because nothing else gives the device's codes.
 */
static void undo(struct enrolling *e)
{
	const struct keyring *keyring = &e->world->keyring;
	struct error why = { 0 };
	bool removed;

	if (e->serial[0] == '\0' || e->unsure)
		return;
	if (!iam_devices_delete(&e->caller, e->serial, &why)) {
		(void)error_context(&why,
				    e->stored ? REASON_DEVICE_AND_SEED_LEFT
					      : REASON_DEVICE_LEFT,
				    .arn = e->serial);
		notice_error(&e->world->notices, NOTICE_WARNING, &why);
		return;
	}
	notice_info(&e->world->notices, REASON_DEVICE_REMOVED,
		    .arn = e->serial);
	if (e->stored &&
	    !keyring_remove(keyring, KEYRING_SEED, e->serial, &removed, &why)) {
		(void)error_context(&why, REASON_SEED_LEFT, .arn = e->serial);
		notice_error(&e->world->notices, NOTICE_WARNING, &why);
	}
}

static bool enroll(struct enrolling *e, struct error *err)
{
	if (!make(e, err))
		return false;
	notice_info(&e->world->notices, REASON_DEVICE_CREATED,
		    .arn = e->serial);
	if (e->options->store) {
		if (!seed_store(&e->world->keyring, e->serial, e->seed, err))
			return false;
		e->stored = true;
	} else if (!show(e, err)) {
		return false;
	}
	return enable(e, err);
}

/* Checks this before anything is created. */
static bool check_person(const struct enrolling *e, struct error *err)
{
	const struct display *display = &e->world->display;
	const struct prompt *prompt = &e->world->prompt;

	if (e->options->store)
		return true;
	if (!display_can_show(display))
		return error_fail(err, REASON_NO_TERMINAL_FOR_SEED);
	return prompt_can_ask(prompt) ||
	       error_fail(err, REASON_NOBODY_FOR_TWO_CODES);
}

static void clear(struct enrolling *e)
{
	forget_codes(e);
	secbuf_free(e->base32);
	secbuf_free(e->seed);
	credentials_clear(&e->creds);
	context_clear(&e->context);
}

static bool cmd_mfa_enroll(const struct call *call, const struct world *world,
			   struct error *err)
{
	const struct request *request = &call->request;
	struct enrolling e = { .options = call->options,
			       .request = request,
			       .world = world };
	bool ok;

	ok = context_load(request, world, &e.context, err) &&
	     check_person(&e, err) && begin(&e, err);
	if (ok && !enroll(&e, err)) {
		undo(&e);
		ok = false;
	}
	if (ok) {
		note_spent(&e);
		notice_info(&world->notices, REASON_DEVICE_ENABLED,
			    .arn = e.serial, .value = e.user_arn,
			    .other = e.stored ? world->keyring.name : "");
		ok = write_config(&e, err);
	}
	clear(&e);
	return ok;
}

const struct command command_mfa_enroll = {
	.name = "mfa enroll",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "create and enable a virtual MFA device",
	.operands = OPERANDS_PROFILE,
	.options = options,
	.options_size = sizeof(struct enroll_options),
	.help = "Creates a virtual MFA device for the user whose key starts "
		"the chain of PROFILE, shows its QR code on the terminal, asks "
		"for two consecutive codes, enables the device, and writes "
		"mfa_serial into the config file. If a step fails, the device "
		"is removed again.\n"
		"\n"
		"--store stores the seed in the keyring and computes the "
		"codes.\n",
	.examples = "rolekey mfa enroll custodian\n",
	.run = cmd_mfa_enroll,
};
