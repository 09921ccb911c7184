#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/ask.h"
#include "access/request.h"
#include "aws/block.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/org/org_internal.h"
#include "cmd/print_internal.h"
#include "plan/plan.h"
#include "port/world.h"
#include "sync/change.h"

#define LOCK_WAIT    10 /* seconds */
#define MODE         0600
#define QUESTION_MAX 1024
#define COUNTS_LEN   128

struct org_sync_options {
	struct org_settings settings;
	bool prune, dry_run, check;
};

#define SETTING(field) offsetof(struct org_sync_options, settings.field)

static const struct option options[] = {
	{ .name = "via",
	  .value = "PROFILE",
	  .kind = OPTION_TEXT,
	  .listed = "profiles",
	  .offset = SETTING(source.via),
	  .help = "read the organization with this profile" },
	{ .name = "sso-session",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .listed = "sso-sessions",
	  .offset = SETTING(source.sso_session),
	  .help = "read accounts and roles of this [sso-session]" },
	{ .name = "role",
	  .value = "NAME",
	  .kind = OPTION_LIST,
	  .offset = SETTING(roles),
	  .help = "make profiles of this role; may be repeated" },
	{ .name = "source",
	  .value = "PROFILE",
	  .kind = OPTION_TEXT,
	  .listed = "profiles",
	  .offset = SETTING(key_profile),
	  .help = "set this source_profile (default: that of --via)" },
	{ .name = "name",
	  .value = "TEMPLATE",
	  .kind = OPTION_TEXT,
	  .offset = SETTING(name),
	  .help = "name profiles by {account} {id} {ou} {role} {email}" },
	{ .name = "where",
	  .value = "FILTER",
	  .kind = OPTION_TEXT,
	  .offset = SETTING(source.where),
	  .help = "select accounts, as in 'ou=Prod/* tag:team=web'" },
	{ .name = "color",
	  .value = "COLOR",
	  .kind = OPTION_LIST,
	  .offset = SETTING(colors),
	  .help = "set color: RRGGBB, or UNIT=RRGGBB; may be repeated" },
	{ .include = option_region },
	{ .name = "prune",
	  .offset = offsetof(struct org_sync_options, prune),
	  .help = "remove profiles of accounts that are gone" },
	{ .name = "dry-run",
	  .offset = offsetof(struct org_sync_options, dry_run),
	  .help = "show what would change, and change nothing" },
	{ .name = "check",
	  .offset = offsetof(struct org_sync_options, check),
	  .help = "the same; exit with 1 if something would change" },
	{ .include = option_code },
	{ .include = option_yes },
	{ 0 }
};

/* A change of the file. */
struct sync {
	struct org org;
	const struct org_sync_options *own;
	struct org_settings settings;
	bool renames;
	struct secbuf *before; /* the file; NULL: it does not exist */
	struct secbuf *after;  /* NULL: nothing changes */
	struct change_set set;
	char counts[COUNTS_LEN];
};

static const char *path_of(const struct sync *s)
{
	return s->org.call->request.config_path;
}

/* --- settings ------------------------------------------------------------------- */

static bool merge_remembered(struct sync *s, struct error *err)
{
	struct org_settings remembered;
	bool found;

	if (!org_memo_read(&s->org, s->org.tag, &remembered, &found, err))
		return false;
	org_memo_merge(&s->settings, &remembered);
	if (!org_settings_complete(&s->org, &s->settings, err))
		return false;
	s->renames = found && !org_memo_same_names(&s->settings, &remembered);
	return true;
}

static bool read_source(struct sync *s, struct error *err)
{
	struct org_settings *settings = &s->settings;

	return org_settings_find_source(&s->org, &settings->source, err) &&
	       org_source_open(&s->org, &settings->source, err) &&
	       merge_remembered(s, err) &&
	       org_settings_check(&s->org, settings, err) &&
	       org_source_filter(&s->org, &settings->source, err) &&
	       org_source_read(&s->org, false, err);
}

/* --- the change ----------------------------------------------------------------- */

/* The profiles outside of the block. */
struct outside {
	struct aws_config *config;
	struct secbuf *texts[2]; /* config points into them */
};

static bool has_outside(const void *self, const char *name)
{
	const struct outside *outside = self;

	return aws_config_find(outside->config, CONFIG_PROFILE, name);
}

/* Reads both files, but not what is in the block. */
static bool read_outside(const struct sync *s, struct view inside,
			 struct outside *outside, struct error *err)
{
	const struct request *request = &s->org.call->request;
	const char *text = secbuf_text(s->before);
	size_t len = secbuf_len(s->before);
	struct secbuf *rest = secbuf_new(len);

