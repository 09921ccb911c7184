#include "plan/plan.h"

#include <string.h>

#include "aws/arn.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/text.h"
#include "plan/chain.h"
#include "plan/plan_internal.h"
#include "plan/source.h"

#define ACCOUNT_LEN 12

/* The shape of a chain. */
struct shape {
	size_t n_roles;      /* AssumeRole steps */
	struct wanted first; /* of the first of them */
	bool session;        /* GetSessionToken comes before them */
	bool chained;        /* AWS limits even the first role to 1 hour */
	const char *serial;  /* of the code, or NULL */
};

static const struct link *base_link(const struct planner *p)
{
	return &p->links[p->n_links - 1];
}

/* Tests for a role. A role of a web identity is the first step itself. */
static bool takes_role(const struct planner *p, const struct link *link)
{
	return link->role_arn &&
	       (link != base_link(p) || p->base.kind != STEP_WEB_IDENTITY);
}

/*
 * Tests for a source that may be a long-lived key; only such a key can be used
 * with a code.
 */
static bool may_show_code(enum step_kind kind)
{
	return kind == STEP_STORED_KEY || kind == STEP_PROCESS ||
	       kind == STEP_ENVIRONMENT;
}

static const struct link *first_role(const struct planner *p)
{
	for (size_t i = p->n_links; i > 0; i--)
		if (takes_role(p, &p->links[i - 1]))
			return &p->links[i - 1];
	return NULL;
}

/* Returns a value of the selected profile, or else of its sources. */
static struct said inherited(const struct planner *p, const char *key)
{
	struct said said = { 0 };

	for (size_t i = 0; i < p->n_links && !said.text; i++)
		said = resolve_key(&p->links[i].profile, key);
	return said;
}

static bool note_lender(struct planner *p, const struct said *said,
			struct error *err)
{
	for (unsigned i = 0; i < p->links[0].profile.n_sections; i++)
		if (said->section == p->links[0].profile.sections[i])
			return true;
	return !said->section ||
	       planner_note(p, err, REASON_INHERITED_KEY, .key = said->by,
			    .profile = said->section->name);
}

/*
 * Finds the profile whose mfa_serial is set and empty, before one with a serial:
 * no code is sent for it, whatever device its source has.
 */
static const struct profile *without_code(const struct planner *p)
{
	for (size_t i = 0; i < p->n_links; i++) {
		const struct profile *profile = &p->links[i].profile;

		if (profile_is_empty(profile, "mfa_serial"))
			return profile;
		if (resolve_key(profile, "mfa_serial").text)
			return NULL;
	}
	return NULL;
}

static bool find_serial(struct planner *p, struct error *err)
{
	struct said serial = resolve_env(p, "AWS_MFA_SERIAL");
	struct said of_files = inherited(p, "mfa_serial");
	const struct profile *without = serial.text ? NULL : without_code(p);

	if (!serial.text && !without)
		serial = of_files;
	if (!assume_role_check_serial(&serial, err))
		return false;
	p->serial = serial;
	p->plan->no_code = without != NULL;
	return !without || !of_files.text ||
	       planner_note(p, err, REASON_NO_CODE_WANTED, .key = "mfa_serial",
			    .profile = without->name, .arn = of_files.text);
}

static bool say_direct(struct planner *p, const struct wanted *wanted,
		       struct error *err)
{
	return planner_note(p, err, REASON_DIRECT_ROLE,
			    .number = wanted->seconds, .other = wanted->why);
}

static bool shape_roles(struct planner *p, struct shape *shape,
			struct error *err)
{
	bool code = p->serial.text && may_show_code(p->base.kind);
	bool key = p->base.kind == STEP_STORED_KEY;

	if (!duration_role(p, first_role(p), &shape->first, err))
		return false;
	shape->serial = code ? p->serial.text : NULL;
	shape->session = key && code && !p->options->no_session;
	if (shape->session && shape->n_roles == 1 &&
	    shape->first.seconds > LIMITS_CHAINED_MAX) {
		shape->session = false;
		p->plan->direct = true;
		if (!say_direct(p, &shape->first, err))
			return false;
	}
	shape->chained = shape->session || !may_show_code(p->base.kind);
	return true;
}

static bool shape_plain(struct planner *p, struct shape *shape,
			struct error *err)
{
	const char *name = p->plan->profile;

