#include <sys/ioctl.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/keyring/file/file_internal.h"
#include "edge/keyring/passphrase_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

#define SEALED_LEN 40

static struct keyring_entry entry_of(const char *kind, const char *name,
				     const char *value, int64_t expires)
{
	return (struct keyring_entry){ .field = { view_of(kind), view_of(name),
						  view_of("label"), view_of(""),
						  view_of(value) },
				       .expires = expires };
}

/* Put it into *body, as of now. */
static void put(struct secbuf **body, struct keyring_entry entry, int64_t now)
{
	struct error err = { 0 };
	struct secbuf *after =
		file_format_body_change(*body, &entry, &entry, now, &err);

	if (!after)
		fail_msg("%s", err.about.key);
	secbuf_free(*body);
	*body = after;
	assert_true(file_format_body_check(*body, &err));
}

/* The names in it, in their order, each as one letter. */
static void expect_names(const struct secbuf *body, const char *names)
{
	struct keyring_walk walk = file_format_body_walk(body);
	struct keyring_entry entry;

	for (; file_format_body_next(&walk, &entry); names++)
		assert_int_equal(*entry.field[FIELD_NAME].at, *names);
	assert_int_equal(*names, '\0');
}

static void keeps_entries_in_order_and_each_address_once(void **state)
{
	struct secbuf *body = NULL;

	(void)state;
	put(&body, entry_of("key", "b", "1", 0), 0);
	put(&body, entry_of("key", "d", "2", 0), 0);
	put(&body, entry_of("key", "a", "3", 0), 0);
	put(&body, entry_of("key", "c", "4", 0), 0);
	put(&body, entry_of("key", "b", "5", 0), 0);
	expect_names(body, "abcd");
	secbuf_free(body);
}

static void drops_what_has_expired_when_it_writes(void **state)
{
	struct secbuf *body = NULL;

	(void)state;
	put(&body, entry_of("session", "a", "1", 100), 0);
	put(&body, entry_of("session", "b", "1", 101), 0);
	put(&body, entry_of("session", "c", "1", 0), 0);
	put(&body, entry_of("session", "d", "1", 0), 101);
	expect_names(body, "bcd");
	secbuf_free(body);
}

static void refuses_a_body_cut_short_anywhere(void **state)
{
	struct secbuf *body = NULL;

	(void)state;
	put(&body, entry_of("key", "a", "value", 0), 0);
	for (size_t len = secbuf_len(body) - 1; len > 0; len--) {
		struct error err = { 0 };

		secbuf_cut(body, len);
		assert_false(file_format_body_check(body, &err));
		assert_error(&err, REASON_KEYRING_DAMAGED);
	}
	secbuf_free(body);
}

static void reads_the_header_that_it_wrote_and_no_other(void **state)
{
	struct keyring_header header = { .version = KEYRING_VERSION,
					 .cost = { 3, 65536 },
					 .salt = "salt",
					 .mark = "mark",
					 .box = { { SEALED_LEN, "one" },
						  { SEALED_LEN, "two" } } };
	uint8_t bytes[KEYRING_HEADER_LEN + 2 * SEALED_LEN] = { 0 };
	struct keyring_header read;
	struct error err = { 0 };

	(void)state;
	file_format_header_write(&header, bytes);
	assert_true(file_format_header_read(bytes, sizeof(bytes), &read, &err));
	assert_memory_equal(read.salt, header.salt, sizeof(read.salt));
	assert_memory_equal(read.mark, header.mark, sizeof(read.mark));
	assert_int_equal(read.cost.passes, 3);
	assert_int_equal(read.cost.memory_kib, 65536);
	assert_int_equal(read.box[PART_SESSIONS].len, SEALED_LEN);
	assert_memory_equal(read.box[PART_SESSIONS].sum, "two", 3);
	for (size_t len = 0; len < sizeof(bytes); len++)
		assert_false(file_format_header_read(bytes, len, &read, &err));
	for (size_t at = 0; at < KEYRING_HEADER_LEN; at++) {
		bytes[at] ^= 1;
		assert_false(file_format_header_read(bytes, sizeof(bytes),
						     &read, &err));
		assert_error(&err, REASON_KEYRING_DAMAGED);
		bytes[at] ^= 1;
	}
}

static void survives_running_out_of_memory(void **state)
{
	struct keyring_entry entry = entry_of("key", "a", "value", 0);
	struct secbuf *body = NULL;

	(void)state;
	for (long n = 0; !body; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		body = file_format_body_change(NULL, &entry, &entry, 0, &err);
		mem_fail_after(-1);
		assert_true(body || err.code == ERROR_MEMORY);
	}
	expect_names(body, "a");
	secbuf_free(body);
}

/* A command may stay in the group of who has a terminal. */
static void leave_the_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	assert_true(signal(SIGHUP, SIG_IGN) != SIG_ERR); /* it hangs up */
	assert_int_equal(ioctl(fd, TIOCNOTTY), 0);
	assert_int_equal(close(fd), 0);
}

/* False for a zombie, which its new parent may not have waited for yet. */
static bool runs(long pid)
{
	char path[64];
	char state = 'Z';
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "r");
	if (file) {
		(void)!fscanf(file, "%*d (%*[^)]) %c", &state);
		(void)fclose(file);
	}
	return state != 'Z';
}

/* The pid comes through a file, because the output is the passphrase. */
static void ends_all_that_a_late_command_started(void **state)
{
	const struct timespec step = { 0, 10000000 };
	char path[PATH_MAX];
	char command[PATH_MAX + 64];
	struct secbuf *passphrase;
	struct error err = { 0 };
	long pid = 0;
	int tries = 6000;
	FILE *file;
	int fd;

	(void)state;
	folder_template(path);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	leave_the_terminal();
	(void)snprintf(command, sizeof(command), "sleep 60 & echo $! >%s; wait",
		       path);
	assert_false(passphrase_run(command, NULL, 3, &passphrase, &err));
	assert_error(&err, REASON_HELPER_LATE, .number = 3);
	assert_true(error_has_context(&err, REASON_PASSPHRASE_NEEDED));
	file = fdopen(fd, "r");
	assert_int_equal(fscanf(file, "%ld", &pid), 1);
	(void)fclose(file);
	(void)unlink(path);
	while (runs(pid) && tries-- > 0)
		(void)nanosleep(&step, NULL);
	assert_true(tries > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_entries_in_order_and_each_address_once),
		cmocka_unit_test(drops_what_has_expired_when_it_writes),
		cmocka_unit_test(refuses_a_body_cut_short_anywhere),
		cmocka_unit_test(reads_the_header_that_it_wrote_and_no_other),
		cmocka_unit_test(survives_running_out_of_memory),
		cmocka_unit_test(ends_all_that_a_late_command_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
