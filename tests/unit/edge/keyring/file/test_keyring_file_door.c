#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "edge/keyring.h"
#include "edge/unlock.h"
#include "port/prompt.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/* The test vector of rolekey-keyring(5): cheap to open. */
static const uint8_t vector[] = {
	0x72, 0x6f, 0x6c, 0x65, 0x6b, 0x65, 0x79, 0x00, 0x02, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x14, 0xaf, 0x98, 0xb9, 0x33, 0xda, 0x8d, 0x93, 0x75, 0x9a, 0x24, 0x32,
	0x29, 0x47, 0xe5, 0xe9, 0x50, 0x21, 0x30, 0x8d, 0x0b, 0x23, 0x36, 0x30,
	0x4a, 0x3f, 0xd0, 0x04, 0xd0, 0xbe, 0xd6, 0xe3, 0x57, 0x00, 0x00, 0x00,
	0x5f, 0x00, 0x00, 0x00, 0x84, 0x51, 0x9f, 0x66, 0xf1, 0x25, 0xcc, 0x23,
	0xa8, 0xb1, 0x56, 0x27, 0x8a, 0x09, 0x95, 0x63, 0x78, 0x0c, 0xba, 0x5b,
	0x6c, 0xc5, 0x2c, 0x89, 0xd9, 0xb8, 0xf8, 0x79, 0x35, 0x37, 0xed, 0x33,
	0x1b, 0x64, 0x2f, 0x61, 0x17, 0x27, 0x3b, 0x14, 0x6f, 0xfb, 0xe0, 0x12,
	0xed, 0x42, 0x82, 0xa1, 0xd7, 0x1f, 0x87, 0xd2, 0xed, 0xa6, 0xd9, 0xbc,
	0x65, 0x33, 0x1c, 0x91, 0x02, 0x35, 0x1b, 0xce, 0x7c, 0xce, 0x52, 0x14,
	0x7f, 0x35, 0x1b, 0x17, 0x94, 0x0f, 0xf6, 0xcb, 0x3b, 0x46, 0x40, 0xe6,
	0xe4, 0x8a, 0x70, 0xc2, 0x73, 0x23, 0x2b, 0xdd, 0x22, 0xe7, 0xdf, 0x93,
	0x47, 0xf1, 0x1c, 0x91, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
	0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53,
	0x54, 0x55, 0x56, 0x57, 0x08, 0x90, 0x3b, 0x4e, 0xbc, 0x0a, 0x6f, 0xf5,
	0x81, 0x70, 0x89, 0xa1, 0x04, 0x1b, 0xcd, 0x43, 0xf9, 0x88, 0x52, 0xd6,
	0x33, 0x82, 0x69, 0x69, 0x04, 0x87, 0x82, 0x12, 0x04, 0x0d, 0xf0, 0xb3,
	0xfd, 0x65, 0x7e, 0x8e, 0x57, 0x46, 0x5b, 0x88, 0x33, 0xd6, 0xe7, 0xe8,
	0xa2, 0xc4, 0x0f, 0x4f, 0x3e, 0x6f, 0x69, 0xf2, 0x47, 0x93, 0x5f, 0xfb,
	0x6f, 0x1e, 0x20, 0xd1, 0xc2, 0x4e, 0x6a, 0x80, 0x81, 0x82, 0x83, 0x84,
	0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90,
	0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x96, 0xf6, 0x3a, 0x8c, 0x8c,
	0xc0, 0x03, 0x89, 0x4a, 0x61, 0xbb, 0xd0, 0x4c, 0x6c, 0x15, 0x56, 0xe0,
	0xae, 0xb9, 0xe0, 0x7d, 0x62, 0xd5, 0x3e, 0x8b, 0xff, 0xa6, 0xb2, 0x25,
	0xcc, 0x9b, 0x66, 0xa6, 0xc5, 0xb7, 0x73, 0x88, 0xd0, 0x52, 0x6d, 0x95,
	0x59, 0xfa, 0x99, 0x7f, 0xea, 0xd3, 0x73, 0x77, 0x71, 0x21, 0x1c, 0xff,
	0xd1, 0x56, 0x0d, 0xb9, 0x6a, 0x56, 0xbc, 0x37, 0x57, 0x68, 0x57, 0xa3,
	0xe2, 0xe4, 0x9f, 0x84, 0x88, 0x1d,
};
#define VECTOR_PASSPHRASE "correct horse battery staple"
#define VECTOR_KERNEL     "rolekey:000102030405060708090a0b0c0d0e0f"

