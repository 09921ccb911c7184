#ifndef PLAN_EXAMPLES_H
#define PLAN_EXAMPLES_H

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "plan/plan.h"
#include "support/check.h"
#include "support/config_text.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* Examples for the planner's tests: a config and the plan that it makes. */
#define DEVICE "arn:aws:iam::111122223333:mfa/fohte"
#define ROLE   "arn:aws:iam::444455556666:role/"

/* The company of SPEC 1: one key, one device, a role for each account. */
#define COMPANY                                                 \
	"[profile custodian]\nmfa_serial = " DEVICE "\n"        \
	"[profile testing]\nrole_arn = " ROLE "Dev\n"           \
	"source_profile = custodian\nregion = eu-west-1\n"      \
	"[profile long]\nrole_arn = " ROLE "Long\n"             \
	"source_profile = custodian\nduration_seconds = 7200\n" \
	"[profile chain]\nrole_arn = " ROLE "Far\n"             \
	"source_profile = testing\n"                            \
	"[profile nomfa]\n"                                     \
	"[profile easy]\nrole_arn = " ROLE "Easy\n"             \
	"source_profile = nomfa\n"

struct example {
	const char *config;
	const char *credentials;
	struct plan_options options;
	const char *environment[4];
	const char *shown; /* or the error's facts */
};

static inline void show_step(const struct step *s, struct strbuf *out)
{
	strbuf_printf(out, "%s %s", step_action(s->kind), s->profile);
	if (s->source)
		strbuf_printf(out, " by %s", s->source);
	if (s->role_arn)
		strbuf_printf(out, " %s", strrchr(s->role_arn, '/') + 1);
	if (s->mfa_serial)
		strbuf_puts(out, " code");
	if (s->duration > 0)
		strbuf_printf(out, " %" PRId64 " (%s)", s->duration, s->why);
	if (s->keys)
		strbuf_printf(out, " keys of %s", s->keys->name);
	strbuf_puts(out, "\n");
}

static inline void show_fact(const char *kind, const struct error_facts *facts,
			     struct strbuf *out)
{
	struct error fact;
	char text[FACTS_LEN];

	(void)error_fail_with(&fact, facts);
	strbuf_printf(out, "%s: %s\n", kind, facts_of(&fact, text));
}

static inline bool lacks_more_than_a_key(const struct plan *plan)
{
	return plan->steps[0].kind == STEP_STORED_KEY && !plan->steps[0].keys &&
	       plan->no_key.reason != REASON_NO_KEY;
}

static inline void show(const struct plan *plan, struct strbuf *out)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		show_step(&plan->steps[i], out);
		if (i == 0 && lacks_more_than_a_key(plan))
			show_fact("lacks", &plan->no_key, out);
	}
	for (size_t i = 0; i < plan->n_warnings; i++)
		show_fact("warning", &plan->warnings[i], out);
	for (size_t i = 0; i < plan->n_notes; i++)
		show_fact("note", &plan->notes[i], out);
}

static inline bool make(const struct example *e, struct config_text *t,
			struct plan *plan, struct error *err)
{
	const char *const *environment = e->environment;
	struct plan_options options = e->options;

	/* environ has no const of its own; nobody writes to it. */
	memcpy(&options.environment, &environment, sizeof(environment));
	return config_text_read(t, e->config, e->credentials, err) &&
	       plan_make(t->config, &options, t->arena, plan, err);
}

/* For examples that say how a plan is made, and not if. */
static inline void must_make(const struct example *e, struct config_text *t,
			     struct plan *plan)
{
	struct error err = { 0 };

	if (make(e, t, plan, &err))
		return;
	fail_msg("%s", facts_show(&err));
	abort(); /* which fail_msg() does, but does not declare */
}

/* Each allocation of it fails in turn: then so does the plan, by this alone. */
static inline void torture(const struct example *e)
{
	bool failed = true;

	for (long n = 0; failed; n++) {
		struct config_text t;
		struct plan plan;
		struct error err = { 0 };
		bool ok;

		mem_fail_after(n);
		ok = make(e, &t, &plan, &err);
		failed = mem_has_failed();
		mem_fail_after(-1);
		if (failed && (ok || err.code != ERROR_MEMORY))
			fail_msg("no %ld. allocation, and yet: %s\n%s", n,
				 ok ? "a plan" : facts_show(&err), e->config);
		config_text_clear(&t);
	}
}

static inline void check(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out = strbuf_with_max(8192);
		struct config_text t;
		struct plan plan;
		struct error err = { 0 };
		char facts[FACTS_LEN];

		if (make(&examples[i], &t, &plan, &err))
			show(&plan, &out);
		else
			strbuf_puts(&out, facts_of(&err, facts));
		assert_string_equal(strbuf_text(&out), examples[i].shown);
		strbuf_clear(&out);
		config_text_clear(&t);
		torture(&examples[i]);
	}
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

#endif
