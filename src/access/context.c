#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "base/topic.h"
#include "cmd/cmd_internal.h"
#include "format/jsonout.h"
#include "port/world.h"
#include "session/session.h"

#define HOUR       3600  /* seconds: what a role from a session lasts at most */
#define DENIED_FOR 86400 /* seconds that a denial is remembered */
#define DENIED_LEN 2400  /* of a serial and a role's ARN */

/*
 * "FILE: why" as the files port says it becomes "FILE:1: why": what is wrong
 * with an AWS file is said with a line, and this is wrong from the first on.
 */
static bool unreadable(const char *path, struct error *err)
{
	const struct error said = *err;
	size_t len = strlen(path);

	if (said.code == ERROR_CONFIG && strncmp(said.text, path, len) == 0 &&
	    said.text[len] == ':')
		(void)error_set(err, said.code, "%s:1%s", path,
				said.text + len);
	return false;
}

static bool read_one(const struct world *world, enum config_file which,
		     const char *path, struct look *look, struct error *err)
{
	struct secbuf **text = &look->texts[which];

	if (!world->files.read(world->files.self, path, CONFIG_MAX, text, err))
		return unreadable(path, err);
	return !*text || aws_config_add(look->config, which, path, *text, err);
}

/* Into an arena that is there: what lies in it already stays good. */
static bool read_files(const struct request *request, const struct world *world,
		       struct look *look, struct error *err)
{
	look->config = look->arena ? aws_config_new(look->arena) : NULL;
	if (!look->config)
		return error_set(err, ERROR_MEMORY, "no memory to start with");
	return read_one(world, CONFIG_FILE, request->config_path, look, err) &&
	       read_one(world, CREDENTIALS_FILE, request->credentials_path,
			look, err);
}

static void drop_texts(struct look *look)
{
	secbuf_free(look->texts[CONFIG_FILE]);
	secbuf_free(look->texts[CREDENTIALS_FILE]);
	look->texts[CONFIG_FILE] = look->texts[CREDENTIALS_FILE] = NULL;
}

bool look_files(const struct request *request, const struct world *world,
		struct look *look, struct error *err)
{
	*look = (struct look){ .arena = arena_new() };
	return read_files(request, world, look, err);
}

/* Is it the profile itself, and no source of it, that is missing? */
static bool is_first(const struct error *err)
{
	static const char text[] = "no profile \"";

	return strncmp(err->text, text, sizeof(text) - 1) == 0;
}

/* Who named a profile that is not there, and was there a file at all? */
static bool without_profile(const struct request *request,
			    const struct look *look, struct error *err)
{
	char what[sizeof(err->text)];
	bool file = look->texts[CONFIG_FILE] != NULL;
	bool env = request->profile_is_env && is_first(err);

	if (!error_is(err, TOPIC_NO_PROFILE))
		return false;
	memcpy(what, err->text, sizeof(what));
	return error_topic(err, ERROR_CONFIG,
			   file ? TOPIC_NO_PROFILE : TOPIC_NO_CONFIG,
			   "%s%s%s%s%s", what, env ? " (AWS_PROFILE)" : "",
			   file ? "" : ": ", file ? "" : request->config_path,
			   file ? "" : " is not there");
}

bool look_plan(const struct request *request, const struct world *world,
	       const char *profile, struct look *look, struct plan *plan,
	       struct error *err)
{
	const struct plan_options options = {
		.profile = profile,
		.duration = request->duration,
		.session_duration = request->settings.session_duration,
		.role_duration = request->settings.role_duration > 0
					 ? request->settings.role_duration
					 : 0,
		.one_hour = look->one_hour,
		.no_session = request->no_session,
		.region = request->region,
		.brief = look->brief,
		.environment = world->environment,
	};

	return plan_make(look->config, &options, look->arena, plan, err) ||
	       without_profile(request, look, err);
}

bool is_direct(const struct request *request, const struct plan *plan)
{
	const struct step *role = &plan->steps[plan->n_steps - 1];

	return plan->n_steps == 2 && role->kind == STEP_ASSUME_ROLE &&
	       role->mfa_serial && role->duration > HOUR &&
	       !request->no_session;
}

