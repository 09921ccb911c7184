#include <sys/stat.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

#define MAX 100000

static void holds(const char *path, const char *want)
{
	struct files files = files_posix();
	struct secbuf *text = NULL;
	struct error err = { 0 };

	assert_true(files_read(&files, path, MAX, &text, &err));
	assert_non_null(text);
	assert_string_equal(secbuf_text(text), want);
	secbuf_free(text);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode;
}

/* --- read ----------------------------------------------------------------- */

static bool read_path(const char *path, size_t max, struct secbuf **text,
		      struct error *err)
{
	struct files files = files_posix();

	return files_read(&files, path, max, text, err);
}

static void reads_a_file_of_any_size_up_to_the_cap(void **state)
{
	static char big[MAX + 1];

	(void)state;
	memset(big, 'a', MAX);
	for (size_t len = 1; len <= MAX; len = len * 7 + 1) {
		char kept = big[len];

		big[len] = '\0';
		folder_make("file", big, 0600);
		holds("file", big);
		big[len] = kept;
	}
	folder_make("file", "", 0600);
	holds("file", "");
}

static void follows_a_link_to_a_file(void **state)
{
	(void)state;
	folder_make("dot-file", "text", 0600);
	assert_int_equal(symlink("dot-file", "link"), 0);
	holds("link", "text");
}

static void reads_the_null_device_as_an_empty_file(void **state)
{
	(void)state;
	holds("/dev/null", "");
}

/* Its st_size is 0. qemu-user replaces /proc/self/smaps by a file with a size. */
static void reads_a_file_of_unknown_size(void **state)
{
	struct secbuf *text = NULL;
	struct error err = { 0 };

	(void)state;
	assert_true(
		read_path("/proc/thread-self/smaps", 10000000, &text, &err));
	assert_true(secbuf_len(text) > 5000);
	secbuf_free(text);
}

static void says_nothing_of_a_file_that_is_not_there(void **state)
{
	static const char *const none[] = { "none", "no/such/folder",
					    "file/below", "dangling" };

	(void)state;
	folder_make("file", "text", 0600);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct secbuf *text = (struct secbuf *)state;
		struct error err = { 0 };

		assert_true(read_path(none[i], MAX, &text, &err));
		assert_null(text);
	}
}

static void refuses_what_is_no_file(void **state)
{
	static const struct error_facts bad[] = {
		{ REASON_SYSTEM_CALL, .path = "folder",
		  .detail = "Is a directory" },
		{ REASON_NOT_A_REGULAR_FILE, .path = "fifo" },
		{ REASON_NOT_A_REGULAR_FILE, .path = "/dev/zero" },
		{ REASON_SYSTEM_CALL, .path = "loop",
		  .detail = "Too many levels of symbolic links" },
		{ REASON_FILE_TOO_LARGE, .path = "long", .number = 10 },
		{ REASON_SYSTEM_CALL, .path = "/proc/self/mem",
		  .detail = "Input/output error" },
	};

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	folder_make("long", "12345678901", 0600);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct secbuf *text = NULL;
		struct error err = { 0 };

		print_message("%s\n", bad[i].path);
		assert_false(read_path(bad[i].path, 10, &text, &err));
		assert_null(text);
		assert_int_equal(err.code, ERROR_CONFIG);
		facts_are(&err, &bad[i]);
	}
	assert_int_equal(secbuf_alive(), 0);
}

static void reads_no_more_than_it_may(void **state)
{
	struct secbuf *text = NULL;
	struct error err = { 0 };

	(void)state;
	folder_make("file", "1234567890", 0600);
	assert_true(read_path("file", 10, &text, &err));
	secbuf_free(text);
	assert_false(read_path("file", 9, &text, &err));
	assert_false(read_path("/proc/thread-self/smaps", 5000, &text, &err));
	assert_error(&err, REASON_FILE_TOO_LARGE,
		     .path = "/proc/thread-self/smaps", .number = 5000);
}

static void read_survives_any_allocation_failing(void **state)
{
	bool read_it = false;
	long n;

	(void)state;
	for (n = 0; !read_it; n++) {
		struct secbuf *text = NULL;
		struct error err = { 0 };

		mem_fail_after(n);
		read_it = read_path("/proc/thread-self/smaps", 10000000, &text,
				    &err);
		assert_true(read_it != mem_has_failed());
		mem_fail_after(-1);
		if (!read_it)
			assert_int_equal(err.code, ERROR_MEMORY);
		secbuf_free(text);
		assert_int_equal(secbuf_alive(), 0);
	}
	assert_true(n > 4); /* the buffer has grown on the way */
}

/* --- replace -------------------------------------------------------------- */

static bool replace(const char *path, const char *before, const char *after,
		    struct error *err)
{
	struct files files = files_posix();
	struct secbuf *old = before ? secbuf_from(before) : NULL;
	struct secbuf *new = secbuf_from(after);
	bool ok;

	ok = files_replace(&files, path, 0640, old, new, err);
	secbuf_free(old);
	secbuf_free(new);
	return ok;
}

static void replaces_a_file_and_keeps_its_mode(void **state)
{
	static const mode_t modes[] = { 0600, 0644, 0664, 0700 };
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		folder_make("file", "old", modes[i]);
		assert_true(replace("file", "old", "new text", &err));
		holds("file", "new text");
		assert_int_equal(mode_of("file"), S_IFREG | modes[i]);
	}
	assert_true(replace("file", "new text", "", &err));
	holds("file", "");
	assert_int_equal(folder_count(), 1);
}