	if (p->base.kind != STEP_STORED_KEY)
		return true;
	shape->session = !p->options->no_session;
	if (!shape->session)
		return planner_warn(p, err, REASON_LONG_LIVED_KEY,
				    .profile = name);
	shape->serial = p->serial.text;
	if (shape->serial)
		return true;
	return planner_warn(p, err, REASON_NO_MFA_DEVICE, .profile = name);
}

static bool find_shape(struct planner *p, struct shape *shape,
		       struct error *err)
{
	*shape = (struct shape){ 0 };
	for (size_t i = 0; i < p->n_links; i++)
		shape->n_roles += takes_role(p, &p->links[i]);
	return shape->n_roles > 0 ? shape_roles(p, shape, err)
				  : shape_plain(p, shape, err);
}

/*
 * Finds the program for the codes of the chain's device, in the selected profile
 * or else in its sources.  One of a profile with another device would give wrong
 * codes: a note names it.
 */
static bool find_process(struct planner *p, struct said *process,
			 struct error *err)
{
	*process = (struct said){ 0 };
	for (size_t i = 0; i < p->n_links && !process->text; i++) {
		const struct profile *profile = &p->links[i].profile;
		const char *own = resolve_key(profile, "mfa_serial").text;

		*process = resolve_key(profile, "mfa_process");
		if (!process->text || !own || strcmp(own, p->serial.text) == 0)
			continue;
		*process = (struct said){ 0 };
		if (!planner_note(p, err, REASON_PROCESS_OF_OTHER_DEVICE,
				  .profile = profile->name, .arn = own))
			return false;
	}
	return true;
}

/* Sets the MFA device of the plan, or a note why none is used. */
static bool name_device(struct planner *p, const struct shape *shape,
			struct error *err)
{
	struct said process;

	if (!shape->serial)
		return !p->serial.text ||
		       planner_note(p, err, REASON_UNUSED_DEVICE,
				    .arn = p->serial.text);
	if (!find_process(p, &process, err))
		return false;
	p->plan->mfa_serial = shape->serial;
	p->plan->mfa_from = resolve_origin(p, &p->serial);
	p->plan->mfa_process = process.text;
	p->plan->mfa_process_file = process.value ? process.value->file : NULL;
	if (!p->plan->mfa_from)
		return error_memory(err);
	return note_lender(p, &p->serial, err) && note_lender(p, &process, err);
}

static struct step *add_step(struct planner *p, enum step_kind kind,
			     const char *profile, struct error *err)
{
	size_t n = p->plan->n_steps;
	struct step *steps = arena_room(p->arena, p->steps, n, sizeof(*steps));

	if (!steps) {
		(void)error_memory(err);
		return NULL;
	}
	steps[n] = (struct step){
		.kind = kind,
		.profile = profile,
		.source = n > 0 ? steps[n - 1].profile : NULL,
	};
	p->steps = steps;
	p->plan->steps = steps;
	p->plan->n_steps = n + 1;
	return &steps[n];
}

static void sign_at_sts(const struct planner *p, struct step *step)
{
	step->region = p->plan->region;
	step->endpoint = p->plan->sts;
}

/* Returns the line that names the source, for a source that has one. */
static const struct config_value *named_by(const struct planner *p,
					   const struct profile *profile)
{
	static const unsigned uses[] = {
		[STEP_PROCESS] = SOURCE_PROCESS,
		[STEP_WEB_IDENTITY] = SOURCE_WEB_IDENTITY,
		[STEP_SSO] = SOURCE_SSO,
		[STEP_LOGIN] = SOURCE_LOGIN,
		[STEP_ENVIRONMENT] = SOURCE_ELSEWHERE,
		[STEP_INSTANCE] = SOURCE_ELSEWHERE,
		[STEP_CONTAINER] = SOURCE_ELSEWHERE,
	};
	size_t kind = p->base.kind;

	return kind < sizeof(uses) / sizeof(uses[0]) && uses[kind] != 0
		       ? source_value(profile, uses[kind])
		       : NULL;
}

/*
 * Tests for a source whose credentials end by themselves, and take a program, a
 * request or a user to get.
 */
static bool is_cached(enum step_kind kind)
{
	return kind == STEP_PROCESS || kind == STEP_WEB_IDENTITY ||
	       kind == STEP_SSO || kind == STEP_LOGIN ||
	       kind == STEP_INSTANCE || kind == STEP_CONTAINER;
}

