#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/request.h"
#include "aws/arn.h"
#include "aws/config.h"
#include "aws/console.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "format/html.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "port/world.h"

#define TEXT_MAX (64U << 20)

struct config_export_options {
	const char *format;
};

static const struct option options[] = {
	{ .name = "format",
	  .value = "FORMAT",
	  .help = "print in this format",
	  .kind = OPTION_WORD,
	  .words = "aesr, bookmarks, urls",
	  .required = true,
	  .offset = offsetof(struct config_export_options, format) },
	{ 0 }
};

/* A role that the console can switch to. Texts are in the export's arena. */
struct target {
	const char *profile;
	const char *role_arn;
	const char *base;         /* the profile whose user switches */
	const char *base_account; /* its account, or NULL */
	const char *color, *region, *image;
};

struct export
{
	const struct request *request;
	const struct world *world;
	const char *format;
	struct context context;
	struct target *targets;
	size_t n_targets;
	struct strbuf out;
	const char *const *only; /* profiles; all if there are none */
	size_t n_only;
};

/* --- which profiles ---------------------------------------------------------- */

static bool copy(struct arena *arena, const char *text, const char **to)
{
	*to = text ? arena_strdup(arena, text) : NULL;
	return *to || !text;
}

/* Reads the keys of the profile that only a browser needs. */
static bool read_looks(struct export *e, struct target *target)
{
	struct arena *arena = arena_new();
	struct error ignored = { 0 };
	struct profile profile;
	bool ok = arena != NULL;

	if (ok && profile_resolve(e->context.config, target->profile, true,
				  arena, &profile, &ignored))
		ok = copy(e->context.arena, profile_text(&profile, "color"),
			  &target->color) &&
		     copy(e->context.arena, profile_text(&profile, "image"),
			  &target->image);
	arena_free(arena);
	return ok;
}

static const char *account_of(struct arena *arena, const char *mfa_serial)
{
	struct arn arn;

	return mfa_serial && arn_parse(mfa_serial, &arn)
		       ? arena_strdup(arena, arn.account)
		       : NULL;
}

static bool fill(struct export *e, const struct plan *plan,
		 struct target *target)
{
	struct arena *arena = e->context.arena;
	const struct step *last = &plan->steps[plan->n_steps - 1];

	target->base_account = account_of(arena, plan->mfa_serial);
	return copy(arena, last->role_arn, &target->role_arn) &&
	       copy(arena, plan->steps[0].profile, &target->base) &&
	       copy(arena, plan->region, &target->region) &&
	       read_looks(e, target);
}

static size_t n_roles(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_steps; i++)
		n += plan->steps[i].role_arn != NULL;
	return n;
}

static size_t length_of(const char *role_arn)
{
	struct arn arn;

	return arn_parse(role_arn, &arn)
		       ? strlen(arn.resource) - strlen("role/")
		       : 0;
}

/* Returns why the console or the format cannot take a profile; NONE: it can. */
static enum error_reason hindrance(const struct export *e,
				   const struct plan *plan)
{
	const struct step *last = &plan->steps[plan->n_steps - 1];

	if (last->external_id)
		return REASON_EXPORT_EXTERNAL_ID;
	if (n_roles(plan) > 1)
		return REASON_EXPORT_CHAIN;
	if (length_of(last->role_arn) > CONSOLE_ROLE_MAX)
		return REASON_EXPORT_LONG_ROLE;
	if (strcmp(e->format, "aesr") == 0 &&
	    plan->profile[strcspn(plan->profile, "[];#=\n")] != '\0')
		return REASON_EXPORT_NAME;
	return REASON_NONE;
}

static bool add_target(struct export *e, const struct plan *plan,
		       struct error *err)
{
	struct target *target = &e->targets[e->n_targets];
	enum error_reason why = hindrance(e, plan);