static void gives_a_new_file_its_mode_and_its_folders(void **state)
{
	struct error err = { 0 };

	(void)state;
	(void)umask(0077);
	assert_true(replace("a/b/file", NULL, "text", &err));
	(void)umask(0022);
	holds("a/b/file", "text");
	assert_int_equal(mode_of("a/b/file"), S_IFREG | 0640);
	assert_int_equal(mode_of("a"), S_IFDIR | 0700);
	assert_int_equal(mode_of("a/b"), S_IFDIR | 0700);
}

static void keeps_a_link_and_replaces_what_it_leads_to(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(mkdir("dots", 0700), 0);
	folder_make("dots/config", "old", 0644);
	assert_int_equal(symlink("dots/second", "first"), 0);
	assert_int_equal(symlink("config", "dots/second"), 0);
	assert_true(replace("first", "old", "new", &err));
	assert_true(S_ISLNK(mode_of("first")));
	assert_true(S_ISLNK(mode_of("dots/second")));
	assert_int_equal(mode_of("dots/config"), S_IFREG | 0644);
	holds("dots/config", "new");
	assert_int_equal(folder_count(), 2);
}

static void makes_the_file_that_a_link_leads_to(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(symlink("dots/config", "link"), 0);
	assert_true(replace("link", NULL, "text", &err));
	assert_true(S_ISLNK(mode_of("link")));
	assert_int_equal(mode_of("dots/config"), S_IFREG | 0640);
	holds("dots/config", "text");
}

static void refuses_a_file_that_another_program_has_changed(void **state)
{
	static const struct {
		const char *is; /* NULL: there is none */
		const char *before;
	} cases[] = {
		{ "their", "old" }, { "older", "old" }, { "ol", "old" },
		{ NULL, "old" },    { "their", NULL },  { "", NULL },
		{ NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };

		(void)unlink("file");
		if (cases[i].is)
			folder_make("file", cases[i].is, 0600);
		assert_false(replace("file", cases[i].before, "new", &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_error(&err, REASON_FILE_CHANGED, .path = "file");
		if (cases[i].is)
			holds("file", cases[i].is);
		assert_int_equal(folder_count(), cases[i].is ? 1 : 0);
	}
}

static void refuses_to_replace_what_is_no_file(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_false(replace("folder", "", "new", &err));
	assert_error(&err, REASON_SYSTEM_CALL, .path = "folder",
		     .detail = "Is a directory");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_false(replace("fifo", "", "new", &err));
	assert_error(&err, REASON_NOT_A_REGULAR_FILE, .path = "fifo");
	assert_false(replace("loop", NULL, "new", &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_int_equal(folder_count(), 3);
}

static void sweeps_up_what_a_killed_process_left(void **state)
{
	const struct timespec long_ago[2] = { { 1000000, 0 }, { 1000000, 0 } };
	struct error err = { 0 };

	(void)state;
	folder_make(".file.rolekey-abcdef", "left", 0600);
	folder_make(".file.rolekey-recent", "at work", 0600);
	folder_make(".file.rolekey-notes", "the person's", 0600);
	for (int i = 0; i < 2; i++)
		assert_int_equal(utimensat(AT_FDCWD,
					   i ? ".file.rolekey-abcdef"
					     : ".file.rolekey-notes",
					   long_ago, 0),
				 0);
	assert_true(replace("file", NULL, "new", &err));
	assert_int_equal(access(".file.rolekey-abcdef", F_OK), -1);
	assert_int_equal(access(".file.rolekey-recent", F_OK), 0);
	assert_int_equal(access(".file.rolekey-notes", F_OK), 0);
}

static void replace_survives_any_allocation_failing(void **state)
{
	struct files files = files_posix();
	struct secbuf *old = secbuf_from("old");
	struct secbuf *new = secbuf_from("new");
	bool done = false;

	(void)state;
	folder_make("file", "old", 0600);
	for (long n = 0; !done; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		done = files_replace(&files, "file", 0600, old, new, &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		if (!done)
			assert_int_equal(err.code, ERROR_MEMORY);
		holds("file", done ? "new" : "old");
		assert_int_equal(folder_count(), 1);
	}
	secbuf_free(old);
	secbuf_free(new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(reads_a_file_of_any_size_up_to_the_cap),
		IN_A_FOLDER(follows_a_link_to_a_file),
		IN_A_FOLDER(reads_the_null_device_as_an_empty_file),
		IN_A_FOLDER(reads_a_file_of_unknown_size),
		IN_A_FOLDER(says_nothing_of_a_file_that_is_not_there),
		IN_A_FOLDER(refuses_what_is_no_file),
		IN_A_FOLDER(reads_no_more_than_it_may),
		IN_A_FOLDER(read_survives_any_allocation_failing),
		IN_A_FOLDER(replaces_a_file_and_keeps_its_mode),
		IN_A_FOLDER(gives_a_new_file_its_mode_and_its_folders),
		IN_A_FOLDER(keeps_a_link_and_replaces_what_it_leads_to),
		IN_A_FOLDER(makes_the_file_that_a_link_leads_to),
		IN_A_FOLDER(refuses_a_file_that_another_program_has_changed),
		IN_A_FOLDER(refuses_to_replace_what_is_no_file),
		IN_A_FOLDER(sweeps_up_what_a_killed_process_left),
		IN_A_FOLDER(replace_survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
