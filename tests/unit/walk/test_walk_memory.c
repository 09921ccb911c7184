#include <stdlib.h>
#include <string.h>

#include "access/request.h"
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

/* What is written counts as output. */
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
	const char *command, *profile;
	const char *on_stdin;
	const char *answers[3];
	const char *refuse, *refuse_text; /* an action, once */
	const char *code;                 /* -t */
	struct request options; /* of these the flags and the format count */
	bool shell;             /* exec: no command */
	bool warm;              /* a session of testing is cached */
	bool nameless;          /* the stored key's user is not known */
	bool seeded;            /* a seed of the device is stored */
};

static const struct walk exec_walks[] = {
	{ "exec", "testing", .answers = { "123456" } },
	{ "exec", "testing", .warm = true },
	{ "exec", "testing", .answers = { "123456" }, .nameless = true },
	{ "exec", "rich", .warm = true, .answers = { "rich", "123456" } },
	{ "exec", "legacy", .answers = { "123456" }, .shell = true,
	  .options = { .login_shell = true } },
	{ "exec", "static", .answers = { "123456" }, .shell = true },
	{ "exec", "custodian", .options = { .no_session = true } },
	{ "exec", "testing", .answers = { "123456", "654321" },
	  .refuse = "GetSessionToken",
	  .refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			 "one time pass code. " },
	{ "exec", "testing", .code = "123456" },
	{ "exec", "testing", .seeded = true },
	{ "exec", "testing", .seeded = true, .refuse = "GetSessionToken",
	  .refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			 "one time pass code. " },
	{ "exec", "processed", .answers = { " 123 456" } },
	{ "exec", "plain", .answers = { "y" }, .refuse = "AssumeRole",
	  .refuse_text = "not authorized to perform: sts:AssumeRole" },
	{ "exec", "long", .refuse = "AssumeRole",
	  .refuse_text = "The requested DurationSeconds exceeds the "
			 "MaxSessionDuration set for this role." },
};

static const struct walk export_walks[] = {
	{ "export", "testing", .warm = true },
	{ "export", "rich", .answers = { "123456" },
	  .options = { .format = "fish" } },
	{ "export", "testing", .warm = true,
	  .options = { .format = "powershell" } },
	{ "export", "testing", .warm = true, .options = { .format = "env" } },
	{ "export", "testing", .warm = true, .options = { .format = "ini" } },
	{ "credential-process", "testing", .warm = true },
	{ "credential-process", "testing", .answers = { "123456" } },
};

static const struct walk show_walks[] = {
	{ "list", NULL, .warm = true },
	{ "list", NULL, .warm = true, .options = { .json = true } },
	{ "list", NULL, .options = { .profiles = true } },
	{ "list", NULL, .options = { .credentials = true } },
	{ "list", NULL, .warm = true, .options = { .sessions = true } },
	{ "explain", "testing", .warm = true },
	{ "explain", "rich", .warm = true },
	{ "explain", "rich", .warm = true, .options = { .json = true } },
	{ .command = "explain", .profile = "processed" },
	{ .command = "explain", .profile = "static" },
	{ .command = "explain", .profile = "elsewhere" },
	{ .command = "config dump" },
};

static const struct walk mfa_walks[] = {
	{ "mfa add", "testing", .answers = { SEED, CODE } },
	{ "mfa add", "testing", .answers = { SEED, CODE, "y" },
	  .seeded = true },
	{ "mfa add", "testing", .on_stdin = SEED "\n",
	  .options = { .from_stdin = true, .no_verify = true } },
	{ "mfa code", "testing", .seeded = true },
	{ "mfa list", NULL, .seeded = true },
	{ "mfa list", NULL, .seeded = true, .options = { .json = true } },
	{ "mfa enroll", "static", .answers = { "123456", "654321" } },
	{ "mfa enroll", "testing", .options = { .store = true } },
	{ "mfa remove", "testing", .seeded = true, .answers = { "y" } },
};

static const struct walk change_walks[] = {
	{ "add", "fresh", .options = { .env = true } },
	{ "add", "fresh", .answers = { ID, SECRET } },
	{ "add", "custodian", .answers = { ID, SECRET, "y" }, .warm = true },
	{ "add", "fresh", .on_stdin = ID "\n" SECRET "\n",
	  .options = { .from_stdin = true, .no_verify = true } },
	{ "add", "fresh",
	  .on_stdin = "Access key ID,Secret access key\n" ID "," SECRET "\n",
	  .options = { .from_stdin = true, .no_config = true } },
	{ "add", "fresh",
	  .on_stdin = "{\"AccessKeyId\":\"" ID
		      "\",\"SecretAccessKey\":\"" SECRET "\"}",
	  .options = { .from_stdin = true, .no_verify = true } },
	{ "remove", "custodian", .answers = { "yes" }, .warm = true },
	{ "remove", "custodian", .warm = true,
	  .options = { .sessions_only = true } },
	{ "clear", NULL, .warm = true },
	{ "clear", "testing", .warm = true },
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	fail_msg("no command %s", name);
	return NULL;
}

static struct request request_of(const struct walk *walk)
{
	struct request plain = walk_request(walk->profile);
	struct request request = walk->options;

	request.profile = plain.profile;
	request.argv = walk->shell ? NULL : plain.argv;
	request.min_ttl = plain.min_ttl;
	request.config_path = plain.config_path;
	request.credentials_path = plain.credentials_path;
	request.login_name = plain.login_name;
	request.maker = plain.maker;
	request.settings = plain.settings;
	return request;
}

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
	struct request exec = walk_request("testing");
	struct error err = { 0 };

	fake_world_clear(fake);
	walk_put_key(fake, !walk->nameless);
	fake->n_answers = 0;
	fake->answers[0] = "123456";
	fake->refuse = NULL;
	if (walk->warm)
		assert_true(walk_run(fake, &exec, &err));
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
	struct request request = request_of(walk);
	struct secbuf *code = walk->code ? secbuf_from(walk->code) : NULL;
	bool ok;

	request.mfa_token = code;
	ok = (code || !walk->code || error_memory(err)) &&
	     find_command(walk->command)->run(&request, &fake->world, err);
	secbuf_free(code);
	return ok;
}

/* What must be as it would be without the failure. */
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
		      const struct error *err, const char *wanted)
{
	char *got = outcome(fake);

	if (!ran)
		assert_true(err->code != ERROR_NONE &&
			    err->reason != REASON_NONE);
	else if (says_all(fake) && !strstr(strbuf_text(&fake->said), "warning"))
		assert_string_equal(got, wanted);
	free(got);
}

/* The n-th allocation fails. False: there were fewer. */
static bool fails_well(struct fake_world *fake, const struct walk *walk, long n,
		       const char *wanted)
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
		fail_msg("%s failed by itself: %s", walk->command,
			 facts_show(&err));
	check_end(fake, ran, &err, wanted);
	assert_int_equal(secbuf_alive(), kept(fake));
	fake_world_next(fake);
	assert_int_equal(mem_alive() - kept(fake), alive);
	return failed;
}

static void torture(struct fake_world *fake, const struct walk *walk)
{
	struct error err = { 0 };
	char *wanted;
	long n = 0;

	set_the_scene(fake, walk);
	if (!run(fake, walk, &err))
		fail_msg("%s: %s", walk->command, facts_show(&err));
	wanted = outcome(fake);
	while (fails_well(fake, walk, n, wanted))
		n++;
	print_message("%s: %ld allocations failed one by one\n", walk->command,
		      n);
	assert_true(n > 0);
	free(wanted);
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
