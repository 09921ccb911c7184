#include "api/iam/devices.h"
#include "api/iam/keys.h"
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
	assert_true(iam_devices_list(&r.caller, arena, &serials, &n, &err));
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
	assert_true(iam_devices_list(&r.caller, arena, &serials, &n, &err));
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
		assert_false(
			iam_devices_list(&r.caller, arena, &serials, &n, &err));
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
		done = iam_devices_list(&r.caller, arena, &serials, &count,
					&err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		recorder_end(&r);
		arena_free(arena);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_int_equal(secbuf_alive(), before);
}

#define KEYS(members)                                             \
	"<ListAccessKeysResponse><ListAccessKeysResult>"          \
	"<AccessKeyMetadata>" members "</AccessKeyMetadata>" LAST \
	"</ListAccessKeysResult></ListAccessKeysResponse>"
#define KEY(id, status, date)                                             \
	"<member><UserName>x</UserName><AccessKeyId>" id "</AccessKeyId>" \
	"<Status>" status "</Status><CreateDate>" date "</CreateDate>"    \
	"</member>"
#define A_KEY KEY("AKIAX", "Active", "2020-01-02T03:04:05Z")

static void lists_access_keys(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = KEYS(A_KEY KEY("AKIAY", "Inactive",
					 "1970-01-01T00:00:10Z")) },
	};
	struct iam_key keys[IAM_KEYS_MAX];
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct error err = { 0 };
		struct recorder r;
		size_t count = 0;

		recorder_begin(&r, answers);
		mem_fail_after(n);
		done = iam_keys_list(&r.caller, keys, &count, &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		if (done) {
			assert_int_equal(count, 2);
			assert_string_equal(r.form, "Action=ListAccessKeys"
						    "&Version=2010-05-08");
		}
		recorder_end(&r);
	}
	assert_string_equal(keys[0].id, "AKIAX");
	assert_true(keys[0].active);
	assert_int_equal(keys[0].created, 1577934245);
	assert_false(keys[1].active);
	assert_int_equal(keys[1].created, 10);
}

static void refuses_keys_that_make_no_sense(void **state)
{
	static const struct recorded_answer cases[][1] = {
		{ { .status = 200,
		    .body = KEYS(A_KEY A_KEY A_KEY A_KEY A_KEY A_KEY A_KEY A_KEY
					 A_KEY) } },
		{ { .status = 200, .body = KEYS("<member/>") } },
		{ { .status = 200,
		    .body = KEYS(KEY("AKIAX", "Active", "yesterday")) } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iam_key keys[IAM_KEYS_MAX];
		struct error err = { 0 };
		struct recorder r;
		size_t n = 0;

		recorder_begin(&r, cases[i]);
		assert_false(iam_keys_list(&r.caller, keys, &n, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
		recorder_end(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_all_pages),
		cmocka_unit_test(none_is_a_list_too),
		cmocka_unit_test(refuses_a_list_that_makes_no_sense),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(lists_access_keys),
		cmocka_unit_test(refuses_keys_that_make_no_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