static void find_metadata(const struct planner *p,
			  const struct profile *profile, struct step *step)
{
	step->metadata_endpoint =
		resolve_first(
			resolve_env(p, "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
			resolve_key(profile, "ec2_metadata_service_endpoint"))
			.text;
	step->metadata_mode =
		resolve_first(
			resolve_env(p,
				    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
			resolve_key(profile,
				    "ec2_metadata_service_endpoint_mode"))
			.text;
}

static bool add_base(struct planner *p, struct error *err)
{
	const struct link *link = base_link(p);
	struct step *step = add_step(p, p->base.kind, link->profile.name, err);
	struct wanted wanted;

	if (!step)
		return false;
	step->keys = p->base.keys;
	step->by = named_by(p, &link->profile);
	step->cached = is_cached(p->base.kind);
	if (p->base.kind == STEP_INSTANCE)
		find_metadata(p, &link->profile, step);
	if (p->base.kind == STEP_SSO &&
	    !sso_resolve(p, &link->profile, &step->sso, err))
		return false;
	if (step->sso)
		step->sso_role = step->sso->role;
	if (p->base.kind == STEP_LOGIN &&
	    !login_resolve(p, &link->profile, step, err))
		return false;
	if (p->base.kind != STEP_WEB_IDENTITY)
		return true;
	if (!assume_role_fill(p, link, step, err) ||
	    !duration_role(p, link, &wanted, err))
		return false;
	step->role_arn = link->role_arn;
	step->duration = wanted.seconds;
	step->why = wanted.why;
	sign_at_sts(p, step);
	return true;
}

static bool add_session(struct planner *p, const struct shape *shape,
			struct error *err)
{
	struct step *step = add_step(p, STEP_SESSION_TOKEN,
				     base_link(p)->profile.name, err);
	struct wanted wanted;

	if (!step || !duration_session(p, shape->n_roles == 0, &wanted, err))
		return false;
	step->mfa_serial = shape->serial;
	step->duration = wanted.seconds;
	step->why = wanted.why;
	step->cached = true;
	sign_at_sts(p, step);
	return true;
}

/* Reduces a duration that AWS would refuse, with a warning. */
static bool cut(struct planner *p, const struct link *link,
		struct wanted *wanted, struct error *err)
{
	int64_t seconds = wanted->seconds;
	const char *why = wanted->why;

	if (wanted->seconds <= LIMITS_CHAINED_MAX)
		return true;
	wanted->seconds = LIMITS_CHAINED_MAX;
	wanted->why = "AWS's limit for chained roles";
	return planner_warn(p, err, REASON_ROLE_CUT,
			    .profile = link->profile.name, .number = seconds,
			    .other = why);
}

static bool add_role(struct planner *p, const struct link *link,
		     const struct shape *shape, struct error *err)
{
	struct step *step =
		add_step(p, STEP_ASSUME_ROLE, link->profile.name, err);
	bool first = link == first_role(p);
	struct wanted wanted;

	if (!step || !assume_role_fill(p, link, step, err) ||
	    !duration_role(p, link, &wanted, err))
		return false;
	if ((!first || shape->chained) && !cut(p, link, &wanted, err))
		return false;
	step->role_arn = link->role_arn;
	step->mfa_serial = first && !shape->session ? shape->serial : NULL;
	step->duration = wanted.seconds;
	step->why = wanted.why;
	step->cached = true;
	sign_at_sts(p, step);
	return true;
}

static bool add_steps(struct planner *p, const struct shape *shape,
		      struct error *err)
{
	if (!add_base(p, err) ||
	    (shape->session && !add_session(p, shape, err)))
		return false;
	for (size_t i = p->n_links; i > 0; i--)
		if (takes_role(p, &p->links[i - 1]) &&
		    !add_role(p, &p->links[i - 1], shape, err))
			return false;
	return true;
}

static bool find_account(struct planner *p, struct error *err)
{
	const char *role = NULL;
	struct arn arn;

	for (size_t i = 0; i < p->n_links && !role; i++)
		role = p->links[i].role_arn;
	if (!role && p->steps[0].login)
		role = p->steps[0].login->session;
	if (!role || !arn_parse(role, &arn)) {
		p->plan->account =
			profile_text(&base_link(p)->profile, "sso_account_id");
		return true;
	}
	p->plan->account = arena_strdup(p->arena, arn.account);
	return p->plan->account || error_memory(err);
}

static bool read_guard(struct planner *p, struct error *err)
{
	const struct profile *profile = &p->links[0].profile;
	struct said account = resolve_key(profile, "rolekey_expect_account");
	struct said confirm = resolve_key(profile, "rolekey_confirm");

	p->plan->expect_account = account.text;
	if (account.text && (strlen(account.text) != ACCOUNT_LEN ||
			     strspn(account.text, "0123456789") != ACCOUNT_LEN))
		return resolve_bad(&account, EXPECTED_ACCOUNT, err);
	return resolve_bool(&confirm, &p->plan->confirm, err) &&
	       (!p->plan->confirm ||
		planner_note(p, err, REASON_ASKS_CONFIRMATION));
}

/* Notes where the chain starts, if the profile does not look like it. */
static bool note_start(struct planner *p, struct error *err)
{
	const struct error_facts *lacks = &p->base.no_key;

	p->plan->no_key = *lacks;
	if (p->base.kind != STEP_STORED_KEY)
		return true;
	if (lacks->reason == REASON_ROLE_WITHOUT_SOURCE)
		return planner_note(p, err, REASON_OWN_KEY,
				    .profile = lacks->profile);
	return lacks->reason != REASON_PROCESS_IS_ITSELF ||
	       planner_note(p, err, REASON_PROCESS_IGNORED,
			    .profile = lacks->profile, .other = lacks->other);
}

/* Only for keys of the files, of which few profiles have any. */
static bool find_movable(struct planner *p, struct error *err)
{
	struct chain chain;

	return !p->base.keys || (chain_describe(p, &chain, err) &&
				 chain_moves(p->config, p->options, &chain,
					     p->arena, &p->plan->movable, err));
}

bool plan_make(const struct aws_config *config,
	       const struct plan_options *options, struct arena *arena,
	       struct plan *plan, struct error *err)
{
	struct planner p = planner_begin(config, options, arena, plan);
	struct profile profile;
	struct shape shape;

	return profile_resolve(config, options->profile, options->brief, arena,
			       &profile, err) &&
	       region_resolve(&p, &profile, err) && chain_resolve(&p, err) &&
	       region_fall_back(&p, err) && chain_name_roles(&p, err) &&
	       region_endpoints(&p, &profile, err) && find_serial(&p, err) &&
	       find_shape(&p, &shape, err) && name_device(&p, &shape, err) &&
	       add_steps(&p, &shape, err) && read_only_apply(&p, err) &&
	       send_reason_apply(&p, err) && note_start(&p, err) &&
	       find_movable(&p, err) && find_account(&p, err) &&
	       read_guard(&p, err) && variables_resolve(&p, &profile, err);
}

bool plan_endpoints(const struct aws_config *config,
		    const struct plan_options *options, struct arena *arena,
		    struct plan *plan, struct error *err)
{
	struct planner p = planner_begin(config, options, arena, plan);
	struct profile profile = { .name = options->profile };
	struct link link;

	if (aws_config_find(config, CONFIG_PROFILE, options->profile) &&
	    !profile_resolve(config, options->profile, options->brief, arena,
			     &profile, err))
		return false;
	/* The chain is not followed: its ARNs are those of the profile. */
	link = (struct link){ .profile = profile,
			      .role_arn = profile_text(&profile, "role_arn") };
	p.links = &link;
	p.n_links = 1;
	return region_resolve(&p, &profile, err) && region_fall_back(&p, err) &&
	       region_endpoints(&p, &profile, err);
}

static bool find_service(const struct aws_config *config,
			 const struct plan_options *options,
			 struct arena *arena, enum aws_service service,
			 struct endpoint *endpoint, struct error *err)
{
	struct plan plan;
	struct planner p = planner_begin(config, options, arena, &plan);
	struct profile profile;

	return profile_resolve(config, options->profile, options->brief, arena,
			       &profile, err) &&
	       region_resolve(&p, &profile, err) && chain_resolve(&p, err) &&
	       region_fall_back(&p, err) &&
	       region_service(&p, &profile, service, endpoint, err);
}

bool plan_signin(const struct aws_config *config,
		 const struct plan_options *options, struct arena *arena,
		 struct endpoint *endpoint, struct error *err)
{
	return find_service(config, options, arena, AWS_SIGNIN, endpoint, err);
}

bool plan_organizations(const struct aws_config *config,
			const struct plan_options *options, struct arena *arena,
			struct endpoint *endpoint, struct error *err)
{
	return find_service(config, options, arena, AWS_ORGANIZATIONS, endpoint,
			    err);
}
