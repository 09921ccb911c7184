#include "aws/aesr.h"

#include <string.h>
#include <strings.h>

#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"

#define PREFIX     "profile"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define FIELDS     9

struct reading {
	struct arena *arena;
	struct aesr_profile *profiles;
	size_t n;
	unsigned line;
};

/* Returns the field of a key, or NULL: other keys are ignored. */
static const char **field_of(struct aesr_profile *profile, struct view key)
{
	const struct {
		const char *name;
		const char **field;
	} fields[FIELDS] = {
		{ "role_arn", &profile->role_arn },
		{ "aws_account_id", &profile->account },
		{ "role_name", &profile->role_name },
		{ "source_profile", &profile->source_profile },
		{ "color", &profile->color },
		{ "image", &profile->image },
		{ "region", &profile->region },
		{ "target_role_name", &profile->target_role_name },
		{ "target_region", &profile->target_region },
	};

	for (size_t i = 0; i < FIELDS; i++)
		if (view_equals(key, fields[i].name))
			return fields[i].field;
	return NULL;
}

/* --- lines ------------------------------------------------------------------- */

/* Reads a line, which CR, LF or both end, and moves rest after it. */
static bool next_line(struct view *rest, struct view *line)
{
	size_t n = 0;

	if (rest->len == 0)
		return false;
	while (n < rest->len && rest->at[n] != '\n' && rest->at[n] != '\r')
		n++;
	*line = (struct view){ rest->at, n };
	if (n + 1 < rest->len && rest->at[n] == '\r' && rest->at[n + 1] == '\n')
		n++;
	n += n < rest->len ? 1 : 0;
	rest->at += n;
	rest->len -= n;
	return true;
}

static struct view trim(struct view text)
{
	return view_trim(text, " \t");
}

static struct view without_comment(struct view line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] == ';' || line.at[i] == '#')
			line.len = i;
	return trim(line);
}

static bool add_section(struct reading *r, struct view name, struct error *err)
{
	struct aesr_profile *room =
		arena_room(r->arena, r->profiles, r->n, sizeof(*r->profiles));

	if (!room)
		return error_memory(err);
	if (name.len > PREFIX_LEN &&
	    strncasecmp(name.at, PREFIX, PREFIX_LEN) == 0 &&
	    (name.at[PREFIX_LEN] == ' ' || name.at[PREFIX_LEN] == '\t')) {
		name.at += PREFIX_LEN;
		name.len -= PREFIX_LEN;
	}
	name = trim(name);
	r->profiles = room;
	room[r->n] =
		(struct aesr_profile){ .name = arena_strndup(r->arena, name.at,
							     name.len),
				       .line = r->line };
	return room[r->n++].name || error_memory(err);
}

static bool add_key(struct reading *r, struct view line, struct error *err)
{
	const char *equal = memchr(line.at, '=', line.len);
	struct view key, value;
	const char **field;

	if (!equal)
		return error_fail(err, REASON_NOT_A_KEY, .line = r->line);
	key = trim((struct view){ line.at, (size_t)(equal - line.at) });
	value.at = equal + 1;
	value.len = line.len - (size_t)(value.at - line.at);
	equal = memchr(value.at, '=', value.len);
	if (equal)
		value.len = (size_t)(equal - value.at);
	value = trim(value);
	if (key.len == 0 || value.len == 0)
		return error_fail(err, REASON_NOT_A_KEY, .line = r->line);
	if (r->n == 0)
		return error_fail(err, REASON_KEY_OUTSIDE_SECTION,
				  .line = r->line);
	field = field_of(&r->profiles[r->n - 1], key);
	if (!field)
		return true;
	if (*field)
		return error_fail(err, REASON_AESR_KEY_TWICE,
				  .profile = r->profiles[r->n - 1].name,
				  .key = arena_strndup(r->arena, key.at,
						       key.len),
				  .line = r->line);
	*field = arena_strndup(r->arena, value.at, value.len);
	return *field || error_memory(err);
}

static bool read_line(struct reading *r, struct view line, struct error *err)
{
	line = without_comment(line);
	if (line.len == 0)
		return true;
	if (memchr(line.at, '\0', line.len)) /* it would end a text */
		return error_fail(err, REASON_NOT_A_KEY, .line = r->line);
	if (line.len > 2 && line.at[0] == '[' && line.at[line.len - 1] == ']')
		return add_section(
			r, (struct view){ line.at + 1, line.len - 2 }, err);
	return add_key(r, line, err);
}

/* --- what it means ------------------------------------------------------------ */

static const struct aesr_profile *base_of(const struct reading *r,
					  const struct aesr_profile *profile)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->profiles[i].name, profile->source_profile) == 0)
			return &r->profiles[i];
	return NULL;
}

static bool take_from_base(const struct reading *r,
			   struct aesr_profile *profile, struct error *err)
{
	const struct aesr_profile *base;

	if (!profile->source_profile)
		return true;
	base = base_of(r, profile);
	if (!base)
		return error_fail(err, REASON_AESR_NO_BASE,
				  .profile = profile->source_profile,
				  .line = profile->line);
	if (!profile->role_arn && !profile->role_name)
		profile->role_name = base->target_role_name;
	if (!profile->region)
		profile->region = base->target_region;
	return true;
}

static bool find_role(const struct reading *r, struct aesr_profile *profile,
		      struct error *err)
{
	struct arn arn;

	if (profile->role_arn && (profile->account || profile->role_name))
		return error_fail(err, REASON_AESR_TWO_ROLES,
				  .profile = profile->name,
				  .key = profile->account ? "aws_account_id"
							  : "role_name",
				  .line = profile->line);
	if (profile->role_arn) {
		if (!arn_is_role(profile->role_arn) ||
		    !arn_parse(profile->role_arn, &arn))
			return error_fail(err, REASON_BAD_VALUE,
					  .key = "role_arn",
					  .value = profile->role_arn,
					  .expected = "the ARN of a role",
					  .line = profile->line);
		profile->account = arena_strdup(r->arena, arn.account);
		return profile->account || error_memory(err);
	}
	if (!profile->account)
		return error_fail(err, REASON_AESR_NO_ACCOUNT,
				  .profile = profile->name,
				  .line = profile->line);
	if (!profile->role_name)
		return true;
	profile->role_arn = arena_printf(r->arena, "arn:aws:iam::%s:role/%s",
					 profile->account, profile->role_name);
	return profile->role_arn || error_memory(err);
}

bool aesr_parse(struct view text, struct arena *arena,
		struct aesr_profile **profiles, size_t *n, struct error *err)
{
	struct reading r = { .arena = arena };
	struct view line;
	bool ok = true;

	while (ok && next_line(&text, &line)) {
		r.line++;
		ok = read_line(&r, line, err);
	}
	for (size_t i = 0; ok && i < r.n; i++)
		ok = take_from_base(&r, &r.profiles[i], err) &&
		     find_role(&r, &r.profiles[i], err);
	*profiles = r.profiles;
	*n = r.n;
	return ok;
}
