#include "api/iam.h"
#include "base/arena.h"
#include "support/check.h"
#include "support/mem_failing.h"
#include "unit/api/recorder.h"

#define PAGE(members, rest)                                                  \
	"<ListMFADevicesResponse><ListMFADevicesResult><MFADevices>" members \
	"</MFADevices>" rest                                                 \
	"</ListMFADevicesResult></ListMFADevicesResponse>"
#define DEVICE(serial)                                            \
	"<member><UserName>fohte</UserName><SerialNumber>" serial \
	"</SerialNumber></member>"
#define MORE "<IsTruncated>true</IsTruncated><Marker>a/b=</Marker>"
#define LAST "<IsTruncated>false</IsTruncated>"

static void lists_all_pages(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = PAGE(DEVICE("arn:aws:iam::111122223333:mfa/a"),
			       MORE) },
		{ .status = 200, .body = PAGE("", MORE) },
		{ .status = 200,
		  .body = PAGE(DEVICE("GAHT12345678") DEVICE("c"), LAST) },
	};
	struct arena *arena = arena_new();
	const char *const *serials;
	struct error err = { 0 };
	struct recorder r;
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	r.caller.endpoint.url = "https://iam.amazonaws.com";
	assert_true(iam_list_mfa_devices(&r.caller, arena, &serials, &n, &err));
	assert_int_equal(n, 3);
	assert_string_equal(serials[0], "arn:aws:iam::111122223333:mfa/a");
	assert_string_equal(serials[1], "GAHT12345678");
	assert_string_equal(serials[2], "c");
	assert_int_equal(r.n_sent, 3);
	assert_string_equal(r.form, "Action=ListMFADevices&Version=2010-05-08"
				    "&Marker=a%2Fb%3D");
	assert_non_null(strstr(r.headers, "/eu-west-1/iam/aws4_request"));
	recorder_end(&r);
	arena_free(arena);
}

static void none_is_a_list_too(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = PAGE("", LAST) }
	};
	struct arena *arena = arena_new();
	const char *const *serials;
	struct error err = { 0 };
	struct recorder r;
	size_t n = 9;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	assert_true(iam_list_mfa_devices(&r.caller, arena, &serials, &n, &err));
	assert_int_equal(n, 0);
	assert_string_equal(r.form, "Action=ListMFADevices&Version=2010-05-08");
	recorder_end(&r);
	arena_free(arena);
}

#define ENDLESS                                                \
	{                                                      \
		.status = 200, .body = PAGE(DEVICE("a"), MORE) \
	}

static void refuses_a_list_that_makes_no_sense(void **state)
{
	static const struct recorded_answer cases[][8] = {
		{ ENDLESS, ENDLESS, ENDLESS, ENDLESS, ENDLESS, ENDLESS, ENDLESS,
		  ENDLESS },
		{ { .status = 200,
		    .body = PAGE("", "<IsTruncated>true</IsTruncated>") } },
		{ { .status = 200,
		    .body = PAGE("<member><UserName>x</UserName></member>",
				 LAST) } },
		{ { .status = 200,
		    .body = PAGE(DEVICE("arn:aws:iam::1:mfa/x&#10;a = b"),
				 LAST) } },
		{ { .status = 200, .body = PAGE(DEVICE("a b"), LAST) } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new();
		const char *const *serials;
		struct error err = { 0 };
		struct recorder r;
		size_t n = 0;

		assert_non_null(arena);
		recorder_begin(&r, cases[i]);
		assert_false(iam_list_mfa_devices(&r.caller, arena, &serials,
						  &n, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
		recorder_end(&r);
		arena_free(arena);
	}
}

static void survives_any_allocation_failing(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = PAGE(DEVICE("a"), MORE) },
		{ .status = 200, .body = PAGE(DEVICE("b"), LAST) },
	};
	long before = secbuf_alive();
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct arena *arena = arena_new();
		const char *const *serials;
		struct error err = { 0 };
		struct recorder r;
		size_t count = 0;

		assert_non_null(arena);
		recorder_begin(&r, answers);
		mem_fail_after(n);
		done = iam_list_mfa_devices(&r.caller, arena, &serials, &count,
					    &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		recorder_end(&r);
		arena_free(arena);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_int_equal(secbuf_alive(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_all_pages),
		cmocka_unit_test(none_is_a_list_too),
		cmocka_unit_test(refuses_a_list_that_makes_no_sense),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
