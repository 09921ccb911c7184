#include <stddef.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "cmd/sso/sso_internal.h"
#include "format/jsonout.h"
#include "port/world.h"
#include "session/sso.h"

static const struct option options[] = { { .include = option_json }, { 0 } };

/* What is known of a token, without its secrets. */
struct row {
	const struct plan_sso *sso;
	int64_t expires; /* 0: there is none */
	bool refreshable;
	const char *where; /* a keyring, or "aws-cli" */
};

struct table {
	const struct row *rows;
	size_t n;
	int64_t now;
};

static void json_text(struct jsonout *out, const char *key, const char *value)
{
	jsonout_key(out, key);
	jsonout_string(out, value);
}

static bool put_json(struct strbuf *to, const void *what)
{
	const struct table *table = what;
	struct jsonout out = jsonout_to_strbuf(to);

	jsonout_raw(&out, "[");
	for (size_t i = 0; i < table->n; i++) {
		const struct row *row = &table->rows[i];
		bool there = row->expires != 0;
		char until[TIMEFMT_ISO_LEN];

		timefmt_iso(row->expires, until);
		jsonout_next(&out);
		jsonout_raw(&out, "{");
		json_text(&out, "session", row->sso->session);
		json_text(&out, "start_url", row->sso->start_url);
		json_text(&out, "region", row->sso->region);
		json_text(&out, "expires", there ? until : NULL);
		jsonout_key(&out, "refreshable");
		jsonout_raw(&out, row->refreshable ? "true" : "false");
		json_text(&out, "where", there ? row->where : NULL);
		jsonout_raw(&out, "}");
	}
	jsonout_raw(&out, "]\n");
	return true;
}

static void put_row(struct strbuf *out, const struct row *row, int64_t now)
{
	char span[TEXT_SPAN_LEN];

	print_clean(out, sso_use_name(row->sso));
	if (row->sso->session) {
		strbuf_puts(out, "  ");
		print_clean(out, row->sso->start_url);
	}
	if (row->expires == 0) {
		strbuf_puts(out, "  not signed in\n");
		return;
	}
	text_span(row->expires - now, span);
	strbuf_printf(out, row->expires > now ? "  %s left" : "  expired",
		      span);
	strbuf_puts(out, row->refreshable ? ", refreshable\n" : "\n");
}

static bool put_text(struct strbuf *out, const void *what)
{
	const struct table *table = what;

	for (size_t i = 0; i < table->n; i++)
		put_row(out, &table->rows[i], table->now);
	return true;
}

static bool read_row(const struct world *world, const struct sso_place *place,
		     struct row *row, struct error *err)
{
	const struct sso_use use = { .plan = &place->plan,
				     .sso = &place->sso,
				     .world = world };
	struct sso_token token = { .expires = 0 };
	bool ok = sso_store_load(&use, &token, err);
	const char *where = world->keyring.name;
	struct sso_token other;

	sso_cli_cache_load(&use, &other);
	if (other.access && (!token.access || other.expires > token.expires)) {
		sso_token_clear(&token);
		token = other;
		where = "aws-cli";
	} else {
		sso_token_clear(&other);
	}
	*row = (struct row){
		.sso = &place->sso,
		.where = where,
		.expires = token.access ? token.expires : 0,
		.refreshable = token.refresh &&
			       token.client.expires > clock_now(&world->clock),
	};
	sso_token_clear(&token);
	return ok;
}

static bool show(const struct call *call, const struct world *world,
		 struct context *context, const struct sso_place *places,
		 size_t n, struct error *err)
{
	struct row *rows = arena_alloc(context->arena, (n + 1) * sizeof(*rows));
	struct table table = { .rows = rows,
			       .n = n,
			       .now = clock_now(&world->clock) };

	if (!rows)
		return error_memory(err);
	for (size_t i = 0; i < n; i++)
		if (!read_row(world, &places[i], &rows[i], err))
			return false;
	return print_all(world, call->json ? put_json : put_text, &table, err);
}

static bool cmd_sso_status(const struct call *call, const struct world *world,
			   struct error *err)
{
	struct context context = { 0 };
	struct sso_place *places = NULL;
	struct sso_place one;
	size_t n = 1;
	bool ok;

	if (call->request.profile) {
		ok = sso_place_find(call, world, &context, &one, err);
		places = &one;
	} else {
		ok = context_read(&call->request, world, &context, err) &&
		     sso_place_list(call, world, &context, &places, &n, err);
	}
	ok = ok && show(call, world, &context, places, n, err);
	context_clear(&context);
	return ok;
}

const struct command command_sso_status = {
	.name = "sso status",
	.needs = NEEDS_KEYRING,
	.summary = "show who is signed in to IAM Identity Center",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = options,
	.help = "Lists the start URLs of the config file, or that of PROFILE, "
		"with how long the stored token is valid, and whether it can "
		"be refreshed. Makes no request.\n",
	.examples = "rolekey sso status\n",
	.run = cmd_sso_status,
};
