#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"

static char told[256];

static void hear(void *self, const char *text)
{
	(void)self;
	(void)snprintf(told, sizeof(told), "%s", text);
}

static const struct prompt listener = { .tell = hear };

/* An environment in the test's folder. */
struct place {
	char variables[2][PATH_MAX];
	char *environment[3];
	struct locks_flock self;
	struct locks locks;
};

static void place_in(struct place *p, const char *folder, const char *variable)
{
	(void)snprintf(p->variables[0], PATH_MAX, "HOME=%s/home", folder);
	(void)snprintf(p->variables[1], PATH_MAX, "%s=%s/xdg", variable,
		       folder);
	p->environment[0] = p->variables[0];
	p->environment[1] = p->variables[1];
	p->environment[2] = NULL;
	p->self = (struct locks_flock){ p->environment, &listener };
	p->locks = locks_flock(&p->self);
	told[0] = '\0';
}

static bool take(const struct place *p, const char *name, int wait, int *lock,
		 struct error *err)
{
	return locks_take(&p->locks, name, wait, lock, err);
}

static void release(const struct place *p, int lock)
{
	locks_release(&p->locks, lock, false);
}

/* Returns the name of this process, as a lock records its holder. */
static void own_name(char name[static 32])
{
	int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, name, 31);

	assert_true(n > 1);
	name[n - 1] = '\0';
	(void)close(fd);
}

/*
 * A process that holds the lock until it is killed, or so many ms.  Returns
 * when it has it.
 */
static pid_t start_holder(const struct place *p, const char *name, long ms)
{
	const struct timespec hold = { ms / 1000, ms % 1000 * 1000000 };
	struct error err = { 0 };
	int ends[2];
	char byte;
	pid_t child;
	int lock;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		if (!take(p, name, 0, &lock, &err))
			_exit(1);
		(void)!write(ends[1], "x", 1);
		(void)nanosleep(&hold, NULL);
		_exit(0); /* without release(): as one that dies */
	}
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	(void)close(ends[0]);
	return child;
}

static void end_holder(pid_t child)
{
	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void one_holds_what_another_then_cannot_take(void **state)
{
	struct place p;
	struct error err = { 0 };
	char name[32];
	char want[128];
	pid_t child;
	int lock;
	int other;

	place_in(&p, *state, "XDG_STATE_HOME");
	child = start_holder(&p, "a", 60000);
	assert_false(take(&p, "a", 0, &lock, &err));
	assert_int_equal(err.code, ERROR_PERSON);
	own_name(name);
	(void)snprintf(want, sizeof(want), "rolekey (pid %d, %s)", (int)child,
		       name);
	assert_error(&err, REASON_LOCK_TIMEOUT, .other = want);

	assert_true(take(&p, "b", 0, &other, &err)); /* another name */
	release(&p, other);
	end_holder(child);
	assert_true(take(&p, "a", 0, &lock, &err)); /* the kernel let go */
	release(&p, lock);
}

static void who_waits_says_for_whom_and_then_gets_it(void **state)
{
	struct place p;
	struct error err = { 0 };
	char name[32];
	char want[128];
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	child = start_holder(&p, "a", 800);
	assert_true(take(&p, "a", 30, &lock, &err));
	own_name(name);
	(void)snprintf(want, sizeof(want),
		       "Waiting for rolekey (pid %d, %s) to "
		       "finish",
		       (int)child, name);
	assert_string_equal(told, want);
	release(&p, lock);
	end_holder(child);
}

static void a_short_wait_is_not_told(void **state)
{
	struct place p;
	struct error err = { 0 };
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	child = start_holder(&p, "a", 100);
	assert_true(take(&p, "a", 30, &lock, &err));
	assert_string_equal(told, "");
	release(&p, lock);
	end_holder(child);
}

/* A process that takes the lock, holds it so many ms, and gives up. */
static pid_t start_quitter(const struct place *p, const char *name, long ms)
{
	const struct timespec hold = { 0, ms * 1000000 };
	struct error err = { 0 };
	int ends[2];
	char byte;
	pid_t child;
	int lock;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		if (!take(p, name, 0, &lock, &err))
			_exit(1);
		(void)!write(ends[1], "x", 1);
		(void)nanosleep(&hold, NULL);
		locks_release(&p->locks, lock, true);
		_exit(0);
	}
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	(void)close(ends[0]);
	return child;
}

