#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/*
 * The real programs, on a display and on a terminal, are in
 * tests/e2e/test_windows.py.  The fakes here record their input.
 */
#define PINENTRY                                                  \
	"#!/bin/sh\n"                                             \
	"/usr/bin/env >env\n"                                     \
	"echo OK here\n"                                          \
	"while IFS= read -r line; do\n"                           \
	"	printf '%s\\n' \"$line\" >>said\n"                      \
	"	case $line in\n"                                        \
	"	GETPIN*) echo 'S a status'; echo 'D 12'; echo 'D %25';" \
	" echo OK ;;\n"                                           \
	"	OPTION*) echo 'ERR 174 unknown option' ;;\n"            \
	"	*) echo OK ;;\n"                                        \
	"	esac\n"                                                 \
	"done\n"
#define WINDOW                                 \
	"#!/bin/sh\n"                          \
	"/usr/bin/env >env\n"                  \
	"printf '%s\\n' \"$0\" \"$@\" >said\n" \
	"echo '12%'\n"
#define REFUSES "#!/bin/sh\necho 'ERR 83918950 no terminal'\n"
#define TYPES   "#!/bin/sh\necho OK; while read -r x; do echo 'ERR 62'; done\n"

#define SECONDS 20 /* more than anything here takes */

static char path[] = "PATH=.";
static char display[] = "DISPLAY=:1";
static char wayland[] = "WAYLAND_DISPLAY=wayland-0";
static char empty[] = "DISPLAY=";
static char locale[] = "LC_ALL=C.UTF-8";
static char secret[] = "AWS_SECRET_ACCESS_KEY=hunter2";
static char *with_display[] = { path, display, locale, secret, NULL };

/* --- a terminal that is there, or not -------------------------------------- */

static bool tty_ask(void *self, enum prompt_kind kind, const char *question,
		    struct secbuf **answer, struct error *err)
{
	(void)self;
	(void)kind;
	(void)question;
	(void)err;
	*answer = secbuf_from("typed");
	return true;
}

static void tty_tell(void *self, const char *text)
{
	(void)self;
	(void)text;
}

static bool is_there(void *self)
{
	return self != NULL;
}

static struct prompt_person person_of(const char *how, bool terminal,
				      char *const *environment)
{
	static int there;

	return (struct prompt_person){
		.tty = { .self = terminal ? &there : NULL,
			 .ask = tty_ask,
			 .tell = tty_tell,
			 .can_ask = is_there },
		.how = how,
		.environment = environment,
		.seconds = SECONDS,
	};
}

static bool ask(struct prompt_person *self, enum prompt_kind kind,
		struct secbuf **answer, struct error *err)
{
	struct prompt prompt = prompt_person(self);

	*answer = NULL;
	return prompt_ask(&prompt, kind, "A_100% question: ", answer, err);
}

static void gives(struct prompt_person *self, enum prompt_kind kind,
		  const char *want)
{
	struct prompt prompt = prompt_person(self);
	struct secbuf *answer;
	struct error err = { 0 };
	char text[FACTS_LEN];

	assert_true(prompt_can_ask(&prompt));
	if (!ask(self, kind, &answer, &err))
		fail_msg("%s", facts_of(&err, text));
	assert_string_equal(secbuf_text(answer), want);
	secbuf_free(answer);
	assert_int_equal(secbuf_alive(), 0);
}

#define fails(self, ...) \
	fails_with((self), &(const struct error_facts){ .reason = __VA_ARGS__ })
static void fails_with(struct prompt_person *self,
		       const struct error_facts *facts)
{
	struct secbuf *answer;
	struct error err = { 0 };

	assert_false(ask(self, PROMPT_CODE, &answer, &err));
	assert_null(answer);
	assert_int_equal(err.code, ERROR_PERSON);
	facts_are(&err, facts);
	assert_int_equal(secbuf_alive(), 0);
}

/* --- what was noted --------------------------------------------------------- */

