#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"
#include "sync/account.h"
#include "sync/change.h"

#define MEMO CHANGE_MEMO " --via m"

/* An account at the root, with this number as its id. */
#define ACCOUNT(ID, NAME, OU)                                       \
	{                                                           \
		.id = ID, .name = NAME, .email = ID "@example.com", \
		.state = "ACTIVE", .ou = OU, .partition = "aws",    \
	}

static const char *const one_role[] = { "Admin" };

static const struct change_options plain = { .roles = one_role,
					     .n_roles = 1,
					     .source = "custodian",
					     .memo = MEMO };

static bool no_other(const void *self, const char *name)
{
	(void)self;
	(void)name;
	return false;
}

static bool is_it(const void *self, const char *name)
{
	return strcmp(self, name) == 0;
}

static struct arena *arena;
static struct change_set set;

static bool compute(const struct change_options *options,
		    const struct account *accounts, size_t n,
		    const char *before, struct error *err)
{
	const struct change_input input = { .accounts = accounts,
					    .n = n,
					    .inside = view_of(before),
					    .is_outside = no_other };

	return change_compute(options, &input, arena, &set, err);
}

static int forget(void **state)
{
	(void)state;
	arena_free(arena);
	arena = NULL;
	return 0;
}

/* Computes the block, and returns its content. */
static const char *inside(const struct change_options *options,
			  const struct account *accounts, size_t n,
			  const char *before)
{
	struct error err = { 0 };

	arena = arena ? arena : arena_new();
	if (!compute(options, accounts, n, before, &err))
		fail_msg("%s", facts_show(&err));
	return set.inside;
}

static void writes_a_profile_for_each_account(void **state)
{
	static const struct account accounts[] = {
		ACCOUNT("000000000001", "Shop, Inc", ""),
		ACCOUNT("000000000002", "Web (old)", "Prod/Live"),
	};
	static const char expected[] =
		MEMO "\n"
		     "# Shop, Inc,\n[profile shop-inc]\n"
		     "role_arn = arn:aws:iam::000000000001:role/Admin\n"
		     "source_profile = custodian\n\n"
		     "# Web (old), Prod/Live\n[profile web-old]\n"
		     "role_arn = arn:aws:iam::000000000002:role/Admin\n"
		     "source_profile = custodian\n\n";
	const char *first;

	(void)state;
	first = inside(&plain, accounts, 2, "");
	assert_string_equal(first, expected);
	assert_int_equal(set.count[CHANGE_NEW], 2);
	assert_string_equal(inside(&plain, accounts, 2, first), expected);
	assert_int_equal(set.count[CHANGE_NONE], 2);
	assert_true(view_equals(change_memo(view_of(first)), MEMO));
}

