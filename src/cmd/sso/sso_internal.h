#ifndef CMD_SSO_SSO_INTERNAL_H
#define CMD_SSO_SSO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "access/context.h"
#include "base/attrs.h"
#include "plan/plan.h"

struct call;
struct error;
struct world;

/* A start URL of the config file, and how requests to it are sent. */
struct sso_place {
	struct plan plan; /* attempts and trust */
	struct plan_sso sso;
};

/*
 * Finds the start URL that a command is about: of the section [sso-session NAME]
 * or, if there is none, of the profile NAME's chain; without a name the only one
 * of the config file.  Texts are in the context, which is read here; free it
 * with context_clear(), even on failure.  ERROR_CONFIG, ERROR_USAGE
 * (REASON_SSO_WHICH).
 */
bool sso_place_find(const struct call *call, const struct world *world,
		    struct context *context, struct sso_place *place,
		    struct error *err) MUST_CHECK;

/*
 * Lists all start URLs of the files, in context->arena: the sections', then
 * those of profiles without a section.  Wrong ones are left out.
 */
bool sso_place_list(const struct call *call, const struct world *world,
		    struct context *context, struct sso_place **places,
		    size_t *n, struct error *err) MUST_CHECK;

/* Tests whether both are the same item of the keyring. */
bool sso_place_same(const struct plan_sso *a, const struct plan_sso *b);

/*
 * Removes the cached sessions of every profile whose chain starts from the
 * start URL.  A context of sso_place_find().  Errors of the keyring.
 */
bool sso_place_drop_sessions(const struct call *call, const struct world *world,
			     struct context *context,
			     const struct plan_sso *sso,
			     struct error *err) MUST_CHECK;

#endif
