#include <string.h>

#include "base/error.h"
#include "edge/keyring.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* Three keyrings that are nothing but a name; what each probe says is set. */
static struct error hears[2];
static int probes;
static bool opens;

static bool probe(int which, struct error *err)
{
	probes++;
	*err = hears[which];
	return hears[which].code == ERROR_NONE;
}

static bool probe_first(const struct keyring_needs *needs, struct error *err)
{
	(void)needs;
	return probe(0, err);
}

static bool probe_second(const struct keyring_needs *needs, struct error *err)
{
	(void)needs;
	return probe(1, err);
}

static bool probe_yes(const struct keyring_needs *needs, struct error *err)
{
	(void)needs;
	(void)err;
	probes++;
	return true;
}

static bool open_it(const struct keyring_needs *needs, struct keyring *keyring,
		    struct error *err)
{
	(void)needs;
	keyring->name = "opened";
	return opens || error_memory(err);
}

static const char *place(const struct keyring *keyring)
{
	assert_string_equal(keyring->name, "opened");
	return "/home/u/keyring";
}

static const struct keyring_row first = { .name = "secret-service",
					  .title = "the Secret Service",
					  .probe = probe_first,
					  .open = open_it };
static const struct keyring_row second = { .name = "pass",
					   .probe = probe_second,
					   .open = open_it };
static const struct keyring_row third = { .name = "file",
					  .title = "the encrypted file",
					  .probe = probe_yes,
					  .open = open_it,
					  .place = place };
static const struct keyring_row *const all[] = { &first, &second, &third,
						 NULL };
static const struct keyring_row *const two[] = { &first, &second, NULL };
static const struct keyring_row *const none[] = { NULL };

static int set_up(void **state)
{
	(void)state;
	memset(hears, 0, sizeof(hears));
	probes = 0;
	opens = true;
	return 0;
}

static void choose(const struct keyring_row *const *rows, const char *backend,
		   const struct keyring_row *want,
		   const struct error_facts *why)
{
	struct keyring_choice choice = { 0 };
	struct keyring_needs needs = { 0 };
	struct error err = { 0 };

	assert_true(keyring_choose(rows, backend, &needs, &choice, &err));
	assert_ptr_equal(choice.row, want);
	facts_are(choice.keyring.why, why);
	assert_int_equal(choice.keyring.passed_over != NULL,
			 why->reason == REASON_KEYRING_FALLBACK);
	if (choice.keyring.passed_over)
		assert_error(choice.keyring.passed_over, REASON_NO_SERVICE);
}

#define CHOOSE(rows, backend, row, ...)  \
	choose((rows), (backend), (row), \
	       &(const struct error_facts){ .reason = __VA_ARGS__ })

static struct error refuse(const struct keyring_row *const *rows,
			   const char *backend)
{
	struct keyring_choice choice = { 0 };
	struct keyring_needs needs = { 0 };
	struct error err = { 0 };

	assert_false(keyring_choose(rows, backend, &needs, &choice, &err));
	assert_null(choice.row);
	return err;
}

static void takes_the_one_that_was_set_without_a_probe(void **state)
{
	(void)state;
	CHOOSE(all, "file", &third, REASON_KEYRING_SET,
	       .value = "the encrypted file", .path = "/home/u/keyring");
	CHOOSE(all, "pass", &second, REASON_KEYRING_SET, .value = "pass");
	assert_int_equal(probes, 0);
}

static void takes_the_first_that_answers_and_says_why(void **state)
{
	(void)state;
	CHOOSE(all, "auto", &first, REASON_KEYRING_FOUND,
	       .value = "the Secret Service");
	assert_int_equal(probes, 1);

	(void)error_fail(&hears[0], REASON_NO_SERVICE);
	CHOOSE(all, "auto", &second, REASON_KEYRING_FALLBACK, .value = "pass",
	       .other = "the Secret Service");

	(void)error_fail(&hears[1], REASON_NO_PASS);
	CHOOSE(all, "auto", &third, REASON_KEYRING_FALLBACK,
	       .value = "the encrypted file", .path = "/home/u/keyring",
	       .other = "the Secret Service");
}

static void refuses_a_name_that_no_row_has(void **state)
{
	struct error err = refuse(all, "kwallet");

	(void)state;
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(
		&err, REASON_BAD_VALUE, .value = "kwallet",
		.expected =
			"a keyring backend (auto, secret-service, pass, file)");
	assert_int_equal(refuse(all, "").code, ERROR_CONFIG);
}

static void fails_with_the_first_reason_if_none_answers(void **state)
{
	struct error err;

	(void)state;
	(void)error_fail(&hears[0], REASON_NO_SERVICE);
	(void)error_fail(&hears[1], REASON_NO_PASS);
	err = refuse(two, "auto");
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_error(&err, REASON_NO_SERVICE);
	assert_int_equal(refuse(none, "auto").code, ERROR_KEYRING);
}

static void does_not_go_on_after_an_interruption(void **state)
{
	(void)state;
	(void)error_fail(&hears[0], REASON_INTERRUPTED);
	assert_int_equal(refuse(all, "auto").code, ERROR_INTERRUPTED);
	(void)error_fail(&hears[0], REASON_NO_SERVICE);
	(void)error_memory(&hears[1]);
	assert_int_equal(refuse(all, "auto").code, ERROR_MEMORY);
}

static void passes_on_why_it_cannot_be_opened(void **state)
{
	(void)state;
	opens = false;
	assert_int_equal(refuse(all, "auto").code, ERROR_MEMORY);
	assert_int_equal(refuse(all, "file").code, ERROR_MEMORY);
}

/* Then the refusal does not name those that there are. */
static void refuses_a_name_even_without_memory(void **state)
{
	struct error err;

	(void)state;
	mem_fail_after(0);
	err = refuse(all, "kwallet");
	assert_true(mem_has_failed());
	mem_fail_after(-1);
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_BAD_VALUE, .value = "kwallet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			takes_the_one_that_was_set_without_a_probe, set_up),
		cmocka_unit_test_setup(
			takes_the_first_that_answers_and_says_why, set_up),
		cmocka_unit_test_setup(refuses_a_name_that_no_row_has, set_up),
		cmocka_unit_test_setup(refuses_a_name_even_without_memory,
				       set_up),
		cmocka_unit_test_setup(
			fails_with_the_first_reason_if_none_answers, set_up),
		cmocka_unit_test_setup(does_not_go_on_after_an_interruption,
				       set_up),
		cmocka_unit_test_setup(passes_on_why_it_cannot_be_opened,
				       set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
