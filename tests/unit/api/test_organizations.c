#include "api/organizations.h"
#include "base/arena.h"
#include "support/check.h"
#include "support/mem_failing.h"
#include "unit/api/recorder.h"

#define ARN "arn:aws:organizations::111111111111:"

/* As AWS's API reference shows them, shortened; Paths are of 2026. */
#define PROD                                                                  \
	"{\"Id\":\"222222222222\",\"Name\":\"Production Account\","           \
	"\"Email\":\"alice@example.com\",\"State\":\"ACTIVE\",\"Arn\":\"" ARN \
	"account/o-exampleorgid/222222222222\",\"Paths\":[\"o-exampleorgid/"  \
	"r-exam/ou-exam-1/222222222222/\"],\"JoinedMethod\":\"INVITED\","     \
	"\"JoinedTimestamp\":1481835795.536}"
#define OLD                                                             \
	"{\"Id\":\"333333333333\",\"Name\":\"a\\nb\",\"Status\":\"SUSP" \
	"ENDED\"}"

static void lists_the_accounts_of_all_pages(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = "{\"Accounts\":[" PROD "],\"NextToken\":\"one\"}" },
		{ .status = 200,
		  .body = "{\"Accounts\":[],\"NextToken\":\""
			  "two\"}" },
		{ .status = 200,
		  .body = "{\"Accounts\":[" OLD "],\"NextToken\":null}" },
	};
	struct organizations_account *accounts;
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct recorder r;
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	r.caller.endpoint.url = "https://organizations.us-east-1.amazonaws.com";
	assert_true(organizations_list_accounts(&r.caller, arena, &accounts, &n,
						&err));
	assert_int_equal(n, 2);
	assert_int_equal(r.n_sent, 3);
	assert_string_equal(accounts[0].id, "222222222222");
	assert_string_equal(accounts[0].name, "Production Account");
	assert_string_equal(accounts[0].email, "alice@example.com");
	assert_string_equal(accounts[0].state, "ACTIVE");
	assert_string_equal(accounts[0].arn,
			    ARN "account/o-exampleorgid/222222222222");
	assert_string_equal(accounts[0].path,
			    "o-exampleorgid/r-exam/ou-exam-1/222222222222/");
	/* an older answer: Status, and no path */
	assert_string_equal(accounts[1].state, "SUSPENDED");
	assert_string_equal(accounts[1].name, "a?b");
	assert_string_equal(accounts[1].path, "");
	assert_string_equal(accounts[1].email, "");
	assert_string_equal(r.form,
			    "{\"MaxResults\":20,\"NextToken\":\"two\"}");
	assert_non_null(strstr(
		r.headers,
		"X-Amz-Target: AWSOrganizationsV20161128.ListAccounts\n"));
	recorder_end(&r);
	arena_free(arena);
}

