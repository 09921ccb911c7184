#include <stddef.h>

#include "access/request.h"
#include "base/error.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/cmd_internal.h"
#include "cmd/command.h"
#include "port/world.h"

static bool cmd_lock(const struct request *request, const struct world *world,
		     struct error *err)
{
	const struct keyring *keyring = &world->keyring;

	(void)request;
	if (!keyring_lock(keyring, err))
		return false;
	notice_info(&world->notices, REASON_LOCKED, .other = keyring->name);
	return true;
}

static void report_unlocked(const struct request *request,
			    const struct world *world)
{
	int64_t timeout = request->settings.unlock_timeout;
	char until[TIMEFMT_ISO_LEN] = "";

	if (timeout > 0)
		timefmt_iso(clock_now(&world->clock) + timeout, until);
	if (request->change)
		notice_info(&world->notices, REASON_PASSPHRASE_CHANGED,
			    .other = world->keyring.name, .value = until);
	else
		notice_info(&world->notices, REASON_UNLOCKED,
			    .other = world->keyring.name, .value = until);
}

static bool cmd_unlock(const struct request *request, const struct world *world,
		       struct error *err)
{
	const struct keyring *keyring = &world->keyring;

	if (!(request->change ? keyring_change(keyring, err)
			      : keyring_unlock(keyring, err)))
		return false;
	report_unlocked(request, world);
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
	.options = OPT_CHANGE,
	.help = "Asks for the passphrase of the encrypted file, if need be, "
		"and leaves what it\nopens with the kernel for the time of "
		"unlock_timeout.  --change asks for the\nold one, and twice "
		"for a new one.\n"
		"\n  rolekey unlock\n",
	.run = cmd_unlock,
};
