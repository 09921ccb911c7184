#include <string.h>

#include "access/context.h"
#include "access/obtain.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"
#include "support/facts.h"

/* Credentials of several profiles in one process, as for a server. */

static void obtain(const struct request *request, struct fake_world *fake)
{
	struct credentials creds = { 0 };
	struct context context;
	struct error err = { 0 };

	if (!context_load(request, &fake->world, &context, &err) ||
	    !obtain_credentials(request, &context, &fake->world, TTL_EXEC,
				&creds, &err))
		fail_msg("%s: %s", request->profile, facts_show(&err));
	assert_non_null(creds.access_key_id);
	credentials_clear(&creds);
	context_clear(&context);
}

static size_t count(const struct fake_world *fake, const char *text)
{
	const char *at = strbuf_text(&fake->log);
	size_t n = 0;

	while ((at = strstr(at, text))) {
		at += strlen(text);
		n++;
	}
	return n;
}

static void obtains_those_of_several_profiles(void **state)
{
	struct fake_world *fake = *state;
	struct request first = walk_call("testing").request;
	struct request second = first;

	second.profile = "chained"; /* a role assumed from testing's */
	obtain(&first, fake);
	obtain(&second, fake);
	assert_int_equal(fake->n_answers, 1); /* one code for both */
	assert_int_equal(count(fake, " GetSessionToken\n"), 1);
	assert_int_equal(count(fake, " AssumeRole\n"), 2);
	fake_world_next(fake);
	obtain(&second, fake);
	obtain(&first, fake); /* nothing is left of the second */
	assert_int_equal(count(fake, "http.send"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WALK(obtains_those_of_several_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