static bool noted(const char *file, const char *line)
{
	char text[4096] = "\n";
	char expected[1100];
	FILE *from = fopen(file, "r");

	assert_non_null(from);
	text[1 + fread(text + 1, 1, sizeof(text) - 2, from)] = '\0';
	assert_int_equal(fclose(from), 0);
	(void)snprintf(expected, sizeof(expected), "\n%s\n", line);
	return strstr(text, expected) != NULL;
}

/* --- who is asked ------------------------------------------------------------ */

static void the_terminal_is_asked_before_any_window(void **state)
{
	struct prompt_person self = person_of("auto", true, with_display);

	(void)state;
	folder_make("zenity", WINDOW, 0700);
	gives(&self, PROMPT_CODE, "typed");
	self.how = "ykman";
	gives(&self, PROMPT_CODE, "typed");
	self.how = "zenity";
	gives(&self, PROMPT_CODE, "12%");
}

static void a_display_of_either_kind_will_do(void **state)
{
	char *const of_wayland[] = { path, empty, wayland, NULL };
	char *const of_none[] = { path, empty, NULL };
	struct prompt_person self = person_of("auto", false, of_wayland);

	(void)state;
	folder_make("zenity", WINDOW, 0700);
	gives(&self, PROMPT_CODE, "12%");
	self.environment = of_none;
	fails(&self, REASON_NO_TERMINAL);
	self.how = "zenity";
	fails(&self, REASON_NO_DISPLAY, .action = "zenity");
	self.environment = with_display;
	self.how = "terminal";
	fails(&self, REASON_NO_TERMINAL);
	self.how = "auto";
	self.no_prompt = true;
	fails(&self, REASON_NO_PROMPT);
}

static void the_next_is_asked_where_one_fails(void **state)
{
	struct prompt_person self = person_of("auto", false, with_display);

	(void)state;
	folder_make("pinentry", REFUSES, 0700);
	folder_make("zenity", "#!/bin/sh\nexit 5\n", 0700);
	folder_make("kdialog", WINDOW, 0700);
	gives(&self, PROMPT_CODE, "12%");
	assert_true(noted("said", "./kdialog"));
	self.how = "pinentry";
	fails(&self, REASON_PINENTRY_FAILED,
	      .detail = "ERR 83918950 no terminal");
}

/* The person has seen it, or is away. */
static void nobody_is_asked_twice(void **state)
{
	struct prompt_person self = person_of("auto", false, with_display);

	(void)state;
	folder_make("kdialog", WINDOW, 0700);
	folder_make("zenity", "#!/bin/sh\nexit 1\n", 0700);
	fails(&self, REASON_DISMISSED, .action = "zenity");
	folder_make("zenity", "#!/bin/sh\nexec /bin/sleep 50\n", 0700);
	self.seconds = 1;
	fails(&self, REASON_NO_ANSWER, .action = "zenity", .number = 1);
	self.seconds = SECONDS;
	folder_make("pinentry", TYPES, 0700);
	fails(&self, REASON_NO_ANSWER, .action = "pinentry", .number = SECONDS);
	assert_int_equal(access("said", F_OK), -1);
}

/* --- how ------------------------------------------------------------------- */

static void pinentry_is_told_the_question_as_it_is(void **state)
{
	struct prompt_person self = person_of("pinentry", false, with_display);
	struct prompt prompt = prompt_person(&self);

	(void)state;
	folder_make("pinentry", PINENTRY, 0700);
	prompt_tell(&prompt, "100%\nwrong");
	gives(&self, PROMPT_CODE, "12%");
	assert_true(noted("said", "SETDESC A_100%25 question: "));
	assert_true(noted("said", "SETERROR 100%25%0Awrong"));
	assert_true(noted("said", "SETPROMPT Code:"));
	assert_true(noted("said", "SETTIMEOUT 20"));
	assert_true(noted("said", "OPTION lc-ctype=C.UTF-8"));
	assert_true(noted("env", "DISPLAY=:1"));
	assert_false(noted("env", secret));
	assert_int_equal(unlink("said"), 0);
	gives(&self, PROMPT_SECRET, "12%");
	assert_false(noted("said", "SETERROR 100%25%0Awrong"));
}

