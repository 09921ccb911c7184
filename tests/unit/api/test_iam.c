#include "api/iam/devices.h"
#include "api/iam/keys.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/secbuf.h"
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
		  .body = PAGE(DEVICE("GAHT12345678") DEVICE("device-cc"),
			       LAST) },
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
	assert_string_equal(serials[2], "device-cc");
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

#define ENDLESS                                                        \
	{                                                              \
		.status = 200, .body = PAGE(DEVICE("device-aa"), MORE) \
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
		{ { .status = 200, .body = PAGE(DEVICE("device a"), LAST) } },
		{ { .status = 200, .body = PAGE(DEVICE("too-shor"), LAST) } },
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
		{ .status = 200, .body = PAGE(DEVICE("device-aa"), MORE) },
		{ .status = 200, .body = PAGE(DEVICE("device-bb"), LAST) },
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
#define A_KEY KEY("AKIAIOSFODNN7EXAMPLE", "Active", "2020-01-02T03:04:05Z")

static void lists_access_keys(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = KEYS(A_KEY KEY("AKIAI44QH8DHBEXAMPLE", "Inactive",
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
		done = iam_keys_list(&r.caller, NULL, keys, &count, &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		if (done) {
			assert_int_equal(count, 2);
			assert_string_equal(r.form, "Action=ListAccessKeys"
						    "&Version=2010-05-08");
		}
		recorder_end(&r);
	}
	assert_string_equal(keys[0].id, "AKIAIOSFODNN7EXAMPLE");
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
		    .body = KEYS(
			    KEY("AKIAX", "Active", "2020-01-02T03:04:05Z")) } },
		{ { .status = 200,
		    .body = KEYS(KEY("AKIAIOSFODNN7EXAMPLE", "Active",
				     "yesterday")) } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iam_key keys[IAM_KEYS_MAX];
		struct error err = { 0 };
		struct recorder r;
		size_t n = 0;

		recorder_begin(&r, cases[i]);
		assert_false(iam_keys_list(&r.caller, NULL, keys, &n, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
		recorder_end(&r);
	}
}

#define NEW_KEY(rest)                                                 \
	"<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey>" \
	"<UserName>alex</UserName>" rest                              \
	"</AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>"
#define NEW_ID     "<AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId>"
#define NEW_SECRET "<SecretAccessKey>the-secret-of-EXAMPLE</SecretAccessKey>"

static void creates_a_key_once(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = NEW_KEY(NEW_ID NEW_SECRET) },
	};
	long before = secbuf_alive();
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;
		bool sent = false;

		recorder_begin(&r, answers);
		mem_fail_after(n);
		done = iam_keys_create(&r.caller, "alex", &creds, &sent, &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		if (done) {
			assert_true(sent);
			assert_string_equal(creds.access_key_id,
					    "AKIAIOSFODNN7EXAMPLE");
			assert_string_equal(secbuf_text(creds.secret_key),
					    "the-secret-of-EXAMPLE");
			assert_null(creds.session_token);
			assert_string_equal(r.form, "Action=CreateAccessKey"
						    "&Version=2010-05-08"
						    "&UserName=alex");
		} else {
			assert_null(creds.access_key_id);
		}
		credentials_clear(&creds);
		recorder_end(&r);
	}
	assert_int_equal(secbuf_alive(), before);
}

/* It may have been created, so nobody may take the failure for a refusal. */
static void refuses_a_new_key_that_makes_no_sense(void **state)
{
	static const struct recorded_answer cases[][1] = {
		{ { .status = 200, .body = NEW_KEY(NEW_ID) } },
		{ { .status = 200, .body = NEW_KEY(NEW_SECRET) } },
		{ { .status = 200,
		    .body = NEW_KEY(
			    "<AccessKeyId>no</AccessKeyId>" NEW_SECRET) } },
		{ { .status = 200,
		    .body = NEW_KEY(NEW_ID "<SecretAccessKey>a b"
					   "</SecretAccessKey>") } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;
		bool sent = false;

		recorder_begin(&r, cases[i]);
		r.caller.max_attempts = 3;
		assert_false(iam_keys_create(&r.caller, "alex", &creds, &sent,
					     &err));
		assert_true(sent);
		assert_int_equal(err.code, ERROR_PROTOCOL);
		assert_null(creds.access_key_id);
		assert_int_equal(r.n_sent, 1);
		recorder_end(&r);
	}
}

static void changes_a_key(void **state)
{
	static const struct recorded_answer updated[] = {
		{ .status = 200, .body = "<UpdateAccessKeyResponse/>" },
		{ .status = 200, .body = "<UpdateAccessKeyResponse/>" },
	};
	static const struct recorded_answer deleted[] = {
		{ .status = 200, .body = "<DeleteAccessKeyResponse/>" },
	};
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, updated);
	assert_true(
		iam_keys_set_active(&r.caller, "alex", "AKIAX", true, &err));
	assert_string_equal(r.form, "Action=UpdateAccessKey&Version=2010-05-08"
				    "&Status=Active&UserName=alex"
				    "&AccessKeyId=AKIAX");
	assert_true(
		iam_keys_set_active(&r.caller, "alex", "AKIAX", false, &err));
	assert_non_null(strstr(r.form, "&Status=Inactive&"));
	recorder_end(&r);
	recorder_begin(&r, deleted);
	assert_true(iam_keys_delete(&r.caller, "alex", "AKIAX", &err));
	assert_string_equal(r.form, "Action=DeleteAccessKey&Version=2010-05-08"
				    "&UserName=alex&AccessKeyId=AKIAX");
	recorder_end(&r);
}

#define USED(content)                                                \
	"<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult>" \
	"<UserName>alex</UserName>" content                          \
	"</GetAccessKeyLastUsedResult></GetAccessKeyLastUsedResponse>"
#define LAST_USED(content) \
	USED("<AccessKeyLastUsed>" content "</AccessKeyLastUsed>")

static void tells_when_a_key_was_used(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = LAST_USED(
			  "<Region>eu-west-1</Region>"
			  "<LastUsedDate>1970-01-01T00:00:10Z</LastUsedDate>"
			  "<ServiceName>s3</ServiceName>") },
		{ .status = 200,
		  .body = LAST_USED("<Region>N/A</Region>"
				    "<ServiceName>N/A</ServiceName>") },
		{ .status = 200,
		  .body = LAST_USED("<LastUsedDate>today</LastUsedDate>") },
		{ .status = 200, .body = USED("") },
	};
	struct iam_key_use use;
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(iam_keys_last_used(&r.caller, "AKIAX", &use, &err));
	assert_int_equal(use.when, 10);
	assert_string_equal(use.service, "s3");
	assert_string_equal(use.region, "eu-west-1");
	assert_true(iam_keys_last_used(&r.caller, "AKIAX", &use, &err));
	assert_int_equal(use.when, 0);
	assert_string_equal(use.service, "");
	for (int i = 0; i < 2; i++) {
		assert_false(
			iam_keys_last_used(&r.caller, "AKIAX", &use, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
	}
	recorder_end(&r);
}

#define CREATED(serial, rest)                                            \
	"<CreateVirtualMFADeviceResponse><CreateVirtualMFADeviceResult>" \
	"<VirtualMFADevice><SerialNumber>" serial "</SerialNumber>" rest \
	"</VirtualMFADevice></CreateVirtualMFADeviceResult>"             \
	"</CreateVirtualMFADeviceResponse>"
#define SERIAL "arn:aws:iam::111122223333:mfa/alex"
#define SEED   "<Base32StringSeed>R0VaREdOQlY=</Base32StringSeed>"

static void creates_a_device(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = CREATED(SERIAL, SEED) },
	};
	char serial[IAM_DEVICES_SERIAL_LEN];
	struct secbuf *seed = NULL;
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	r.caller.max_attempts = 3;
	assert_true(iam_devices_create(&r.caller, "alex", serial, &seed, &err));
	assert_string_equal(serial, SERIAL);
	assert_string_equal(secbuf_text(seed), "GEZDGNBV");
	assert_string_equal(r.form, "Action=CreateVirtualMFADevice&Version="
				    "2010-05-08&VirtualMFADeviceName=alex");
	secbuf_free(seed);
	recorder_end(&r);
}