	outside->texts[0] = rest;
	outside->config = aws_config_new(s->org.context.arena);
	if (inside.len > 0) {
		size_t at = (size_t)(inside.at - text);

		secbuf_add(rest, text, at);
		secbuf_add(rest, text + at + inside.len, len - at - inside.len);
	} else {
		secbuf_add(rest, text, len);
	}
	if (!outside->config || !secbuf_ok(rest))
		return error_memory(err);
	return aws_config_add(outside->config, CONFIG_FILE,
			      request->config_path, rest, err) &&
	       files_read(&s->org.world->files, request->credentials_path,
			  CONFIG_MAX, &outside->texts[1], err) &&
	       (!outside->texts[1] ||
		aws_config_add(outside->config, CREDENTIALS_FILE,
			       request->credentials_path, outside->texts[1],
			       err));
}

static bool find_inside(const struct sync *s, const char *tag,
			struct view *inside, struct error *err)
{
	struct view rest = { secbuf_text(s->before), secbuf_len(s->before) };
	struct block block;
	unsigned line = 1;
	bool more = true;

	*inside = view_of("");
	while (more) {
		if (!block_next(&rest, &line, &block, &more, err))
			return error_add(err, .path = path_of(s));
		if (more && view_equals(block.tag, tag))
			*inside = block.inside;
	}
	return true;
}

static bool compute(struct sync *s, struct view inside,
		    const struct outside *outside, struct error *err)
{
	const struct org_settings *settings = &s->settings;
	const struct change_options change = {
		.roles = settings->roles.items,
		.n_roles = settings->roles.n,
		.source = settings->key_profile,
		.sso_session = settings->source.sso_session,
		.name = settings->name,
		.region = settings->region,
		.colors = settings->colors.items,
		.n_colors = settings->colors.n,
		.prune = s->own->prune,
		.renames = s->renames,
		.memo = org_memo_line(settings, s->org.context.arena),
	};
	const struct change_input input = { .accounts = s->org.accounts,
					    .n = s->org.n_accounts,
					    .inside = inside,
					    .is_outside = has_outside,
					    .self = outside };

	if (!change.memo)
		return error_memory(err);
	return change_compute(&change, &input, s->org.context.arena, &s->set,
			      err);
}

/* Reads the file, and computes what it becomes. */
static bool make_change(struct sync *s, struct error *err)
{
	struct outside outside = { 0 };
	const char *tag = s->org.tag;
	struct view inside;
	bool ok;

	ok = files_read(&s->org.world->files, path_of(s), CONFIG_MAX,
			&s->before, err) &&
	     find_inside(s, tag, &inside, err) &&
	     read_outside(s, inside, &outside, err) &&
	     compute(s, inside, &outside, err) &&
	     (block_replace(s->before, tag,
			    (struct view){ s->set.inside, s->set.inside_len },
			    &s->after, err) ||
	      error_add(err, .path = path_of(s)));
	secbuf_free(outside.texts[0]);
	secbuf_free(outside.texts[1]);
	return ok;
}

/* --- showing it ----------------------------------------------------------------- */

static void put_lines(struct strbuf *out, const char *mark, const char *lines)
{
	while (lines && *lines != '\0') {
		size_t len = strcspn(lines, "\n");

		strbuf_puts(out, mark);
		strbuf_add(out, lines, len);
		strbuf_puts(out, "\n");
		lines += len + (lines[len] == '\n');
	}
}

static bool put_diff(struct strbuf *out, const void *what)
{
	const struct change_set *set = what;

	for (size_t i = 0; i < set->n; i++) {
		const struct change_profile *profile = &set->profiles[i];

		if (profile->kind == CHANGE_OTHER ||
		    profile->kind == CHANGE_REMOVED)
			put_lines(out, "-", profile->before);
		if (profile->kind == CHANGE_OTHER ||
		    profile->kind == CHANGE_NEW)
			put_lines(out, "+", profile->after);
	}
	return true;
}

/* Names the profiles that stay although their accounts are gone, and others. */
static void notice_rest(const struct sync *s)
{
	for (size_t i = 0; i < s->set.n; i++) {
		const struct change_profile *profile = &s->set.profiles[i];

		if (profile->kind == CHANGE_GONE)
			notice_warn(&s->org.world->notices, REASON_ACCOUNT_GONE,
				    .profile = profile->name,
				    .value = profile->account);
		if (profile->kind == CHANGE_TAKEN)
			notice_warn(&s->org.world->notices, REASON_NAME_TAKEN,
				    .profile = profile->name,
				    .value = profile->account);
	}
}

