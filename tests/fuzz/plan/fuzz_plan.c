#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/arn.h"
#include "base/strbuf.h"
#include "plan/plan.h"
#include "support/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOUR INT64_C(3600)

/* No plan makes a request that AWS would refuse. */
static void check_step(const struct plan *plan, size_t i)
{
	const struct step *s = &plan->steps[i];
	bool session = s->kind == STEP_SESSION_TOKEN;
	bool role = s->kind == STEP_ASSUME_ROLE;

	if (!s->profile || (i > 0) != (session || role) ||
	    (i > 0) != (s->source != NULL) || (i > 0 && !s->cached) ||
	    (s->cached &&
	     (s->kind == STEP_STORED_KEY || s->kind == STEP_STATIC_KEY)))
		abort();
	if ((session || role) &&
	    (!s->endpoint.url || !s->endpoint.signing_region || !s->why ||
	     s->duration < 900 || s->duration > (session ? 36 : 12) * HOUR))
		abort();
	if (role != (s->role_arn && s->kind != STEP_WEB_IDENTITY))
		abort();
	if (role && i > 1 && s->duration > HOUR)
		abort();
	if (s->mfa_serial && (i != 1 || s->mfa_serial != plan->mfa_serial))
		abort();
}

static void check(const struct plan *plan)
{
	if (plan->n_steps == 0 || !plan->sts.url || !plan->iam.url ||
	    (plan->mfa_serial && !plan->mfa_from) ||
	    (plan->region && !plan->region_from))
		abort();
	for (size_t i = 0; i < plan->n_steps; i++) {
		check_step(plan, i);
		if (i > 1 && plan->steps[i].kind == STEP_SESSION_TOKEN)
			abort();
	}
}

/* The account that is shown is that of the role that is taken last. */
static void obtain_check_account(const struct plan *plan)
{
	const char *role = plan->steps[plan->n_steps - 1].role_arn;
	struct arn arn;

	if (role && (!arn_is_role(role) || !arn_parse(role, &arn) ||
		     !plan->account || strcmp(arn.account, plan->account) != 0))
		abort();
}

struct made {
	struct plan plan;
	struct error err;
	bool ok;
};

static struct made make(const struct config_text *t, const char *name,
			unsigned flags)
{
	static char serial[] = "AWS_MFA_SERIAL=GAHT12345678";
	static char url[] = "AWS_ENDPOINT_URL=http://localhost";
	char *environment[] = { flags & 4 ? serial : url, NULL };
	const struct plan_options options = {
		.profile = name,
		.duration = flags & 1 ? 2 * HOUR : 0,
		.no_session = (flags & 2) != 0,
		.brief = true,
		.environment = environment,
	};
	struct made made = { .err = { 0 } };

	made.ok =
		plan_make(t->config, &options, t->arena, &made.plan, &made.err);
	if (!made.ok &&
	    (made.err.code == ERROR_NONE || made.err.reason == REASON_NONE))
		abort();
	if (made.err.code == ERROR_MEMORY)
		exit(0); /* no finding */
	return made;
}

static bool same_text(const char *a, const char *b)
{
	return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

static bool same_step(const struct step *a, const struct step *b)
{
	return a->kind == b->kind && same_text(a->profile, b->profile) &&
	       same_text(a->source, b->source) &&
	       same_text(a->role_arn, b->role_arn) &&
	       same_text(a->session_name, b->session_name) &&
	       same_text(a->external_id, b->external_id) &&
	       same_text(a->mfa_serial, b->mfa_serial) &&
	       same_text(a->region, b->region) &&
	       same_text(a->endpoint.url, b->endpoint.url) &&
	       a->duration == b->duration && !a->keys == !b->keys;
}

static void check_same(const struct made *a, const struct made *b)
{
	if (a->ok != b->ok || a->err.reason != b->err.reason ||
	    !same_text(a->err.about.key, b->err.about.key))
		abort();
	if (!a->ok)
		return;
	if (a->plan.n_steps != b->plan.n_steps ||
	    a->plan.n_warnings != b->plan.n_warnings ||
	    a->plan.n_notes != b->plan.n_notes)
		abort();
	for (size_t i = 0; i < a->plan.n_steps; i++)
		if (!same_step(&a->plan.steps[i], &b->plan.steps[i]))
			abort();
}

/*
 * Each of the first profiles is planned in each way, and again where other
 * profiles, all of them wrong, stand behind: they are nothing to it.
 */
static void check_plans(const struct config_text *t,
			const struct config_text *more)
{
	const struct config_section *section;

	for (size_t i = 0;
	     i < 8 && (section = aws_config_nth(t->config, CONFIG_PROFILE, i));
	     i++)
		for (unsigned flags = 0; flags < 8; flags++) {
			struct made plain = make(t, section->name, flags);
			struct made other = make(more, section->name, flags);

			if (plain.ok) {
				check(&plain.plan);
				obtain_check_account(&plain.plan);
			}
			check_same(&plain, &other);
		}
}

#define OTHERS                                                           \
	"\n[profile added-1]\nsource_profile = added-2\nrole_arn = no\n" \
	"[profile added-2]\nsource_profile = added-1\n"                  \
	"[profile added-3]\ninclude_profile = added-3\nregion = a b\n"   \
	"[profile added-4]\naws_access_key_id = x\nmfa_serial = short\n" \
	"[sso-session added-5]\n[services added-6]\nsts =\n a = b\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf more_text = strbuf_with_max(1 << 24);
	struct error err = { 0 };
	struct config_text t;
	struct config_text more;
	bool ok;

	strbuf_add(&more_text, data, size);
	strbuf_puts(&more_text, OTHERS);
	ok = config_text_read(&t, NULL, NULL, &err) &&
	     config_text_add(&t, CONFIG_FILE, (const char *)data, size, &err);
	ok = config_text_read(&more, NULL, NULL, &err) && ok &&
	     config_text_add(&more, CONFIG_FILE, strbuf_text(&more_text),
			     more_text.len, &err);
	/* unless they are named, or one that is there already grows */
	if (ok && strbuf_ok(&more_text) &&
	    !memmem(data, size, "added-", strlen("added-")))
		check_plans(&t, &more);
	config_text_clear(&t);
	config_text_clear(&more);
	strbuf_clear(&more_text);
	return 0;
}