/* A serial goes into ~/.aws/config: more than one may not come with it. */
static void refuses_a_device_that_makes_no_sense(void **state)
{
	static const struct row {
		struct recorded_answer answer;
		const char *serial;
	} rows[] = {
		{ { .status = 200,
		    .body = CREATED(SERIAL "&#10;credential_process = x",
				    SEED) },
		  "" },
		{ { .status = 200, .body = CREATED(SERIAL " ;x", SEED) }, "" },
		{ { .status = 200, .body = CREATED("short", SEED) }, "" },
		{ { .status = 200, .body = CREATED("", SEED) }, "" },
		{ { .status = 200, .body = CREATED(SERIAL, "") }, SERIAL },
		/* it may have been made: once is enough */
		{ { .status = 503, .body = "" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char serial[IAM_DEVICES_SERIAL_LEN];
		struct secbuf *seed = NULL;
		struct error err = { 0 };
		struct recorder r;

		recorder_begin(&r, &rows[i].answer);
		r.caller.max_attempts = 3;
		assert_false(iam_devices_create(&r.caller, "alex", serial,
						&seed, &err));
		assert_string_equal(serial, rows[i].serial);
		assert_null(seed);
		assert_int_equal(r.n_sent, 1);
		recorder_end(&r);
	}
}

static void enables_and_deletes_a_device(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = "<EnableMFADeviceResponse/>" },
		{ .status = 200, .body = "<DeleteVirtualMFADeviceResponse/>" },
		{ .status = 503, .body = "" },
	};
	struct secbuf *first = secbuf_from("123456");
	struct secbuf *second = secbuf_from("654321");
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	r.caller.max_attempts = 3;
	assert_true(iam_devices_enable(&r.caller, "alex", SERIAL, first, second,
				       &err));
	assert_string_equal(
		r.form, "Action=EnableMFADevice&Version=2010-05-08&UserName="
			"alex&SerialNumber=arn%3Aaws%3Aiam%3A%3A111122223333%3A"
			"mfa%2Falex&AuthenticationCode1=123456&"
			"AuthenticationCode2=654321");
	assert_true(iam_devices_delete(&r.caller, "device-aa", &err));
	assert_string_equal(r.form, "Action=DeleteVirtualMFADevice&Version="
				    "2010-05-08&SerialNumber=device-aa");
	/* the codes are used */
	assert_false(iam_devices_enable(&r.caller, "alex", SERIAL, first,
					second, &err));
	assert_int_equal(r.n_sent, 3);
	secbuf_free(first);
	secbuf_free(second);
	recorder_end(&r);
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
		cmocka_unit_test(creates_a_key_once),
		cmocka_unit_test(refuses_a_new_key_that_makes_no_sense),
		cmocka_unit_test(changes_a_key),
		cmocka_unit_test(tells_when_a_key_was_used),
		cmocka_unit_test(creates_a_device),
		cmocka_unit_test(refuses_a_device_that_makes_no_sense),
		cmocka_unit_test(enables_and_deletes_a_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
