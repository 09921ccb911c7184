#include <string.h>

#include "access/context.h"
#include "access/key_use.h"
#include "access/request.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define ROLE "role_arn = arn:aws:iam::222233334444:role/Dev\n"
#define KEYS                                         \
	"aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n" \
	"aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY\n"

static const struct request request = {
	.config_path = "config",
	.credentials_path = "credentials",
};

struct example {
	const char *config;
	const char *credentials; /* of p, which has the key */
	const char *stored; /* another profile with a stored key, or NULL */
	const char *facts;  /* why not, or "" */
};

/* A question about a key for p. */
typedef bool question(const struct key_use *use, const struct config_section *p,
		      struct error *err);

static bool is_used(const struct key_use *use, const struct config_section *p,
		    struct error *err)
{
	(void)p;
	return key_use_check(use, "p", err);
}

static bool is_used_moved(const struct key_use *use,
			  const struct config_section *p, struct error *err)
{
	return key_use_check_moved(use, p, err);
}

static bool can_share(const struct key_use *use, const struct config_section *p,
		      struct error *err)
{
	bool may = false;

	return key_use_may_share(use, "p", "twin", p, &may, err) &&
	       (may || error_fail(err, REASON_KEY_COPIED));
}

static void store_key(struct fake_world *fake, const char *profile)
{
	const struct keyring_item item = { KEYRING_KEY, profile, "a key",
					   profile, 0 };
	struct secbuf *value = secbuf_from("a key");
	struct error err = { 0 };

	assert_true(fake->world.keyring.put(fake, &item, value, &err));
	secbuf_free(value);
}

/* Asks while the n-th allocation fails; *failed says if there was one. */
static void ask(const struct example *e, question *asks, long n, bool *failed)
{
	struct fake_world fake;
	struct context context;
	struct error err = { 0 };
	struct key_use use = { &request, &fake.world, &context };
	const struct config_section *p;
	char text[FACTS_LEN] = "";

	fake_world_init(&fake);
	fake.files[0] = (struct fake_file){ "config", e->config };
	if (e->credentials)
		fake.files[1] =
			(struct fake_file){ "credentials", e->credentials };
	if (e->stored)
		store_key(&fake, e->stored);
	assert_true(context_read(&request, &fake.world, &context, &err));
	p = aws_config_find(context.config, CONFIG_PROFILE, "p");
	mem_fail_after(n);
	if (!asks(&use, p, &err))
		(void)facts_of(&err, text);
	*failed = mem_has_failed();
	mem_fail_after(-1);
	/* the fakes need memory, too: then the answer is the usual one */
	if (!*failed || err.code != ERROR_MEMORY)
		assert_string_equal(text, e->facts);
	context_clear(&context);
	fake_world_clear(&fake);
}

static void check(const struct example *e, question *asks)
{
	bool failed = true;

	ask(e, asks, -1, &failed);
	assert_false(failed);
	failed = true;
	for (long n = 0; failed; n++)
		ask(e, asks, n, &failed);
}

#define CHECK(examples, asks)                                               \
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) \
	check(&(examples)[i], asks)

static void a_key_is_used_where_the_chain_starts(void **state)
{
	static const struct example examples[] = {
		{ "[profile q]\n", NULL, NULL, "" }, /* it can be added */
		{ "[profile p]\n", NULL, NULL, "" },
		{ "[profile p]\n", "[p]\n" KEYS, NULL, "" },
		{ "[profile p]\nsource_profile = p\n", NULL, NULL, "" },
		{ "[profile p]\nsource_profile = p\n" ROLE, NULL, NULL, "" },
		{ "[profile p]\n" ROLE, NULL, NULL, "" },
		{ "[profile p]\ncredential_process = rolekey "
		  "credential-process p\n",
		  NULL, NULL, "" },
		{ "[profile p]\nsource_profile = q\n[profile q]\n", NULL, NULL,
		  "key-would-be-unused profile=p path=config "
		  "key=source_profile other=q line=2" },
		{ "[profile p]\nsource_profile = q\n[profile q]\n"
		  "source_profile = r\n[profile r]\ncredential_process = x\n",
		  NULL, NULL,
		  "key-would-be-unused profile=p path=config "
		  "key=source_profile line=2" },
		{ "[profile p]\n" ROLE "source_profile = q\n[profile q]\n" ROLE
		  "source_profile = r\n[profile r]\n",
		  NULL, NULL,
		  "key-would-be-unused profile=p path=config "
		  "key=source_profile other=r line=3" },
		{ "[profile p]\n", "[p]\n" KEYS "aws_session_token = x\n", NULL,
		  "key-would-be-unused profile=p path=credentials "
		  "key=aws_session_token line=4" },
		{ "[profile p]\nsource_profile = q\n", NULL, NULL,
		  "no-such-profile profile=q path=config key=source_profile "
		  "line=2" },
	};

	(void)state;
	CHECK(examples, is_used);
}

