#ifndef CMD_DEVICE_H
#define CMD_DEVICE_H

#include <stdbool.h>

struct error;
struct plan;
struct request;
struct world;

/*
 * The full executable's mender (port/world.h): where a role was denied and no
 * MFA serial is known, find the devices of the key's user by ListMFADevices,
 * and offer to write one into the config.  True if it was written.  Else err,
 * whose code stays, names the device that there is.
 */
bool device_offer(const struct plan *plan, const struct request *request,
		  const struct world *world, struct error *err);

#endif