	if (why != REASON_NONE) {
		notice_fact(&e->world->notices, NOTICE_WARNING,
			    &(const struct error_facts){
				    .reason = why, .profile = plan->profile });
		return true;
	}
	*target = (struct target){ 0 };
	if (!copy(e->context.arena, plan->profile, &target->profile) ||
	    !fill(e, plan, target))
		return error_memory(err);
	e->n_targets++;
	return true;
}

/* A profile without a role is no target; one without a plan is named. */
static bool read_profile(struct export *e, const char *name, struct error *err)
{
	struct context context = context_brief(&e->context);
	struct error why = { 0 };
	struct plan plan = { 0 };
	bool ok = true;

	if (!context.arena)
		return error_memory(err);
	if (!context_plan(e->request, e->world, name, &context, &plan, &why)) {
		ok = why.code != ERROR_MEMORY || error_memory(err);
		if (ok)
			notice_error(&e->world->notices, NOTICE_WARNING, &why);
	} else if (n_roles(&plan) > 0) {
		ok = add_target(e, &plan, err);
	}
	arena_free(context.arena);
	return ok;
}

/* Tests whether a profile is to be exported. */
static bool is_chosen(const struct export *e, const char *name)
{
	for (size_t i = 0; i < e->n_only; i++)
		if (strcmp(e->only[i], name) == 0)
			return true;
	return e->n_only == 0;
}

/* Refuses the name of a profile that does not exist. */
static bool check_chosen(const struct export *e, struct error *err)
{
	for (size_t i = 0; i < e->n_only; i++)
		if (!aws_config_find(e->context.config, CONFIG_PROFILE,
				     e->only[i]))
			return error_fail(err, REASON_NO_SUCH_PROFILE,
					  .profile = e->only[i]);
	return true;
}

static bool read_all(struct export *e, struct error *err)
{
	const struct aws_config *config = e->context.config;
	size_t n = 0;

	while (aws_config_nth(config, CONFIG_PROFILE, n))
		n++;
	e->targets =
		arena_alloc(e->context.arena, (n + 1) * sizeof(*e->targets));
	if (!e->targets)
		return error_memory(err);
	for (size_t i = 0; i < n; i++) {
		const char *name =
			aws_config_nth(config, CONFIG_PROFILE, i)->name;

		if (is_chosen(e, name) && !read_profile(e, name, err))
			return false;
	}
	return true;
}

/* --- AESR -------------------------------------------------------------------- */

/* A value with these characters would be read as another one. */
static void put_key(struct strbuf *out, const char *key, const char *value)
{
	if (value && value[strcspn(value, "=;#\r\n")] == '\0')
		strbuf_printf(out, "%s = %s\n", key, value);
}

/* The form with an account has no partition, so other partitions need the ARN. */
static void put_role(struct strbuf *out, const struct target *target)
{
	struct arn arn;

	if (!arn_parse(target->role_arn, &arn) ||
	    strcmp(arn.partition, "aws") != 0) {
		put_key(out, "role_arn", target->role_arn);
		return;
	}
	put_key(out, "aws_account_id", arn.account);
	put_key(out, "role_name", arn.resource + strlen("role/"));
}

static bool is_first_of_base(const struct export *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(e->targets[i].base, e->targets[n].base) == 0)
			return false;
	return true;
}

static void put_aesr(struct export *e)
{
	for (size_t i = 0; i < e->n_targets; i++)
		if (e->targets[i].base_account && is_first_of_base(e, i)) {
			strbuf_printf(&e->out, "[%s]\n", e->targets[i].base);
			put_key(&e->out, "aws_account_id",
				e->targets[i].base_account);
			strbuf_puts(&e->out, "\n");
		}
	for (size_t i = 0; i < e->n_targets; i++) {
		const struct target *target = &e->targets[i];
		const char *color = target->color;

		strbuf_printf(&e->out, "[%s]\n", target->profile);
		put_role(&e->out, target);
		if (target->base_account)
			put_key(&e->out, "source_profile", target->base);
		put_key(&e->out, "color",
			color && *color == '#' ? color + 1 : color);
		put_key(&e->out, "region", target->region);
		put_key(&e->out, "image", target->image);
		strbuf_puts(&e->out, "\n");
	}
}

