#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/*
 * Each command, with each allocation failing in turn.  It fails, and says so;
 * or it warns of what it went without; or what failed was no part of what it
 * had to do, such as the cache, and then stdout, the child and the files are as
 * without the failure.  No secret and no block is left over.
 */

static const char config[] =
	"[default]\n"
	"region = eu-west-1\n"
	"[profile custodian]\n"
	"mfa_serial = arn:aws:iam::111122223333:mfa/fohte\n"
	"region = ap-northeast-1\n"
	"[profile testing]\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"source_profile = custodian\n"
	"[profile rich]\n"
	"role_arn = arn:aws:iam::222233334444:role/Ops\n"
	"source_profile = testing\n"
	"external_id = the-id\n"
	"source_identity = alex\n"
	"session_tags = team=blue,cost=low\n"
	"transitive_session_tags = team\n"
	"rolekey_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess\n"
	"duration_seconds = 900\n"
	"rolekey_confirm = true\n"
	"rolekey_expect_account = 222233334444\n"
	"services = local\n"
	"[services local]\n"
	"sts =\n"
	"  endpoint_url = http://127.0.0.1:1\n"
	"[profile legacy]\n"
	"aws_account_id = 222233334444\n"
	"role_name = Dev\n"
	"include_profile = custodian\n"
	"source_profile = custodian\n"
	"[profile broken]\n"
	"source_profile = nowhere\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"[profile static]\n"
	"region = us-east-1\n"
	"[profile long]\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"source_profile = static\n"
	"duration_seconds = 7200\n"
	"[profile processed]\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"source_profile = custodian\n"
	"mfa_process = code of it\n"
	"[profile plain]\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"source_profile = static\n"
	"[profile elsewhere]\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"source_profile = custodian\n"
	"rolekey_expect_account = 999999999999\n";

static const char credentials[] =
	"[static]\n"
	"aws_access_key_id = AKIAIOSFODNN7STATIC1\n"
	"aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYSTATICKEY\n";

#define ID     "AKIAIOSFODNN7EXAMPLF"
#define SECRET "wJalrXUtnFEMIK7MDENGbPxRfiCYANOTHERKEY"

#define DEVICE "arn:aws:iam::111122223333:mfa/fohte"
#define SEED   "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define CODE   "700670" /* of the seed, at the world's time */

/* --- ports that the walks of exec do not need ------------------------------- */

static const char *on_stdin;

static bool read_stdin(void *self, bool one_line, size_t max,
		       struct secbuf **text, struct error *err)
{
	(void)self;
	(void)one_line;
	(void)max;
	*text = secbuf_from(on_stdin);
	return *text || error_memory(err);
}

/* Counts a written file as output. */
static bool replace(void *self, const char *path, unsigned mode,
		    const struct secbuf *before, const struct secbuf *after,
		    struct error *err)
{
	struct fake_world *fake = self;

	(void)mode;
	(void)before;
	(void)err;
	strbuf_printf(&fake->output, "%s:\n%s", path, secbuf_text(after));
	return true;
}

static int setup(void **state)
{
	struct fake_world *fake;
	int failed = walk_setup(state);

	fake = *state;
	fake->files[0].text = config;
	fake->files[1] = (struct fake_file){ "/home/alex/.aws/credentials",
					     credentials };
	fake->world.files.replace = replace;
	fake->world.input.self = fake;
	fake->world.input.read = read_stdin;
	fake->environment[0] = "SHELL=/bin/zsh";
	fake->environment[1] = "AWS_ACCESS_KEY_ID=" ID;
	fake->environment[2] = "AWS_SECRET_ACCESS_KEY=" SECRET;
	return failed;
}

/* --- the cases -------------------------------------------------------------- */

struct walk {
	const char *line; /* after "rolekey" */
	const char *on_stdin;
	const char *answers[3];
	const char *refuse, *refuse_text; /* an action, once */
	const char *code;                 /* -t */
	bool warm;                        /* a session of testing is cached */
	bool nameless; /* the stored key's user is not known */
	bool seeded;   /* a seed of the device is stored */

	/* Parsed before anything fails. */
	const struct command *command;
	struct call call;
	struct call exec; /* of testing: it makes the session */
};

