#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"

#define FOLDER "xdg/rolekey"
#define LOG    FOLDER "/log"
#define OLD    FOLDER "/log.1"
#define FULL   10485760 /* bytes, at which a new file is started */

/* A log in the test's folder. */
struct place {
	char variable[PATH_MAX];
	char *environment[2];
	struct audit_file self;
	struct audit audit;
};

static void place_in(struct place *p, const char *folder)
{
	(void)snprintf(p->variable, PATH_MAX, "XDG_STATE_HOME=%s/xdg", folder);
	p->environment[0] = p->variable;
	p->environment[1] = NULL;
	p->self = (struct audit_file){ p->environment };
	p->audit = audit_file(&p->self);
}

static bool appends(const struct place *p, const char *line, struct error *err)
{
	return audit_append(&p->audit, line, strlen(line), err);
}

static void append(const struct place *p, const char *line)
{
	struct error err = { 0 };

	if (!appends(p, line, &err))
		fail_msg("%s", facts_show(&err));
}

static bool take(void *to, const char *line, size_t len, struct error *err)
{
	struct strbuf *all = to;

	(void)err;
	strbuf_add(all, line, len);
	strbuf_puts(all, "|");
	return true;
}

static void check_lines(const struct place *p, const char *expected)
{
	struct strbuf all = strbuf_with_max(65536);
	const struct audit_reader reader = { &all, take };
	struct error err = { 0 };

	assert_true(audit_read(&p->audit, &reader, &err));
	assert_string_equal(strbuf_text(&all), expected);
	strbuf_clear(&all);
}

static void write_file(const char *path, const char *text, off_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	if (size > 0)
		assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(close(fd), 0);
}

static void lines_are_read_in_their_order(void **state)
{
	struct place p;
	struct stat st;

	place_in(&p, *state);
	check_lines(&p, "");
	append(&p, "one\n");
	append(&p, "two\n");
	check_lines(&p, "one|two|");
	assert_int_equal(stat(LOG, &st), 0);
	assert_int_equal(st.st_mode & 07777U, 0600);
	assert_int_equal(stat(FOLDER, &st), 0);
	assert_int_equal(st.st_mode & 07777U, 0700);
}

static void a_line_that_was_cut_off_is_ended(void **state)
{
	struct place p;

	place_in(&p, *state);
	append(&p, "one\n");
	write_file(LOG, "one\ntw", 0);
	append(&p, "three\n");
	check_lines(&p, "one|tw|three|");
}

static void a_full_file_is_kept_once(void **state)
{
	struct place p;
	struct stat st;

	place_in(&p, *state);
	append(&p, "one\n");
	write_file(LOG, "", FULL - 1);
	append(&p, "two\n"); /* still fits */
	assert_int_equal(access(OLD, F_OK), -1);
	append(&p, "three\n");
	assert_int_equal(stat(OLD, &st), 0);
	assert_true(st.st_size > FULL);
	assert_int_equal(stat(LOG, &st), 0);
	assert_int_equal(st.st_size, strlen("three\n"));
	write_file(OLD, "old\n", 0);
	check_lines(&p, "old|three|"); /* the older file first */
}

static void of_many_at_once_each_line_is_there(void **state)
{
	enum { WRITERS = 16, LINES = 200 };
	struct strbuf all = strbuf_with_max(1 << 20);
	const struct audit_reader reader = { &all, take };
	struct error err = { 0 };
	pid_t children[WRITERS];
	struct place p;
	char line[80];

	place_in(&p, *state);
	append(&p, "first\n");
	/* full after a part of the lines; no end before the first of them */
	write_file(LOG, "", FULL - 20000);
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		for (int k = 0; children[i] == 0 && k < LINES; k++) {
			(void)snprintf(line, sizeof(line), "w%03d-%03d%s\n", i,
				       k, "------------------------------");
			if (!appends(&p, line, &err))
				_exit(1);
		}
		if (children[i] == 0)
			_exit(0);
	}
	for (int i = 0; i < WRITERS; i++) {
		int status = -1;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(access(OLD, F_OK), 0);
	strbuf_puts(&all, "|");
	assert_true(audit_read(&p.audit, &reader, &err));
	for (int i = 0; i < WRITERS * LINES; i++) {
		(void)snprintf(line, sizeof(line), "|w%03d-%03d%s|", i / LINES,
			       i % LINES, "------------------------------");
		if (!strstr(strbuf_text(&all), line))
			fail_msg("%s is missing", line);
	}
	strbuf_clear(&all);
}

static void check_failure(const struct place *p, const char *word)
{
	struct error err = { 0 };

	assert_false(appends(p, "line\n", &err));
	assert_int_equal(err.code, ERROR_SYSTEM);
	if (!strstr(facts_show(&err), word))
		fail_msg("%s", facts_show(&err));
}

static void only_a_file_of_the_users_own_is_used(void **state)
{
	struct place p;

	place_in(&p, *state);
	append(&p, "one\n");
	assert_int_equal(chmod(LOG, 0620), 0);
	check_failure(&p, "unsafe-file");
	assert_int_equal(chmod(LOG, 0600), 0);
	assert_int_equal(link(LOG, FOLDER "/other"), 0);
	check_failure(&p, "not-a-regular-file");
	assert_int_equal(unlink(FOLDER "/other"), 0);
	assert_int_equal(rename(LOG, FOLDER "/other"), 0);
	assert_int_equal(symlink("other", LOG), 0);
	check_failure(&p, "system-call");
	assert_int_equal(unlink(LOG), 0);
	assert_int_equal(mkfifo(LOG, 0600), 0);
	check_failure(&p, "not-a-regular-file"); /* and nothing waits */
}

static void a_limit_of_the_files_size_ends_nothing(void **state)
{
	const struct rlimit limit = { 10, RLIM_INFINITY };
	struct rlimit before;
	struct place p;

	place_in(&p, *state);
	append(&p, "one\n");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	append(&p, "two\n");
	check_failure(&p, "system-call"); /* SIGXFSZ would end this test */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	check_lines(&p, "one|two|");
}

static void without_a_home_there_is_no_log(void **state)
{
	char *const environment[] = { NULL };
	struct audit_file self = { environment };
	const struct audit audit = audit_file(&self);
	struct error err = { 0 };

	(void)state;
	assert_false(audit_append(&audit, "one\n", 4, &err));
	assert_true(error_is(&err, REASON_NO_HOME));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(lines_are_read_in_their_order),
		IN_A_FOLDER(a_line_that_was_cut_off_is_ended),
		IN_A_FOLDER(a_full_file_is_kept_once),
		IN_A_FOLDER(of_many_at_once_each_line_is_there),
		IN_A_FOLDER(only_a_file_of_the_users_own_is_used),
		IN_A_FOLDER(a_limit_of_the_files_size_ends_nothing),
		IN_A_FOLDER(without_a_home_there_is_no_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
