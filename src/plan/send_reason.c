#include <string.h>

#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"
#include "plan/plan_internal.h"

#define TAG "Reason" /* the key of the session tag */

/* How a reason is sent: the values of rolekey_reason. */
static const char as_tag[] = "session_tag";
static const char as_identity[] = "source_identity";

/* Tests for a byte of a tag's value; a comma would begin another tag. */
static bool is_in_tag(const char *at)
{
	const struct view one = { at, 1 };

	return (unsigned char)*at >= 0x80 || limits_is_tag_text(one);
}

static bool is_in_identity(const char *at)
{
	return strchr(limits_session_name.set, *at) != NULL;
}

/* Replaces what AWS does not accept. NULL when out of memory. */
static char *adapt(struct planner *p, bool (*is_in)(const char *at))
{
	char *text = arena_strdup(p->arena, p->options->reason);

	for (char *at = text; at && *at != '\0'; at++)
		*at = (char)(is_in(at) ? *at : '_');
	return text;
}

static bool set_tag(struct planner *p, struct step *role, struct error *err)
{
	const char *before = role->session_tags;
	const char *value = adapt(p, is_in_tag);

	role->session_tags = value ? arena_printf(p->arena, "%s%s" TAG "=%s",
						  before ? before : "",
						  before ? "," : "", value)
				   : NULL;
	return role->session_tags || error_memory(err);
}

/* A source identity has 2 to 64 characters. */
static bool set_identity(struct planner *p, struct step *role,
			 struct error *err)
{
	char *value = adapt(p, is_in_identity);

	if (value && strlen(value) > limits_session_name.max)
		value[limits_session_name.max] = '\0';
	if (value && strlen(value) < limits_session_name.min)
		value = arena_printf(p->arena, "%s_", value);
	role->source_identity = value;
	return value || error_memory(err);
}

/* One value cannot be both the reason and what the profile sets. */
static bool check_free(const struct said *said, const struct step *role,
		       struct error *err)
{
	return !role->source_identity ||
	       resolve_bad(said, "session_tag, since source_identity is set",
			   err);
}

bool send_reason_apply(struct planner *p, struct error *err)
{
	struct step *last = &p->steps[p->plan->n_steps - 1];
	const struct said said =
		resolve_key(&p->links[0].profile, "rolekey_reason");
	bool tag = said.text && strcmp(said.text, as_tag) == 0;

	if (!said.text)
		return true;
	if (!tag && strcmp(said.text, as_identity) != 0)
		return resolve_bad(&said, "session_tag or source_identity",
				   err);
	if (last->kind != STEP_ASSUME_ROLE)
		return resolve_missing(&said, p->plan->profile, "role_arn",
				       err);
	if (!tag && !check_free(&said, last, err))
		return false;
	if (!p->options->reason)
		return true;
	return tag ? set_tag(p, last, err) : set_identity(p, last, err);
}
