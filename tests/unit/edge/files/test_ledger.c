#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"

#define FOLDER "xdg/rolekey/ledger"

/* A ledger in the test's folder. */
struct place {
	char variable[PATH_MAX];
	char *environment[2];
	struct ledger_files self;
	struct ledger ledger;
};

static void place_in(struct place *p, const char *folder)
{
	(void)snprintf(p->variable, PATH_MAX, "XDG_STATE_HOME=%s/xdg", folder);
	p->environment[0] = p->variable;
	p->environment[1] = NULL;
	p->self = (struct ledger_files){ p->environment };
	p->ledger = ledger_files(&p->self);
}

static int64_t noted(const struct place *p, const char *kind, const char *name)
{
	struct error err = { 0 };
	int64_t value = -1;

	assert_true(ledger_get(&p->ledger, kind, name, &value, &err));
	return value;
}

static void note(const struct place *p, const char *kind, const char *name,
		 int64_t value)
{
	struct error err = { 0 };

	assert_true(ledger_set(&p->ledger, kind, name, value, &err));
}

static bool raises(const struct place *p, int64_t value)
{
	struct error err = { 0 };
	bool raised = false;

	assert_true(ledger_raise(&p->ledger, LEDGER_CODE, "serial", value,
				 &raised, &err));
	return raised;
}

static void what_is_noted_is_there_and_nothing_else(void **state)
{
	struct place p;

	place_in(&p, *state);
	assert_int_equal(noted(&p, LEDGER_CODE, "a"), 0);
	assert_int_equal(access("xdg", F_OK), -1); /* a look makes nothing */
	note(&p, LEDGER_CODE, "a", 63333333);
	note(&p, LEDGER_LONGEST, "a", INT64_MAX);
	assert_int_equal(noted(&p, LEDGER_CODE, "a"), 63333333);
	assert_int_equal(noted(&p, LEDGER_LONGEST, "a"), INT64_MAX);
	assert_int_equal(noted(&p, LEDGER_CODE, "b"), 0);
	note(&p, LEDGER_CODE, "a", 7); /* shorter than what was there */
	assert_int_equal(noted(&p, LEDGER_CODE, "a"), 7);
}

static void it_is_raised_and_never_lowered(void **state)
{
	struct place p;

	place_in(&p, *state);
	assert_true(raises(&p, 100));
	assert_false(raises(&p, 100));
	assert_false(raises(&p, 99));
	assert_true(raises(&p, 101));
	assert_int_equal(noted(&p, LEDGER_CODE, "serial"), 101);
}

static void of_many_at_once_one_raises(void **state)
{
	struct place p;
	pid_t children[16];
	int winners = 0;

	place_in(&p, *state);
	for (size_t i = 0; i < 16; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(raises(&p, 1000) ? 1 : 0);
	}
	for (size_t i = 0; i < 16; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		winners += WEXITSTATUS(status);
	}
	assert_int_equal(winners, 1);
}

/* The one file of the ledger. */
static void find_file(char path[static PATH_MAX])
{
	DIR *dir = opendir(FOLDER);
	const struct dirent *entry;

	path[0] = '\0';
	assert_non_null(dir);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of our own */
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			(void)snprintf(path, PATH_MAX, FOLDER "/%s",
				       entry->d_name);
	(void)closedir(dir);
	assert_string_not_equal(path, "");
}

static void it_is_a_file_of_the_persons_own(void **state)
{
	struct place p;
	char path[PATH_MAX];
	struct stat st;

	place_in(&p, *state);
	(void)umask(0);
	note(&p, LEDGER_CODE, "arn:aws:iam::111122223333:mfa/alex", 1);
	(void)umask(0022);
	find_file(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(strstr(path, "alex"));
	assert_int_equal(stat(FOLDER, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void what_is_no_number_says_nothing(void **state)
{
	static const char *const texts[] = {
		"", "x\n", "-3\n", "12x\n", "\n", "99999999999999999999999\n"
	};
	struct place p;
	char path[PATH_MAX];

	place_in(&p, *state);
	note(&p, LEDGER_CODE, "serial", 5);
	find_file(path);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		folder_make(path, texts[i], 0600);
		assert_int_equal(noted(&p, LEDGER_CODE, "serial"), 0);
	}
	assert_true(raises(&p, 6));
}

static void what_cannot_be_noted_is_an_error(void **state)
{
	struct place p;
	struct error err = { 0 };
	int64_t value;
	bool raised;

	place_in(&p, *state);
	folder_make("xdg", "a file in its place", 0600);
	assert_false(ledger_get(&p.ledger, "a", "b", &value, &err));
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_true(error_has_context(&err, REASON_LEDGER));
	assert_false(ledger_set(&p.ledger, "a", "b", 1, &err));
	assert_false(ledger_raise(&p.ledger, "a", "b", 1, &raised, &err));
	assert_false(raised);
	p.environment[0] = NULL; /* nor is there a home */
	assert_false(ledger_get(&p.ledger, "a", "b", &value, &err));
	assert_error(&err, REASON_NO_HOME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_is_noted_is_there_and_nothing_else),
		IN_A_FOLDER(it_is_raised_and_never_lowered),
		IN_A_FOLDER(of_many_at_once_one_raises),
		IN_A_FOLDER(it_is_a_file_of_the_persons_own),
		IN_A_FOLDER(what_is_no_number_says_nothing),
		IN_A_FOLDER(what_cannot_be_noted_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