static bool has_role(const struct org *org, const char *role)
{
	for (size_t i = 0; i < org->n_accounts; i++)
		for (size_t k = 0; k < org->accounts[i].n_roles; k++)
			if (strcmp(org->accounts[i].roles[k], role) == 0)
				return true;
	return false;
}

/*
 * Names roles that no account has, which are misspelled in most cases.  Of an
 * organization's accounts the roles are not known.
 */
static void notice_roles(const struct sync *s)
{
	const struct option_list *roles = &s->settings.roles;

	for (size_t i = 0; s->org.sso_session && i < roles->n; i++)
		if (!has_role(&s->org, roles->items[i]))
			notice_warn(&s->org.world->notices,
				    REASON_ROLE_IN_NO_ACCOUNT,
				    .value = roles->items[i],
				    .other = s->org.sso_session);
}

static bool show(struct sync *s, struct error *err)
{
	const size_t *count = s->set.count;

	(void)snprintf(s->counts, sizeof(s->counts),
		       "%zu new, %zu changed, %zu removed", count[CHANGE_NEW],
		       count[CHANGE_OTHER], count[CHANGE_REMOVED]);
	notice_rest(s);
	notice_roles(s);
	return print_all(s->org.world, put_diff, &s->set, err);
}

/* --- writing it ----------------------------------------------------------------- */

static bool ask(const struct sync *s, bool *yes, struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	*yes = s->org.call->yes;
	if (*yes)
		return true;
	strbuf_printf(&question, "Change %s (%s)? (y/N) ", path_of(s),
		      s->counts);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok &&
	     (ask_confirm(s->org.world, strbuf_text(&question), yes, err) ||
	      error_context(err, REASON_CONFIRMATION));
	strbuf_clear(&question);
	return ok;
}

static bool write_change(const struct sync *s, struct error *err)
{
	if (!files_replace(&s->org.world->files, path_of(s), MODE, s->before,
			   s->after, err))
		return false;
	notice_info(&s->org.world->notices, REASON_BLOCK_WRITTEN,
		    .path = path_of(s), .value = s->counts);
	return true;
}

static bool finish(struct sync *s, struct error *err)
{
	const struct notices *notices = &s->org.world->notices;
	bool yes;

	if (!s->after) {
		notice_info(notices, REASON_BLOCK_NOT_CHANGED,
			    .path = path_of(s));
		return true;
	}
	if (s->own->check)
		return error_fail(err, REASON_BLOCK_WOULD_CHANGE,
				  .path = path_of(s), .value = s->counts);
	if (s->own->dry_run)
		return true;
	if (!ask(s, &yes, err))
		return false;
	if (yes)
		return write_change(s, err);
	notice_info(notices, REASON_BLOCK_DECLINED, .path = path_of(s));
	return true;
}

/*
 * Holds the lock of the config file, so that the second of two calls sees what
 * the first has written; but not while the user is asked.
 */
static bool change(struct sync *s, struct error *err)
{
	const struct locks *locks = &s->org.world->locks;
	struct error ignored = { 0 };
	int lock = -1;
	bool taken = s->org.call->yes &&
		     locks_take(locks, "config", LOCK_WAIT, &lock, &ignored);
	bool ok = make_change(s, err) && show(s, err) && finish(s, err);

	if (taken)
		locks_release(locks, lock, false);
	return ok;
}

static bool cmd_org_sync(const struct call *call, const struct world *world,
			 struct error *err)
{
	const struct org_sync_options *own = call->options;
	struct sync s = { .org = { .call = call, .world = world },
			  .own = own,
			  .settings = own->settings };
	bool ok;

	s.settings.region = call->request.region;
	ok = context_read(&call->request, world, &s.org.context, err) &&
	     read_source(&s, err) && change(&s, err);
	secbuf_free(s.before);
	secbuf_free(s.after);
	org_source_close(&s.org);
	return ok;
}

const struct command command_org_sync = {
	.name = "org sync",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.summary = "make profiles of an organization's accounts",
	.operands = OPERANDS_NONE,
	.options = options,
	.options_size = sizeof(struct org_sync_options),
	.help = "Writes a profile for each active account and role into "
		"~/.aws/config, between two comment lines; every other byte "
		"of the file stays. Shows what would change, and asks. The "
		"accounts are those of an organization (--via), or those that "
		"IAM Identity Center assigns to you (--sso-session).\n"
		"\n"
		"The options are remembered there: `rolekey org sync` alone "
		"repeats them. A profile keeps its name. A profile outside of "
		"the two lines is never changed.\n",
	.examples = "rolekey org sync --via management --role Admin\n"
		    "rolekey org sync --sso-session corp\n"
		    "rolekey org sync\n"
		    "rolekey org sync --check --prune\n",
	.run = cmd_org_sync,
};
