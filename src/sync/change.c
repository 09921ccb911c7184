#include "sync/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "sync/account.h"
#include "sync/sync_internal.h"

#define BLOCK_MAX   (1U << 24) /* bytes: as the file */
#define PROFILE_MAX 8192
#define ROLE_SET                                                         \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"_+=,.@-/"
#define CREATED_ROLE "OrganizationAccountAccessRole"

/* A computation. */
struct making {
	const struct change_options *options;
	struct arena *arena;
	struct entry *entries;
	size_t n_entries;
	struct names_set names;
	const struct change_input *input;
	struct change_set *set;
};

/* A role in an account, whose profile is made. */
struct target {
	const struct account *account;
	const char *role;
	struct entry *entry; /* its profile in the block, or NULL */
	const char *base;    /* its name by the template */
	const char *name;    /* its name; NULL until it is decided */
};

struct view change_memo(struct view inside)
{
	return entries_memo(inside);
}

bool change_is_role(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= 576 && name[strspn(name, ROLE_SET)] == '\0' &&
	       name[0] != '/' && name[len - 1] != '/';
}

/* --- names ---------------------------------------------------------------------- */

static const char *template_of(const struct change_options *options)
{
	if (options->name)
		return options->name;
	return options->n_roles == 1 ? "{account}" : "{account}-{role}";
}

/*
 * Gives a profile in the block the name that it has, unless the template has
 * changed: then only if that is still one of its two names.
 */
static void keep_name(struct making *m, struct target *target)
{
	const struct entry *entry = target->entry;
	size_t len = strlen(target->base);

	if (!entry || names_has(&m->names, entry->name))
		return;
	if (m->options->renames && strcmp(entry->name, target->base) != 0 &&
	    !(strncmp(entry->name, target->base, len) == 0 &&
	      entry->name[len] == '-' &&
	      strcmp(entry->name + len + 1, target->account->id) == 0))
		return;
	target->name = entry->name;
	names_put(&m->names, entry->name);
}

static bool give_name(struct making *m, struct target *target)
{
	const char *id = target->account->id;
	const char *name = target->base;

	if (name && names_has(&m->names, name))
		name = arena_printf(m->arena, "%s-%s", target->base, id);
	for (size_t i = 2; name && names_has(&m->names, name); i++)
		name = arena_printf(m->arena, "%s-%s-%zu", target->base, id, i);
	target->name = name;
	if (name)
		names_put(&m->names, name);
	return name != NULL;
}

/* --- lines ---------------------------------------------------------------------- */

static const char *color_of(const struct change_options *options,
			    const char *ou, struct arena *arena)
{
	for (size_t i = 0; i < options->n_colors; i++) {
		const char *color = options->colors[i];
		const char *equal = strrchr(color, '=');
		const char *pattern;

		if (!equal)
			return color;
		pattern = arena_strndup(arena, color, (size_t)(equal - color));
		if (pattern && account_is_in(pattern, ou))
			return equal + 1;
	}
	return NULL;
}

/* A comma in a name at the root would look like that before a unit. */
static void put_comment(struct strbuf *out, const struct account *account)
{
	strbuf_printf(out, "# %s", account->name);
	if (account->ou[0] != '\0')
		strbuf_printf(out, ", %s", account->ou);
	else if (strchr(account->name, ','))
		strbuf_puts(out, ",");
	strbuf_puts(out, "\n");
}

static void put_key(struct strbuf *out, const char *key, const char *value)
{
	if (value)
		strbuf_printf(out, "%s = %s\n", key, value);
}

static void put_role(struct strbuf *out, const struct change_options *options,
		     const struct target *target)
{
	const struct account *account = target->account;

	if (options->sso_session) {
		put_key(out, "sso_session", options->sso_session);
		put_key(out, "sso_account_id", account->id);
		put_key(out, "sso_role_name", target->role);
		return;
	}
	strbuf_printf(out, "role_arn = arn:%s:iam::%s:role/%s\n",
		      account->partition, account->id, target->role);
	put_key(out, "source_profile", options->source);
}

static const char *lines_of(struct making *m, const struct target *target)
{
	const struct account *account = target->account;
	struct strbuf out = strbuf_with_max(PROFILE_MAX);
	const char *copy = NULL;

	put_comment(&out, account);
	strbuf_printf(&out, "[profile %s]\n", target->name);
	put_role(&out, m->options, target);
	put_key(&out, "region", m->options->region);
	put_key(&out, "color", color_of(m->options, account->ou, m->arena));
	if (strbuf_ok(&out))
		copy = arena_strdup(m->arena, strbuf_text(&out));
	strbuf_clear(&out);
	return copy;
}

/* --- the profiles --------------------------------------------------------------- */

static struct change_profile *add(struct making *m, enum change_kind kind,
				  const struct change_profile *profile)
{
	struct change_profile *to = &m->set->profiles[m->set->n++];

	*to = *profile;
	to->kind = kind;
	m->set->count[kind]++;
	return to;
}

static bool add_target(struct making *m, const struct target *target)
{
	const char *before = target->entry ? target->entry->text : NULL;
	struct change_profile profile = {
		.name = target->name,
		.account = target->account->id,
		.role = target->role,
		.before = before,
	};

	if (m->input->is_outside(m->input->self, target->name)) {
		(void)add(m, CHANGE_TAKEN, &profile);
		return true;
	}
	profile.after = lines_of(m, target);
	if (!profile.after)
		return false;
	(void)add(m,
		  !before                              ? CHANGE_NEW
		  : strcmp(before, profile.after) == 0 ? CHANGE_NONE
						       : CHANGE_OTHER,
		  &profile);
	return true;
}