static void who_waits_for_one_that_gives_up_gives_up(void **state)
{
	struct place p;
	struct error err = { 0 };
	char want[64];
	pid_t first;
	pid_t child;
	int status;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	first = start_quitter(&p, "a", 900);
	child = fork();
	if (child == 0)
		_exit(take(&p, "a", 30, &lock, &err) ||
				      !error_is(&err, REASON_GIVEN_UP)
			      ? 1
			      : 0);
	assert_false(take(&p, "a", 30, &lock, &err));
	assert_int_equal(err.code, ERROR_PERSON);

	(void)snprintf(want, sizeof(want), "rolekey (pid %d, ", (int)first);
	assert_error(&err, REASON_GIVEN_UP);
	assert_int_equal(strncmp(err.about.other, want, strlen(want)), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0); /* the mark is there for each of them */
	end_holder(first);
	assert_true(take(&p, "a", 0, &lock, &err)); /* who comes later asks */
	release(&p, lock);
}

static void a_mark_of_before_the_wait_means_nothing(void **state)
{
	struct place p;
	struct error err = { 0 };
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	end_holder(start_quitter(&p, "a", 1));
	assert_true(take(&p, "a", 0, &lock, &err));
	locks_release(&p.locks, lock, true);
	child = start_holder(&p, "a", 300); /* it dies, and gives up nothing */
	assert_true(take(&p, "a", 30, &lock, &err));
	release(&p, lock);
	end_holder(child);
}

static bool wait_only(const struct place *p, int seconds, bool *waited,
		      struct error *err)
{
	return locks_wait(&p->locks, "a", seconds, waited, err);
}

static void who_only_waits_takes_and_makes_nothing(void **state)
{
	struct place p;
	struct error err = { 0 };
	bool waited = true;
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	assert_true(wait_only(&p, 0, &waited, &err)); /* no folder, no file */
	assert_false(waited);
	assert_int_equal(access("xdg", F_OK), -1);

	child = start_holder(&p, "a", 60000);
	assert_false(wait_only(&p, 0, &waited, &err));
	assert_error(&err, REASON_LOCK_TIMEOUT, .number = 0);
	end_holder(child);
	assert_true(wait_only(&p, 0, &waited, &err)); /* it is free */
	assert_false(waited);

	child = start_holder(&p, "a", 500);
	assert_true(wait_only(&p, 30, &waited, &err));
	assert_true(waited);
	assert_true(take(&p, "a", 0, &lock, &err));
	release(&p, lock);
	end_holder(child);
}

static void all_who_only_wait_go_on_at_once(void **state)
{
	enum { N = 20 };
	struct place p;
	struct error err = { 0 };
	pid_t holder;
	pid_t waiters[N];

	place_in(&p, *state, "XDG_STATE_HOME");
	holder = start_holder(&p, "a", 700);
	for (int i = 0; i < N; i++) {
		bool waited = false;

		waiters[i] = fork();
		if (waiters[i] == 0)
			_exit(wait_only(&p, 30, &waited, &err) && waited ? 0
									 : 1);
	}
	for (int i = 0; i < N; i++) {
		int status;

		assert_int_equal(waitpid(waiters[i], &status, 0), waiters[i]);
		assert_int_equal(status, 0);
	}
	end_holder(holder);
}

static void who_only_waits_gives_up_with_the_holder(void **state)
{
	struct place p;
	struct error err = { 0 };
	bool waited;
	pid_t child;

	place_in(&p, *state, "XDG_STATE_HOME");
	child = start_quitter(&p, "a", 900);
	assert_false(wait_only(&p, 30, &waited, &err));
	assert_error(&err, REASON_GIVEN_UP);
	end_holder(child);
	err = (struct error){ 0 };
	assert_true(wait_only(&p, 30, &waited, &err)); /* comes later */
	assert_false(waited);
}

