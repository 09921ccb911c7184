#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"

/* Walks during which time passes, or another terminal changes the keyring. */

static void uses_no_session_that_has_expired(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	fake_world_next(fake);
	call.request.min_ttl = 0;
	fake->now += 3600 - 1; /* a second is left */
	assert_true(walk_run(fake, &call, &err));
	assert_null(strstr(strbuf_text(&fake->log), "http.send"));
	fake_world_next(fake);
	fake->now++;
	assert_true(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "AssumeRole"));
}

static const char other[] = "rolekey key 1\n"
			    "access_key_id AKIAOTHEROTHEREXAMPLE\n"
			    "secret_key OtherOtherOtherOtherOtherEXAMPLEKEY\n";

/* Does what `add` does, in another terminal. */
static void replace_key(struct fake_world *fake)
{
	struct secbuf *value = secbuf_from(other);
	const struct keyring_item item = { KEYRING_KEY, "custodian", "a key",
					   "custodian", 0 };
	struct error err = { 0 };

	assert_true(fake->world.keyring.put(fake, &item, value, &err));
	secbuf_free(value);
}

/* Does what `remove` does, in another terminal. */
static void remove_key(struct fake_world *fake)
{
	struct error err = { 0 };
	bool removed;

	assert_true(fake->world.keyring.remove(fake, KEYRING_KEY, "custodian",
					       &removed, &err));
}

static void only_time_goes_by(struct fake_world *fake)
{
	fake->now += 20;
}

static const char *key_in(const struct fake_world *fake)
{
	for (size_t i = 0; i < FAKE_ITEMS; i++)
		if (fake->items[i].value &&
		    strcmp(fake->items[i].kind, KEYRING_KEY) == 0)
			return secbuf_text(fake->items[i].value);
	return "none";
}

static size_t sessions_in(const struct fake_world *fake)
{
	size_t n = 0;

	for (size_t i = 0; i < FAKE_ITEMS; i++)
		n += fake->items[i].value &&
		     strcmp(fake->items[i].kind, KEYRING_SESSION) == 0;
	return n;
}

static void never_writes_back_a_key_that_was_replaced(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	walk_put_key(fake, false);
	fake->meanwhile = replace_key;
	assert_true(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "GetCallerIdentity"));
	assert_string_equal(key_in(fake), other);
}

static void never_brings_back_a_key_that_was_removed(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	walk_put_key(fake, false);
	fake->meanwhile = remove_key;
	assert_true(walk_run(fake, &call, &err));
	assert_string_equal(key_in(fake), "none");
	assert_int_equal(sessions_in(fake), 0);
}

static void keeps_no_session_of_a_key_that_was_replaced(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->meanwhile = replace_key;
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(sessions_in(fake), 0);
	assert_non_null(strstr(strbuf_text(&fake->said),
			       "key-changed profile=custodian"));
}

static void keeps_the_sessions_when_only_time_went_by(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->meanwhile = only_time_goes_by;
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(sessions_in(fake), 2);
	assert_string_equal(strbuf_text(&fake->said), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WALK(uses_no_session_that_has_expired),
		WALK(never_writes_back_a_key_that_was_replaced),
		WALK(never_brings_back_a_key_that_was_removed),
		WALK(keeps_no_session_of_a_key_that_was_replaced),
		WALK(keeps_the_sessions_when_only_time_went_by),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