/* A profile of an account that is gone stays, as long as its name is free. */
static void add_gone(struct making *m, const struct entry *entry)
{
	struct change_profile profile = { .name = entry->name,
					  .account = entry->account,
					  .role = entry->role,
					  .before = entry->text,
					  .after = entry->text };

	if (!m->options->prune) {
		(void)add(m, CHANGE_GONE, &profile);
		return;
	}
	profile.after = NULL;
	(void)add(m, CHANGE_REMOVED, &profile);
}

static int compare(const void *a, const void *b)
{
	const struct change_profile *x = a;
	const struct change_profile *y = b;

	return strcmp(x->name, y->name);
}

/* --- the targets ---------------------------------------------------------------- */

static bool is_listed(const struct change_options *options, const char *role)
{
	for (size_t i = 0; i < options->n_roles; i++)
		if (strcmp(options->roles[i], role) == 0)
			return true;
	return false;
}

static bool has_role(const struct change_options *options,
		     const struct account *account, const char *role)
{
	if (options->sso_session)
		return options->n_roles == 0 || is_listed(options, role);
	return !account->management || strcmp(role, CREATED_ROLE) != 0;
}

/* Returns the roles that an account may have, and their number. */
static const char *const *roles_of(const struct change_options *options,
				   const struct account *account, size_t *n)
{
	*n = options->sso_session ? account->n_roles : options->n_roles;
	return options->sso_session ? account->roles : options->roles;
}

static size_t count_roles(const struct making *m)
{
	size_t all = 0;
	size_t n;

	for (size_t i = 0; i < m->input->n; i++) {
		(void)roles_of(m->options, &m->input->accounts[i], &n);
		all += n;
	}
	return all;
}

static bool make_target(struct making *m, const struct account *account,
			const char *role, struct target *target)
{
	*target = (struct target){ .account = account, .role = role };
	target->entry =
		entries_find(m->entries, m->n_entries, account->id, role);
	if (target->entry)
		target->entry->used = true;
	target->base =
		names_make(template_of(m->options), account, role, m->arena);
	return target->base != NULL;
}

/* Makes a target for each role of an account. */
static bool add_targets(struct making *m, const struct account *account,
			struct target *targets, size_t *n_targets)
{
	size_t n;
	const char *const *roles = roles_of(m->options, account, &n);

	for (size_t i = 0; i < n; i++)
		if (has_role(m->options, account, roles[i]) &&
		    !make_target(m, account, roles[i],
				 &targets[(*n_targets)++]))
			return false;
	return true;
}

static bool make_targets(struct making *m, struct target *targets,
			 size_t *n_targets)
{
	*n_targets = 0;
	for (size_t i = 0; i < m->input->n; i++)
		if (!add_targets(m, &m->input->accounts[i], targets, n_targets))
			return false;
	return true;
}

/* Names that are taken first: those of profiles that stay as they are. */
static void name_those_that_stay(struct making *m, struct target *targets,
				 size_t n)
{
	for (size_t i = 0; i < m->n_entries; i++)
		if (!m->entries[i].used && !m->options->prune)
			names_put(&m->names, m->entries[i].name);
	for (size_t i = 0; i < n; i++)
		keep_name(m, &targets[i]);
}

static bool make_profiles(struct making *m, struct target *targets, size_t n)
{
	name_those_that_stay(m, targets, n);
	for (size_t i = 0; i < n; i++)
		if ((!targets[i].name && !give_name(m, &targets[i])) ||
		    !add_target(m, &targets[i]))
			return false;
	for (size_t i = 0; i < m->n_entries; i++)
		if (!m->entries[i].used)
			add_gone(m, &m->entries[i]);
	if (m->set->n > 0)
		qsort(m->set->profiles, m->set->n, sizeof(*m->set->profiles),
		      compare);
	return true;
}

static bool put_inside(struct making *m)
{
	struct strbuf out = strbuf_with_max(BLOCK_MAX);
	bool ok;

	strbuf_printf(&out, "%s\n", m->options->memo);
	for (size_t i = 0; i < m->set->n; i++)
		if (m->set->profiles[i].after) {
			strbuf_puts(&out, m->set->profiles[i].after);
			strbuf_puts(&out, "\n");
		}
	ok = strbuf_ok(&out);
	if (ok) {
		m->set->inside_len = out.len;
		m->set->inside = arena_strdup(m->arena, strbuf_text(&out));
	}
	strbuf_clear(&out);
	return ok && m->set->inside;
}

static bool compute(struct making *m)
{
	size_t most = count_roles(m);
	struct target *targets;
	size_t n_targets;

	targets = arena_alloc(m->arena, (most + 1) * sizeof(*targets));
	if (!targets || !entries_read(m->input->inside, m->arena, &m->entries,
				      &m->n_entries))
		return false;
	m->set->profiles =
		arena_alloc(m->arena, (most + m->n_entries + 1) *
					      sizeof(*m->set->profiles));
	return m->set->profiles &&
	       names_set_init(&m->names, most + m->n_entries, m->arena) &&
	       make_targets(m, targets, &n_targets) &&
	       make_profiles(m, targets, n_targets) && put_inside(m);
}

bool change_compute(const struct change_options *options,
		    const struct change_input *input, struct arena *arena,
		    struct change_set *set, struct error *err)
{
	struct making m = {
		.options = options, .arena = arena, .input = input, .set = set
	};

	*set = (struct change_set){ 0 };
	return names_check(template_of(options), err) &&
	       (compute(&m) || error_memory(err));
}