#define FOLDER  "rolekey"
#define KEYRING "rolekey/keyring"

/* --- a person with answers ready --------------------------------------------- */

struct person {
	const char *answers[8]; /* NULL: Ctrl-C */
	size_t asked;
	size_t told;
	char questions[512];
	void (*meanwhile)(void); /* happens while the first is asked */
};

static struct person person;

static bool ask(void *self, enum prompt_kind kind, const char *question,
		struct secbuf **answer, struct error *err)
{
	struct person *who = self;
	size_t len = strlen(who->questions);
	const char *text = who->answers[who->asked++];

	assert_int_equal(kind, PROMPT_SECRET);
	(void)snprintf(who->questions + len, sizeof(who->questions) - len,
		       "%s|", question);
	if (who->meanwhile && who->asked == 1)
		who->meanwhile();
	if (!text)
		return error_fail(err, REASON_INTERRUPTED);
	*answer = secbuf_from(text);
	return *answer || error_memory(err);
}

static void tell(void *self, const char *text)
{
	struct person *who = self;

	(void)text;
	who->told++;
}

static bool can_ask(void *self)
{
	(void)self;
	return true;
}

static const struct prompt prompt = { .self = &person,
				      .ask = ask,
				      .tell = tell,
				      .can_ask = can_ask };

static int warnings;

static void say(void *self, enum notice what, const struct error *fact)
{
	(void)self;
	assert_error(fact, REASON_KERNEL_KEYRING);
	assert_true(error_has_context(fact, REASON_ASKED_EACH_TIME));
	warnings += what == NOTICE_WARNING ? 1 : 0;
}

static const struct notices notices = { .say = say };

/* --- a keyring in a folder of its own ------------------------------------------ */

static char home[64]; /* XDG_DATA_HOME=... */
static char passphrase[64];
static char *environment[3];
static long secrets;

static int enter(void **state)
{
	if (folder_enter(state) != 0)
		return -1;
	secrets = secbuf_alive();
	memset(&person, 0, sizeof(person));
	warnings = 0;
	(void)snprintf(home, sizeof(home), "XDG_DATA_HOME=%s",
		       (const char *)*state);
	environment[0] = home;
	environment[1] = NULL;
	return 0;
}

static int leave(void **state)
{
	struct error err = { 0 };

	mem_fail_after(-1);
	if (!unlock_forget(VECTOR_KERNEL, &err))
		print_message("%s\n", err.about.detail);
	return folder_leave(state) + (secbuf_alive() == secrets ? 0 : -1);
}

static void in_environment(const char *text)
{
	(void)snprintf(passphrase, sizeof(passphrase), "ROLEKEY_PASSPHRASE=%s",
		       text);
	environment[1] = passphrase;
}

static struct keyring open_with(const struct prompt *who, int64_t timeout)
{
	const struct keyring_needs needs = { .environment = environment,
					     .prompt = who,
					     .notices = &notices,
					     .unlock_timeout = timeout };
	struct keyring keyring;
	struct error err = { 0 };

	assert_true(keyring_row_file.open(&needs, &keyring, &err));
	return keyring;
}

/* Nothing is kept by the kernel, so that no test sees another's key. */
static struct keyring open_it(void)
{
	return open_with(&prompt, 0);
}

static bool try_put(struct keyring *k, const char *name, const char *text,
		    struct error *err)
{
	struct keyring_item item = { .kind = "key", .name = name };
	struct secbuf *value = secbuf_from(text);
	bool ok = keyring_put(k, &item, value, err);

	secbuf_free(value);
	return ok;
}

static void put(struct keyring *k, const char *name, const char *text)
{
	struct error err = { 0 };

	if (!try_put(k, name, text, &err))
		fail_msg("%s", facts_of(&err, (char[FACTS_LEN]){ 0 }));
}

static void holds(struct keyring *k, const char *name, const char *text)
{
	struct secbuf *value;
	struct error err = { 0 };

	if (!keyring_get(k, "key", name, &value, &err))
		fail_msg("%s", facts_of(&err, (char[FACTS_LEN]){ 0 }));
	assert_int_equal(value != NULL, text != NULL);
	if (text)
		assert_string_equal(secbuf_text(value), text);
	secbuf_free(value);
}