/* A real pinentry ends when a line has more than 1000 bytes. */
static void pinentry_is_sent_no_line_that_is_too_long(void **state)
{
	struct prompt_person self = person_of("pinentry", false, with_display);
	struct prompt prompt = prompt_person(&self);
	char question[3001];
	char line[1024] = "SETDESC ";
	struct secbuf *answer = NULL;
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < 3000; i += 3)
		memcpy(question + i, "\xe2\x82\xac", 4);
	memcpy(line + 8, question, 327 * 3);
	folder_make("pinentry", PINENTRY, 0700);
	assert_true(prompt_ask(&prompt, PROMPT_CODE, question, &answer, &err));
	assert_true(noted("said", line));
	secbuf_free(answer);
}

static void a_window_hides_secrets_alone(void **state)
{
	static const struct {
		const char *program;
		enum prompt_kind kind;
		const char *argv;
	} cases[] = {
		{ "zenity", PROMPT_CODE,
		  "./zenity\n--entry\n--title=rolekey\n--text\n"
		  "A__100% question: " },
		{ "zenity", PROMPT_SECRET,
		  "--text\nA__100% question: \n--hide-text" },
		{ "kdialog", PROMPT_TEXT,
		  "./kdialog\n--title\nrolekey\n--inputbox\n"
		  "A_100% question: " },
		{ "kdialog", PROMPT_SECRET,
		  "--title\nrolekey\n--password\nA_100% question: " },
	};

	(void)state;
	folder_make("zenity", WINDOW, 0700);
	folder_make("kdialog", WINDOW, 0700);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prompt_person self =
			person_of(cases[i].program, false, with_display);

		gives(&self, cases[i].kind, "12%");
		assert_true(noted("said", cases[i].argv));
		assert_int_equal(noted("said", "--hide-text"),
				 strstr(cases[i].argv, "--hide-text") != NULL);
		assert_false(noted("env", secret));
	}
}

static void an_answer_that_is_too_long_is_none(void **state)
{
	struct prompt_person self = person_of("pinentry", false, with_display);

	(void)state;
	folder_make("pinentry",
		    "#!/bin/sh\necho OK; while read -r x; do case $x in "
		    "GETPIN*) printf 'D %2000d\\n' 1;; esac; echo OK; done\n",
		    0700);
	fails(&self, REASON_ANSWER_TOO_LONG, .number = 1024);
	folder_make("zenity", "#!/bin/sh\nprintf %2000d 1\n", 0700);
	self.how = "zenity";
	fails(&self, REASON_HELPER_TOO_LONG, .action = "zenity");
}

/* --- memory ----------------------------------------------------------------- */

static void survives(const char *program)
{
	struct prompt_person self = person_of(program, false, with_display);
	struct secbuf *answer = NULL;
	long n;

	for (n = 0; !answer; n++) {
		struct error err = { 0 };
		bool failed;

		mem_fail_after(n);
		if (!ask(&self, PROMPT_CODE, &answer, &err))
			assert_int_equal(err.code, ERROR_MEMORY);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true((answer != NULL) != failed);
	}
	assert_true(n > 3);
	secbuf_free(answer);
	assert_int_equal(secbuf_alive(), 0);
}

static void survives_any_allocation_failing(void **state)
{
	(void)state;
	folder_make("pinentry", PINENTRY, 0700);
	folder_make("zenity", WINDOW, 0700);
	folder_make("kdialog", WINDOW, 0700);
	survives("pinentry");
	survives("zenity");
	survives("kdialog");
	survives("auto");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(the_terminal_is_asked_before_any_window),
		IN_A_FOLDER(a_display_of_either_kind_will_do),
		IN_A_FOLDER(the_next_is_asked_where_one_fails),
		IN_A_FOLDER(nobody_is_asked_twice),
		IN_A_FOLDER(pinentry_is_told_the_question_as_it_is),
		IN_A_FOLDER(pinentry_is_sent_no_line_that_is_too_long),
		IN_A_FOLDER(a_window_hides_secrets_alone),
		IN_A_FOLDER(an_answer_that_is_too_long_is_none),
		IN_A_FOLDER(survives_any_allocation_failing),
	};

	/* By which programs are found, as ours is the environment's. */
	if (setenv("PATH", path + strlen("PATH="), 1) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
