#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/kdf.h"
#include "edge/keyring.h"
#include "edge/keyring/file/file_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/*
 * Sessions of a file that is longer than what is read of it at first, through
 * the port.  The files are made here, and not by 400 writes.
 */

#define KEYRING   "rolekey/keyring"
#define OTHER     "rolekey/other"
#define SESSIONS  400
#define VALUE_LEN 700
#define NAME_LEN  32
#define ROUNDS    300 /* of a process that replaces the file */

static char home[64];
static char passphrase[] = "ROLEKEY_PASSPHRASE=correct horse";
static char *environment[] = { home, passphrase, NULL };

static int enter(void **state)
{
	if (folder_enter(state) != 0)
		return -1;
	(void)snprintf(home, sizeof(home), "XDG_DATA_HOME=%s",
		       (const char *)*state);
	return mkdir("rolekey", 0700);
}

static int leave(void **state)
{
	mem_fail_after(-1);
	return folder_leave(state);
}

/* --- a file ------------------------------------------------------------------ */

static void session_of(size_t i, char letter, char name[static NAME_LEN],
		       char value[static VALUE_LEN + 1])
{
	(void)snprintf(name, NAME_LEN, "%04zu", i);
	memset(value, letter, VALUE_LEN);
	memcpy(value, name, 4);
	value[VALUE_LEN] = '\0';
}

/* Sessions are in the order of their names, so a body is written as it is. */
static struct secbuf *body_of(char letter)
{
	struct secbuf *body = secbuf_new((size_t)SESSIONS * 1024);

	for (size_t i = 0; i < SESSIONS; i++) {
		char name[NAME_LEN];
		char value[VALUE_LEN + 1];
		const char *const fields[] = { "session", name, "label",
					       "origin", value };
		uint8_t number[8] = { 0 };

		session_of(i, letter, name, value);
		secbuf_add(body, number, sizeof(number));
		for (int f = 0; f < FIELD_COUNT; f++) {
			file_format_set_number(number, 4, strlen(fields[f]));
			secbuf_add(body, number, 4);
			secbuf_puts(body, fields[f]);
		}
	}
	assert_true(secbuf_ok(body));
	return body;
}

static void write_file(const char *path, const uint8_t *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(close(fd), 0);
}

/* The values have that letter. The caller frees the bytes. */
static uint8_t *make_file(char letter, size_t *len)
{
	struct keyring_header header = { .version = KEYRING_VERSION,
					 .cost = { 1, 8 },
					 .salt = "salt" };
	struct secbuf *text = secbuf_from("correct horse");
	struct error err = { 0 };
	struct secbuf *key = kdf_derive(text, header.salt, header.cost, &err);
	struct secbuf *body = body_of(letter);
	uint8_t *bytes = calloc(1, (size_t)SESSIONS * 1024);
	uint8_t *at = bytes + KEYRING_HEADER_LEN;

	assert_non_null(bytes);
	assert_non_null(key);
	file_format_header_mark(&header, key);
	assert_true(file_parts_seal(&header, key, PART_KEYS, NULL, at, &err));
	at += header.box[PART_KEYS].len;
	assert_true(
		file_parts_seal(&header, key, PART_SESSIONS, body, at, &err));
	at += header.box[PART_SESSIONS].len;
	file_format_header_write(&header, bytes);
	*len = (size_t)(at - bytes);
	secbuf_free(body);
	secbuf_free(key);
	secbuf_free(text);
	return bytes;
}

static struct keyring open_it(void)
{
	const struct keyring_needs needs = { .environment = environment };
	struct keyring keyring;
	struct error err = { 0 };

	assert_true(keyring_row_file.open(&needs, &keyring, &err));
	return keyring;
}

/* --- reading ------------------------------------------------------------------ */

/* Returns the letter of the i-th session, whose value is whole; or 0. */
static char letter_of(struct keyring *k, size_t i)
{
	char name[NAME_LEN];
	char want[VALUE_LEN + 1];
	struct secbuf *value;
	struct error err = { 0 };
	char letter = 0;

	session_of(i, 'x', name, want);
	if (!keyring_get(k, KEYRING_SESSION, name, &value, &err))
		fail_msg("%s", facts_of(&err, (char[FACTS_LEN]){ 0 }));
	assert_int_equal(!value, i >= SESSIONS);
	if (secbuf_len(value) == VALUE_LEN) {
		letter = secbuf_text(value)[VALUE_LEN - 1];
		session_of(i, letter, name, want);
		assert_string_equal(secbuf_text(value), want);
	}
	secbuf_free(value);
	return letter;
}

