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

/* Those whose codes STS takes; borrowed. */
struct devices {
	const char *serials[DEVICES_MAX];
	size_t n;
};

/* FIDO devices are left out, and that is said. */
struct devices mfa_device_sort(const struct world *world,
			       const char *const *serials, size_t n);

/*
 * The one device, or the one that the person picks by its number; NULL if there
 * is none, or none was picked.
 */
bool mfa_device_pick(const struct world *world, const struct devices *devices,
		     const char **serial, struct error *err) MUST_CHECK;

/* As access/remedy.h says. True if the line was written. */
bool mfa_device_offer(const struct plan *plan, const struct request *request,
		      const struct world *world, struct error *err);

#endif
