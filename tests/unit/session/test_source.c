#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "base/error.h"
#include "session/source.h"
#include "session/source/source_internal.h"
#include "support/check.h"

/* Every kind up to GetSessionToken is a source, and has a row. */
static void every_kind_of_source_has_a_row(void **state)
{
	(void)state;
	for (enum step_kind kind = 0; kind < STEP_SESSION_TOKEN; kind++) {
		const struct session_source *source = session_source_find(kind);

		assert_non_null(source);
		assert_non_null(source->name);
		for (enum step_kind other = 0; other < kind; other++)
			assert_string_not_equal(
				source->name, session_source_find(other)->name);
	}
	assert_null(session_source_find(STEP_SESSION_TOKEN));
	assert_null(session_source_find(STEP_ASSUME_ROLE));
}

/* Keys of the files are used without a keyring, and while it is broken. */
static void only_what_is_stored_needs_the_keyring(void **state)
{
	(void)state;
	assert_int_equal(session_source_find(STEP_STORED_KEY)->needs,
			 SESSION_NEEDS_KEYRING);
	assert_int_equal(session_source_find(STEP_STATIC_KEY)->needs, 0);
	for (enum step_kind kind = 0; kind < STEP_SESSION_TOKEN; kind++)
		assert_int_equal(session_source_find(kind)->needs &
					 SESSION_NEEDS_KEYRING,
				 kind == STEP_STORED_KEY || kind == STEP_SSO
					 ? SESSION_NEEDS_KEYRING
					 : 0);
}

/* It would wait for itself. */
static void a_process_that_waits_for_this_call_is_refused(void **state)
{
	const struct config_value by = { .key = "credential_process",
					 .text = "broker --profile p",
					 .file = "/home/a/.aws/config",
					 .line = 7 };
	const struct config_value other = { .key = "credential_process",
					    .text = "broker --profile q" };
	struct step step = { .kind = STEP_PROCESS, .profile = "p", .by = &by };
	const struct plan plan = { .steps = &step, .n_steps = 1 };
	char name[NAME_LEN], variable[200];
	char *environment[] = { variable, NULL };
	struct error err = { 0 };

	(void)state;
	source_process_name(&step, name);
	(void)snprintf(variable, sizeof(variable),
		       "%s=", SESSION_SOURCE_VARIABLE);
	assert_true(session_source_check(&plan, environment, &err));
	for (int i = 0; i < 2; i++) {
		(void)snprintf(variable, sizeof(variable), "%s=%s%s",
			       SESSION_SOURCE_VARIABLE, i > 0 ? "0123,," : "",
			       name);
		assert_false(session_source_check(&plan, environment, &err));
		assert_true(error_is(&err, REASON_PROCESS_LOOP));
		assert_string_equal(err.about.profile, "p");
		assert_int_equal(err.about.line, 7);
	}
	step.by = &other;
	assert_true(session_source_check(&plan, environment, &err));
	step.by = &by;
	step.profile = "q";
	assert_true(session_source_check(&plan, environment, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_source_has_a_row),
		cmocka_unit_test(only_what_is_stored_needs_the_keyring),
		cmocka_unit_test(a_process_that_waits_for_this_call_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
