#include "api/retry.h"

#include <stddef.h>
#include <string.h>

#include "api/exchange.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/text.h"
#include "crypto/random.h"
#include "port/clock.h"

#define ATTEMPTS   3     /* the AWS SDKs' default, including the first */
#define PAUSE_MAX  20000 /* ms */
#define PAUSE_UNIT 1000  /* ms: the longest pause before the second attempt */
#define SKEW_MIN   240   /* s: AWS accepts smaller differences */

int64_t retry_time(const struct exchange *exchange)
{
	const struct api_caller *caller = exchange->caller;
	int64_t now = clock_now(caller->clock);

	return caller->skew && caller->skew->correcting
		       ? now + caller->skew->ahead
		       : now;
}

/*
 * Codes with which AWS refuses a request because of its time. sure: the code
 * has no other meaning.  Other codes may mean it, if the message says so or the
 * clocks differ.
 */
static const struct refusal {
	const char *code;
	bool sure;
} refusals[] = {
	{ "RequestTimeTooSkewed", true },
	{ "RequestExpired", true },
	{ "RequestInTheFuture", true },
	{ "SignatureDoesNotMatch", false },
	{ "InvalidSignatureException", false },
	{ "AuthFailure", false },
	{ "INVALID_REQUEST", false }, /* a DPoP proof, by sign-in */
};

static bool is_far(int64_t seconds)
{
	return seconds >= SKEW_MIN || seconds <= -SKEW_MIN;
}

static bool is_refused_time(const struct error *err, int64_t ahead)
{
	const char *detail = err->about.detail; /* AWS's own words */

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (error_is_aws(err, refusals[i].code))
			return refusals[i].sure || is_far(ahead) ||
			       strstr(detail, "Signature expired") ||
			       strstr(detail, "Signature not yet current");
	return false;
}

/* Reports the difference, once: later requests are signed with AWS's time. */
static void say_skew(const struct api_caller *caller)
{
	int64_t ahead = caller->skew->ahead;

	notice_warn(caller->notices, REASON_CLOCK_SKEW,
		    .number = ahead < 0 ? -ahead : ahead,
		    .other = ahead < 0 ? "ahead of" : "behind");
}

/* Signs with AWS's time from now on. False if this was tried before. */
static bool correct_time(const struct exchange *exchange, struct retry *retry,
			 int64_t date, const struct error *err)
{
	struct api_skew *skew = exchange->caller->skew;

	if (!skew || date == 0 || retry->corrected ||
	    !is_refused_time(err, skew->ahead))
		return false;
	if (!skew->correcting)
		say_skew(exchange->caller);
	skew->correcting = true;
	retry->corrected = true;
	return true;
}

/*
 * Returns a random part of 1 s, 2 s, 4 s, ..., so that many clients do not
 * return at once.
 */
static int64_t pause_before(int attempt)
{
	int64_t longest = PAUSE_UNIT;
	uint32_t random = 0;

	for (int i = 2; i < attempt && longest < PAUSE_MAX; i++)
		longest *= 2;
	if (longest > PAUSE_MAX)
		longest = PAUSE_MAX;
	random_fill(&random, sizeof(random));
	return (int64_t)random % (longest + 1);
}

/* A refused certificate will be refused again. */
static bool is_passing(const struct error *err)
{
	return err->code == ERROR_NETWORK && !error_is(err, REASON_TLS);
}

bool retry_is_due(const struct exchange *exchange, struct retry *retry,
		  bool sent, int64_t date, const struct error *err)
{
	const struct api_caller *caller = exchange->caller;
	int max = caller->max_attempts > 0 ? caller->max_attempts : ATTEMPTS;
	int64_t wait;

	if (correct_time(exchange, retry, date, err))
		return true;
	retry->attempts++;
	if (retry->attempts >= max || !is_passing(err) ||
	    (exchange->spends_code && sent))
		return false;
	wait = pause_before(retry->attempts + 1);
	notice_debug(caller->notices,
		     "http %s: %s %s; retry in %lld ms (attempt %d of %d)",
		     exchange->action, err->about.aws_code, err->about.detail,
		     (long long)wait, retry->attempts + 1, max);
	clock_pause(caller->clock, wait);
	return true;
}
