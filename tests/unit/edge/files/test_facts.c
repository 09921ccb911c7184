#include <sys/stat.h>

#include <unistd.h>

#include "base/error.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"

#define STRANGER 54321 /* no user of this machine, and no group */

static struct file_facts look_at(const char *path)
{
	struct files files = files_posix();
	struct file_facts facts;
	struct error err = { 0 };

	assert_true(files_facts(&files, path, &facts, &err));
	return facts;
}

static void says_what_the_mode_lets_others_do(void **state)
{
	(void)state;
	folder_make("file", "", 0600);
	assert_true(look_at("file").exists);
	assert_int_equal(look_at("file").mode, 0600);
	assert_false(look_at("file").foreign);
	assert_false(look_at("file").others_write);
	assert_false(look_at("file").others_read);
	assert_false(look_at("file").others_replace);
	folder_make("file", "", 0604);
	assert_true(look_at("file").others_read);
	assert_false(look_at("file").others_write);
	folder_make("file", "", 0602);
	assert_false(look_at("file").others_read);
	assert_true(look_at("file").others_write);
}

static void a_group_of_others_is_others(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root gives files away */
	folder_make("file", "", 0660);
	assert_int_equal(chown("file", (uid_t)-1, STRANGER), 0);
	assert_true(look_at("file").others_read);
	assert_true(look_at("file").others_write);
	folder_make("file", "", 0640);
	assert_true(look_at("file").others_read);
	assert_false(look_at("file").others_write);
}

/* As distributions make one for each user. */
static void a_group_of_ones_own_is_nobody_else(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* root's own group is the one that is known here */
	folder_make("file", "", 0660);
	assert_int_equal(chown("file", (uid_t)-1, 0), 0);
	assert_false(look_at("file").others_read);
	assert_false(look_at("file").others_write);
}

static void says_whose_it_is(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	folder_make("file", "", 0600);
	assert_int_equal(chown("file", STRANGER, (gid_t)-1), 0);
	assert_true(look_at("file").foreign);
}

static void looks_at_the_folder(void **state)
{
	(void)state;
	assert_int_equal(mkdir("open", 0700), 0);
	folder_make("open/file", "", 0600);
	assert_false(look_at("open/file").others_replace);
	assert_int_equal(chmod("open", 0777), 0);
	assert_true(look_at("open/file").others_replace);
	assert_int_equal(chmod("open", 01777), 0); /* as /tmp */
	assert_false(look_at("open/file").others_replace);
}

static void looks_behind_a_link(void **state)
{
	(void)state;
	assert_int_equal(mkdir("open", 0700), 0);
	folder_make("open/file", "", 0644);
	assert_int_equal(symlink("open/file", "link"), 0);
	assert_int_equal(look_at("link").mode, 0644);
	assert_false(look_at("link").others_replace);
	assert_int_equal(chmod("open", 0777), 0);
	assert_true(look_at("link").others_replace);
}

static void says_nothing_of_what_is_not_there(void **state)
{
	(void)state;
	assert_false(look_at("none").exists);
	assert_false(look_at("none/none").exists);
	folder_make("file", "", 0600);
	assert_false(look_at("file/none").exists);
}

static void says_why_it_cannot_look(void **state)
{
	struct files files = files_posix();
	struct file_facts facts;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(symlink("circle", "circle"), 0);
	assert_false(files_facts(&files, "circle", &facts, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_SYSTEM_CALL, .path = "circle",
		     .detail = "Too many levels of symbolic links");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(says_what_the_mode_lets_others_do),
		IN_A_FOLDER(a_group_of_others_is_others),
		IN_A_FOLDER(a_group_of_ones_own_is_nobody_else),
		IN_A_FOLDER(says_whose_it_is),
		IN_A_FOLDER(looks_at_the_folder),
		IN_A_FOLDER(looks_behind_a_link),
		IN_A_FOLDER(says_nothing_of_what_is_not_there),
		IN_A_FOLDER(says_why_it_cannot_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
