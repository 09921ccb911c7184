#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/secbuf.h"
#include "format/settings.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

static bool parse(const char *text, size_t len, struct arena *arena,
		  struct settings *settings, struct error *err)
{
	struct secbuf *sb = secbuf_new(len);
	bool ok;

	secbuf_add(sb, text, len);
	assert_true(secbuf_ok(sb));
	*settings = settings_default();
	ok = settings_file_parse("conf", sb, arena, settings, err);
	secbuf_free(sb);
	return ok;
}

static void nothing_said_is_the_default(void **state)
{
	static const char *const texts[] = { "", "\n", "# only this\n",
					     "[rolekey]", "\xef\xbb\xbf" };
	struct arena *arena = arena_new();

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct settings s;
		struct error err = { 0 };

		assert_true(parse(texts[i], strlen(texts[i]), arena, &s, &err));
		assert_string_equal(s.backend, "auto");
		assert_null(s.session_backend);
		assert_string_equal(s.prompt, "auto");
		assert_null(s.browser);
		assert_int_equal(s.session_duration, 43200);
		assert_int_equal(s.role_duration, 0);
		assert_int_equal(s.min_ttl, 0);
		assert_int_equal(s.unlock_timeout, 28800);
		assert_int_equal(s.argon2_passes, 3);
		assert_int_equal(s.argon2_memory, 64);
		assert_false(s.no_prompt);
		assert_true(s.log);
	}
	arena_free(arena);
}

static void reads_every_key(void **state)
{
	static const char text[] = "\xef\xbb\xbf# mine\r\n"
				   " [RoleKey] \r\n"
				   "backend = file ; it is here\r\n"
				   "  Session_Backend=secret-service\r\n"
				   "prompt\t=\tterminal\r\n"
				   "; \\ and \" may be in a comment\r\n"
				   "browser = \"firefox --new-window #1\"\r\n"
				   "session_duration = 1h\r\n"
				   "session_duration = 36h\r\n"
				   "role_duration = 15m\r\n"
				   "min_ttl = 300\r\n"
				   "unlock_timeout = 1d\r\n"
				   "log = no\r\n"
				   "no_prompt = Yes";
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct settings s;

	(void)state;
	assert_non_null(arena);
	if (!parse(text, strlen(text), arena, &s, &err))
		fail_msg("%s", facts_show(&err));
	assert_string_equal(s.backend, "file");
	assert_string_equal(s.session_backend, "secret-service");
	assert_string_equal(s.prompt, "terminal");
	assert_string_equal(s.browser, "firefox --new-window #1");
	assert_int_equal(s.session_duration, 129600);
	assert_int_equal(s.role_duration, 900);
	assert_int_equal(s.min_ttl, 300);
	assert_int_equal(s.unlock_timeout, 86400);
	assert_true(s.no_prompt);
	assert_false(s.log);
	arena_free(arena);
}

#define BAD  "bad-value path=conf key="
#define SPAN "out-of-range path=conf key="
#define LINE "bad-settings-line path=conf line="

static const struct {
	const char *text;
	size_t len;
	const char *want;
} wrong[] = {
#define CASE(text, want)                     \
	{                                    \
		text, sizeof(text) - 1, want \
	}
	CASE("[rolekey]\n\nbakend = file\n",
	     "unknown-setting path=conf key=bakend other=backend line=3"),
	CASE("[rolekey]\nprompt = none\n[rolkey]\n",
	     "unknown-settings-section path=conf value=rolkey line=3"),
	CASE("[ Other ]\nbackend = file\n",
	     "unknown-settings-section path=conf value=other line=1"),
	CASE("[a:b]\n", "unknown-settings-section path=conf value=a:b line=1"),
	CASE("# x\nbackend = file\n",
	     "setting-outside-section path=conf line=2"),
	CASE("[rolekey]\nbackend = disk\n",
	     BAD "backend value=disk expected=one of auto, secret-service, "
		 "file and pass line=2"),
	CASE("[rolekey]\nbackend = Auto\n",
	     BAD "backend value=Auto expected=one of auto, secret-service, "
		 "file and pass line=2"),
	CASE("[rolekey]\nbackend =\n",
	     BAD "backend expected=one of auto, secret-service, "
		 "file and pass line=2"),
	CASE("[rolekey]\nprompt = browser\n",
	     BAD "prompt value=browser expected=one of auto, terminal, "
		 "pinentry, zenity, kdialog, ykman and none line=2"),
	CASE("[rolekey]\nsession_duration = long\n",
	     BAD "session_duration value=long expected=" EXPECTED_DURATION
		 " line=2"),
	CASE("[rolekey]\nsession_duration = 899\n",
	     SPAN "session_duration value=899 expected=15m to 36h line=2"),
	CASE("[rolekey]\nsession_duration = 0\n",
	     SPAN "session_duration value=0 expected=15m to 36h line=2"),
	CASE("[rolekey]\nrole_duration = 12h1s\n",
	     SPAN "role_duration value=12h1s expected=15m to 12h line=2"),
	CASE("[rolekey]\nmin_ttl = 2d\n",
	     SPAN "min_ttl value=2d expected=0s to 12h line=2"),
	CASE("[rolekey]\nunlock_timeout = 31d\n",
	     SPAN "unlock_timeout value=31d expected=0s to 720h line=2"),
	CASE("[rolekey]\nargon2_passes = 0\n",
	     BAD "argon2_passes value=0 expected=a number from 1 to 16 line=2"),
	CASE("[rolekey]\nargon2_passes = 17\n",
	     BAD "argon2_passes value=17 expected=a number from 1 to 16 "
		 "line=2"),
	CASE("[rolekey]\nargon2_passes = -1\n",
	     BAD "argon2_passes value=-1 expected=a number from 1 to 16 "
		 "line=2"),
	CASE("[rolekey]\nargon2_passes = 3x\n",
	     BAD "argon2_passes value=3x expected=a number from 1 to 16 "
		 "line=2"),
	CASE("[rolekey]\nargon2_memory = 15\n",
	     BAD "argon2_memory value=15 expected=a number from 16 to 1024 "
		 "line=2"),
	CASE("[rolekey]\nargon2_memory = 99999999999999999999\n",
	     BAD "argon2_memory value=99999999999999999999 expected=a number "
		 "from 16 to 1024 line=2"),
	CASE("[rolekey]\nmin_ttl = 5m\nno_prompt = maybe\n",
	     BAD "no_prompt value=maybe expected=true or false line=3"),
	CASE("[rolekey]\nno_prompt\n", LINE "2"),
	CASE("[rolekey] # mine\n", LINE "1"),
	CASE("[rolekey\n", LINE "1"),
	CASE("[rolekey]\nx", LINE "2"),
	CASE("[rolekey]\na (7) b\n", LINE "2"),
	CASE("[rolekey]\nbackend = \xff\n", "not-utf8 path=conf line=2"),
	CASE("[rolekey]\nbrowser = \"a\\b\"\n",
	     "backslash-in-quotes path=conf line=2"),
	CASE("[rolekey]\nbrowser = \\\n'a\\'\n",
	     "backslash-in-quotes path=conf line=3"),
	CASE("[rolekey]\nbackend = file\0x\n", "not-utf8 path=conf line=2"),
#undef CASE
};