static void a_key_moves_if_no_chain_changes(void **state)
{
	static const struct example examples[] = {
		{ "[profile p]\n", "[p]\n" KEYS, NULL, "" },
		{ "[profile p]\n[profile x]\n" ROLE "source_profile = p\n",
		  "[p]\n" KEYS, NULL, "" },
		{ "[profile p]\n" ROLE, "[p]\n" KEYS, NULL, "" },
		{ "[profile p]\nsource_profile = p\n" ROLE, "[p]\n" KEYS, NULL,
		  "" },
		/* the role of the key's profile comes in between */
		{ "[profile p]\n" ROLE "[profile x]\nsource_profile = p\n",
		  "[p]\n" KEYS, NULL, "chains-would-change profile=p other=x" },
		{ "[profile q]\n[profile p]\n" ROLE "source_profile = q\n"
		  "[profile x]\n" ROLE "source_profile = p\n"
		  "[profile y]\nsource_profile = x\n"
		  "[profile z]\nsource_profile = q\n",
		  "[p]\n" KEYS, NULL,
		  "chains-would-change profile=p other=x, y" },
		{ "[profile q]\n[profile p]\n" ROLE "source_profile = q\n",
		  "[p]\n" KEYS, NULL,
		  "key-would-be-unused profile=p path=config "
		  "key=source_profile other=q line=4" },
		{ "[profile p]\ncredential_process = x\n", "[p]\n" KEYS, NULL,
		  "key-would-be-unused profile=p path=config "
		  "key=credential_process line=2" },
		{ "[profile p]\nsource_profile = q\n[profile q]\n",
		  "[p]\n" KEYS, NULL,
		  "key-would-be-unused profile=p path=config "
		  "key=source_profile other=q line=2" },
		/* who inherits the lines needs a key of its own */
		{ "[profile p]\n[profile x]\ninclude_profile = p\n",
		  "[p]\n" KEYS, NULL, "chains-would-change profile=p other=x" },
		{ "[profile p]\n[profile x]\ninclude_profile = p\n",
		  "[p]\n" KEYS, "x", "" },
		/* what is broken cannot be changed */
		{ "[profile p]\n[profile x]\nsource_profile = nobody\n",
		  "[p]\n" KEYS, NULL, "" },
		{ "[profile p]\n[profile a]\ninclude_profile = p\n"
		  "[profile b]\ninclude_profile = p\n[profile c]\n"
		  "include_profile = p\n[profile d]\ninclude_profile = p\n"
		  "[profile e]\ninclude_profile = p\n[profile f]\n"
		  "include_profile = p\n[profile g]\ninclude_profile = p\n",
		  "[p]\n" KEYS, NULL,
		  "chains-would-change profile=p other=a, b, c, d, e, ..." },
	};

	(void)state;
	CHECK(examples, is_used_moved);
}

static void a_key_is_shared_by_plain_profiles(void **state)
{
#define COPIED "key-copied"
	static const struct example examples[] = {
		{ "[profile twin]\n", NULL, NULL, "" },
		{ "[profile twin]\n[profile p]\n", NULL, NULL, "" },
		{ "[profile twin]\nsource_profile = twin\n[profile p]\n", NULL,
		  NULL, "" },
		{ "[profile twin]\n[profile p]\n", "[p]\n" KEYS, NULL, "" },
		{ "[profile p]\n", NULL, NULL, COPIED },
		{ "[profile twin]\nsource_profile = p\n[profile p]\n", NULL,
		  NULL, COPIED },
		{ "[profile twin]\n" ROLE "[profile p]\n", NULL, NULL, COPIED },
		{ "[profile twin]\n[profile p]\n" ROLE, NULL, NULL, COPIED },
		{ "[profile twin]\n[profile p]\nsource_profile = p\n", NULL,
		  NULL, COPIED },
		{ "[profile twin]\n[profile p]\ncredential_process = x\n", NULL,
		  NULL, COPIED },
		{ "[profile twin]\n[profile p]\n[profile x]\n"
		  "include_profile = p\n",
		  NULL, NULL, COPIED },
	};

	(void)state;
	CHECK(examples, can_share);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_used_where_the_chain_starts),
		cmocka_unit_test(a_key_moves_if_no_chain_changes),
		cmocka_unit_test(a_key_is_shared_by_plain_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
