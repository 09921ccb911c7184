#include "fakes/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/remedy.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "fakes/fake_world.h"
#include "format/settings.h"
#include "session/session.h"
#include "support/check.h"
#include "support/facts.h"

static const char config[] =
	"[profile custodian]\n"
	"mfa_serial = arn:aws:iam::111122223333:mfa/fohte\n"
	"region = ap-northeast-1\n"
	"[profile testing]\n"
	"role_arn = arn:aws:iam::222233334444:role/Dev\n"
	"source_profile = custodian\n"
	"region = ap-northeast-1\n"
	"[profile chained]\n"
	"role_arn = arn:aws:iam::222233334444:role/Ops\n"
	"source_profile = testing\n"
	"region = ap-northeast-1\n";

#define KEY                                    \
	"rolekey key 1\n"                      \
	"access_key_id AKIAIOSFODNN7EXAMPLE\n" \
	"secret_key wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY\n"
#define NAME "user_arn arn:aws:iam::111122223333:user/alex\n"

#define WORDS_MAX 32

static struct arena *arena; /* of one test */

void walk_put_key(struct fake_world *fake, bool with_name)
{
	struct secbuf *value = secbuf_from(with_name ? KEY NAME : KEY);
	const struct keyring_item item = { KEYRING_KEY, "custodian", "a key",
					   "custodian", 0 };
	struct error err = { 0 };

	assert_true(fake->world.keyring.put(fake, &item, value, &err));
	secbuf_free(value);
	fake_world_next(fake);
}

int walk_setup(void **state)
{
	struct fake_world *fake = malloc(sizeof(*fake));

	arena = arena_new();
	assert_true(fake && arena);
	fake_world_init(fake);
	fake->files[0] = (struct fake_file){ "/home/alex/.aws/config", config };
	fake->answers[0] = "123456";
	walk_put_key(fake, true);
	*state = fake;
	return 0;
}

int walk_end(void **state)
{
	struct fake_world *fake = *state;

	fake_world_clear(fake);
	free(fake);
	arena_free(arena);
	assert_int_equal(secbuf_alive(), 0);
	return 0;
}

struct call walk_parse(const char *line, const struct command **command)
{
	static const struct maker maker = { session_walk, remedy_apply };
	static char *const nothing[] = { NULL };
	char **argv = arena_alloc(arena, WORDS_MAX * sizeof(*argv));
	char *text = arena_printf(arena, "rolekey %s", line);
	enum cli_what what;
	struct call call;
	const struct cli_result result = { &what, command, &call };
	struct error err = { 0 };
	size_t n = 0;

	assert_true(argv && text);
	while (text && n + 1 < WORDS_MAX)
		argv[n++] = strsep(&text, " ");
	if (!cli_parse(argv, command_table, nothing, arena, &result, &err))
		fail_msg("%s: %s", line, facts_show(&err));
	assert_int_equal(what, CLI_COMMAND);
	call.request.config_path = "/home/alex/.aws/config";
	call.request.credentials_path = "/home/alex/.aws/credentials";
	call.request.login_name = "alex";
	call.request.maker = &maker;
	call.request.settings = settings_default();
	return call;
}

struct call walk_call(const char *profile)
{
	const struct command *command;
	char line[64];

	(void)snprintf(line, sizeof(line), "exec %s -- aws s3 ls", profile);
	return walk_parse(line, &command);
}

bool walk_run(struct fake_world *fake, const struct call *call,
	      struct error *err)
{
	const struct command *const *row = command_table;

	while (strcmp((*row)->name, "exec") != 0)
		row++;
	return (*row)->run(call, &fake->world, err);
}

void walk_is(struct fake_world *fake, const struct call *call, const char *log)
{
	struct error err = { 0 };

	if (!walk_run(fake, call, &err))
		fail_msg("%s, after\n%s", facts_show(&err),
			 strbuf_text(&fake->log));
	assert_string_equal(strbuf_text(&fake->log), log);
}
