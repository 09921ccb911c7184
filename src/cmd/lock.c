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
	  .help = "change the passphrase" },
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
	.needs = NEEDS_KEYRING,
	.summary = "lock the encrypted keyring file",
	.operands = OPERANDS_NONE,
	.help = "Removes the key of the encrypted keyring file from the "
		"kernel, so that the next command asks for the passphrase. "
		"Stored keys and sessions are kept.\n",
	.examples = "rolekey lock\n",
	.run = cmd_lock,
};

const struct command command_unlock = {
	.name = "unlock",
	.needs = NEEDS_KEYRING,
	.summary = "unlock the encrypted keyring file",
	.operands = OPERANDS_NONE,
	.options = unlock_options,
	.options_size = sizeof(struct unlock_options),
	.help = "Asks for the passphrase of the encrypted keyring file, if it "
		"is locked, and keeps the file unlocked for the time of the "
		"setting unlock_timeout. --change asks for the current "
		"passphrase, and twice for a new one.\n",
	.examples = "rolekey unlock\n"
		    "rolekey unlock --change\n",
	.run = cmd_unlock,
};
