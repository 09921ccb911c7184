#include <stdio.h>

#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/text.h"
#include "plan/plan_internal.h"

/* In seconds. */
struct limits {
	int64_t min, max;
};

static const struct limits session_limits = { LIMITS_DURATION_MIN,
					      LIMITS_SESSION_MAX };
static const struct limits role_limits = { LIMITS_DURATION_MIN,
					   LIMITS_ROLE_MAX };

static bool check(const struct limits *limits, const struct said *said,
		  int64_t seconds, struct error *err)
{
	char min[TEXT_SPAN_LEN];
	char max[TEXT_SPAN_LEN];
	char range[sizeof(err->about.expected)];
	char value[32];

	if (seconds >= limits->min && seconds <= limits->max)
		return true;
	text_span(limits->min, min);
	text_span(limits->max, max);
	(void)snprintf(range, sizeof(range), "AWS allows %s to %s", min, max);
	(void)snprintf(value, sizeof(value), "%lld", (long long)seconds);
	return resolve_fail(said, err, REASON_OUT_OF_RANGE, .expected = range,
			    .value = said->text ? said->text : value);
}

/* Checks a number that was parsed before: -d, or a setting. */
static bool take_number(const struct limits *limits, const char *by,
			int64_t seconds, struct wanted *wanted,
			struct error *err)
{
	const struct said said = { .by = by };

	*wanted = (struct wanted){ seconds, by };
	return check(limits, &said, seconds, err);
}

static bool take_text(const struct planner *p, const struct limits *limits,
		      const struct said *said, struct wanted *wanted,
		      struct error *err)
{
	if (!text_duration(said->text, &wanted->seconds))
		return resolve_bad(said, EXPECTED_DURATION, err);
	wanted->why = resolve_reason(p, said);
	if (!wanted->why)
		return error_memory(err);
	return check(limits, said, wanted->seconds, err);
}

bool duration_session(struct planner *p, bool last, struct wanted *wanted,
		      struct error *err)
{
	const struct plan_options *o = p->options;
	struct said said = resolve_env(p, "AWS_SESSION_TOKEN_TTL");

	*wanted = (struct wanted){ LIMITS_SESSION_DEFAULT, "default" };
	if (last && o->duration > 0)
		return take_number(&session_limits, "-d", o->duration, wanted,
				   err);
	if (said.text)
		return take_text(p, &session_limits, &said, wanted, err);
	if (o->session_duration == 0 ||
	    o->session_duration == LIMITS_SESSION_DEFAULT)
		return true;
	return take_number(&session_limits, "session_duration",
			   o->session_duration, wanted, err);
}

static bool role_as_said(struct planner *p, const struct link *link,
			 struct wanted *wanted, struct error *err)
{
	const struct plan_options *o = p->options;
	struct said said =
		resolve_first(resolve_env(p, "AWS_ASSUME_ROLE_TTL"),
			      resolve_key(&link->profile, "duration_seconds"));

	*wanted = (struct wanted){ LIMITS_ROLE_DEFAULT, "default" };
	if (link == p->links && o->duration > 0)
		return take_number(&role_limits, "-d", o->duration, wanted,
				   err);
	if (said.text)
		return take_text(p, &role_limits, &said, wanted, err);
	if (o->role_duration == 0)
		return true;
	return take_number(&role_limits, "role_duration", o->role_duration,
			   wanted, err);
}

bool duration_role(struct planner *p, const struct link *link,
		   struct wanted *wanted, struct error *err)
{
	if (!role_as_said(p, link, wanted, err))
		return false;
	if (p->options->one_hour && wanted->seconds > LIMITS_CHAINED_MAX)
		*wanted = (struct wanted){
			LIMITS_CHAINED_MAX,
			"role_duration = auto: more was denied"
		};
	return true;
}
