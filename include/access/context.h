#ifndef ACCESS_CONTEXT_H
#define ACCESS_CONTEXT_H

#include <stdbool.h>

#include "base/attrs.h"
#include "plan/plan.h"

struct arena;
struct aws_config;
struct error;
struct request;
struct secbuf;
struct world;

/* The two AWS files as they were read, and what the profile comes to. */
struct context {
	struct arena *arena;
	struct aws_config *config;
	struct secbuf *texts[2]; /* config points into them */
	bool brief;              /* plans are many: see struct plan_options */
	bool one_hour;           /* likewise */
	struct plan plan;
};

/* Read both files. Give back with context_clear(), whatever was returned. */
bool context_read(const struct request *request, const struct world *world,
		  struct context *context, struct error *err) MUST_CHECK;

/* The plan for a profile of the context's files. */
bool context_plan(const struct request *request, const struct world *world,
		  const char *profile, struct context *context,
		  struct plan *plan, struct error *err) MUST_CHECK;

/* Both, for request->profile, into look->plan. */
bool context_load(const struct request *request, const struct world *world,
		  struct context *context, struct error *err) MUST_CHECK;

/* Is it a role of more than one hour, straight from the key with a code? */
bool context_is_direct(const struct request *request, const struct plan *plan);

void context_clear(struct context *context);

/* Read the files again; what the arena has stays good. The plan is stale. */
bool context_read_again(const struct request *request,
			const struct world *world, struct context *context,
			struct error *err) MUST_CHECK;

/*
 * Remember for a day, in the ledger, that AWS denied the plan's role for more
 * than an hour.
 */
void context_note_denied(const struct world *world, const struct plan *plan);

#endif
