#ifndef ACCESS_MFA_DEVICE_INTERNAL_H
#define ACCESS_MFA_DEVICE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct plan;
struct request;
struct world;

#define DEVICES_MAX 64

/* Serials of devices whose codes STS accepts; borrowed. */
struct devices {
	const char *serials[DEVICES_MAX];
	size_t n;
};

/* Drops FIDO devices, with a notice for each. */
struct devices mfa_device_sort(const struct world *world,
			       const char *const *serials, size_t n);

/*
 * Returns the only device, or the one that the user chooses by its number.
 * NULL if there is none, or the user chose none.
 */
bool mfa_device_pick(const struct world *world, const struct devices *devices,
		     const char **serial, struct error *err) MUST_CHECK;

/*
 * Offers to add an MFA device to the config file, as described in
 * access/remedy.h.  Returns true if the line was written.
 */
bool mfa_device_offer(const struct plan *plan, const struct request *request,
		      const struct world *world, struct error *err);

#endif