static void refuses(struct keyring *k, enum error_code code,
		    enum error_reason reason)
{
	struct secbuf *value;
	struct error err = { 0 };

	assert_false(keyring_get(k, "key", "custodian", &value, &err));
	assert_null(value);
	assert_int_equal(err.code, code);
	assert_error(&err, reason);
	assert_non_null(strstr(err.about.path, "/rolekey/keyring"));
}

static void refuses_put(struct keyring *k, enum error_code code,
			enum error_reason reason)
{
	struct error err = { 0 };

	assert_false(try_put(k, "a", "x", &err));
	assert_int_equal(err.code, code);
	assert_error(&err, reason);
}

static void write_file(const void *bytes, size_t len)
{
	int fd;

	(void)mkdir(FOLDER, 0700);
	fd = open(KEYRING, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (int)len);
	assert_int_equal(close(fd), 0);
}

static void write_vector(void)
{
	write_file(vector, sizeof(vector));
}

static void file_is(const void *bytes, size_t len)
{
	uint8_t got[1024];
	int fd = open(KEYRING, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, got, sizeof(got)), (int)len);
	assert_memory_equal(got, bytes, len);
	assert_int_equal(close(fd), 0);
}

/* --- before there is one --------------------------------------------------------- */

static void is_empty_before_it_is_made_and_asks_nobody(void **state)
{
	struct keyring k = open_it();
	struct arena *arena = arena_new();
	const struct keyring_item *items;
	struct error err = { 0 };
	bool removed = true;
	size_t n = 1;

	(void)state;
	holds(&k, "a", NULL);
	assert_true(keyring_remove(&k, "key", "a", &removed, &err));
	assert_false(removed);
	assert_true(keyring_list(&k, "key", arena, &items, &n, &err));
	assert_int_equal(n, 0);
	assert_true(keyring_lock(&k, &err));
	assert_true(keyring_unlock(&k, &err));
	assert_int_equal(person.asked, 0);
	assert_int_equal(folder_count(), 0);
	arena_free(arena);
	keyring_row_file.close(&k);
}

