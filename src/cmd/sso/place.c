#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/command.h"
#include "cmd/sso/sso_internal.h"
#include "port/world.h"
#include "session/store/key_change.h"

bool sso_place_same(const struct plan_sso *a, const struct plan_sso *b)
{
	if (a->session || b->session)
		return a->session && b->session &&
		       strcmp(a->session, b->session) == 0;
	return strcmp(a->start_url, b->start_url) == 0;
}

static bool from_section(const struct world *world, const char *name,
			 struct context *context, struct sso_place *place,
			 struct error *err)
{
	const struct plan_options options = {
		.profile = name,
		.brief = true,
		.environment = world->environment,
	};

	return plan_sso_session(context->config, &options, context->arena,
				&place->plan, &place->sso, err);
}

static bool from_profile(const struct call *call, const struct world *world,
			 const char *name, struct context *context,
			 struct sso_place *place, struct error *err)
{
	const struct step *first;

	if (!context_plan(&call->request, world, name, context, &place->plan,
			  err))
		return false;
	first = &place->plan.steps[0];
	if (!first->sso)
		return error_fail(err, REASON_NOT_SSO, .profile = name);
	place->sso = *first->sso;
	return true;
}

static bool is_known(const struct sso_place *places, size_t n,
		     const struct sso_place *place)
{
	for (size_t i = 0; i < n; i++)
		if (sso_place_same(&places[i].sso, &place->sso))
			return true;
	return false;
}

/* A list that grows in the arena. */
struct list {
	struct arena *arena;
	struct sso_place *places;
	size_t n;
};

static bool add(struct list *list, const struct sso_place *place,
		struct error *err)
{
	struct sso_place *places;

	if (is_known(list->places, list->n, place))
		return true;
	places =
		arena_room(list->arena, list->places, list->n, sizeof(*places));
	if (!places)
		return error_memory(err);
	places[list->n++] = *place;
	list->places = places;
	return true;
}

static bool list_all(const struct call *call, const struct world *world,
		     struct context *context, struct list *list,
		     struct error *err)
{
	const struct config_section *section;
	struct sso_place place;
	struct error why = { 0 };
	size_t n;

	for (n = 0;
	     (section = aws_config_nth(context->config, CONFIG_SSO_SESSION, n));
	     n++)
		if (from_section(world, section->name, context, &place, &why) &&
		    !add(list, &place, err))
			return false;
	context->brief = true;
	for (n = 0;
	     (section = aws_config_nth(context->config, CONFIG_PROFILE, n));
	     n++)
		if (from_profile(call, world, section->name, context, &place,
				 &why) &&
		    !place.sso.session && !add(list, &place, err))
			return false;
	context->brief = false;
	return why.code != ERROR_MEMORY || error_memory(err);
}

bool sso_place_list(const struct call *call, const struct world *world,
		    struct context *context, struct sso_place **places,
		    size_t *n, struct error *err)
{
	struct list list = { .arena = context->arena };
	bool ok = list_all(call, world, context, &list, err);

	*places = list.places;
	*n = list.n;
	return ok;
}

static bool only_one(const struct call *call, const struct world *world,
		     struct context *context, struct sso_place *place,
		     struct error *err)
{
	struct sso_place *places;
	size_t n;

	if (!sso_place_list(call, world, context, &places, &n, err))
		return false;
	if (n != 1)
		return error_fail(err, REASON_SSO_WHICH, .number = (int64_t)n);
	*place = places[0];
	return true;
}

bool sso_place_find(const struct call *call, const struct world *world,
		    struct context *context, struct sso_place *place,
		    struct error *err)
{
	const char *name = call->request.profile;

	if (!context_read(&call->request, world, context, err))
		return false;
	if (!name)
		return only_one(call, world, context, place, err);
	if (aws_config_find(context->config, CONFIG_SSO_SESSION, name))
		return from_section(world, name, context, place, err);
	return from_profile(call, world, name, context, place, err);
}

bool sso_place_drop_sessions(const struct call *call, const struct world *world,
			     struct context *context,
			     const struct plan_sso *sso, struct error *err)
{
	const struct config_section *section;
	bool ok = true;

	context->brief = true;
	for (size_t n = 0; ok && (section = aws_config_nth(context->config,
							   CONFIG_PROFILE, n));
	     n++) {
		struct error ignored = { 0 };
		struct plan plan;
		unsigned dropped = 0;

		if (!context_plan(&call->request, world, section->name, context,
				  &plan, &ignored) ||
		    !plan.steps[0].sso ||
		    !sso_place_same(plan.steps[0].sso, sso) ||
		    strcmp(plan.steps[0].profile, section->name) != 0)
			continue;
		ok = key_change_drop(world, &world->keyring, section->name,
				     &dropped, err);
	}
	return ok;
}