static void lists_the_accounts_of_a_parent(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = "{\"Accounts\":[" PROD "]}" },
	};
	struct organizations_account *accounts;
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct recorder r;
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	assert_true(organizations_list_accounts_in(
		&r.caller, arena, "ou-exam-1", &accounts, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(accounts[0].id, "222222222222");
	assert_string_equal(r.form,
			    "{\"ParentId\":\"ou-exam-1\",\"MaxResults\":20}");
	assert_non_null(strstr(r.headers, ".ListAccountsForParent\n"));
	recorder_end(&r);
	arena_free(arena);
}

static void lists_roots_and_units(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = "{\"Roots\":[{\"Arn\":\"" ARN "root/o-exampleorgid/"
			  "r-exam\",\"Id\":\"r-exam\",\"Name\":\"Root\","
			  "\"PolicyTypes\":[]}]}" },
		{ .status = 200,
		  .body = "{\"OrganizationalUnits\":[{\"Id\":\"ou-exam-1\","
			  "\"Arn\":\"" ARN "ou/o-exampleorgid/ou-exam-1\","
			  "\"Name\":\"Prod\"},{\"Id\":\"ou-exam-2\",\"Name\":"
			  "\"Test\"}]}" },
	};
	struct organizations_unit *roots, *units;
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct recorder r;
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	assert_true(
		organizations_list_roots(&r.caller, arena, &roots, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(roots[0].id, "r-exam");
	assert_string_equal(roots[0].name, "Root");
	assert_string_equal(roots[0].arn, ARN "root/o-exampleorgid/r-exam");
	assert_non_null(strstr(r.headers, ".ListRoots\n"));
	assert_true(organizations_list_units(&r.caller, arena, "r-exam", &units,
					     &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(units[1].id, "ou-exam-2");
	assert_string_equal(units[1].name, "Test");
	assert_string_equal(units[1].arn, "");
	assert_string_equal(r.form,
			    "{\"ParentId\":\"r-exam\",\"MaxResults\":20}");
	assert_non_null(
		strstr(r.headers, ".ListOrganizationalUnitsForParent\n"));
	recorder_end(&r);
	arena_free(arena);
}

static void lists_tags(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = "{\"Tags\":[{\"Key\":\"team\",\"Value\":\"web\"},"
			  "{\"Key\":\"empty\",\"Value\":\"\"}]}" },
	};
	struct organizations_tag *tags;
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct recorder r;
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	assert_true(organizations_list_tags(&r.caller, arena, "222222222222",
					    &tags, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(tags[0].key, "team");
	assert_string_equal(tags[0].value, "web");
	assert_string_equal(tags[1].value, "");
	/* the one list without MaxResults */
	assert_string_equal(r.form, "{\"ResourceId\":\"222222222222\"}");
	recorder_end(&r);
	arena_free(arena);
}

static void describes_the_organization(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = "{\"Organization\":{\"Id\":\"o-exampleorgid\","
			  "\"Arn\":\"" ARN "organization/o-exampleorgid\","
			  "\"FeatureSet\":\"ALL\",\"MasterAccountId\":"
			  "\"111111111111\",\"MasterAccountEmail\":"
			  "\"bill@example.com\"}}" },
		{ .status = 200, .body = "{\"Organization\":{}}" },
		{ .status = 200,
		  .body = "{\"Organization\":{\"Id\":\"o-exampleorgid\","
			  "\"MasterAccountId\":\"1\"}}" },
		{ .status = 400,
		  .body = "{\"__type\":\"AWSOrganizationsNotInUseException\","
			  "\"Message\":\"Your account is not a member of an "
			  "organization.\"}" },
	};
	struct organizations_organization out = { 0 };
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	assert_non_null(arena);
	recorder_begin(&r, answers);
	assert_true(organizations_describe(&r.caller, arena, &out, &err));
	assert_string_equal(out.id, "o-exampleorgid");
	assert_string_equal(out.management_account, "111111111111");
	assert_string_equal(r.form, "{}");
	for (int i = 0; i < 2; i++) {
		assert_false(
			organizations_describe(&r.caller, arena, &out, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
	}
	assert_false(organizations_describe(&r.caller, arena, &out, &err));
	assert_int_equal(err.code, ERROR_DENIED);
	assert_true(error_is_aws(&err, "AWSOrganizationsNotInUseException"));
	recorder_end(&r);
	arena_free(arena);
}

static void refuses_a_list_that_makes_no_sense(void **state)
{
	static const struct recorded_answer cases[][2] = {
		/* the same token twice: it would never end */
		{ { .status = 200, .body = "{\"NextToken\":\"a\"}" },
		  { .status = 200, .body = "{\"NextToken\":\"a\"}" } },
		{ { .status = 200, .body = "{\"Accounts\":[{}]}" } },
		{ { .status = 200, .body = "{\"Accounts\":[7]}" } },
		{ { .status = 200,
		    .body = "{\"Accounts\":[{\"Id\":\"22222222222\"}]}" } },
		{ { .status = 200,
		    .body = "{\"Accounts\":[{\"Id\":\"22222222222\\n\"}]}" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct organizations_account *accounts;
		struct arena *arena = arena_new();
		struct error err = { 0 };
		struct recorder r;
		size_t n = 0;

		assert_non_null(arena);
		recorder_begin(&r, cases[i]);
		assert_false(organizations_list_accounts(&r.caller, arena,
							 &accounts, &n, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
		recorder_end(&r);
		arena_free(arena);
	}
}

static bool ask_all(struct recorder *r, struct arena *arena, struct error *err)
{
	struct organizations_organization organization;
	struct organizations_account *accounts;
	struct organizations_unit *roots;
	struct organizations_tag *tags;
	size_t n;

	return organizations_list_accounts(&r->caller, arena, &accounts, &n,
					   err) &&
	       organizations_list_roots(&r->caller, arena, &roots, &n, err) &&
	       organizations_list_tags(&r->caller, arena, "222222222222", &tags,
				       &n, err) &&
	       organizations_describe(&r->caller, arena, &organization, err);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = "{\"Accounts\":[" PROD "],\"NextToken\":\"t\"}" },
		{ .status = 200, .body = "{\"Accounts\":[" OLD "]}" },
		{ .status = 200,
		  .body = "{\"Roots\":[{\"Id\":\"r-exam\",\"Name\":\"R\"}]}" },
		{ .status = 200, .body = "{\"Tags\":[{\"Key\":\"k\"}]}" },
		{ .status = 200,
		  .body = "{\"Organization\":{\"Id\":\"o-exampleorgid\","
			  "\"MasterAccountId\":\"111111111111\"}}" },
	};
	long before = secbuf_alive();
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct arena *arena = arena_new();
		struct error err = { 0 };
		struct recorder r;

		assert_non_null(arena);
		recorder_begin(&r, answers);
		mem_fail_after(n);
		done = ask_all(&r, arena, &err);
		if (!done)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		recorder_end(&r);
		arena_free(arena);
	}
	assert_int_equal(secbuf_alive(), before);
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_true(n > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_the_accounts_of_all_pages),
		cmocka_unit_test(lists_the_accounts_of_a_parent),
		cmocka_unit_test(lists_roots_and_units),
		cmocka_unit_test(lists_tags),
		cmocka_unit_test(describes_the_organization),
		cmocka_unit_test(refuses_a_list_that_makes_no_sense),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
