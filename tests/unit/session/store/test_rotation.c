#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "port/keyring.h"
#include "session/store/rotation.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define OLD    "AKIAIOSFODNN7EXAMPLE"
#define NEW    "AKIANEWNEWNEWEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define HEAD   "rolekey rotation 1\n"
#define BEGUN  HEAD "old_key_id " OLD "\nstarted 2030-01-02T03:04:05Z\n"
#define TIME   1893553445 /* 2030-01-02T03:04:05Z */

static struct rotation begun(void)
{
	return (struct rotation){ .profile = "custodian",
				  .old_id = OLD,
				  .started = TIME };
}

/* With the key that AWS has created. */
static struct rotation created(void)
{
	struct rotation rotation = begun();

	rotation.keep_old = true;
	rotation.created.access_key_id = mem_strdup(NEW);
	rotation.created.secret_key = secbuf_from(SECRET);
	return rotation;
}

static void store(struct fake_world *fake, const struct rotation *rotation)
{
	struct error err = { 0 };

	if (!rotation_store(&fake->world.keyring, rotation, &err))
		fail_msg("%s", facts_show(&err));
}

/* Puts a text in the place of the journal's record. */
static void put(struct fake_world *fake, const char *text)
{
	const struct keyring_item item = { .kind = KEYRING_ROTATION,
					   .name = "custodian",
					   .label = "",
					   .origin = "custodian" };
	struct secbuf *value = secbuf_from(text);
	struct error err = { 0 };

	assert_true(keyring_put(&fake->world.keyring, &item, value, &err));
	secbuf_free(value);
}

static bool load(struct fake_world *fake, struct rotation *rotation,
		 bool *found, struct error *err)
{
	return rotation_load(&fake->world.keyring, "custodian", rotation, found,
			     err);
}

static void the_journal_is_read_as_it_was_stored(void **state)
{
	struct fake_world *fake = *state;
	struct rotation first = begun();
	struct rotation second = created();
	struct rotation got;
	struct error err = { 0 };
	bool found = false;

	store(fake, &first);
	assert_string_equal(secbuf_text(fake->items[0].value), BEGUN);
	assert_string_equal(fake->items[0].origin, "custodian");
	assert_true(load(fake, &got, &found, &err));
	assert_true(found);
	assert_string_equal(got.old_id, OLD);
	assert_int_equal(got.started, TIME);
	assert_false(got.keep_old);
	assert_null(got.created.access_key_id); /* AWS has not answered */
	rotation_clear(&got);
	store(fake, &second); /* in the same item */
	assert_null(fake->items[1].value);
	assert_true(load(fake, &got, &found, &err));
	assert_true(found && got.keep_old);
	assert_string_equal(got.created.access_key_id, NEW);
	assert_string_equal(secbuf_text(got.created.secret_key), SECRET);
	rotation_clear(&got);
	assert_null(got.created.secret_key);
	rotation_clear(&second);
}

static void without_a_journal_nothing_is_found(void **state)
{
	struct fake_world *fake = *state;
	struct rotation got;
	struct rotation first = begun();
	struct error err = { 0 };
	bool found = true;

	assert_true(load(fake, &got, &found, &err));
	assert_false(found);
	assert_true(rotation_remove(&fake->world.keyring, "custodian", &err));
	store(fake, &first);
	assert_true(rotation_remove(&fake->world.keyring, "custodian", &err));
	assert_true(load(fake, &got, &found, &err));
	assert_false(found);
}

