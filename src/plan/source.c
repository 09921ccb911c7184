#include "plan/source.h"

#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "base/error.h"
#include "plan/plan_internal.h"
#include "plan/process.h"

static const char access_key[] = "aws_access_key_id";
static const char secret_key[] = "aws_secret_access_key";

/* In the order in which the first one is named to the user. */
static const struct {
	const char *key;
	enum source_use use;
} names[] = {
	{ access_key, SOURCE_KEYS },
	{ secret_key, SOURCE_KEYS },
	{ "role_arn", SOURCE_ROLE },
	{ "role_name", SOURCE_ROLE },
	{ "source_profile", SOURCE_PROFILE },
	{ "credential_source", SOURCE_ELSEWHERE },
	{ "web_identity_token_file", SOURCE_WEB_IDENTITY },
	{ "web_identity_token_process", SOURCE_WEB_IDENTITY },
	{ "sso_account_id", SOURCE_SSO_ROLE },
	{ "sso_role_name", SOURCE_SSO_ROLE },
	{ "sso_session", SOURCE_SSO },
	{ "sso_start_url", SOURCE_SSO },
	{ "login_session", SOURCE_LOGIN },
	{ "credential_process", SOURCE_PROCESS },
};

/* A process that asks this program for the same profile is not a source. */
static bool counts(const struct profile *profile, enum source_use use,
		   const struct config_value *value)
{
	const char *program;

	return value &&
	       (use != SOURCE_PROCESS ||
		!process_is_itself(value->text, profile->name, &program));
}

const struct config_value *source_value(const struct profile *profile,
					unsigned uses)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct config_value *value =
			names[i].use & uses
				? profile_value(profile, names[i].key)
				: NULL;

		if (counts(profile, names[i].use, value))
			return value;
	}
	return NULL;
}

const struct config_value *source_next(const struct profile *profile)
{
	unsigned nearer = SOURCE_KEYS | SOURCE_ELSEWHERE;
	const struct config_value *next;

	nearer |= source_value(profile, SOURCE_ROLE) ? SOURCE_WEB_IDENTITY
						     : SOURCE_OWN;
	if (source_value(profile, nearer))
		return NULL;
	next = source_value(profile, SOURCE_PROFILE);
	return next && strcmp(next->text, profile->name) != 0 ? next : NULL;
}

static bool is_said(const struct config_value *value)
{
	return value && value->text[0] != '\0';
}

/* Tests for a section of which chain_find() must not use the keys. */
static bool is_left_out(struct planner *p, const struct config_section *section)
{
	bool left_out = p->options->without == section;

	p->base.without_keys = p->base.without_keys || left_out;
	return left_out;
}

const struct config_section *source_keys(struct planner *p,
					 const struct profile *profile)
{
	for (unsigned i = 0; i < profile->n_sections; i++) {
		const struct config_section *section = profile->sections[i];
		const struct config_value *id =
			config_value(section, access_key);
		const struct config_value *secret =
			config_value(section, secret_key);

		if ((id || secret) && !is_left_out(p, section))
			return is_said(id) || is_said(secret) ? section : NULL;
	}
	return NULL;
}

static bool is_in_credentials(const struct config_section *keys)
{
	const struct config_value *id = config_value(keys, access_key);

	return id && id->from == CREDENTIALS_FILE;
}

bool source_begin_at_keys(struct planner *p, const struct config_section *keys,
			  struct error *err)
{
	const struct config_value *id = config_value(keys, access_key);
	const struct config_value *secret = config_value(keys, secret_key);
	const struct config_value *there = is_said(id) ? id : secret;

	if (!is_said(id) || !is_said(secret))
		return error_fail(err, REASON_MISSING_KEY, .path = there->file,
				  .line = there->line, .profile = keys->name,
				  .key = is_said(id) ? secret_key : access_key);
	p->base.keys = keys;
	there = config_session_token(keys);
	return source_begin(p, there ? STEP_STATIC_KEY : STEP_STORED_KEY,
			    there);
}

static bool conflict(const struct said *own, const struct config_value *there,
		     struct error *err)
{
	char other[sizeof(err->about.other)];

	(void)snprintf(other, sizeof(other), "%s:%u", there->file, there->line);
	return resolve_fail(own, err, REASON_KEY_CONFLICT, .other = other);
}

/* sso_session's section and the profile may both say it, if it is the same. */
static bool check_sso_pair(const struct profile *profile,
			   const struct config_section *session,
			   const char *key, struct error *err)
{
	struct said own = resolve_key(profile, key);
	const struct config_value *there =
		session ? config_value(session, key) : NULL;

	if (own.text && is_said(there) && strcmp(own.text, there->text) != 0)
		return conflict(&own, there, err);
	return own.text || is_said(there) ||
	       error_fail(err, REASON_MISSING_KEY, .profile = profile->name,
			  .key = key);
}

static bool check_sso(const struct planner *p, const struct profile *profile,
		      struct error *err)
{
	struct said session = resolve_key(profile, "sso_session");
	struct said account = resolve_key(profile, "sso_account_id");
	struct said role = resolve_key(profile, "sso_role_name");
	const struct config_section *section = NULL;

