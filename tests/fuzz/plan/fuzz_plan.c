#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"
#include "support/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOUR INT64_C(3600)

/* What AWS would refuse no plan asks for. */
static void check_step(const struct plan *plan, size_t i)
{
	const struct step *s = &plan->steps[i];
	bool session = s->kind == STEP_SESSION_TOKEN;
	bool role = s->kind == STEP_ASSUME_ROLE;

	if (!s->profile || (i > 0) != (session || role) ||
	    (i > 0) != (s->source != NULL) || s->cached != (i > 0))
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

static void plan_one(struct config_text *t, const char *name, unsigned flags)
{
	char variable[] = "AWS_MFA_SERIAL=GAHT12345678";
	char *environment[] = { flags & 4 ? variable : NULL, NULL };
	const struct plan_options options = {
		.profile = name,
		.duration = flags & 1 ? 2 * HOUR : 0,
		.no_session = (flags & 2) != 0,
		.environment = environment,
	};
	struct error err = { 0 };
	struct plan plan;

	if (plan_make(t->config, &options, t->arena, &plan, &err))
		check(&plan);
	else if (err.code == ERROR_NONE || err.text[0] == '\0')
		abort();
}

/* A config, all of whose first profiles are planned in each way. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct config_section *section;
	struct error err = { 0 };
	struct config_text t;

	if (config_text_read(&t, NULL, NULL, &err) &&
	    config_text_add(&t, CONFIG_FILE, (const char *)data, size, &err))
		for (size_t i = 0;
		     i < 8 &&
		     (section = aws_config_nth(t.config, CONFIG_PROFILE, i));
		     i++)
			for (unsigned flags = 0; flags < 8; flags++)
				plan_one(&t, section->name, flags);
	config_text_clear(&t);
	return 0;
}
