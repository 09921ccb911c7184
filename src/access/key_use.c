#include "access/key_use.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "plan/chain.h"
#include "plan/source.h"
#include "port/world.h"

#define NAMES_SHOWN 5 /* profiles; others are counted */

static const struct config_section *section_of(const struct key_use *use,
					       const char *profile)
{
	return aws_config_find(use->context->config, CONFIG_PROFILE, profile);
}

/* Finds a chain as if a section had no static keys. */
static bool find(const struct key_use *use, const char *profile,
		 const struct config_section *without, struct arena *arena,
		 struct chain *chain, struct error *err)
{
	const struct plan_options options = {
		.profile = profile,
		.region = use->request->region,
		.brief = true,
		.without = without,
		.environment = use->world->environment,
	};

	return chain_find(use->context->config, &options, arena, chain, err);
}

static bool unused(const struct chain *chain, struct error *err)
{
	const struct config_value *by = chain->by;

	return error_fail(err, REASON_KEY_WOULD_BE_UNUSED,
			  .path = by ? by->file : NULL,
			  .line = by ? by->line : 0, .key = by ? by->key : NULL,
			  .profile = chain->selected,
			  .other = chain->kind == STEP_STORED_KEY
					   ? chain->profile
					   : NULL);
}

/* --- the profile itself -------------------------------------------------------- */

static bool check_own(const struct key_use *use, const char *profile,
		      const struct config_section *without, struct arena *arena,
		      struct error *err)
{
	struct chain chain;

	return find(use, profile, without, arena, &chain, err) &&
	       (chain_starts_itself(&chain) || unused(&chain, err));
}

bool key_use_check(const struct key_use *use, const char *profile,
		   struct error *err)
{
	struct arena *arena;
	bool ok;

	if (!section_of(use, profile))
		return true;
	arena = arena_new();
	ok = arena ? check_own(use, profile, NULL, arena, err)
		   : error_memory(err);
	arena_free(arena);
	return ok;
}

/* --- the other profiles ---------------------------------------------------------- */

static bool is_stored(const struct key_use *use, const char *profile,
		      bool *stored, struct error *err)
{
	struct secbuf *value = NULL;
	bool ok = keyring_get(&use->world->keyring, KEYRING_KEY, profile,
			      &value, err);

	*stored = value != NULL;
	secbuf_free(value);
	return ok;
}

/*
 * Compares the credentials that two chains of a profile start with, if the key
 * in moved is stored for the profile of that section.
 */
static bool compare_starts(const struct key_use *use,
			   const struct config_section *moved,
			   const struct chain *before,
			   const struct chain *after, bool *same,
			   struct error *err)
{
	*same = before->kind == after->kind &&
		strcmp(before->profile, after->profile) == 0;
	if (!*same || before->keys == after->keys ||
	    strcmp(after->profile, moved->name) == 0)
		return true;
	return is_stored(use, after->profile, same, err);
}

static bool compare(const struct key_use *use, const char *profile,
		    const struct config_section *moved, struct arena *arena,
		    bool *same, struct error *err)
{
	struct error why = { 0 };
	struct chain before;
	struct chain after;

	*same = true;
	if (!find(use, profile, NULL, arena, &before, &why))
		return why.code != ERROR_MEMORY || error_memory(err);
	*same = find(use, profile, moved, arena, &after, &why);
	if (!*same)
		return why.code != ERROR_MEMORY || error_memory(err);
	if (!after.without_keys)
		return true;
	*same = chain_same_roles(&before, &after);
	return !*same || compare_starts(use, moved, &before, &after, same, err);
}

static void add_name(struct error *list, const char *name, size_t n)
{
	char *text = list->about.other;
	size_t len = strlen(text);

	if (n < NAMES_SHOWN)
		(void)snprintf(text + len, sizeof(list->about.other) - len,
			       "%s%s", n > 0 ? ", " : "", name);
	else if (n == NAMES_SHOWN)
		(void)snprintf(text + len, sizeof(list->about.other) - len,
			       ", ...");
}

static bool check_others(const struct key_use *use,
			 const struct config_section *moved, struct error *err)
{
	const struct config_section *section;
	struct error changed = { 0 };
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; ok && (section = aws_config_nth(use->context->config,
							   CONFIG_PROFILE, i));
	     i++) {
		struct arena *arena = section == moved ? NULL : arena_new();
		bool same = true;

		if (section == moved)
			continue;
		ok = arena ? compare(use, section->name, moved, arena, &same,
				     err)
			   : error_memory(err);
		arena_free(arena);
		if (ok && !same)
			add_name(&changed, section->name, n++);
	}
	return ok && (n == 0 || error_fail(err, REASON_CHAINS_WOULD_CHANGE,
					   .profile = moved->name,
					   .other = changed.about.other));
}

bool key_use_check_moved(const struct key_use *use,
			 const struct config_section *section,
			 struct error *err)
{
	struct arena *arena = arena_new();
	bool same = false;
	bool ok = arena || error_memory(err);

	ok = ok && check_others(use, section, err) &&
	     check_own(use, section->name, NULL, arena, err) &&
	     check_own(use, section->name, section, arena, err) &&
	     compare(use, section->name, section, arena, &same, err);
	if (ok && !same)
		ok = error_fail(err, REASON_CHAINS_WOULD_CHANGE,
				.profile = section->name,
				.other = section->name);
	arena_free(arena);
	return ok;
}

/* --- a shared key ------------------------------------------------------------------ */

/* Does another profile take over the lines of this one? */
static bool is_included(const struct key_use *use, const char *profile)
{
	const struct config_section *section;

	for (size_t i = 0; (section = aws_config_nth(use->context->config,
						     CONFIG_PROFILE, i));
	     i++) {
		const struct config_value *value =
			config_value(section, "include_profile");

		if (value && strcmp(value->text, profile) == 0)
			return true;
	}
	return false;
}

/* Is the stored key all that the profile starts and ends with? */
static bool is_plain(const struct key_use *use, const char *profile,
		     const struct config_section *without, struct arena *arena,
		     bool *plain, struct error *err)
{
	struct error why = { 0 };
	struct chain chain;

	*plain = find(use, profile, without, arena, &chain, &why) &&
		 chain_starts_itself(&chain) && chain.n_roles == 0;
	return why.code != ERROR_MEMORY || error_memory(err);
}

/* Does the profile name a source_profile, which a second line would contradict? */
static bool names_source(const struct key_use *use, const char *profile,
			 struct arena *arena, bool *names, struct error *err)
{
	struct profile resolved;
	struct error why = { 0 };

	*names = false;
	if (!section_of(use, profile))
		return true;
	if (!profile_resolve(use->context->config, profile, true, arena,
			     &resolved, &why))
		return why.code != ERROR_MEMORY || error_memory(err);
	*names = source_value(&resolved, SOURCE_PROFILE) != NULL;
	return true;
}

bool key_use_may_share(const struct key_use *use, const char *profile,
		       const char *twin, const struct config_section *section,
		       bool *may, struct error *err)
{
	struct arena *arena = arena_new();
	bool own = !section_of(use, profile);
	bool other = false;
	bool names = false;
	bool ok;

	*may = false;
	ok = (arena || error_memory(err)) &&
	     is_plain(use, twin, NULL, arena, &other, err) &&
	     (own || is_plain(use, profile, section, arena, &own, err)) &&
	     names_source(use, profile, arena, &names, err);
	if (ok)
		*may = own && other && !names && !is_included(use, profile);
	arena_free(arena);
	return ok;
}
