#include <stddef.h>

#include "access/request.h"
#include "base/error.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "port/world.h"

struct unlock_options {
	bool change;
};

static const struct option unlock_options[] = {
	{ .name = "change",
	  .offset = offsetof(struct unlock_options, change),
	  .help = "choose another passphrase" },
	{ 0 }
};

static bool cmd_lock(const struct call *call, const struct world *world,
		     struct error *err)
{
	const struct keyring *keyring = &world->keyring;

	(void)call;
	if (!keyring_lock(keyring, err))
		return false;
	notice_info(&world->notices, REASON_LOCKED, .other = keyring->name);
	return true;
}

static void report_unlocked(const struct call *call, bool changed,
			    const struct world *world)
{
	int64_t timeout = call->request.settings.unlock_timeout;
	char until[TIMEFMT_ISO_LEN] = "";

	if (timeout > 0)
		timefmt_iso(clock_now(&world->clock) + timeout, until);
	if (changed)
		notice_info(&world->notices, REASON_PASSPHRASE_CHANGED,
			    .other = world->keyring.name, .value = until);
	else
		notice_info(&world->notices, REASON_UNLOCKED,
			    .other = world->keyring.name, .value = until);
}

static bool cmd_unlock(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct unlock_options *own = call->options;
	const struct keyring *keyring = &world->keyring;

	if (!(own->change ? keyring_change(keyring, err)
			  : keyring_unlock(keyring, err)))
		return false;
	report_unlocked(call, own->change, world);
	return true;
}

const struct command command_lock = {
	.name = "lock",
	.summary = "forget what opens the keyring",
	.operands = OPERANDS_NONE,
	.help = "Forgets the key that the kernel keeps for the encrypted file, "
		"so that its\npassphrase is asked for again.\n"
		"\n  rolekey lock\n",
	.run = cmd_lock,
};

const struct command command_unlock = {
	.name = "unlock",
	.summary = "take the keyring's passphrase in, or change it",
	.operands = OPERANDS_NONE,
	.options = unlock_options,
	.options_size = sizeof(struct unlock_options),
	.help = "Asks for the passphrase of the encrypted file, if need be, "
		"and leaves what it\nopens with the kernel for the time of "
		"unlock_timeout.  --change asks for the\nold one, and twice "
		"for a new one.\n"
		"\n  rolekey unlock\n",
	.run = cmd_unlock,
};