/* --- links ------------------------------------------------------------------- */

static const char *link_to(struct export *e, const struct target *target,
			   struct error *err)
{
	struct console_switch to = { .role_arn = target->role_arn,
				     .name = target->profile,
				     .color = target->color };

	if (target->region) {
		to.page = console_page(target->region, NULL, NULL,
				       e->context.arena, err);
		if (!to.page)
			return NULL;
	}
	return console_switch_link(&to, e->context.arena, err);
}

static bool put_urls(struct export *e, struct error *err)
{
	for (size_t i = 0; i < e->n_targets; i++) {
		const char *link = link_to(e, &e->targets[i], err);

		if (!link)
			return false;
		strbuf_printf(&e->out, "%s\n", link);
	}
	return true;
}

static void put_html(struct strbuf *out, const char *text)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, HTML_SPECIAL);

		strbuf_add(out, text, plain);
		text += plain;
		if (*text != '\0')
			strbuf_puts(out, html_reference(*text++));
	}
}

/* The file that browsers export and import; they agree on no newer one. */
static bool put_bookmarks(struct export *e, struct error *err)
{
	strbuf_puts(&e->out,
		    "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
		    "<META HTTP-EQUIV=\"Content-Type\" "
		    "CONTENT=\"text/html; charset=UTF-8\">\n"
		    "<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n"
		    "<DL><p>\n    <DT><H3>AWS roles</H3>\n    <DL><p>\n");
	for (size_t i = 0; i < e->n_targets; i++) {
		const char *link = link_to(e, &e->targets[i], err);

		if (!link)
			return false;
		strbuf_puts(&e->out, "        <DT><A HREF=\"");
		put_html(&e->out, link);
		strbuf_puts(&e->out, "\">");
		put_html(&e->out, e->targets[i].profile);
		strbuf_puts(&e->out, "</A>\n");
	}
	strbuf_puts(&e->out, "    </DL><p>\n</DL><p>\n");
	return true;
}

/* --- the command ------------------------------------------------------------- */

static bool put_all(struct export *e, struct error *err)
{
	bool ok = true;

	if (strcmp(e->format, "aesr") == 0)
		put_aesr(e);
	else if (strcmp(e->format, "urls") == 0)
		ok = put_urls(e, err);
	else
		ok = put_bookmarks(e, err);
	return ok && (strbuf_ok(&e->out) || error_memory(err));
}

static bool put_text(struct strbuf *out, const void *what)
{
	const struct export *e = what;

	strbuf_add(out, e->out.text, e->out.len);
	return true;
}

static bool cmd_config_export(const struct call *call,
			      const struct world *world, struct error *err)
{
	const struct config_export_options *own = call->options;
	struct export e = { .request = &call->request,
			    .world = world,
			    .format = own->format,
			    .out = strbuf_with_max(TEXT_MAX),
			    .only = call->search,
			    .n_only = call->n_search };
	bool ok;

	ok = context_read(&call->request, world, &e.context, err) &&
	     check_chosen(&e, err) && read_all(&e, err) && put_all(&e, err) &&
	     print_all(world, put_text, &e, err);
	strbuf_clear(&e.out);
	context_clear(&e.context);
	return ok;
}

const struct command command_config_export = {
	.name = "config export",
	.needs = NEEDS_NOTHING,
	.summary = "print the profiles for a web browser",
	.operands = OPERANDS_PROFILES,
	.options = options,
	.options_size = sizeof(struct config_export_options),
	.help = "Prints every profile, or each PROFILE, whose role the console "
		"can switch to, in "
		"one of these\nformats:\n"
		"\n"
		"  aesr       the text of the extension AWS Extend Switch "
		"Roles\n"
		"  bookmarks  a file that browsers import\n"
		"  urls       the console's switch-role links, one per line\n",
	.examples = "rolekey config export --format aesr\n",
	.run = cmd_config_export,
};
