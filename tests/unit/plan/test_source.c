#include <string.h>

#include "base/strbuf.h"
#include "plan/source.h"
#include "support/check.h"
#include "support/config_text.h"

/* Finds the line of a profile with any of the sources, or "-". */
static const char *line_of(struct config_text *t, const char *name,
			   unsigned uses)
{
	const struct config_value *value;
	struct profile profile;
	struct error err = { 0 };

	assert_true(profile_resolve(t->config, name, false, t->arena, &profile,
				    &err));
	value = source_value(&profile, uses);
	return value ? value->key : "-";
}

static void every_key_names_its_source(void **state)
{
	static const struct {
		const char *key;
		unsigned use;
	} keys[] = {
		{ "aws_access_key_id", SOURCE_KEYS },
		{ "aws_secret_access_key", SOURCE_KEYS },
		{ "role_arn", SOURCE_ROLE },
		{ "role_name", SOURCE_ROLE },
		{ "source_profile", SOURCE_PROFILE },
		{ "credential_source", SOURCE_ELSEWHERE },
		{ "web_identity_token_file", SOURCE_WEB_IDENTITY },
		{ "web_identity_token_process", SOURCE_WEB_IDENTITY },
		{ "sso_account_id", SOURCE_SSO_ROLE },
		{ "sso_role_name", SOURCE_SSO_ROLE },
		{ "sso_session", SOURCE_SSO },
		{ "sso_start_url", SOURCE_SSO },
		{ "login_session", SOURCE_LOGIN },
		{ "credential_process", SOURCE_PROCESS },
		{ "region", 0 },
		{ "mfa_serial", 0 },
		{ "services", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct strbuf text = strbuf_with_max(256);
		struct config_text t;
		struct error err = { 0 };

		strbuf_printf(&text,
			      "[profile p]\n%s = x\n[profile q]\n"
			      "include_profile = p\n[profile r]\n%s =\n",
			      keys[i].key, keys[i].key);
		assert_true(
			config_text_read(&t, strbuf_text(&text), NULL, &err));
		for (unsigned use = 1; use <= SOURCE_ROLE; use <<= 1) {
			const char *found =
				use == keys[i].use ? keys[i].key : "-";

			assert_string_equal(line_of(&t, "p", use), found);
			assert_string_equal(line_of(&t, "q", use), found);
			assert_string_equal(line_of(&t, "r", use), "-");
		}
		config_text_clear(&t);
		strbuf_clear(&text);
	}
}

static void
the_next_profile_is_followed_unless_another_source_is_nearer(void **state)
{
	static const struct {
		const char *lines;
		bool follows;
	} examples[] = {
		{ "", true },
		{ "role_arn = x\n", true },
		{ "role_arn = x\ncredential_process = y\n", true },
		{ "credential_process = y\n", false },
		{ "login_session = y\n", false },
		{ "sso_start_url = y\n", false },
		{ "sso_account_id = y\n", false },
		{ "aws_access_key_id = y\n", false },
		{ "role_arn = x\naws_secret_access_key = y\n", false },
		{ "role_arn = x\nweb_identity_token_file = y\n", false },
		{ "role_arn = x\ncredential_source = Environment\n", false },
		{ "source_profile = p\n", false }, /* itself */
		{ "source_profile =\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct strbuf text = strbuf_with_max(256);
		const struct config_value *next;
		struct profile profile;
		struct config_text t;
		struct error err = { 0 };

		strbuf_printf(&text,
			      "[profile p]\n%sinclude_profile = base\n"
			      "[profile base]\nsource_profile = q\n",
			      examples[i].lines);
		assert_true(
			config_text_read(&t, strbuf_text(&text), NULL, &err));
		assert_true(profile_resolve(t.config, "p", false, t.arena,
					    &profile, &err));
		next = source_next(&profile);
		assert_int_equal(next != NULL, examples[i].follows);
		if (next)
			assert_string_equal(next->text, "q");
		config_text_clear(&t);
		strbuf_clear(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_names_its_source),
		cmocka_unit_test(
			the_next_profile_is_followed_unless_another_source_is_nearer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
