/* Who is signed in to IAM Identity Center, and with `aws login`. */
#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/doctor/doctor_internal.h"
#include "port/world.h"
#include "session/login.h"
#include "session/sso.h"

/* --- IAM Identity Center ------------------------------------------------------- */

static void add_token(struct doctor *d, const char *name,
		      const struct sso_token *token)
{
	int64_t now = clock_now(&d->world->clock);
	int64_t left = token->access ? token->expires - now : 0;
	bool lasts = token->refresh && token->client.expires > now;

	if (lasts)
		doctor_findings_add(d, EXAM_OK, "sso", REASON_SSO_TOKEN_VALID,
				    .other = name,
				    .number = token->client.expires - now);
	else if (left > 0)
		doctor_findings_add(d, EXAM_NOTE, "sso", REASON_SSO_TOKEN_ENDS,
				    .other = name, .number = left);
	else
		doctor_findings_add(d, EXAM_NOTE, "sso",
				    REASON_SSO_TOKEN_NEEDED, .other = name);
}

/* A keyring that cannot be read has a finding of its own. */
static void check_section(struct doctor *d, const char *name)
{
	const struct plan_options options = {
		.profile = name,
		.brief = true,
		.environment = d->world->environment,
	};
	struct plan_sso sso;
	struct plan plan;
	const struct sso_use use = { .plan = &plan,
				     .sso = &sso,
				     .world = d->world };
	struct sso_token token = { .expires = 0 };
	struct sso_token other = { .expires = 0 };
	struct error err = { 0 };

	if (!plan_sso_session(d->context.config, &options, d->context.arena,
			      &plan, &sso, &err) ||
	    !sso_store_load(&use, &token, &err))
		return; /* config check names the lines that are wrong */
	if (!token.access)
		sso_cli_cache_load(&use, &other);
	add_token(d, name, token.access ? &token : &other);
	sso_token_clear(&token);
	sso_token_clear(&other);
}

void doctor_sign_ins_sso(struct doctor *d)
{
	const struct config_section *section;

	for (size_t i = 0;
	     !d->no_files && (section = aws_config_nth(d->context.config,
						       CONFIG_SSO_SESSION, i));
	     i++)
		check_section(d, section->name);
}

/* --- aws login ------------------------------------------------------------------- */

static const char *session_of(const struct config_section *section)
{
	const struct config_value *value =
		config_value(section, "login_session");

	return value && !text_is_empty(value->text) ? value->text : NULL;
}

/* Tests whether a section before number n names the same session. */
static bool is_known(const struct doctor *d, size_t n, const char *session)
{
	for (size_t i = 0; i < n; i++) {
		const char *other = session_of(
			aws_config_nth(d->context.config, CONFIG_PROFILE, i));

		if (other && strcmp(other, session) == 0)
			return true;
	}
	return false;
}

static void check_session(struct doctor *d, const char *profile,
			  const char *session)
{
	size_t before = d->n_exams;
	struct file_facts facts = { 0 };
	struct error err = { 0 };
	const char *path;

	if (!login_file_path(d->world, session, d->context.arena, &path,
			     &err) ||
	    !files_facts(&d->world->files, path, &facts, &err)) {
		doctor_findings_add_error(d, EXAM_ERROR, "login", &err, NULL);
		return;
	}
	if (!facts.exists) {
		doctor_findings_add(d, EXAM_NOTE, "login", REASON_LOGIN_NEEDED,
				    .profile = profile, .other = session,
				    .path = path);
		return;
	}
	doctor_files_mode(d, "login", path, true);
	if (d->n_exams == before)
		doctor_findings_add(d, EXAM_OK, "login", REASON_LOGIN_PRESENT,
				    .profile = profile, .path = path);
}

void doctor_sign_ins_login(struct doctor *d)
{
	const struct config_section *section;

	for (size_t i = 0;
	     !d->no_files &&
	     (section = aws_config_nth(d->context.config, CONFIG_PROFILE, i));
	     i++) {
		const char *session = session_of(section);

		if (session && !is_known(d, i, session))
			check_session(d, section->name, session);
	}
}
