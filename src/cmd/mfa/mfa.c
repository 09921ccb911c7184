#include <stddef.h>
#include <string.h>

#include "access/ask.h"
#include "access/request.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/mfa/mfa_internal.h"
#include "cmd/print_internal.h"
#include "crypto/totp.h"
#include "format/jsonout.h"
#include "format/seed.h"
#include "port/world.h"
#include "session/session.h"
#include "session/store/seed.h"

#define QUESTION_MAX 1024
#define INPUT_MAX    4096 /* bytes of a URI */

struct add_options {
	const char *serial; /* NULL: of the profile's chain */
	bool from_stdin;
	bool no_verify;
};

/* Of mfa code and mfa remove. */
struct serial_options {
	const char *serial;
};

#define SERIAL_OF(options)                                                \
	{                                                                 \
		.name = "serial", .value = "SERIAL", .kind = OPTION_TEXT, \
		.offset = offsetof(struct options, serial),               \
		.help = "use this MFA device instead of the profile's"    \
	}

static const struct option add_options[] = {
	SERIAL_OF(add_options),
	{ .name = "stdin",
	  .offset = offsetof(struct add_options, from_stdin),
	  .help = "read the seed from stdin" },
	{ .name = "no-verify",
	  .offset = offsetof(struct add_options, no_verify),
	  .help = "do not ask for an MFA code to verify the seed" },
	{ .include = option_force },
	{ 0 }
};

static const struct option code_options[] = { SERIAL_OF(serial_options),
					      { 0 } };

static const struct option list_options[] = { { .include = option_json },
					      { 0 } };

static const struct option remove_options[] = { SERIAL_OF(serial_options),
						{ .include = option_force },
						{ 0 } };

/* --- which device ------------------------------------------------------------- */

/* Refuses an invalid serial before a seed is asked for. */
static bool check_serial(const char *serial, struct error *err)
{
	if (!limits_fit(&limits_serial, serial))
		return error_fail(err, REASON_BAD_VALUE, .key = "--serial",
				  .value = serial,
				  .expected = "the serial number of an MFA "
					      "device (arn:aws:iam::ACCOUNT:"
					      "mfa/NAME)") ||
		       error_as(err, ERROR_USAGE);
	return !strstr(serial, ":u2f/") ||
	       error_fail(err, REASON_FIDO_WITHOUT_SEED, .arn = serial);
}

bool mfa_serial(const struct call *call, const char *given,
		const struct world *world, struct context *context,
		const char **serial, struct error *err)
{
	*context = (struct context){ 0 };
	*serial = given;
	if (*serial)
		return check_serial(*serial, err);
	if (!context_load(&call->request, world, context, err))
		return false;
	*serial = context->plan.mfa_serial;
	if (!*serial)
		return error_fail(err, REASON_NO_DEVICE_CONFIGURED,
				  .profile = call->request.profile);
	return check_serial(*serial, err);
}

bool mfa_confirm(const struct call *call, const struct world *world,
		 const char *what, const char *serial, bool *yes,
		 struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	*yes = call->force;
	if (*yes)
		return true;
	strbuf_printf(&question, "%s %s? (y/N) ", what, serial);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && (ask_confirm(world, strbuf_text(&question), yes, err) ||
		    error_context(err, REASON_REMOVAL));
	strbuf_clear(&question);
	if (ok && !*yes)
		notice_info(&world->notices, REASON_NOTHING_CHANGED);
	return ok;
}

/* --- add ---------------------------------------------------------------------- */

static bool read_seed(const struct add_options *own, const struct world *world,
		      struct secbuf **seed, struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	struct secbuf *text = NULL;
	bool ok;

	*seed = NULL;
	if (own->from_stdin)
		ok = input_read(&world->input, true, INPUT_MAX, &text, err);
	else
		ok = prompt_ask(prompt, PROMPT_SECRET,
				"Seed of the device (base32, or otpauth://; "
				"not shown): ",
				&text, err) ||
		     error_context(err, REASON_SEED_NEEDED);
	ok = ok && seed_parse(text, seed, err);
	secbuf_free(text);
	return ok;
}