static void makes_names_that_every_reader_takes(void **state)
{
	static const struct {
		const char *name;
		const char *profile;
	} cases[] = {
		{ "Testing", "testing" }, { "a  b", "a-b" },
		{ "a - b", "a---b" },     { "#[x]; y", "x-y" },
		{ "--a--", "a" },         { "a/b.c_d", "a/b.c_d" },
		{ "??", "000000000001" }, { "Default", "default-000000000001" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct account account =
			ACCOUNT("000000000001", cases[i].name, "");

		(void)inside(&plain, &account, 1, "");
		assert_string_equal(set.profiles[0].name, cases[i].profile);
	}
}

static void a_name_stays_with_its_account(void **state)
{
	static const struct account before[] = {
		ACCOUNT("000000000002", "shop", ""),
		ACCOUNT("000000000003", "shop", ""),
	};
	static const struct account after[] = {
		ACCOUNT("000000000001", "shop", ""),
		ACCOUNT("000000000002", "renamed", ""),
		ACCOUNT("000000000003", "shop", ""),
	};
	struct change_options options = plain;
	const char *block;

	(void)state;
	block = inside(&plain, before, 2, "");
	assert_string_equal(set.profiles[0].name, "shop");
	assert_string_equal(set.profiles[0].account, "000000000002");
	assert_string_equal(set.profiles[1].name, "shop-000000000003");
	block = inside(&plain, after, 3, block);
	assert_string_equal(set.profiles[0].name, "shop");
	assert_string_equal(set.profiles[0].account, "000000000002");
	assert_string_equal(set.profiles[1].name, "shop-000000000001");
	assert_string_equal(set.profiles[2].name, "shop-000000000003");
	/* with another template names are made again */
	options.renames = true;
	options.name = "{account}";
	(void)inside(&options, after, 3, block);
	assert_string_equal(set.profiles[0].name, "renamed");
	assert_string_equal(set.profiles[1].name, "shop-000000000001");
	assert_string_equal(set.profiles[2].name, "shop-000000000003");
}

static void a_profile_that_is_gone_stays_unless_pruned(void **state)
{
	static const struct account both[] = {
		ACCOUNT("000000000001", "a", ""),
		ACCOUNT("000000000002", "b", ""),
	};
	struct change_options options = plain;
	const char *block;

	(void)state;
	block = inside(&plain, both, 2, "");
	assert_string_equal(inside(&plain, both, 1, block), block);
	assert_int_equal(set.count[CHANGE_GONE], 1);
	options.prune = true;
	assert_null(strstr(inside(&options, both, 1, block), "[profile b]"));
	assert_int_equal(set.count[CHANGE_REMOVED], 1);
	/* CRLF is no other line */
	assert_string_equal(
		inside(&plain, both, 2,
		       "# a\r\n[profile a]\r\n"
		       "role_arn = arn:aws:iam::000000000001:role/Admin\r\n"
		       "source_profile = custodian\r\n\r\n"),
		block);
	assert_int_equal(set.count[CHANGE_NONE], 1);
	assert_int_equal(set.count[CHANGE_NEW], 1);
}

static void a_name_outside_wins(void **state)
{
	static const struct account account = ACCOUNT("000000000001", "a", "");
	static const struct change_input input = { .accounts = &account,
						   .n = 1,
						   .inside = { "", 0 },
						   .is_outside = is_it,
						   .self = "a" };
	struct error err = { 0 };

	(void)state;
	arena = arena_new();
	assert_true(change_compute(&plain, &input, arena, &set, &err));
	assert_int_equal(set.count[CHANGE_TAKEN], 1);
	assert_string_equal(set.inside, MEMO "\n");
}

static void refuses_an_unknown_field(void **state)
{
	struct change_options options = plain;
	struct error err = { 0 };

	(void)state;
	options.name = "{accounts}";
	arena = arena_new();
	assert_false(compute(&options, NULL, 0, "", &err));
	assert_error(&err, REASON_BAD_OPTION_VALUE, .key = "name",
		     .value = "{accounts}");
}

static void survives_a_lack_of_memory(void **state)
{
	static const struct account accounts[] = {
		ACCOUNT("000000000001", "a", "Prod"),
		ACCOUNT("000000000002", "a", "Prod"),
	};
	static const char block[] =
		"# a, Prod\n[profile a]\n"
		"role_arn = arn:aws:iam::000000000002:role/Admin\n"
		"source_profile = x\n\n"
		"# b\n[profile b]\n"
		"role_arn = arn:aws:iam::000000000009:role/Admin\n";
	bool ok = false;

	(void)state;
	for (int i = 0; !ok; i++) {
		struct error err = { 0 };

		arena = arena_new();
		mem_fail_after(i);
		ok = compute(&plain, accounts, 2, block, &err);
		mem_fail_after(-1);
		assert_true(ok || err.code == ERROR_MEMORY);
		arena_free(arena);
		assert_true(i < 1000);
	}
	arena = NULL;
}

static void writes_the_assigned_roles_of_a_session(void **state)
{
	static const char *const both[] = { "Admin", "Read.Only" };
	static const char *const other[] = { "Admin", "Other" };
	static const struct account accounts[] = {
		{ .id = "000000000001",
		  .name = "Shop",
		  .email = "",
		  .state = "",
		  .ou = "",
		  .roles = both,
		  .n_roles = 2 },
		{ .id = "000000000002",
		  .name = "Web",
		  .email = "",
		  .state = "",
		  .ou = "",
		  .roles = other,
		  .n_roles = 2 },
	};
	static const char *const listed[] = { "Read.Only", "Admin" };
	struct change_options options = { .sso_session = "corp", .memo = MEMO };
	static const char shop[] = "# Shop\n[profile shop-admin]\n"
				   "sso_session = corp\n"
				   "sso_account_id = 000000000001\n"
				   "sso_role_name = Admin\n\n";
	const char *first;

	(void)state;
	first = inside(&options, accounts, 2, "");
	assert_int_equal(set.count[CHANGE_NEW], 4);
	assert_non_null(strstr(first, shop));
	assert_non_null(strstr(first, "[profile shop-read.only]\n"));
	assert_null(strstr(first, "role_arn"));
	assert_string_equal(inside(&options, accounts, 2, first), first);
	assert_int_equal(set.count[CHANGE_NONE], 4);
	options.roles = listed;
	options.n_roles = 2;
	options.prune = true;
	(void)inside(&options, accounts, 2, first);
	assert_int_equal(set.count[CHANGE_NONE], 3);
	assert_int_equal(set.count[CHANGE_REMOVED], 1);
	options.n_roles = 1;
	assert_non_null(
		strstr(inside(&options, accounts, 2, ""), "[profile shop]\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(writes_a_profile_for_each_account,
					  forget),
		cmocka_unit_test_teardown(makes_names_that_every_reader_takes,
					  forget),
		cmocka_unit_test_teardown(a_name_stays_with_its_account,
					  forget),
		cmocka_unit_test_teardown(
			a_profile_that_is_gone_stays_unless_pruned, forget),
		cmocka_unit_test_teardown(a_name_outside_wins, forget),
		cmocka_unit_test_teardown(refuses_an_unknown_field, forget),
		cmocka_unit_test_teardown(
			writes_the_assigned_roles_of_a_session, forget),
		cmocka_unit_test_teardown(survives_a_lack_of_memory, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
