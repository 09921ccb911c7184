#include <stddef.h>
#include <string.h>

#include "base/timefmt.h"
#include "cmd/childenv.h"
#include "cmd/explain/explain_internal.h"
#include "format/jsonout.h"

static void json_text(struct jsonout *out, const char *key, const char *value)
{
	jsonout_key(out, key);
	jsonout_string(out, value);
}

static void json_step(struct jsonout *out, const struct step *step,
		      const struct known *known, int64_t expires)
{
	char until[TIMEFMT_ISO_LEN];

	timefmt_iso(expires, until);
	jsonout_next(out);
	jsonout_raw(out, "{");
	json_text(out, "action", explain_action(step, known));
	json_text(out, "profile", step->profile);
	json_text(out, "source", step->source);
	json_text(out, "role_arn", step->role_arn);
	json_text(out, "session_name", step->session_name);
	json_text(out, "mfa", step->mfa_serial);
	jsonout_key(out, "duration");
	if (step->duration > 0)
		jsonout_number(out, step->duration);
	else
		jsonout_raw(out, "null");
	json_text(out, "why", step->why);
	json_text(out, "region", step->region);
	json_text(out, "endpoint", step->endpoint.url);
	json_text(out, "signing_region", step->endpoint.signing_region);
	json_text(out, "cached_until", expires > 0 ? until : NULL);
	jsonout_raw(out, "}");
}

/*
 * Tests whether the variable is set for this plan: a long-lived key has no
 * token and no expiry.
 */
static bool is_set(const struct plan *plan, const char *name)
{
	const struct step *last = &plan->steps[plan->n_steps - 1];

	if (strstr(name, "EXPIRATION"))
		return last->cached;
	if (strstr(name, "TOKEN"))
		return last->kind != STEP_STORED_KEY;
	return true;
}

static size_t count_added(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_variables; i++)
		n += plan->variables[i].name != NULL;
	return n;
}

/* Returns the n-th variable that the plan adds. */
static const char *added(const struct plan *plan, size_t n)
{
	size_t seen = 0;

	for (size_t i = 0; i < plan->n_variables; i++)
		if (plan->variables[i].name && seen++ == n)
			return plan->variables[i].name;
	return NULL;
}

const char *explain_json_variable(const struct plan *plan, size_t n)
{
	const char *name = childenv_name(0);

	for (size_t i = 0; name; name = childenv_name(++i)) {
		if (strcmp(name, "ROLEKEY_PROFILE") == 0) {
			if (n < count_added(plan))
				return added(plan, n);
			n -= count_added(plan);
		}
		if (!is_set(plan, name))
			continue;
		if (n == 0)
			return name;
		n--;
	}
	return NULL;
}

bool explain_json(struct strbuf *to, const void *what)
{
	const struct explained *explained = what;
	const struct known *known = explained->known;
	const struct plan *plan = explained->plan;
	struct jsonout json = jsonout_to_strbuf(to);
	struct jsonout *out = &json;

	jsonout_raw(out, "{");
	json_text(out, "profile", plan->profile);
	json_text(out, "account", plan->account);
	json_text(out, "region", plan->region);
	json_text(out, "mfa_serial", plan->mfa_serial);
	json_text(out, "mfa_from", plan->mfa_from);
	json_text(out, "ca_bundle", plan->trust.ca_bundle);
	json_text(out, "ca_bundle_from", plan->trust.from);
	jsonout_key(out, "read_only");
	jsonout_raw(out, plan->read_only ? "true" : "false");
	jsonout_key(out, "steps");
	jsonout_raw(out, "[");
	for (size_t i = 0; i < plan->n_steps; i++)
		json_step(out, &plan->steps[i], known, known->expires[i]);
	jsonout_raw(out, "]");
	jsonout_key(out, "environment");
	jsonout_raw(out, "[");
	for (size_t i = 0; explain_json_variable(plan, i); i++) {
		jsonout_next(out);
		jsonout_string(out, explain_json_variable(plan, i));
	}
	jsonout_raw(out, "]}\n");
	return true;
}