	if (!account.text != !role.text)
		return resolve_missing(account.text ? &account : &role,
				       profile->name,
				       account.text ? role.by : account.by,
				       err);
	if (session.text) {
		section = aws_config_find(p->config, CONFIG_SSO_SESSION,
					  session.text);
		if (!section)
			return resolve_fail(&session, err,
					    REASON_NO_SUCH_SECTION,
					    .value = session.text,
					    .other = "sso-session");
	}
	return check_sso_pair(profile, section, "sso_region", err) &&
	       check_sso_pair(profile, section, "sso_start_url", err);
}

/* Where no key is stored, only the profile itself is to be named. */
static struct error_facts no_key(const struct profile *profile)
{
	const struct config_value *itself =
		profile_value(profile, "credential_process");
	const char *program;

	if (!itself ||
	    !process_is_itself(itself->text, profile->name, &program))
		return (struct error_facts){ .reason = REASON_NO_KEY,
					     .profile = profile->name };
	return (struct error_facts){ .reason = REASON_PROCESS_IS_ITSELF,
				     .profile = profile->name,
				     .path = itself->file,
				     .line = itself->line,
				     .key = itself->key,
				     .other = program };
}

bool source_begin(struct planner *p, enum step_kind kind,
		  const struct config_value *by)
{
	const struct profile *profile = &p->links[p->n_links - 1].profile;

	p->base.kind = kind;
	p->base.no_key = no_key(profile);
	if (kind != STEP_STORED_KEY && !p->base.by)
		p->base.by = by;
	return true;
}

/* A process that asks for a profile on the way here never ends. */
static bool begin_at_process(struct planner *p, const struct profile *profile,
			     const struct config_value *process,
			     struct error *err)
{
	struct said said = resolve_key(profile, process->key);
	char path[CYCLE_TEXT_LEN];
	const char *program;

	for (size_t i = 0; i + 1 < p->n_links; i++) {
		const char *name = p->links[i].profile.name;

		if (!process_is_itself(process->text, name, &program))
			continue;
		(void)snprintf(path, sizeof(path), "%s -> %s -> %s", name,
			       profile->name, name);
		return resolve_fail(&said, err, REASON_PROFILE_LOOP,
				    .detail = path);
	}
	return source_begin(p, STEP_PROCESS, process);
}

bool source_own(struct planner *p, const struct profile *profile, bool *found,
		struct error *err)
{
	const struct config_section *keys = source_keys(p, profile);
	const struct config_value *sso =
		source_value(profile, SOURCE_SSO_ROLE | SOURCE_SSO);
	const struct config_value *login = source_value(profile, SOURCE_LOGIN);
	const struct config_value *process =
		source_value(profile, SOURCE_PROCESS);

	*found = true;
	if (source_value(profile, SOURCE_SSO_ROLE))
		return check_sso(p, profile, err) &&
		       source_begin(p, STEP_SSO, sso);
	if (keys && is_in_credentials(keys))
		return source_begin_at_keys(p, keys, err);
	if (login)
		return source_begin(p, STEP_LOGIN, login);
	if (process)
		return begin_at_process(p, profile, process, err);
	if (keys)
		return source_begin_at_keys(p, keys, err);
	if (sso)
		return check_sso(p, profile, err) &&
		       source_begin(p, STEP_SSO, sso);
	*found = false;
	return source_begin(p, STEP_STORED_KEY, NULL);
}

bool source_itself(struct planner *p, const struct profile *profile,
		   const struct said *source, struct error *err)
{
	const struct config_section *keys = source_keys(p, profile);
	const struct config_value *other = source_value(profile, SOURCE_OWN);

	if (keys)
		return source_begin_at_keys(p, keys, err);
	if (other)
		return resolve_fail(source, err, REASON_OWN_SOURCE,
				    .profile = profile->name,
				    .other = other->key);
	return source_begin(p, STEP_STORED_KEY, NULL);
}

bool source_of_role(struct planner *p, const struct profile *profile,
		    const struct said *role, struct error *err)
{
	const struct config_section *keys = source_keys(p, profile);

	if (keys)
		return source_begin_at_keys(p, keys, err);
	if (source_value(profile, SOURCE_OWN))
		return resolve_fail(role, err, REASON_ROLE_WITHOUT_SOURCE,
				    .profile = profile->name);
	(void)source_begin(p, STEP_STORED_KEY, NULL);
	if (p->base.no_key.reason == REASON_NO_KEY)
		p->base.no_key = (struct error_facts){
			.reason = REASON_ROLE_WITHOUT_SOURCE,
			.profile = profile->name,
			.path = role->value->file,
			.line = role->value->line,
			.key = role->by
		};
	return true;
}

bool source_elsewhere(struct planner *p, const struct said *source,
		      struct error *err)
{
	static const struct {
		const char *name;
		enum step_kind kind;
	} sources[] = { { "Environment", STEP_ENVIRONMENT },
			{ "Ec2InstanceMetadata", STEP_INSTANCE },
			{ "EcsContainer", STEP_CONTAINER } };

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(source->text, sources[i].name) == 0)
			return source_begin(p, sources[i].kind, source->value);
	return resolve_bad(source,
			   "Environment, Ec2InstanceMetadata or EcsContainer",
			   err);
}