static bool is(struct keyring *k, size_t i, char letter)
{
	return letter_of(k, i) == letter;
}

static void reads_any_of_many_sessions(void **state)
{
	struct keyring k = open_it();
	size_t len;
	uint8_t *bytes = make_file('a', &len);

	(void)state;
	write_file(KEYRING, bytes, len);
	for (size_t i = 0; i < SESSIONS; i += 7)
		assert_true(is(&k, i, 'a'));
	assert_true(is(&k, SESSIONS - 1, 'a'));
	assert_false(is(&k, SESSIONS, 'a'));
	keyring_row_file.close(&k);
	free(bytes);
}

/* A write reads and keeps all of them. */
static void a_write_keeps_many_sessions(void **state)
{
	const struct keyring_item item = { KEYRING_SESSION, "0003", "", "", 0 };
	struct secbuf *value = secbuf_from("x");
	struct keyring k = open_it();
	struct error err = { 0 };
	size_t len;
	uint8_t *bytes = make_file('a', &len);
	bool removed;

	(void)state;
	write_file(KEYRING, bytes, len);
	assert_true(keyring_put(&k, &item, value, &err));
	assert_true(
		keyring_remove(&k, KEYRING_SESSION, "0005", &removed, &err));
	assert_true(removed);
	assert_true(is(&k, 0, 'a'));
	assert_false(is(&k, 3, 'a'));
	assert_true(is(&k, SESSIONS - 1, 'a'));
	keyring_row_file.close(&k);
	secbuf_free(value);
	free(bytes);
}

static void refuses_a_torn_file(void **state)
{
	struct keyring k = open_it();
	size_t len;
	uint8_t *bytes = make_file('a', &len);

	(void)state;
	write_file(KEYRING, bytes, len);
	assert_true(is(&k, 1, 'a'));
	for (size_t n = 1; n < len; n += n < 300 ? 1 : 997) {
		struct secbuf *value;
		struct error err = { 0 };

		write_file(KEYRING, bytes, n);
		assert_false(
			keyring_get(&k, KEYRING_SESSION, "0001", &value, &err));
		assert_null(value);
		assert_error(&err, REASON_KEYRING_DAMAGED);
	}
	keyring_row_file.close(&k);
	free(bytes);
}

/* --- another process ----------------------------------------------------------- */

static _Noreturn void replace_again_and_again(uint8_t *const bytes[2],
					      const size_t len[2])
{
	for (int i = 0; i < ROUNDS; i++) {
		write_file(OTHER, bytes[i % 2], len[i % 2]);
		if (rename(OTHER, KEYRING) != 0)
			_exit(1);
	}
	_exit(0);
}

/* The directory and the record that are read are of one file. */
static void reads_while_the_file_is_replaced(void **state)
{
	struct keyring k = open_it();
	uint8_t *bytes[2];
	size_t len[2];
	int status = 1;
	pid_t child;

	(void)state;
	bytes[0] = make_file('a', &len[0]);
	bytes[1] = make_file('b', &len[1]);
	write_file(KEYRING, bytes[0], len[0]);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		replace_again_and_again(bytes, len);
	for (size_t i = 0; waitpid(child, &status, WNOHANG) == 0; i++)
		assert_in_range(letter_of(&k, i % SESSIONS), 'a', 'b');
	assert_int_equal(status, 0);
	keyring_row_file.close(&k);
	free(bytes[0]);
	free(bytes[1]);
}

static void survives_any_allocation_failing(void **state)
{
	struct keyring k = open_it();
	size_t len;
	uint8_t *bytes = make_file('a', &len);
	bool done = false;

	(void)state;
	write_file(KEYRING, bytes, len);
	for (long n = 0; !done; n++) {
		long before = secbuf_alive();
		struct secbuf *value;
		struct error err = { 0 };

		mem_fail_after(n);
		done = keyring_get(&k, KEYRING_SESSION, "0100", &value, &err);
		mem_fail_after(-1);
		assert_int_equal(!value, !done);
		assert_true(done || err.code == ERROR_MEMORY ||
			    err.code == ERROR_KEYRING);
		secbuf_free(value);
		assert_true(secbuf_alive() <= before + 1); /* the key stays */
	}
	keyring_row_file.close(&k);
	free(bytes);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_any_of_many_sessions),
		CASE(a_write_keeps_many_sessions),
		CASE(refuses_a_torn_file),
		CASE(reads_while_the_file_is_replaced),
		CASE(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