static void a_new_passphrase_is_asked_for_twice(void **state)
{
	struct keyring k = open_it();
	struct stat st;

	(void)state;
	person = (struct person){ .answers = { "p", "p", "p" } };
	put(&k, "a", "value");
	holds(&k, "a", "value");
	assert_string_equal(person.questions,
			    "New passphrase for the rolekey keyring: |"
			    "Repeat the passphrase: |");
	assert_int_equal(stat(KEYRING, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(FOLDER, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	keyring_row_file.close(&k);

	k = open_it();
	holds(&k, "a", "value");
	assert_int_equal(person.asked, 3);
	keyring_row_file.close(&k);
}

static void two_that_differ_are_asked_for_again(void **state)
{
	struct keyring k = open_it();

	(void)state;
	person = (struct person){ .answers = { "p", "q", "", "r", "r" } };
	put(&k, "a", "value");
	assert_int_equal(person.asked, 5);
	assert_int_equal(person.told, 3);
	keyring_row_file.close(&k);
}

static void three_that_differ_make_nothing(void **state)
{
	struct keyring k = open_it();

	(void)state;
	person = (struct person){ .answers = { "p", "q", "p", "", "", "p" } };
	refuses_put(&k, ERROR_PERSON, REASON_NO_NEW_PASSPHRASE);
	assert_int_equal(person.asked, 5);
	assert_int_equal(access(KEYRING, F_OK), -1);
	keyring_row_file.close(&k);
}

static void ctrl_c_makes_nothing(void **state)
{
	struct keyring k = open_it();

	(void)state;
	refuses_put(&k, ERROR_INTERRUPTED, REASON_INTERRUPTED);
	person = (struct person){ .answers = { "p" } };
	refuses_put(&k, ERROR_INTERRUPTED, REASON_INTERRUPTED);
	assert_int_equal(access(KEYRING, F_OK), -1);
	keyring_row_file.close(&k);
}

static void without_a_prompt_it_fails_at_once(void **state)
{
	struct keyring k = open_with(NULL, 0);

	(void)state;
	refuses_put(&k, ERROR_PERSON, REASON_KEYRING_MISSING);
	write_vector();
	refuses(&k, ERROR_PERSON, REASON_KEYRING_LOCKED);
	refuses_put(&k, ERROR_PERSON, REASON_KEYRING_LOCKED);
	keyring_row_file.close(&k);
}

/* --- the passphrase --------------------------------------------------------------- */

static void one_process_asks_once(void **state)
{
	struct keyring k = open_it();

	(void)state;
	write_vector();
	person = (struct person){ .answers = { VECTOR_PASSPHRASE } };
	holds(&k, "custodian", "EXAMPLE");
	holds(&k, "custodian", "EXAMPLE");
	put(&k, "a", "x");
	holds(&k, "a", "x");
	assert_int_equal(person.asked, 1);
	keyring_row_file.close(&k);
}

static void a_wrong_one_may_be_tried_again(void **state)
{
	struct keyring k = open_it();

	(void)state;
	write_vector();
	person = (struct person){ .answers = { "p", "", VECTOR_PASSPHRASE } };
	holds(&k, "custodian", "EXAMPLE");
	assert_int_equal(person.asked, 3);
	assert_int_equal(person.told, 2);
	keyring_row_file.close(&k);
}

static void three_wrong_ones_are_enough(void **state)
{
	struct keyring k = open_it();

	(void)state;
	write_vector();
	person = (struct person){ .answers = { "p", "q", "r",
					       VECTOR_PASSPHRASE } };
	refuses(&k, ERROR_PERSON, REASON_WRONG_PASSPHRASE);
	assert_int_equal(person.asked, 3);
	file_is(vector, sizeof(vector));
	keyring_row_file.close(&k);
}

static void a_wrong_one_in_the_environment_fails_at_once(void **state)
{
	struct keyring k;

	(void)state;
	write_vector();
	in_environment("p");
	k = open_it();
	refuses(&k, ERROR_KEYRING, REASON_WRONG_PASSPHRASE_SET);
	refuses_put(&k, ERROR_KEYRING, REASON_WRONG_PASSPHRASE_SET);
	assert_int_equal(person.asked, 0);
	file_is(vector, sizeof(vector));
	keyring_row_file.close(&k);
}

static void an_empty_one_in_the_environment_is_none(void **state)
{
	struct keyring k;

	(void)state;
	write_vector();
	in_environment("");
	k = open_it();
	person = (struct person){ .answers = { VECTOR_PASSPHRASE } };
	holds(&k, "custodian", "EXAMPLE");
	assert_int_equal(person.asked, 1);
	keyring_row_file.close(&k);
}

/* --- the kernel --------------------------------------------------------------------- */

static bool kernel_has(const char *name)
{
	struct secbuf *key = NULL;
	struct error err = { 0 };
	bool has;

	if (!unlock_get(name, &key, &err)) {
		print_message("skipped: %s\n", err.about.detail);
		skip();
	}
	has = key != NULL;
	secbuf_free(key);
	return has;
}

static void the_key_stays_with_the_kernel_and_wins(void **state)
{
	struct keyring k;
	struct error err = { 0 };

	(void)state;
	write_vector();
	assert_false(kernel_has(VECTOR_KERNEL));
	k = open_with(&prompt, 60);
	person = (struct person){ .answers = { VECTOR_PASSPHRASE } };
	holds(&k, "custodian", "EXAMPLE");
	keyring_row_file.close(&k);
	assert_true(kernel_has(VECTOR_KERNEL));

	in_environment("wrong");
	k = open_with(NULL, 60);
	holds(&k, "custodian", "EXAMPLE");
	assert_true(keyring_lock(&k, &err));
	assert_false(kernel_has(VECTOR_KERNEL));
	refuses(&k, ERROR_KEYRING, REASON_WRONG_PASSPHRASE_SET);
	keyring_row_file.close(&k);
	assert_int_equal(warnings, 0);
}

static void unlock_takes_the_passphrase_in(void **state)
{
	struct keyring k;
	struct error err = { 0 };

	(void)state;
	write_vector();
	assert_false(kernel_has(VECTOR_KERNEL));
	k = open_with(&prompt, 60);
	person = (struct person){ .answers = { VECTOR_PASSPHRASE } };
	assert_true(keyring_unlock(&k, &err));
	assert_true(keyring_unlock(&k, &err));
	assert_int_equal(person.asked, 1);
	assert_true(kernel_has(VECTOR_KERNEL));
	keyring_row_file.close(&k);
}

static void a_key_that_does_not_fit_is_forgotten(void **state)
{
	struct secbuf *wrong;
	struct keyring k;
	struct error err = { 0 };

	(void)state;
	write_vector();
	assert_false(kernel_has(VECTOR_KERNEL));
	wrong = secbuf_from("0123456789abcdef0123456789abcdef");
	k = open_it();
	assert_true(unlock_put(VECTOR_KERNEL, wrong, 60, &err));
	person = (struct person){ .answers = { VECTOR_PASSPHRASE } };
	holds(&k, "custodian", "EXAMPLE");
	assert_int_equal(person.asked, 1);
	assert_false(kernel_has(VECTOR_KERNEL));
	keyring_row_file.close(&k);
	secbuf_free(wrong);
}

/* --- the file ------------------------------------------------------------------------- */

static void a_damaged_file_is_never_written_to(void **state)
{
	uint8_t changed[sizeof(vector)];
	struct keyring k;

	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	k = open_it();
	for (size_t i = 0; i < sizeof(vector); i += 5) {
		memcpy(changed, vector, sizeof(vector));
		changed[i] ^= 0x10;
		write_file(changed, sizeof(changed));
		refuses(&k, ERROR_KEYRING, REASON_KEYRING_DAMAGED);
		refuses_put(&k, ERROR_KEYRING, REASON_KEYRING_DAMAGED);
		file_is(changed, sizeof(changed));
		write_file(vector, i);
		refuses(&k, ERROR_KEYRING, REASON_KEYRING_DAMAGED);
		refuses_put(&k, ERROR_KEYRING, REASON_KEYRING_DAMAGED);
		file_is(vector, i);
	}
	keyring_row_file.close(&k);
}

static void a_file_that_others_could_reach_is_not_used(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0660, 0601, 0755 };
	struct keyring k;

	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	k = open_it();
	write_vector();
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(KEYRING, modes[i]), 0);
		refuses(&k, ERROR_KEYRING, REASON_UNSAFE_FILE);
		refuses_put(&k, ERROR_KEYRING, REASON_UNSAFE_FILE);
	}
	assert_int_equal(chmod(KEYRING, 0400), 0);
	holds(&k, "custodian", "EXAMPLE");
	assert_int_equal(chmod(FOLDER, 0770), 0);
	refuses_put(&k, ERROR_KEYRING, REASON_UNSAFE_FILE);
	file_is(vector, sizeof(vector));
	keyring_row_file.close(&k);
}