/* Whose key, and which role, for the ledger. */
static const char *denied_name(const struct plan *plan,
			       char name[static DENIED_LEN])
{
	(void)snprintf(name, DENIED_LEN, "%s %s", plan->mfa_serial,
		       plan->steps[plan->n_steps - 1].role_arn);
	return name;
}

/*
 * Only where an hour was given: a role that was denied altogether may give more
 * as soon as it is given at all.
 */
static void note_denied(const struct world *world, const struct plan *plan)
{
	const struct ledger *ledger = &world->ledger;
	struct error ignored = { 0 };
	char name[DENIED_LEN];

	(void)ledger->set(ledger->self, LEDGER_DENIED, denied_name(plan, name),
			  world->clock.now(world->clock.self), &ignored);
}

/* What AWS said of the role before: it is not asked for in vain each time. */
static bool was_denied(const struct request *request, const struct world *world,
		       const struct plan *plan)
{
	const struct ledger *ledger = &world->ledger;
	struct error ignored = { 0 };
	char name[DENIED_LEN];
	int64_t when = 0;

	return request->settings.role_duration == SETTINGS_AUTO &&
	       !request->refresh && is_direct(request, plan) &&
	       ledger->get(ledger->self, LEDGER_DENIED, denied_name(plan, name),
			   &when, &ignored) &&
	       world->clock.now(world->clock.self) < when + DENIED_FOR;
}

static bool plan_profile(const struct request *request,
			 const struct world *world, struct look *look,
			 struct error *err)
{
	if (!look_plan(request, world, request->profile, look, &look->plan,
		       err))
		return false;
	if (!was_denied(request, world, &look->plan))
		return true;
	look->one_hour = true;
	return look_plan(request, world, request->profile, look, &look->plan,
			 err);
}

bool look_profile(const struct request *request, const struct world *world,
		  struct look *look, struct error *err)
{
	return look_files(request, world, look, err) &&
	       plan_profile(request, world, look, err);
}

void look_clear(struct look *look)
{
	arena_free(look->arena);
	drop_texts(look);
	*look = (struct look){ 0 };
}

/*
 * How long a cached session must still last.  Where nobody said, it is never
 * more than half of what a new one would get: else none would ever be reused.
 */
static bool min_ttl(const struct request *request, const struct plan *plan,
		    const struct world *world, int64_t keep, int64_t *ttl,
		    struct error *err)
{
	int64_t whole = plan->steps[plan->n_steps - 1].duration;
	const char *env = text_env(world->environment, "AWS_MIN_TTL");

	*ttl = request->min_ttl;
	if (*ttl >= 0)
		return true;
	if (!text_is_empty(env))
		return text_duration(env, ttl) ||
		       error_set(err, ERROR_CONFIG,
				 "AWS_MIN_TTL=%s is no duration", env);
	*ttl = request->settings.min_ttl > 0 ? request->settings.min_ttl : keep;
	if (whole > 0 && *ttl > whole / 2)
		*ttl = whole / 2;
	return true;
}

bool check_account(const struct plan *plan, struct error *err)
{
	if (!plan->expect_account ||
	    (plan->account && strcmp(plan->account, plan->expect_account) == 0))
		return true;
	return error_set(err, ERROR_CONFIG,
			 "profile %s expects account %s and its role is in %s",
			 plan->profile, plan->expect_account,
			 plan->account ? plan->account : "no known account");
}

/* What is new and ends sooner all the same: AWS allows no more. */
static void warn_if_short(const struct world *world, int64_t min_ttl,
			  const struct credentials *creds)
{
	int64_t left = creds->expires - world->clock.now(world->clock.self);
	char span[TEXT_SPAN_LEN];
	char wanted[TEXT_SPAN_LEN];

	if (creds->expires == 0 || left >= min_ttl)
		return;
	text_span(left > 0 ? left : 0, span);
	text_span(min_ttl, wanted);
	notice(&world->notices, NOTICE_WARNING,
	       "the session ends in %s, which is less than the %s that were "
	       "asked for (--min-ttl)",
	       span, wanted);
}

