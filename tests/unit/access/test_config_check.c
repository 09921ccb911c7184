#include <string.h>

#include "access/config_check.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define SERIAL "mfa_serial = arn:aws:iam::111122223333:mfa/alex\n"
#define BASE   "[profile base]\nregion = eu-west-1\n" SERIAL

static const struct request request = {
	.config_path = "config",
	.credentials_path = "credentials",
};

static void begin(struct fake_world *fake, const char *config)
{
	fake_world_init(fake);
	fake->files[0] = (struct fake_file){ "config", config };
	fake->files[1] = (struct fake_file){ "credentials", "[a]\noops\n" };
}

static void store_key(struct fake_world *fake)
{
	const struct keyring_item item = { KEYRING_KEY, "base", "a key", "base",
					   0 };
	struct secbuf *value = secbuf_new(512);
	struct error err = { 0 };

	secbuf_puts(value, "rolekey key 1\naccess_key_id AKIAIOSFODNN7EXAMPLE\n"
			   "secret_key fake\nuser_arn "
			   "arn:aws:iam::222233334444:user/alex\n");
	assert_true(fake->world.keyring.put(fake, &item, value, &err));
	secbuf_free(value);
	fake_world_next(fake);
}

/* The reasons that were found, "LINE reason" each, or "error FACTS". */
static void run(struct fake_world *fake, struct strbuf *out)
{
	struct arena *arena = arena_new();
	struct findings found = { 0 };
	struct error err = { 0 };
	char text[FACTS_LEN];

	*out = strbuf_with_max(65536);
	if (arena &&
	    !config_check_run(&request, &fake->world, arena, &found, &err))
		strbuf_printf(out, "error %s\n", facts_of(&err, text));
	for (size_t i = 0; i < found.n; i++) {
		char word[REASON_WORD_LEN];

		reason_word(found.list[i].fact.reason, word);
		strbuf_printf(out, "%u %s\n", found.list[i].line, word);
	}
	arena_free(arena);
}

static void reads_both_files_and_asks_whose_the_key_is(void **state)
{
	struct fake_world fake;
	struct strbuf out;

	(void)state;
	begin(&fake, BASE);
	store_key(&fake);
	run(&fake, &out);
	assert_string_equal(strbuf_text(&out),
			    "3 device-of-other-user\n2 not-a-key\n");
	assert_string_equal(strbuf_text(&fake.log),
			    "files.read      config\n"
			    "files.facts     config\n"
			    "files.read      credentials\n"
			    "files.facts     credentials\n"
			    "keyring.get     key base\n");
	strbuf_clear(&out);
	fake_world_clear(&fake);
	assert_int_equal(secbuf_alive(), 0);
}

/* A keyring that fails is asked once, and everything else is found. */
static void needs_no_keyring(void **state)
{
	struct fake_world fake;
	struct strbuf out;

	(void)state;
	begin(&fake, BASE "[profile other]\n" SERIAL);
	fake.fail_at = 4;
	run(&fake, &out);
	assert_string_equal(strbuf_text(&out), "2 not-a-key\n");
	assert_non_null(strstr(strbuf_text(&fake.log), "keyring.get"));
	assert_null(strstr(strbuf_text(&fake.log), "key other"));
	strbuf_clear(&out);
	fake_world_clear(&fake);
}

static void finds_a_file_that_cannot_be_read(void **state)
{
	struct fake_world fake;
	struct strbuf out;

	(void)state;
	begin(&fake, BASE);
	fake.fail_at = 0;
	fake.fail_code = ERROR_CONFIG;
	fake.fail_text = "Is a directory";
	run(&fake, &out);
	assert_string_equal(strbuf_text(&out), "1 system-call\n2 not-a-key\n");
	strbuf_clear(&out);
	fake_world_clear(&fake);
}

static void names_the_variable_of_a_missing_file(void **state)
{
	struct fake_world fake;
	struct strbuf out;

	(void)state;
	begin(&fake, NULL);
	fake.files[0].path = NULL;
	fake.environment[0] = "AWS_CONFIG_FILE=config";
	run(&fake, &out);
	assert_string_equal(strbuf_text(&out), "1 no-such-file\n2 not-a-key\n");
	strbuf_clear(&out);
	fake_world_clear(&fake);
}

static void survives_any_call_failing(void **state)
{
	(void)state;
	for (int n = 0; n < 6; n++) {
		struct fake_world fake;
		struct strbuf out;

		begin(&fake, BASE);
		store_key(&fake);
		fake.fail_at = n;
		run(&fake, &out);
		assert_true(out.len > 0);
		strbuf_clear(&out);
		fake_world_clear(&fake);
		assert_int_equal(secbuf_alive(), 0);
	}
}

static void survives_any_allocation_failing(void **state)
{
	bool failed = true;

	(void)state;
	for (long n = 0; failed; n++) {
		struct fake_world fake;
		struct strbuf out;

		begin(&fake, BASE);
		store_key(&fake);
		mem_fail_after(n);
		run(&fake, &out);
		failed = mem_has_failed();
		mem_fail_after(-1);
		strbuf_clear(&out);
		fake_world_clear(&fake);
		assert_int_equal(secbuf_alive(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_files_and_asks_whose_the_key_is),
		cmocka_unit_test(needs_no_keyring),
		cmocka_unit_test(finds_a_file_that_cannot_be_read),
		cmocka_unit_test(names_the_variable_of_a_missing_file),
		cmocka_unit_test(survives_any_call_failing),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