static void only_a_regular_file_is_used(void **state)
{
	struct keyring k = open_it();

	(void)state;
	assert_int_equal(mkdir(FOLDER, 0700), 0);
	assert_int_equal(symlink("elsewhere", KEYRING), 0);
	refuses(&k, ERROR_KEYRING, REASON_UNSAFE_FILE);
	assert_int_equal(unlink(KEYRING), 0);
	assert_int_equal(mkdir(KEYRING, 0700), 0);
	refuses(&k, ERROR_KEYRING, REASON_UNSAFE_FILE);
	assert_int_equal(rmdir(KEYRING), 0);
	assert_int_equal(mkfifo(KEYRING, 0600), 0);
	refuses(&k, ERROR_KEYRING, REASON_UNSAFE_FILE);
	assert_int_equal(person.asked, 0);
	keyring_row_file.close(&k);
}

static void what_a_killed_writer_left_is_swept(void **state)
{
	struct keyring k;

	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	k = open_it();
	write_vector();
	folder_make(KEYRING ".new", "half", 0400);
	put(&k, "a", "x");
	assert_int_equal(access(KEYRING ".new", F_OK), -1);
	holds(&k, "a", "x");
	holds(&k, "custodian", "EXAMPLE");
	keyring_row_file.close(&k);
}

/* Another process, while the passphrase of a new file is asked for. */
static void make_it_meanwhile(void)
{
	struct keyring k;

	write_vector();
	in_environment(VECTOR_PASSPHRASE);
	k = open_it();
	put(&k, "b", "theirs");
	keyring_row_file.close(&k);
	environment[1] = NULL;
}

