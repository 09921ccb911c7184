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

/* The parsed AWS files, and the plan for a profile. */
struct context {
	struct arena *arena;
	struct aws_config *config;
	struct secbuf *texts[2];    /* config points into them */
	bool brief;                 /* see struct plan_options */
	struct endpoint_memo *memo; /* see struct plan_options */
	bool one_hour;              /* see struct plan_options */
	struct plan plan;
};

/* Reads both files. Free with context_clear(), even on failure. */
bool context_read(const struct request *request, const struct world *world,
		  struct context *context, struct error *err) MUST_CHECK;

/* Makes the plan for a profile of the context's files. */
bool context_plan(const struct request *request, const struct world *world,
		  const char *profile, struct context *context,
		  struct plan *plan, struct error *err) MUST_CHECK;

/*
 * Reads both files and makes the plan for request->profile, in context->plan.
 * Free with context_clear(), even on failure.
 */
bool context_load(const struct request *request, const struct world *world,
		  struct context *context, struct error *err) MUST_CHECK;

void context_clear(struct context *context);

/*
 * Returns a context for brief plans of other profiles of the same files, with
 * an arena of its own: NULL when out of memory, and freed by the caller.
 */
struct context context_brief(const struct context *of);

/*
 * Empties the arena of such a context, with the plans in it, for the next
 * profile.
 */
void context_next(struct context *context);

/*
 * Makes the brief plans that follow share endpoints.  Fails with ERROR_MEMORY.
 */
bool context_share_endpoints(struct context *context,
			     struct error *err) MUST_CHECK;

/*
 * Reads the files again.  Earlier allocations of the arena stay valid; the plan
 * must be made again.
 */
bool context_read_again(const struct request *request,
			const struct world *world, struct context *context,
			struct error *err) MUST_CHECK;

/*
 * Notes in the ledger, for a day, that AWS denied the plan's role for more than
 * an hour.
 */
void context_note_denied(const struct world *world, const struct plan *plan);

#endif
