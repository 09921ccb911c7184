#ifndef ACCESS_REMEDY_H
#define ACCESS_REMEDY_H

#include "access/obtain.h"

struct error;
struct plan;
struct request;
struct world;

/*
 * Looks for a remedy for a role that AWS denied; the maker of rolekey-full.
 *
 * If no MFA serial is known, it lists the devices of the key's user
 * (ListMFADevices) and offers to add one to the config file.  If none is added,
 * err keeps its code and names the device.
 *
 * If the role was to last more than one hour, it was assumed with the
 * long-lived key; a policy that allows the key only GetSessionToken without MFA
 * denies this, with any code.  With role_duration = auto, one hour is planned
 * instead; obtain_credentials() notes for a day that this succeeded.
 */
enum remedy remedy_apply(const struct plan *plan, const struct request *request,
			 const struct world *world, struct error *err);

#endif