static void says_file_and_line_of_what_is_wrong(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct error err = { 0 };
		char facts[FACTS_LEN];
		struct settings s;

		assert_false(
			parse(wrong[i].text, wrong[i].len, arena, &s, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_string_equal(facts_of(&err, facts), wrong[i].want);
		assert_string_equal(s.backend, "auto");
	}
	arena_free(arena);
}

static void refuses_a_line_too_long_for_iniparser(void **state)
{
	char text[3000] = "[rolekey]\nbrowser = ";
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct settings s;
	size_t head = strlen(text);

	(void)state;
	assert_non_null(arena);
	memset(text + head, 'x', sizeof(text) - head - 1);
	assert_false(parse(text, sizeof(text) - 1, arena, &s, &err));
	assert_error(&err, REASON_BAD_SETTINGS_LINE, .path = "conf", .line = 2);
	arena_free(arena);
}

static void the_environment_stands_over_the_file(void **state)
{
	char *const environment[] = {
		(char[]){ "ROLEKEY_BACKEND=file" },
		(char[]){ "ROLEKEY_SESSION_DURATION=2h" },
		(char[]){ "ROLEKEY_NO_PROMPT=1" },
		(char[]){ "ROLEKEY_PROMPT=" },
		(char[]){ "ROLEKEY_BROWSER=lynx" },
		(char[]){ "ROLEKEY_PASSPHRASE=not-ours" },
		NULL,
	};
	struct settings s = settings_default();
	struct error err = { 0 };

	(void)state;
	s.prompt = "terminal";
	assert_true(settings_environment(environment, &s, &err));
	assert_string_equal(s.backend, "file");
	assert_string_equal(s.prompt, "terminal");
	assert_string_equal(s.browser, "lynx");
	assert_int_equal(s.session_duration, 7200);
	assert_true(s.no_prompt);
}

static void a_wrong_variable_is_named(void **state)
{
	char *const environment[] = { (char[]){ "ROLEKEY_MIN_TTL=soon" },
				      NULL };
	struct settings s = settings_default();
	struct error err = { 0 };

	(void)state;
	assert_false(settings_environment(environment, &s, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_BAD_VALUE, .key = "ROLEKEY_MIN_TTL",
		     .value = "soon", .expected = EXPECTED_DURATION);
}

static void sets_one_by_name(void **state)
{
	struct settings s = settings_default();
	struct error err = { 0 };

	(void)state;
	assert_true(
		settings_set(&s, "role_duration", "role_duration", "0", &err));
	assert_int_equal(s.role_duration, 0);
	assert_true(settings_set(&s, "role_duration", "role_duration", "auto",
				 &err));
	assert_int_equal(s.role_duration, SETTINGS_AUTO);
	assert_false(settings_set(&s, "session_duration", "session_duration",
				  "auto", &err));
	assert_true(settings_set(&s, "browser", "browser", "", &err));
	assert_null(s.browser);
	assert_false(settings_set(&s, "Backend", "Backend", "file", &err));
	assert_int_equal(err.code, ERROR_CONFIG);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		static const char text[] = "[rolekey]\nbackend = file\n";
		struct secbuf *sb = secbuf_from(text);
		struct arena *arena = arena_new();
		struct settings s = settings_default();
		struct error err = { 0 };

		assert_non_null(arena);
		mem_fail_after(n);
		done = settings_file_parse("conf", sb, arena, &s, &err);
		assert_true(done != mem_has_failed());
		if (!done)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		arena_free(arena);
		secbuf_free(sb);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_is_the_default),
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(says_file_and_line_of_what_is_wrong),
		cmocka_unit_test(refuses_a_line_too_long_for_iniparser),
		cmocka_unit_test(the_environment_stands_over_the_file),
		cmocka_unit_test(a_wrong_variable_is_named),
		cmocka_unit_test(sets_one_by_name),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