static void a_file_made_meanwhile_is_not_lost(void **state)
{
	struct keyring k = open_it();

	(void)state;
	person = (struct person){ .answers = { "p", "p", VECTOR_PASSPHRASE },
				  .meanwhile = make_it_meanwhile };
	put(&k, "a", "ours");
	assert_int_equal(person.asked, 3);
	holds(&k, "a", "ours");
	holds(&k, "b", "theirs");
	holds(&k, "custodian", "EXAMPLE");
	keyring_row_file.close(&k);
}

static void remove_meanwhile(void)
{
	assert_int_equal(unlink(KEYRING), 0);
}

static void a_file_taken_away_meanwhile_is_made_anew(void **state)
{
	struct keyring k = open_it();

	(void)state;
	write_vector();
	person = (struct person){ .answers = { VECTOR_PASSPHRASE, "p", "p" },
				  .meanwhile = remove_meanwhile };
	put(&k, "a", "ours");
	assert_int_equal(person.asked, 3);
	holds(&k, "a", "ours");
	holds(&k, "custodian", NULL);
	keyring_row_file.close(&k);
}

static void put_session(struct keyring *k, const char *name)
{
	const struct keyring_item item = { KEYRING_SESSION, name, "", "", 0 };
	struct secbuf *value = secbuf_from("x");
	struct error err = { 0 };

	assert_true(keyring_put(k, &item, value, &err));
	secbuf_free(value);
}

