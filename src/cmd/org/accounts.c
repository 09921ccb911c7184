#include <stddef.h>

#include "access/request.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/org/org_internal.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "port/world.h"

#define COLUMNS 5

static const struct option options[] = {
	{ .name = "via",
	  .value = "PROFILE",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct org_source, via),
	  .help = "read the organization with this profile" },
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
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t width = print_width(cells[i]);

		if (measure && width > widths[i])
			widths[i] = width;
		if (measure)
			continue;
		print_clean(out, cells[i]);
		for (; i + 1 < COLUMNS && width < widths[i] + 2; width++)
			strbuf_puts(out, " ");
	}
	if (!measure)
		strbuf_puts(out, "\n");
}

static bool put_table(struct strbuf *out, const void *what)
{
	static const char *const head[COLUMNS] = { "ACCOUNT", "STATE", "NAME",
						   "OU", "EMAIL" };
	const struct org *org = what;
	size_t widths[COLUMNS] = { 0 };

	for (int round = 0; round < 2; round++) {
		put_row(out, head, widths, round == 0);
		for (size_t i = 0; i < org->n_accounts; i++) {
			const struct account *a = &org->accounts[i];
			const char *const cells[COLUMNS] = {
				a->id, a->state, a->name,
				a->ou[0] != '\0' ? a->ou : "-", a->email
			};

			put_row(out, cells, widths, round == 0);
		}
	}
	return true;
}

static void put_text(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text);
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
		jsonout_raw(&out, "}");
	}
	jsonout_raw(&out, "]\n");
	return true;
}

/* --- the command ---------------------------------------------------------------- */

/* Finds the profile that may list: the given one, or what a block remembers. */
static bool find_via(struct org *org, const struct org_source *own,
		     const char **via, struct error *err)
{
	struct org_settings remembered;
	bool found;

	*via = own->via;
	if (*via)
		return true;
	if (!org_memo_read(org, NULL, &remembered, &found, err))
		return false;
	*via = remembered.source.via;
	return *via || error_fail(err, REASON_NO_VIA);
}

static bool cmd_org_accounts(const struct call *call, const struct world *world,
			     struct error *err)
{
	const struct org_source *own = call->options;
	struct org org = { .call = call, .world = world };
	const char *via;
	bool ok;

	ok = context_read(&call->request, world, &org.context, err) &&
	     account_filter_parse(own->where ? own->where : "",
				  org.context.arena, &org.filter, err) &&
	     find_via(&org, own, &via, err) &&
	     org_source_open(&org, via, err) &&
	     org_source_read(&org, true, err) &&
	     print_all(world, call->json ? put_json : put_table, &org, err);
	org_source_close(&org);
	return ok;
}

const struct command command_org_accounts = {
	.name = "org accounts",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "list the accounts of an organization",
	.operands = OPERANDS_NONE,
	.options = options,
	.options_size = sizeof(struct org_source),
	.help = "Lists the accounts of an AWS organization with their states "
		"and organizational units. PROFILE must be one whose role may "
		"list them: in the management account, or in that of a "
		"delegated administrator. Without --via it is the one that "
		"`org sync` remembers.\n",
	.examples = "rolekey org accounts --via management\n"
		    "rolekey org accounts --where 'ou=Prod/*' --json\n",
	.run = cmd_org_accounts,
};