/* A caller may have blocked all signals, and set an alarm. */
static void a_wait_changes_no_signal(void **state)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction after;
	struct place p;
	struct error err = { 0 };
	sigset_t all;
	sigset_t before;
	sigset_t now;
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	child = start_holder(&p, "a", 500);
	(void)sigfillset(&all);
	assert_int_equal(sigprocmask(SIG_SETMASK, &all, &before), 0);
	assert_int_equal(sigaction(SIGURG, &ignore, NULL), 0);
	(void)alarm(1000);
	assert_true(take(&p, "a", 30, &lock, &err));
	assert_in_range(alarm(0), 900, 1000);
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, &now), 0);
	assert_int_equal(sigismember(&now, SIGURG), 1);
	assert_int_equal(sigaction(SIGURG, NULL, &after), 0);
	assert_true(after.sa_handler == SIG_IGN);
	release(&p, lock);
	end_holder(child);
}

static bool busy;

static bool is_busy(void *self)
{
	(void)self;
	return busy;
}

/* The user sees another process's question, and no line is put onto it. */
static void who_waits_is_silent_beside_a_question(void **state)
{
	static const struct prompt taken = { .tell = hear, .is_busy = is_busy };
	struct place p;
	struct error err = { 0 };
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	p.self.tell = &taken;
	for (int asked = 1; asked >= 0; asked--) {
		busy = asked == 1;
		told[0] = '\0';
		child = start_holder(&p, "a", 900);
		assert_true(take(&p, "a", 30, &lock, &err));
		assert_int_equal(told[0] == '\0', asked);
		release(&p, lock);
		end_holder(child);
	}
}

static void a_wait_ends(void **state)
{
	struct place p;
	struct error err = { 0 };
	time_t begun = time(NULL);
	pid_t child;
	int lock;

	place_in(&p, *state, "XDG_STATE_HOME");
	child = start_holder(&p, "a", 60000);
	assert_false(take(&p, "a", 1, &lock, &err));
	assert_int_equal(err.code, ERROR_PERSON);
	assert_in_range(time(NULL) - begun, 1, 3);
	end_holder(child);
}