/* A journal that says something else than it should stops a rotation. */
static void a_damaged_journal_is_an_error(void **state)
{
	static const char *const texts[] = {
		"",
		"rolekey rotation 2\nold_key_id " OLD
		"\nstarted 2030-01-02T03:04:05Z\n",
		"rolekey session 1\nold_key_id " OLD
		"\nstarted 2030-01-02T03:04:05Z\n",
		HEAD,
		HEAD "old_key_id " OLD "\n",
		HEAD "started 2030-01-02T03:04:05Z\n",
		HEAD "old_key_id " OLD "\nstarted soon\n",
		BEGUN "old_key_id " OLD "\n",
		BEGUN "access_key_id " NEW "\n",
		BEGUN "access_key_id " NEW "\nsecret_key a secret\n",
		BEGUN "access_key_id no id\nsecret_key " SECRET "\n",
		BEGUN "access_key_id " NEW "\nsecret_key " SECRET,
	};
	struct fake_world *fake = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rotation got;
		struct error err = { 0 };
		bool found = true;

		put(fake, texts[i]);
		if (load(fake, &got, &found, &err))
			fail_msg("%zu was read: %s", i, texts[i]);
		assert_false(found);
		assert_null(got.created.secret_key);
		assert_int_equal(err.code, ERROR_KEYRING);
		assert_true(error_has_context(&err, REASON_STORED_ROTATION));
		assert_string_equal(err.about.profile, "custodian");
		assert_null(strstr(facts_show(&err), "secret"));
		assert_null(strstr(facts_show(&err), SECRET));
	}
}

static bool get_another(void *self, const char *kind, const char *name,
			struct secbuf **value, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	*value = secbuf_from(HEAD);
	return *value || error_memory(err);
}

static bool get_none(void *self, const char *kind, const char *name,
		     struct secbuf **value, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	(void)err;
	*value = NULL;
	return true;
}

/* AWS creates no key before the journal has been read back. */
static void what_is_read_back_must_be_the_same(void **state)
{
	struct fake_world *fake = *state;
	struct rotation first = begun();
	struct error err = { 0 };

	fake->world.keyring.get = get_another;
	assert_false(rotation_store(&fake->world.keyring, &first, &err));
	assert_error(&err, REASON_READ_BACK_DIFFERS);
	fake->world.keyring.get = get_none;
	assert_false(rotation_store(&fake->world.keyring, &first, &err));
	assert_error(&err, REASON_READ_BACK_DIFFERS);
	assert_string_equal(err.about.profile, "custodian");
}

static void a_failing_keyring_is_reported(void **state)
{
	struct fake_world *fake = *state;
	struct rotation first = begun();
	struct rotation got;
	struct error err = { 0 };
	bool found;

	for (int i = 0; i < 2; i++) { /* put, and get */
		fake_world_next(fake);
		fake->fail_at = i;
		assert_false(
			rotation_store(&fake->world.keyring, &first, &err));
	}
	fake_world_next(fake);
	fake->fail_at = 0;
	assert_false(load(fake, &got, &found, &err));
	assert_false(found);
	fake_world_next(fake);
	fake->fail_at = 0;
	assert_false(rotation_remove(&fake->world.keyring, "custodian", &err));
}

static bool store_and_load(struct fake_world *fake, struct error *err)
{
	struct rotation second = created();
	struct rotation got = begun();
	bool found = false;
	bool ok;

	ok = (second.created.access_key_id && second.created.secret_key) ||
	     error_memory(err);
	ok = ok && rotation_store(&fake->world.keyring, &second, err) &&
	     load(fake, &got, &found, err);
	if (ok)
		assert_string_equal(secbuf_text(got.created.secret_key),
				    SECRET);
	rotation_clear(&got);
	rotation_clear(&second);
	return ok;
}

static void each_lack_of_memory_is_reported(void **state)
{
	struct fake_world *fake = *state;
	bool ok = false;

	for (long n = 0; !ok; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		ok = store_and_load(fake, &err);
		mem_fail_after(-1);
		if (!ok)
			assert_int_equal(err.code, ERROR_MEMORY);
		assert_true(n < 200);
	}
}

static int enter(void **state)
{
	static struct fake_world fake;

	fake_world_init(&fake);
	*state = &fake;
	return 0;
}

static int leave(void **state)
{
	fake_world_clear(*state);
	return 0;
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(the_journal_is_read_as_it_was_stored),
		IN_A_WORLD(without_a_journal_nothing_is_found),
		IN_A_WORLD(a_damaged_journal_is_an_error),
		IN_A_WORLD(what_is_read_back_must_be_the_same),
		IN_A_WORLD(a_failing_keyring_is_reported),
		IN_A_WORLD(each_lack_of_memory_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