static bool obtain_once(const struct request *request, const struct plan *plan,
			const struct world *world, int64_t keep,
			struct credentials *creds, struct error *err)
{
	struct session_request wanted = {
		.refresh = request->refresh,
		.mfa_token = request->mfa_token,
		.ykman = strcmp(request->settings.prompt, "ykman") == 0,
		.login_name = request->login_name,
		.patience = (int)request->settings.prompt_timeout
	};

	if (!check_account(plan, err) ||
	    !min_ttl(request, plan, world, keep, &wanted.min_ttl, err) ||
	    !session_obtain(plan, &wanted, world, creds, err))
		return false;
	warn_if_short(world, wanted.min_ttl, creds);
	return true;
}

/* The plan anew, by what the config says now or AWS has said. */
static bool look_again(const struct request *request, const struct world *world,
		       enum mended mended, struct look *look, struct error *err)
{
	look->one_hour = mended == MENDED_ONE_HOUR;
	if (mended == MENDED_CONFIG) {
		drop_texts(look);
		if (!read_files(request, world, look, err))
			return false;
	}
	return look_plan(request, world, request->profile, look, &look->plan,
			 err);
}

bool obtain(const struct request *request, struct look *look,
	    const struct world *world, int64_t keep, struct credentials *creds,
	    struct error *err)
{
	const struct plan *plan = &look->plan;
	enum mended done = MENDED_NOT;
	enum mended mended;

	while (!obtain_once(request, plan, world, keep, creds, err)) {
		/* A line that was written and is of no use is not asked for
		 * again. */
		if (!world->maker.mend ||
		    (done != MENDED_NOT && !plan->mfa_serial))
			return false;
		mended = world->maker.mend(plan, request, world, err);
		if (mended <= done ||
		    !look_again(request, world, mended, look, err))
			return false;
		done = mended;
	}
	if (done == MENDED_ONE_HOUR)
		note_denied(world, plan);
	return true;
}

bool print(const struct world *world, const struct secbuf *text,
	   struct error *err)
{
	if (!secbuf_ok(text))
		return error_set(err, ERROR_MEMORY, "no memory for the output");
	return world->output.write(world->output.self, secbuf_text(text),
				   secbuf_len(text), err);
}

#define FIRST_ROOM 65536 /* bytes; doubled until there is enough */

bool print_all(const struct world *world,
	       bool (*put)(struct secbuf *out, const void *what),
	       const void *what, struct error *err)
{
	struct secbuf *out = NULL;
	size_t room = FIRST_ROOM;
	bool ok;

	do {
		secbuf_free(out);
		out = secbuf_new(room);
		ok = out && put(out, what);
		room *= 2;
	} while (ok && !secbuf_ok(out));
	ok = print(world, ok ? out : NULL, err);
	secbuf_free(out);
	return ok;
}

void put_json(struct secbuf *out, const struct credentials *creds)
{
	char expires[TIMEFMT_ISO_LEN];

	secbuf_puts(out, "{\"Version\":1");
	jsonout_key(out, "AccessKeyId");
	jsonout_string(out, creds->access_key_id);
	jsonout_key(out, "SecretAccessKey");
	jsonout_string(out, secbuf_text(creds->secret_key));
	if (creds->session_token) {
		jsonout_key(out, "SessionToken");
		jsonout_string(out, secbuf_text(creds->session_token));
	}
	if (creds->expires != 0) {
		timefmt_iso(creds->expires, expires);
		jsonout_key(out, "Expiration");
		jsonout_string(out, expires);
	}
	secbuf_puts(out, "}\n");
}

bool confirm(const struct world *world, const char *question, bool *yes,
	     struct error *err)
{
	struct secbuf *answer = NULL;

	*yes = false;
	if (!world->prompt.ask(world->prompt.self, PROMPT_TEXT, question,
			       &answer, err))
		return false;
	*yes = text_equal_nocase(secbuf_text(answer), "y") ||
	       text_equal_nocase(secbuf_text(answer), "yes");
	secbuf_free(answer);
	return true;
}