/* The one file in folder. */
static void find_file(const char *folder, char path[static PATH_MAX])
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	path[0] = '\0';
	assert_non_null(dir);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of our own */
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			(void)snprintf(path, PATH_MAX, "%s/%s", folder,
				       entry->d_name);
	(void)closedir(dir);
	assert_string_not_equal(path, "");
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void lies_where_only_the_person_can_write(void **state)
{
	static const struct {
		const char *variable;
		const char *folder;
	} cases[] = {
		{ "XDG_RUNTIME_DIR", "xdg/rolekey" },
		{ "XDG_STATE_HOME", "xdg/rolekey/locks" },
		{ "NOTHING", "home/.local/state/rolekey/locks" },
	};
	char path[PATH_MAX];

	(void)umask(0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct place p;
		struct error err = { 0 };
		int lock;

		print_message("%s\n", cases[i].variable);
		(void)mkdir("xdg", 0700);
		place_in(&p, *state, cases[i].variable);
		assert_true(take(&p, "secret name", 0, &lock, &err));
		assert_int_equal(fcntl(lock, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
		release(&p, lock);
		assert_int_equal(mode_of(cases[i].folder), 0700);
		find_file(cases[i].folder, path);
		assert_int_equal(mode_of(path), 0600);
		assert_null(strstr(path, "secret"));
		assert_int_equal(unlink(path), 0); /* the next case's folder */
		assert_int_equal(rmdir(cases[i].folder), 0);
	}
	(void)umask(0022);
}

static void a_runtime_folder_that_is_not_there_is_passed_over(void **state)
{
	struct place p;
	struct error err = { 0 };
	int lock;

	place_in(&p, *state, "XDG_RUNTIME_DIR");
	assert_true(take(&p, "a", 0, &lock, &err));
	release(&p, lock);
	assert_int_equal(access("xdg", F_OK), -1);
	assert_int_equal(access("home/.local/state/rolekey/locks", F_OK), 0);
}

static void refuses_a_folder_that_others_may_write_to(void **state)
{
	struct place p;
	struct error err = { 0 };
	int lock;

	place_in(&p, *state, "XDG_RUNTIME_DIR");
	assert_int_equal(mkdir("xdg", 0700), 0);
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	assert_int_equal(symlink("../elsewhere", "xdg/rolekey"), 0);
	assert_false(take(&p, "a", 0, &lock, &err));
	assert_int_equal(err.code, ERROR_SYSTEM);

	assert_int_equal(unlink("xdg/rolekey"), 0);
	assert_int_equal(mkdir("xdg/rolekey", 0700), 0);
	assert_int_equal(chmod("xdg/rolekey", 0770), 0);
	assert_false(take(&p, "a", 0, &lock, &err));
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_error(&err, REASON_UNSAFE_FILE, .key = "mode", .value = "0770",
		     .expected = "0700");
	assert_true(error_has_context(&err, REASON_LOCKING));
}

static void says_that_there_is_no_place(void **state)
{
	char *environment[] = { NULL };
	struct locks_flock self = { environment, NULL };
	struct locks locks = locks_flock(&self);
	struct error err = { 0 };
	int lock;

	(void)state;
	assert_false(locks_take(&locks, "a", 0, &lock, &err));
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_error(&err, REASON_NO_HOME, .other = "locks");
}

/* Removing the file of a lock must not let two processes take it. */
static void a_lock_on_a_removed_file_is_no_lock(void **state)
{
	struct place p;
	struct error err = { 0 };
	char path[PATH_MAX];
	pid_t child;
	int lock;
	int old;

	place_in(&p, *state, "XDG_STATE_HOME");
	assert_true(take(&p, "a", 0, &lock, &err));
	release(&p, lock);
	find_file("xdg/rolekey/locks", path);
	old = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(old, LOCK_EX), 0);
	assert_int_equal(unlink(path), 0);
	child = start_holder(&p, "a", 60000); /* a new file of that name */
	assert_false(take(&p, "a", 0, &lock, &err));
	(void)close(old);
	end_holder(child);
}

static void what_stands_in_a_lock_is_shown_clean(void **state)
{
	struct place p;
	struct error err = { 0 };
	char path[PATH_MAX];
	int lock;
	int other;

	place_in(&p, *state, "XDG_STATE_HOME");
	assert_true(take(&p, "a", 0, &lock, &err));
	find_file("xdg/rolekey/locks", path);
	folder_make(path, "\x1b]0;title\x07", 0600);
	assert_false(take(&p, "a", 0, &other, &err));
	assert_error(&err, REASON_LOCK_TIMEOUT, .other = "?]0;title?");
	release(&p, lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(one_holds_what_another_then_cannot_take),
		IN_A_FOLDER(who_waits_says_for_whom_and_then_gets_it),
		IN_A_FOLDER(a_short_wait_is_not_told),
		IN_A_FOLDER(who_waits_for_one_that_gives_up_gives_up),
		IN_A_FOLDER(a_mark_of_before_the_wait_means_nothing),
		IN_A_FOLDER(who_only_waits_takes_and_makes_nothing),
		IN_A_FOLDER(all_who_only_wait_go_on_at_once),
		IN_A_FOLDER(who_only_waits_gives_up_with_the_holder),
		IN_A_FOLDER(a_wait_changes_no_signal),
		IN_A_FOLDER(who_waits_is_silent_beside_a_question),
		IN_A_FOLDER(a_wait_ends),
		IN_A_FOLDER(lies_where_only_the_person_can_write),
		IN_A_FOLDER(a_runtime_folder_that_is_not_there_is_passed_over),
		IN_A_FOLDER(refuses_a_folder_that_others_may_write_to),
		IN_A_FOLDER(says_that_there_is_no_place),
		IN_A_FOLDER(a_lock_on_a_removed_file_is_no_lock),
		IN_A_FOLDER(what_stands_in_a_lock_is_shown_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