static void lists_a_kind_by_name(void **state)
{
	struct arena *arena = arena_new();
	const struct keyring_item *items;
	struct keyring k;
	struct error err = { 0 };
	size_t n;

	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	write_vector();
	k = open_it();
	assert_true(keyring_list(&k, "session", arena, &items, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(items[0].kind, "session");
	assert_string_equal(items[0].name, "7f3a");
	assert_string_equal(items[0].label, "testing");
	assert_string_equal(items[0].origin, "custodian");
	assert_int_equal(items[0].expires, 1700000000);
	put(&k, "b", "x");
	assert_true(keyring_list(&k, "session", arena, &items, &n, &err));
	assert_int_equal(n, 1); /* it has expired: */
	put_session(&k, "8");
	assert_true(keyring_list(&k, "session", arena, &items, &n, &err));
	assert_int_equal(n, 1); /* and went when sessions were written */
	assert_string_equal(items[0].name, "8");
	assert_true(keyring_list(&k, "key", arena, &items, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(items[0].name, "b");
	assert_string_equal(items[1].name, "custodian");
	assert_true(keyring_list(&k, "ke", arena, &items, &n, &err));
	assert_int_equal(n, 0);
	keyring_row_file.close(&k);
	arena_free(arena);
}

static void a_removal_of_nothing_writes_nothing(void **state)
{
	struct keyring k;
	struct error err = { 0 };
	bool removed = true;

	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	write_vector();
	k = open_it();
	assert_true(keyring_remove(&k, "key", "a", &removed, &err));
	assert_false(removed);
	file_is(vector, sizeof(vector));
	assert_true(keyring_remove(&k, "key", "custodian", &removed, &err));
	assert_true(removed);
	holds(&k, "custodian", NULL);
	keyring_row_file.close(&k);
}

static void what_cannot_be_kept_is_refused_before_anything(void **state)
{
	static char text[65538];
	struct keyring k = open_it();
	struct error err = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_false(try_put(&k, "a", text, &err));
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_false(try_put(&k, text, "x", &err));
	assert_false(try_put(&k, "", "x", &err));
	assert_int_equal(person.asked, 0);
	assert_int_equal(folder_count(), 0);
	keyring_row_file.close(&k);
}

/* --- where ----------------------------------------------------------------------------- */

static void place_is(const char *want)
{
	struct keyring k = open_it();

	assert_string_equal(keyring_row_file.place(&k), want);
	keyring_row_file.close(&k);
}

static void lies_where_the_xdg_specification_says(void **state)
{
	static char data[] = "XDG_DATA_HOME=/d";
	static char relative[] = "XDG_DATA_HOME=d";
	static char empty[] = "XDG_DATA_HOME=";
	static char user[] = "HOME=/h";

	(void)state;
	environment[0] = user;
	place_is("/h/.local/share/rolekey/keyring");
	environment[1] = data;
	place_is("/d/rolekey/keyring");
	environment[1] = relative;
	place_is("/h/.local/share/rolekey/keyring");
	environment[1] = empty;
	place_is("/h/.local/share/rolekey/keyring");
}

/* --- memory ------------------------------------------------------------------------------ */

static bool use_it(struct arena *arena, struct error *err)
{
	const struct keyring_needs needs = { .environment = environment,
					     .prompt = &prompt,
					     .notices = &notices };
	const struct keyring_item item = { .kind = "key", .name = "a" };
	const struct keyring_item *items;
	struct secbuf *value = NULL;
	struct keyring k = { 0 };
	bool removed;
	bool ok;
	size_t n;

	ok = keyring_row_file.open(&needs, &k, err) &&
	     keyring_get(&k, "key", "custodian", &value, err) &&
	     keyring_put(&k, &item, value, err) &&
	     keyring_list(&k, "key", arena, &items, &n, err) &&
	     keyring_remove(&k, "key", "a", &removed, err) &&
	     keyring_lock(&k, err) && keyring_unlock(&k, err);
	secbuf_free(value);
	if (k.self)
		keyring_row_file.close(&k);
	return ok;
}

/* Whatever fails, the file can be read afterwards and no secret is left. */
static void survive_failures(void)
{
	bool ok = false;
	long n;

	for (n = 0; !ok; n++) {
		struct arena *arena = arena_new();
		struct error err = { 0 };
		struct keyring k;

		write_vector();
		person.asked = 0;
		mem_fail_after(n);
		ok = use_it(arena, &err);
		assert_true(ok != mem_has_failed());
		if (!ok)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		arena_free(arena);
		person.asked = 0;
		k = open_it();
		holds(&k, "custodian", "EXAMPLE");
		keyring_row_file.close(&k);
		assert_int_equal(secbuf_alive(), secrets);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_true(n > 20);
}

static void survives_any_allocation_failing(void **state)
{
	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	survive_failures();
}

static void survives_any_allocation_failing_when_it_asks(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++)
		person.answers[i] = VECTOR_PASSPHRASE;
	survive_failures();
}

/* In a new file the item is there if, and only if, the call says so. */
static void making_a_file_survives_any_allocation_failing(void **state)
{
	const struct keyring_item item = { .kind = "key", .name = "a" };
	struct secbuf *value = secbuf_from("text");
	struct keyring k;
	bool ok = false;

	(void)state;
	in_environment(VECTOR_PASSPHRASE);
	for (long n = 0; !ok; n++) {
		struct error err = { 0 };

		(void)unlink(KEYRING);
		k = open_it();
		mem_fail_after(n);
		ok = keyring_put(&k, &item, value, &err);
		assert_true(ok != mem_has_failed());
		mem_fail_after(-1);
		keyring_row_file.close(&k);
		k = open_it();
		holds(&k, "a", ok ? "text" : NULL);
		keyring_row_file.close(&k);
		assert_int_equal(secbuf_alive(), secrets + 1);
	}
	secbuf_free(value);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(is_empty_before_it_is_made_and_asks_nobody),
		CASE(a_new_passphrase_is_asked_for_twice),
		CASE(two_that_differ_are_asked_for_again),
		CASE(three_that_differ_make_nothing),
		CASE(ctrl_c_makes_nothing),
		CASE(without_a_prompt_it_fails_at_once),
		CASE(one_process_asks_once),
		CASE(a_wrong_one_may_be_tried_again),
		CASE(three_wrong_ones_are_enough),
		CASE(a_wrong_one_in_the_environment_fails_at_once),
		CASE(an_empty_one_in_the_environment_is_none),
		CASE(the_key_stays_with_the_kernel_and_wins),
		CASE(unlock_takes_the_passphrase_in),
		CASE(a_key_that_does_not_fit_is_forgotten),
		CASE(a_damaged_file_is_never_written_to),
		CASE(a_file_that_others_could_reach_is_not_used),
		CASE(only_a_regular_file_is_used),
		CASE(what_a_killed_writer_left_is_swept),
		CASE(a_file_made_meanwhile_is_not_lost),
		CASE(a_file_taken_away_meanwhile_is_made_anew),
		CASE(lists_a_kind_by_name),
		CASE(a_removal_of_nothing_writes_nothing),
		CASE(what_cannot_be_kept_is_refused_before_anything),
		CASE(lies_where_the_xdg_specification_says),
		CASE(survives_any_allocation_failing),
		CASE(survives_any_allocation_failing_when_it_asks),
		CASE(making_a_file_survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
