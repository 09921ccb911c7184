#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/key_owner.h"
#include "access/request.h"
#include "aws/arn.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "cmd/status/status_internal.h"
#include "format/jsonout.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/source.h"

enum mismatch { UNKNOWN, AGREES, DIFFERS };

struct status {
	const struct call *call;
	const struct world *world;
	struct context context;
	const char *profile; /* NULL: no variable names one */
	struct credentials creds;
	bool found;                /* there are credentials */
	bool cached;               /* they are not those of the environment */
	const char *account, *arn; /* that AWS reports; NULL: not asked */
	int64_t expires; /* seconds since the epoch; 0: unknown, or never */
	enum mismatch mismatch;
};

/* --- the credentials --------------------------------------------------------- */

/* Reads the credentials of the environment, if it has any. */
static bool from_environment(struct status *s, struct error *err)
{
	char *const *environment = s->world->environment;
	const char *id = text_env(environment, "AWS_ACCESS_KEY_ID");
	const char *secret = text_env(environment, "AWS_SECRET_ACCESS_KEY");
	const char *token = text_env(environment, "AWS_SESSION_TOKEN");
	const char *expiration = status_prompt_expiration(environment);

	if (text_is_empty(id) || text_is_empty(secret))
		return true;
	s->creds.access_key_id = mem_strdup(id);
	s->creds.secret_key = secbuf_from(secret);
	if (!text_is_empty(token))
		s->creds.session_token = secbuf_from(token);
	if (!s->creds.access_key_id || !secbuf_ok(s->creds.secret_key) ||
	    (!text_is_empty(token) && !s->creds.session_token))
		return error_memory(err);
	if (expiration && !timefmt_parse_iso(expiration, &s->expires))
		s->expires = 0;
	s->found = true;
	return credentials_check(&s->creds, err);
}

/* Reads the cached session of a profile, and makes none. */
static bool from_cache(struct status *s, struct error *err)
{
	const struct plan *plan = &s->context.plan;
	size_t last = plan->n_steps - 1;
	int64_t expires = 0;

	if (plan->steps[last].cached &&
	    !session_cache_peek(plan, last, s->world, &expires, err))
		return print_searched(s->world, err);
	s->found =
		expires > 0 && session_cache_rest(plan, 0, s->world, &s->creds);
	s->expires = s->found ? s->creds.expires : 0;
	s->cached = s->found;
	return true;
}

static bool of_profile(struct status *s, const char *profile, struct error *err)
{
	struct request request = s->call->request;

	request.profile = s->profile = profile;
	return context_load(&request, s->world, &s->context, err) &&
	       from_cache(s, err);
}

/* Without credentials, AWS_PROFILE names those that programs use. */
static bool of_environment(struct status *s, struct error *err)
{
	const char *named = text_env(s->world->environment, "AWS_PROFILE");

	s->profile = status_prompt_profile(s->world->environment);
	if (!from_environment(s, err))
		return false;
	if (s->found)
		return context_read(&s->call->request, s->world, &s->context,
				    err);
	if (!text_is_empty(named))
		return of_profile(s, named, err);
	return error_fail(err, REASON_NO_CREDENTIALS_HERE);
}

/* --- what AWS says ----------------------------------------------------------- */

static bool ask_aws(struct status *s, struct error *err)
{
	struct arena *arena = s->context.arena;
	struct whose whose = { .profile = s->profile ? s->profile : "default",
			       .creds = &s->creds };
	struct arn arn;

	if (!s->found)
		return true;
	if (!key_owner_find(&s->call->request, s->world, &s->context, &whose,
			    err))
		return error_context(err, REASON_ASKING_WHO);
	s->arn = arena_strdup(arena, whose.arn);
	s->account = arn_parse(whose.arn, &arn)
			     ? arena_strdup(arena, arn.account)
			     : NULL;
	return s->arn || error_memory(err);
}

/* --- does it agree? ---------------------------------------------------------- */

/* Tests whether AWS's ARN is of a session of the plan's last role. */
static bool is_of_role(const char *reported, const char *role_arn)
{
	static const char assumed[] = "assumed-role/";
	struct arn role, session;
	size_t len;

	if (!arn_parse(role_arn, &role) || !arn_parse(reported, &session) ||
	    strcmp(role.account, session.account) != 0 ||
	    strncmp(session.resource, assumed, sizeof(assumed) - 1) != 0)
		return false;
	len = strlen(arn_name(&role));
	return strncmp(session.resource + sizeof(assumed) - 1, arn_name(&role),
		       len) == 0 &&
	       session.resource[sizeof(assumed) - 1 + len] == '/';
}

/* Compares with the profile's plan; of a user, no more than the account. */
static enum mismatch compare(const struct status *s, const struct plan *plan)
{
	const char *role = plan->steps[plan->n_steps - 1].role_arn;
	struct arn device;

	if (role)
		return is_of_role(s->arn, role) ? AGREES : DIFFERS;
	if (!plan->mfa_serial || !arn_parse(plan->mfa_serial, &device))
		return UNKNOWN;
	return s->account && strcmp(s->account, device.account) == 0 &&
			       !strstr(s->arn, ":assumed-role/")
		       ? AGREES
		       : DIFFERS;
}