/* Tests the code of the current 30 seconds, and of those before and after. */
static bool is_of(const struct secbuf *seed, const struct secbuf *code,
		  int64_t now, bool *is, struct error *err)
{
	bool ok = true;

	*is = false;
	for (int64_t step = -1; ok && !*is && step <= 1; step++) {
		struct secbuf *right = NULL;

		ok = totp_code(seed, now / TOTP_STEP + step, &right, err);
		*is = ok && secbuf_equal(right, code);
		secbuf_free(right);
	}
	return ok;
}

/*
 * Verifies the seed by a code: a wrong seed would fail once a day, without an
 * explanation.
 */
static bool check_code(const struct add_options *own, const struct world *world,
		       const struct secbuf *seed, struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	struct secbuf *code = NULL;
	bool is = false;
	bool ok;

	if (own->no_verify)
		return true;
	ok = prompt_ask(prompt, PROMPT_CODE,
			"Code that the device shows now: ", &code, err) ||
	     error_context(err, REASON_PROOF_NEEDED);
	ok = ok && is_of(seed, code, clock_now(&world->clock), &is, err);
	secbuf_free(code);
	return ok && (is || error_fail(err, REASON_CODE_OF_ANOTHER_SEED));
}

static bool may_replace(const struct call *call, const struct world *world,
			const char *serial, bool *yes, struct error *err)
{
	struct secbuf *old = NULL;
	struct error ignored = { 0 };
	bool there = seed_load(&world->keyring, serial, &old, &ignored) && old;

	secbuf_free(old);
	*yes = true;
	return !there ||
	       mfa_confirm(call, world, "A seed is stored. Replace that of",
			   serial, yes, err);
}

static bool cmd_mfa_add(const struct call *call, const struct world *world,
			struct error *err)
{
	const struct add_options *own = call->options;
	struct context context;
	const char *serial;
	struct secbuf *seed = NULL;
	bool yes = false;
	bool ok;

	ok = mfa_serial(call, own->serial, world, &context, &serial, err) &&
	     read_seed(own, world, &seed, err) &&
	     check_code(own, world, seed, err) &&
	     may_replace(call, world, serial, &yes, err) &&
	     (!yes || seed_store(&world->keyring, serial, seed, err));
	if (ok && yes)
		notice_info(&world->notices, REASON_SEED_STORED, .arn = serial,
			    .other = world->keyring.name);
	secbuf_free(seed);
	context_clear(&context);
	return ok;
}

/* --- code --------------------------------------------------------------------- */

/* Warns if the code was already used: AWS would refuse it. */
static void say_if_spent(const struct world *world, const struct plan *plan,
			 const char *serial, int64_t step)
{
	const struct ledger *ledger = &world->ledger;
	char name[SESSION_LEDGER_LEN];
	struct error ignored = { 0 };
	int64_t last = 0;

	session_ledger_name(plan, serial, name);
	if (ledger_get(ledger, LEDGER_CODE, name, &last, &ignored) &&
	    last == step)
		notice_warn(&world->notices, REASON_CODE_USED);
}

static bool print_code(const struct world *world, const struct plan *plan,
		       const char *serial, const struct secbuf *seed,
		       struct error *err)
{
	int64_t now = clock_now(&world->clock);
	struct secbuf *code = NULL;
	struct secbuf *line = secbuf_new(16);
	bool ok;

	ok = totp_code(seed, now / TOTP_STEP, &code, err);
	if (ok) {
		secbuf_join(line, code);
		secbuf_puts(line, "\n");
		notice_info(&world->notices, REASON_CODE_VALID_FOR,
			    .number = TOTP_STEP - now % TOTP_STEP);
		say_if_spent(world, plan, serial, now / TOTP_STEP);
		ok = print_secbuf(world, line, err);
	}
	secbuf_free(code);
	secbuf_free(line);
	return ok;
}

static bool cmd_mfa_code(const struct call *call, const struct world *world,
			 struct error *err)
{
	const struct serial_options *own = call->options;
	struct context context;
	const char *serial;
	struct secbuf *seed = NULL;
	bool ok;

	ok = mfa_serial(call, own->serial, world, &context, &serial, err) &&
	     seed_load(&world->keyring, serial, &seed, err);
	if (ok && !seed)
		ok = error_fail(err, REASON_NO_STORED_SEED, .arn = serial) ||
		     print_searched(world, err);
	ok = ok && print_code(world, &context.plan, serial, seed, err);
	secbuf_free(seed);
	context_clear(&context);
	return ok;
}

/* --- list --------------------------------------------------------------------- */

