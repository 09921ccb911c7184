#ifndef ACCESS_REMEDY_H
#define ACCESS_REMEDY_H

#include "access/obtain.h"

struct error;
struct plan;
struct request;
struct world;

/*
 * Find a remedy for a role that AWS denied: struct maker's second function in the
 * full executable.
 *
 * No MFA serial is known: the devices of the key's user are found by
 * ListMFADevices, and it is offered to write one into the config.  If it is not
 * written, err, whose code stays, names the device that there is.
 *
 * The role was to last more than one hour, so it was taken straight from the
 * key: a policy that allows the key nothing but GetSessionToken without MFA
 * denies that, whatever code goes with it.  With role_duration = auto the hour
 * is taken instead; obtain_credentials() notes for a day that it was given.
 */
enum remedy remedy_apply(const struct plan *plan, const struct request *request,
			 const struct world *world, struct error *err);

#endif