static struct walk exec_walks[] = {
	{ .line = "exec testing -- aws s3 ls", .answers = { "123456" } },
	{ .line = "exec testing -- aws s3 ls", .warm = true },
	{ .line = "exec testing -- aws s3 ls",
	  .answers = { "123456" },
	  .nameless = true },
	{ .line = "exec rich -- aws s3 ls",
	  .warm = true,
	  .answers = { "rich", "123456" } },
	{ .line = "exec legacy --login-shell", .answers = { "123456" } },
	{ .line = "exec static", .answers = { "123456" } },
	{ .line = "exec custodian --no-session -- aws s3 ls" },
	{ .line = "exec testing -- aws s3 ls",
	  .answers = { "123456", "654321" },
	  .refuse = "GetSessionToken",
	  .refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			 "one time pass code. " },
	{ .line = "exec testing -- aws s3 ls", .code = "123456" },
	{ .line = "exec testing -- aws s3 ls", .seeded = true },
	{ .line = "exec testing -- aws s3 ls",
	  .seeded = true,
	  .refuse = "GetSessionToken",
	  .refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			 "one time pass code. " },
	{ .line = "exec processed -- aws s3 ls", .answers = { " 123 456" } },
	{ .line = "exec plain -- aws s3 ls",
	  .answers = { "y" },
	  .refuse = "AssumeRole",
	  .refuse_text = "not authorized to perform: sts:AssumeRole" },
	{ .line = "exec long -- aws s3 ls",
	  .refuse = "AssumeRole",
	  .refuse_text = "The requested DurationSeconds exceeds the "
			 "MaxSessionDuration set for this role." },
};

static struct walk export_walks[] = {
	{ .line = "export testing", .warm = true },
	{ .line = "export rich --format=fish", .answers = { "123456" } },
	{ .line = "export testing --format=powershell", .warm = true },
	{ .line = "export testing --format=env", .warm = true },
	{ .line = "export testing --format=ini", .warm = true },
	{ .line = "credential-process testing", .warm = true },
	{ .line = "credential-process testing", .answers = { "123456" } },
};

static struct walk show_walks[] = {
	{ .line = "list", .warm = true },
	{ .line = "list --json", .warm = true },
	{ .line = "list --profiles" },
	{ .line = "list --credentials" },
	{ .line = "list --sessions", .warm = true },
	{ .line = "explain testing", .warm = true },
	{ .line = "explain rich", .warm = true },
	{ .line = "explain rich --json", .warm = true },
	{ .line = "explain processed" },
	{ .line = "explain static" },
	{ .line = "explain elsewhere" },
	{ .line = "config dump" },
};

static struct walk mfa_walks[] = {
	{ .line = "mfa add testing", .answers = { SEED, CODE } },
	{ .line = "mfa add testing",
	  .answers = { SEED, CODE, "y" },
	  .seeded = true },
	{ .line = "mfa add testing --stdin --no-verify",
	  .on_stdin = SEED "\n" },
	{ .line = "mfa code testing", .seeded = true },
	{ .line = "mfa list", .seeded = true },
	{ .line = "mfa list --json", .seeded = true },
	{ .line = "mfa enroll static", .answers = { "123456", "654321" } },
	{ .line = "mfa enroll testing --store" },
	{ .line = "mfa remove testing", .seeded = true, .answers = { "y" } },
};

static struct walk change_walks[] = {
	{ .line = "add fresh --env" },
	{ .line = "add fresh", .answers = { ID, SECRET } },
	{ .line = "add custodian",
	  .answers = { ID, SECRET, "y" },
	  .warm = true },
	{ .line = "add fresh --stdin --no-verify",
	  .on_stdin = ID "\n" SECRET "\n" },
	{ .line = "add fresh --stdin --no-config",
	  .on_stdin = "Access key ID,Secret access key\n" ID "," SECRET "\n" },
	{ .line = "add fresh --stdin --no-verify",
	  .on_stdin = "{\"AccessKeyId\":\"" ID
		      "\",\"SecretAccessKey\":\"" SECRET "\"}" },
	{ .line = "remove custodian", .answers = { "yes" }, .warm = true },
	{ .line = "remove custodian --sessions-only", .warm = true },
	{ .line = "clear", .warm = true },
	{ .line = "clear testing", .warm = true },
};

/* --- the runs --------------------------------------------------------------- */

static void put_seed(struct fake_world *fake)
{
	const struct keyring_item item = { KEYRING_SEED, DEVICE, "a seed",
					   "custodian", 0 };
	struct secbuf *record = secbuf_from("rolekey seed 1\n"
					    "seed MFRGGZDFMZTWQ2LK\n");
	struct error err = { 0 };

	assert_true(fake->world.keyring.put(fake, &item, record, &err));
	secbuf_free(record);
}