struct seeds {
	const struct keyring_item *items;
	size_t n;
	bool json;
};

static bool put_seeds(struct strbuf *out, const void *what)
{
	const struct seeds *seeds = what;
	struct jsonout json;

	if (!seeds->json) {
		for (size_t i = 0; i < seeds->n; i++) {
			print_clean(out, seeds->items[i].name);
			strbuf_puts(out, "\n");
		}
		return true;
	}
	json = jsonout_to_strbuf(out);
	jsonout_raw(&json, "[");
	for (size_t i = 0; i < seeds->n; i++) {
		jsonout_next(&json);
		jsonout_string(&json, seeds->items[i].name);
	}
	jsonout_raw(&json, "]\n");
	return true;
}

static bool cmd_mfa_list(const struct call *call, const struct world *world,
			 struct error *err)
{
	const struct keyring *keyring = &world->keyring;
	struct arena *arena = arena_new();
	struct seeds seeds = { .json = call->json };
	bool ok;

	ok = arena || error_memory(err);
	ok = ok &&
	     keyring_list(keyring, KEYRING_SEED, arena, &seeds.items, &seeds.n,
			  err) &&
	     (seeds.n > 0 || seeds.json
		      ? print_all(world, put_seeds, &seeds, err)
		      : true);
	arena_free(arena);
	return ok;
}

/* --- remove ------------------------------------------------------------------- */

static bool cmd_mfa_remove(const struct call *call, const struct world *world,
			   struct error *err)
{
	const struct serial_options *own = call->options;
	const struct keyring *keyring = &world->keyring;
	struct context context;
	const char *serial;
	bool removed = false;
	bool yes = false;
	bool ok;

	ok = mfa_serial(call, own->serial, world, &context, &serial, err) &&
	     mfa_confirm(call, world, "Remove the seed of", serial, &yes,
			 err) &&
	     (!yes ||
	      keyring_remove(keyring, KEYRING_SEED, serial, &removed, err));
	if (ok && yes && !removed)
		ok = error_fail(err, REASON_NO_STORED_SEED, .arn = serial) ||
		     print_searched(world, err);
	else if (ok && yes)
		notice_info(&world->notices, REASON_SEED_REMOVED,
			    .arn = serial);
	context_clear(&context);
	return ok;
}

const struct command command_mfa_add = {
	.name = "mfa add",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "store the seed of an MFA device",
	.operands = OPERANDS_PROFILE,
	.options = add_options,
	.options_size = sizeof(struct add_options),
	.help = "Asks for the seed of the profile's MFA device, in base32 or "
		"as an otpauth:// URI, verifies it with an MFA code, and "
		"stores it in the keyring. From then on rolekey computes the "
		"codes and does not ask for them: anyone who can read the "
		"keyring has both factors.\n",
	.examples = "rolekey mfa add testing\n",
	.run = cmd_mfa_add,
};

const struct command command_mfa_code = {
	.name = "mfa code",
	.needs = NEEDS_KEYRING,
	.summary = "print the MFA code of a stored seed",
	.operands = OPERANDS_PROFILE,
	.options = code_options,
	.options_size = sizeof(struct serial_options),
	.help = "Prints the current code of the profile's MFA device, computed "
		"from its stored seed and the clock of this machine. AWS "
		"accepts each code only once.\n",
	.examples = "rolekey mfa code testing\n",
	.run = cmd_mfa_code,
};

const struct command command_mfa_list = {
	.name = "mfa list",
	.needs = NEEDS_KEYRING,
	.summary = "list the MFA devices that have a stored seed",
	.operands = OPERANDS_NONE,
	.options = list_options,
	.help = "Prints the serials of the MFA devices whose seeds are in the "
		"keyring, one a line.\n",
	.examples = "rolekey mfa list\n",
	.run = cmd_mfa_list,
};

const struct command command_mfa_remove = {
	.name = "mfa remove",
	.needs = NEEDS_KEYRING,
	.summary = "remove a stored seed",
	.operands = OPERANDS_PROFILE,
	.options = remove_options,
	.options_size = sizeof(struct serial_options),
	.help = "Removes the seed of the profile's MFA device from the "
		"keyring, after confirmation. The device itself is not changed "
		"at AWS.\n",
	.examples = "rolekey mfa remove testing\n",
	.run = cmd_mfa_remove,
};
