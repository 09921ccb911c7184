#include <stddef.h>

#include "access/request.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/org/org_internal.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "port/world.h"

#define COLUMNS   5
#define ROLES_MAX 65536 /* bytes: of one account in the table */

static const struct option options[] = {
	{ .name = "via",
	  .value = "PROFILE",
	  .kind = OPTION_TEXT,
	  .listed = "profiles",
	  .offset = offsetof(struct org_source, via),
	  .help = "read the organization with this profile" },
	{ .name = "sso-session",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .listed = "sso-sessions",
	  .offset = offsetof(struct org_source, sso_session),
	  .help = "read accounts and roles of this [sso-session]" },
	{ .name = "where",
	  .value = "FILTER",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct org_source, where),
	  .help = "select accounts, as in 'ou=Prod/* tag:team=web'" },
	{ .include = option_code },
	{ .include = option_json },
	{ 0 }
};

/* --- output --------------------------------------------------------------------- */

static void put_row(struct strbuf *out, const char *const cells[COLUMNS],
		    size_t widths[COLUMNS], bool measure)
{
	for (size_t i = 0; i < COLUMNS && cells[i]; i++) {
		size_t width = print_width(cells[i]);
		bool last = i + 1 == COLUMNS || !cells[i + 1];

		if (measure && width > widths[i])
			widths[i] = width;
		if (measure)
			continue;
		print_clean(out, cells[i]);
		for (; !last && width < widths[i] + 2; width++)
			strbuf_puts(out, " ");
	}
	if (!measure)
		strbuf_puts(out, "\n");
}

static void put_account(struct strbuf *out, const struct account *a,
			size_t widths[COLUMNS], bool measure)
{
	const char *const cells[COLUMNS] = { a->id, a->state, a->name,
					     a->ou[0] != '\0' ? a->ou : "-",
					     a->email };

	put_row(out, cells, widths, measure);
}

/* An account of a session has roles, but neither a state nor a unit. */
static void put_assigned(struct strbuf *out, const struct account *a,
			 size_t widths[COLUMNS], bool measure)
{
	struct strbuf roles = strbuf_with_max(ROLES_MAX);
	const char *cells[COLUMNS] = { a->id, a->name, "-", a->email };

	for (size_t i = 0; i < a->n_roles; i++)
		strbuf_printf(&roles, "%s%s", i > 0 ? " " : "", a->roles[i]);
	if (a->n_roles > 0)
		cells[2] = strbuf_text(&roles);
	put_row(out, cells, widths, measure);
	strbuf_clear(&roles);
}

static bool put_table(struct strbuf *out, const void *what)
{
	static const char *const head[COLUMNS] = { "ACCOUNT", "STATE", "NAME",
						   "OU", "EMAIL" };
	static const char *const assigned[COLUMNS] = { "ACCOUNT", "NAME",
						       "ROLES", "EMAIL" };
	const struct org *org = what;
	size_t widths[COLUMNS] = { 0 };

	for (int round = 0; round < 2; round++) {
		put_row(out, org->sso_session ? assigned : head, widths,
			round == 0);
		for (size_t i = 0; i < org->n_accounts; i++)
			(org->sso_session ? put_assigned : put_account)(
				out, &org->accounts[i], widths, round == 0);
	}
	return true;
}

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text);
}

static void put_roles(struct jsonout *out, const struct account *a)
{
	jsonout_key(out, "roles");
	jsonout_raw(out, "[");
	for (size_t i = 0; i < a->n_roles; i++) {
		jsonout_next(out);
		jsonout_string(out, a->roles[i]);
	}
	jsonout_raw(out, "]");
}

static bool put_json(struct strbuf *to, const void *what)
{
	const struct org *org = what;
	struct jsonout out = jsonout_to_strbuf(to);

	jsonout_raw(&out, "[");
	for (size_t i = 0; i < org->n_accounts; i++) {
		const struct account *a = &org->accounts[i];

		jsonout_next(&out);
		jsonout_raw(&out, "{");
		put_text(&out, "id", a->id);
		put_text(&out, "name", a->name);
		put_text(&out, "email", a->email);
		put_text(&out, "state", a->state);
		put_text(&out, "ou", a->ou);
		if (org->sso_session)
			put_roles(&out, a);
		jsonout_raw(&out, "}");
	}
	jsonout_raw(&out, "]\n");
	return true;
}

/* --- the command ---------------------------------------------------------------- */

static bool cmd_org_accounts(const struct call *call, const struct world *world,
			     struct error *err)
{
	struct org_source source = *(const struct org_source *)call->options;
	struct org org = { .call = call, .world = world };
	bool ok;

	ok = context_read(&call->request, world, &org.context, err) &&
	     org_settings_find_source(&org, &source, err) &&
	     org_source_filter(&org, &source, err) &&
	     org_source_open(&org, &source, err) &&
	     org_source_read(&org, true, err) &&
	     print_all(world, call->json ? put_json : put_table, &org, err);
	org_source_close(&org);
	return ok;
}

const struct command command_org_accounts = {
	.name = "org accounts",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.summary = "list the accounts of an organization",
	.operands = OPERANDS_NONE,
	.options = options,
	.options_size = sizeof(struct org_source),
	.help = "Lists the accounts of an AWS organization with their states "
		"and organizational units. PROFILE must be one whose role may "
		"list them: in the management account, or in that of a "
		"delegated administrator. With --sso-session, lists the "
		"accounts and roles that IAM Identity Center assigns to you. "
		"Without either, reads what `org sync` remembers.\n",
	.examples = "rolekey org accounts --via management\n"
		    "rolekey org accounts --sso-session corp\n"
		    "rolekey org accounts --where 'ou=Prod/*' --json\n",
	.run = cmd_org_accounts,
};