static void set_the_scene(struct fake_world *fake, const struct walk *walk)
{
	struct error err = { 0 };

	fake_world_clear(fake);
	walk_put_key(fake, !walk->nameless);
	fake->n_answers = 0;
	fake->answers[0] = "123456";
	fake->refuse = NULL;
	if (walk->warm)
		assert_true(walk_run(fake, &walk->exec, &err));
	if (walk->seeded)
		put_seed(fake);
	fake_world_next(fake);
	fake->n_answers = 0;
	fake->refuse = walk->refuse;
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = walk->refuse_text;
	fake->refusals = 1;
	on_stdin = walk->on_stdin;
	for (size_t i = 0; i < sizeof(walk->answers) / sizeof(*walk->answers);
	     i++)
		fake->answers[i] = walk->answers[i];
}

static bool run(struct fake_world *fake, const struct walk *walk,
		struct error *err)
{
	struct call call = walk->call;
	struct secbuf *code = walk->code ? secbuf_from(walk->code) : NULL;
	bool ok;

	call.request.mfa_token = code;
	ok = (code || !walk->code || error_memory(err)) &&
	     walk->command->run(&call, &fake->world, err);
	secbuf_free(code);
	return ok;
}

/* Returns the results that a failure must not change. */
static char *outcome(const struct fake_world *fake)
{
	char *text = NULL;

	assert_true(asprintf(&text, "%s\n%s", strbuf_text(&fake->output),
			     strbuf_text(&fake->child)) >= 0);
	return text;
}

static long kept(const struct fake_world *fake)
{
	long n = 0;

	for (size_t i = 0; i < FAKE_ITEMS; i++)
		n += fake->items[i].value != NULL;
	return n;
}

/* The fake, too, may have been without memory. */
static bool says_all(const struct fake_world *fake)
{
	return strbuf_ok(&fake->output) && strbuf_ok(&fake->child) &&
	       strbuf_ok(&fake->said);
}

static void check_end(const struct fake_world *fake, bool ran,
		      const struct error *err, const char *expected)
{
	char *got = outcome(fake);

	if (!ran)
		assert_true(err->code != ERROR_NONE &&
			    err->reason != REASON_NONE);
	else if (says_all(fake) && !strstr(strbuf_text(&fake->said), "warning"))
		assert_string_equal(got, expected);
	free(got);
}

/* The n-th allocation fails. False: there were fewer. */
static bool fails_well(struct fake_world *fake, const struct walk *walk, long n,
		       const char *expected)
{
	struct error err = { 0 };
	bool failed, ran;
	long alive;

	set_the_scene(fake, walk);
	alive = mem_alive() - kept(fake);
	mem_fail_after(n);
	ran = run(fake, walk, &err);
	failed = mem_has_failed();
	mem_fail_after(-1);
	if (!ran && !failed)
		fail_msg("%s failed by itself: %s", walk->line,
			 facts_show(&err));
	check_end(fake, ran, &err, expected);
	assert_int_equal(secbuf_alive(), kept(fake));
	fake_world_next(fake);
	assert_int_equal(mem_alive() - kept(fake), alive);
	return failed;
}

static void torture(struct fake_world *fake, struct walk *walk)
{
	struct error err = { 0 };
	char *expected;
	long n = 0;

	walk->call = walk_parse(walk->line, &walk->command);
	walk->exec = walk_call("testing");
	set_the_scene(fake, walk);
	if (!run(fake, walk, &err))
		fail_msg("%s: %s", walk->line, facts_show(&err));
	expected = outcome(fake);
	while (fails_well(fake, walk, n, expected))
		n++;
	print_message("%s: %ld allocations failed one by one\n", walk->line, n);
	assert_true(n > 0);
	free(expected);
}

#define TORTURE(state, walks)                                                 \
	do {                                                                  \
		for (size_t i = 0; i < sizeof(walks) / sizeof(*(walks)); i++) \
			torture(*(state), &(walks)[i]);                       \
	} while (0)

static void exec_survives_any_allocation_failing(void **state)
{
	TORTURE(state, exec_walks);
}

static void export_survives_any_allocation_failing(void **state)
{
	TORTURE(state, export_walks);
}

static void what_only_shows_survives_any_allocation_failing(void **state)
{
	TORTURE(state, show_walks);
}

static void what_changes_survives_any_allocation_failing(void **state)
{
	TORTURE(state, change_walks);
}

static void codes_survive_any_allocation_failing(void **state)
{
	TORTURE(state, mfa_walks);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, walk_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(exec_survives_any_allocation_failing),
		TEST(export_survives_any_allocation_failing),
		TEST(what_only_shows_survives_any_allocation_failing),
		TEST(what_changes_survives_any_allocation_failing),
		TEST(codes_survive_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
