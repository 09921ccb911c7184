#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/command.h"
#include "cmd/org/org_internal.h"
#include "plan/plan.h"
#include "sync/change.h"

#define CREATED_ROLE "OrganizationAccountAccessRole"

bool org_settings_find_source(struct org *org, struct org_source *source,
			      struct error *err)
{
	struct org_settings remembered;
	bool found;

	if (source->via && source->sso_session)
		return error_fail(err, REASON_EXCLUSIVE_OPTIONS,
				  .other = "--via and --sso-session");
	if (source->via || source->sso_session)
		return true;
	if (!org_memo_read(org, NULL, &remembered, &found, err))
		return false;
	source->via = remembered.source.via;
	if (!source->via)
		source->sso_session = remembered.source.sso_session;
	return source->via || source->sso_session ||
	       error_fail(err, REASON_NO_VIA);
}

/* The key of via is the key of all, and AWS makes a role in each account. */
bool org_settings_complete(const struct org *org, struct org_settings *settings,
			   struct error *err)
{
	struct arena *arena = org->context.arena;

	if (org->sso_session)
		return true;
	if (!settings->key_profile)
		settings->key_profile =
			arena_strdup(arena, org->context.plan.steps[0].profile);
	if (settings->roles.n == 0) {
		settings->roles.items = arena_alloc(arena, sizeof(char *));
		if (settings->roles.items)
			settings->roles.items[settings->roles.n++] =
				CREATED_ROLE;
	}
	return arena_ok(arena) || error_memory(err);
}

/* --- checks ---------------------------------------------------------------------- */

static bool is_color(const char *text)
{
	const char *equal = strrchr(text, '=');
	const char *color = equal ? equal + 1 : text;

	return strlen(color) == 6 &&
	       strspn(color, "0123456789abcdefABCDEF") == 6 && equal != text;
}

static bool is_line(const char *text)
{
	for (; text && *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool check_source(const struct org *org, const char *source,
			 struct error *err)
{
	return aws_config_find(org->context.config, CONFIG_PROFILE, source) ||
	       error_fail(err, REASON_NO_SUCH_PROFILE, .profile = source,
			  .path = org->call->request.config_path,
			  .key = "--source");
}

/* Refuses what needs a key or a unit: a session has neither. */
static bool check_for_session(const struct org_settings *settings,
			      struct error *err)
{
	if (settings->key_profile)
		return error_fail(err, REASON_EXCLUSIVE_OPTIONS,
				  .other = "--source and --sso-session");
	if (settings->name && strstr(settings->name, "{ou}"))
		return error_fail(err, REASON_BAD_OPTION_VALUE, .key = "name",
				  .value = settings->name,
				  .expected = "a name without {ou}");
	for (size_t i = 0; i < settings->colors.n; i++)
		if (strchr(settings->colors.items[i], '='))
			return error_fail(err, REASON_BAD_OPTION_VALUE,
					  .key = "color",
					  .value = settings->colors.items[i],
					  .expected = "RRGGBB");
	return true;
}

static bool check_lists(const struct org_settings *settings, struct error *err)
{
	for (size_t i = 0; i < settings->roles.n; i++)
		if (!change_is_role(settings->roles.items[i]))
			return error_fail(err, REASON_BAD_ROLE_NAME,
					  .value = settings->roles.items[i]);
	for (size_t i = 0; i < settings->colors.n; i++)
		if (!is_color(settings->colors.items[i]) ||
		    !is_line(settings->colors.items[i]))
			return error_fail(err, REASON_BAD_COLOR,
					  .value = settings->colors.items[i]);
	return true;
}

bool org_settings_check(const struct org *org,
			const struct org_settings *settings, struct error *err)
{
	if (!check_lists(settings, err))
		return false;
	if (!is_line(settings->source.where))
		return error_fail(err, REASON_BAD_CONFIG_TEXT, .key = "where",
				  .value = settings->source.where);
	if (settings->region && !endpoint_is_region(settings->region))
		return error_fail(err, REASON_BAD_OPTION_VALUE, .key = "region",
				  .value = settings->region,
				  .expected = "a region");
	return org->sso_session ? check_for_session(settings, err)
				: check_source(org, settings->key_profile, err);
}
