/* AssumeRoleWithWebIdentity, with a token that a file or a program has. */
#include <stdio.h>
#include <string.h>

#include "api/sts.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/view.h"
#include "port/world.h"
#include "session/program.h"
#include "session/session_internal.h"
#include "session/source/source_internal.h"

#define TOKEN_MIN 4     /* bytes: AssumeRoleWithWebIdentity */
#define TOKEN_MAX 20000 /* bytes */

static bool read_file(const struct world *world, const struct config_value *by,
		      struct secbuf **token, struct error *err)
{
	if (!files_read(&world->files, by->text, TOKEN_MAX + 2, token, err))
		return error_add(err, .key = by->key);
	return *token || error_fail(err, REASON_NO_TOKEN_FILE, .path = by->text,
				    .key = by->key);
}

static bool run(const struct world *world, const struct config_value *by,
		struct secbuf **token, struct error *err)
{
	const struct helper_call call = { .what = by->key,
					  .command = by->text,
					  .max = TOKEN_MAX + 2,
					  .code = ERROR_SYSTEM };

	return session_program_check(world, by->key, by->file, err) &&
	       helpers_run(&world->helpers, &call, token, err);
}

/* Drops white space after the token, as editors leave it. */
static bool trim(struct secbuf *token, const char *key, struct error *err)
{
	const char *text = secbuf_text(token);
	struct view whole = { text, secbuf_len(token) };
	struct view trimmed = view_trim(whole, VIEW_SPACE);

	secbuf_cut(token, (size_t)(trimmed.at - text) + trimmed.len);
	return (trimmed.at == text && trimmed.len >= TOKEN_MIN &&
		trimmed.len <= TOKEN_MAX && strlen(text) == trimmed.len) ||
	       error_fail(err, REASON_BAD_TOKEN, .key = key,
			  .number = TOKEN_MIN, .of = TOKEN_MAX);
}

static bool find_token(const struct world *world, const struct config_value *by,
		       struct secbuf **token, struct error *err)
{
	bool file = strcmp(by->key, "web_identity_token_file") == 0;

	return (file ? read_file(world, by, token, err)
		     : run(world, by, token, err)) &&
	       trim(*token, by->key, err);
}

static bool assume(const struct session_source_use *use,
		   const struct secbuf *token, struct session_start *start,
		   struct error *err)
{
	const struct step *step = &use->plan->steps[0];
	const struct api_caller caller = {
		.http = &use->world->http,
		.clock = &use->world->clock,
		.skew = use->skew,
		.max_attempts = use->plan->max_attempts,
		.notices = &use->world->notices,
		.endpoint = step->endpoint,
		.trust = use->plan->trust,
	};
	char name[ROLE_SESSION_NAME_LEN];
	struct sts_web_identity in = {
		.role_arn = step->role_arn,
		.session_name = step->session_name ? step->session_name : name,
		.token = token,
		.policy_arns = step->policy_arns,
		.duration = step->duration,
	};

	role_session_name("", use->login_name, name);
	if (!sts_assume_role_with_web_identity(&caller, &in, &start->creds,
					       start->user_arn, err))
		return false;
	(void)snprintf(start->creds.session_name,
		       sizeof(start->creds.session_name), "%s",
		       in.session_name);
	return assumed_check_account(step->role_arn, start->user_arn, err);
}

bool web_identity_load(const struct session_source_use *use,
		       struct session_start *start, struct error *err)
{
	struct secbuf *token = NULL;
	bool ok = find_token(use->world, use->plan->steps[0].by, &token, err) &&
		  assume(use, token, start, err);

	secbuf_free(token);
	return ok;
}