/* Two variables may name two profiles. */
static bool names_differ(const struct status *s)
{
	char *const *environment = s->world->environment;
	const char *ours = text_env(environment, "ROLEKEY_PROFILE");
	const char *other = text_env(environment, "AWS_VAULT");

	return !s->call->request.profile && !text_is_empty(ours) &&
	       !text_is_empty(other) && strcmp(ours, other) != 0;
}

static bool find_mismatch(struct status *s, struct error *err)
{
	struct request request = s->call->request;
	struct error why = { 0 };
	struct plan plan;

	if (!s->profile || !s->arn)
		return true;
	if (names_differ(s)) {
		s->mismatch = DIFFERS;
		return true;
	}
	request.profile = s->profile;
	if (context_plan(&request, s->world, s->profile, &s->context, &plan,
			 &why))
		s->mismatch = compare(s, &plan);
	return why.code != ERROR_MEMORY || error_memory(err);
}

/* --- showing it -------------------------------------------------------------- */

static void put_text(struct jsonout *out, const char *key, const char *value)
{
	jsonout_key(out, key);
	jsonout_string(out, value);
}

static bool put_json(struct strbuf *to, const void *what)
{
	static const char *const words[] = {
		[UNKNOWN] = "null", [AGREES] = "false", [DIFFERS] = "true"
	};
	const struct status *s = what;
	struct jsonout out = jsonout_to_strbuf(to);
	char expires[TIMEFMT_ISO_LEN];

	timefmt_iso(s->expires, expires);
	jsonout_raw(&out, "{");
	put_text(&out, "profile", s->profile);
	put_text(&out, "account", s->account);
	put_text(&out, "arn", s->arn);
	put_text(&out, "expires", s->expires > 0 ? expires : NULL);
	jsonout_key(&out, "mismatch");
	jsonout_raw(&out, words[s->mismatch]);
	jsonout_raw(&out, "}\n");
	return true;
}

static void put_line(struct strbuf *out, const char *name, const char *value)
{
	strbuf_printf(out, "%-10s", name);
	print_clean(out, value ? value : "-");
	strbuf_puts(out, "\n");
}

/* Names where the credentials are, and what a cached session started from. */
static void put_source(struct strbuf *out, const struct status *s)
{
	const struct session_source *first =
		s->cached ? session_source_find(s->context.plan.steps[0].kind)
			  : NULL;

	if (s->found)
		strbuf_printf(out, "%-10s%s%s\n", "source",
			      s->cached ? "cached session, from "
					: "the environment",
			      first ? first->name : "");
}

static void put_expires(struct strbuf *out, const struct status *s)
{
	int64_t left = s->expires - clock_now(&s->world->clock);
	char expires[TIMEFMT_ISO_LEN];
	char span[TEXT_SPAN_LEN];

	if (s->expires == 0) {
		put_line(out, "expires", s->found ? NULL : "(no session)");
		return;
	}
	timefmt_iso(s->expires, expires);
	text_span(left, span);
	strbuf_printf(out, "%-10s%s (%s%s)\n", "expires", expires,
		      left > 0 ? "in " : "expired", left > 0 ? span : "");
}

static bool put_lines(struct strbuf *out, const void *what)
{
	const struct status *s = what;

	put_line(out, "profile", s->profile);
	put_line(out, "account", s->account);
	put_line(out, "arn", s->arn);
	put_source(out, s);
	put_expires(out, s);
	return true;
}

static bool show(const struct status *s, struct error *err)
{
	if (!print_all(s->world, s->call->json ? put_json : put_lines, s, err))
		return false;
	if (s->mismatch == DIFFERS)
		notice_warn(&s->world->notices, REASON_STATUS_MISMATCH,
			    .profile = s->profile, .arn = s->arn);
	return true;
}

/* --- the command ------------------------------------------------------------- */

static bool cmd_status(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct status_options *own = call->options;
	struct status s = { .call = call, .world = world };
	bool ok;

	if (own->prompt)
		return status_prompt_print(call, world, err);
	if (call->settings_error) {
		*err = *call->settings_error;
		return false;
	}
	ok = (call->request.profile ? of_profile(&s, call->request.profile, err)
				    : of_environment(&s, err)) &&
	     ask_aws(&s, err) && find_mismatch(&s, err) && show(&s, err);
	credentials_clear(&s.creds);
	context_clear(&s.context);
	return ok;
}

const struct command command_status = {
	.name = "status",
	.needs = NEEDS_KEYRING,
	.summary = "show whose credentials these are, and what is left",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = status_prompt_options,
	.options_size = sizeof(struct status_options),
	.asks_nobody = true,
	.reports_settings = true,
	.help = "Asks AWS whose credentials are in the environment, and shows "
		"how long they last. With PROFILE, shows its cached session; "
		"none is created. Warns if the credentials are not those of "
		"the profile that ROLEKEY_PROFILE or AWS_VAULT names.\n"
		"\n"
		"With --prompt, prints only the profile and the time that is "
		"left, from the environment alone, for the prompt of a "
		"shell.\n",
	.examples = "rolekey status\n"
		    "rolekey status testing --json\n"
		    "rolekey status --prompt\n",
	.run = cmd_status,
};
