#include "fakes/walk.h"

#include <stdlib.h>
#include <string.h>

#include "access/remedy.h"
#include "access/request.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "fakes/fake_world.h"
#include "format/settings.h"
#include "session/session.h"
#include "session/source.h"
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

static char *const ls[] = { (char[]){ "aws" }, (char[]){ "s3" },
			    (char[]){ "ls" }, NULL };

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	fail_msg("no command %s", name);
	return NULL;
}

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

	assert_non_null(fake);
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
	assert_int_equal(secbuf_alive(), 0);
	return 0;
}

struct request walk_request(const char *profile)
{
	static const struct maker maker = { session_source_check, session_walk,
					    remedy_apply };

	return (struct request){
		.profile = profile,
		.argv = ls,
		.min_ttl = -1,
		.config_path = "/home/alex/.aws/config",
		.credentials_path = "/home/alex/.aws/credentials",
		.login_name = "alex",
		.maker = &maker,
		.settings = settings_default(),
	};
}

bool walk_run(struct fake_world *fake, const struct request *request,
	      struct error *err)
{
	return find_command("exec")->run(request, &fake->world, err);
}

void walk_is(struct fake_world *fake, const struct request *request,
	     const char *log)
{
	struct error err = { 0 };

	if (!walk_run(fake, request, &err))
		fail_msg("%s, after\n%s", facts_show(&err),
			 strbuf_text(&fake->log));
	assert_string_equal(strbuf_text(&fake->log), log);
}
