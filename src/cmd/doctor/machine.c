#include <stdint.h>
#include <string.h>

#include "access/key_use.h"
#include "access/request.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/doctor/doctor_internal.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define SECRETS_MAX 262144 /* bytes: a keyring and its copies */

static int64_t ticks(const struct doctor *d)
{
	return machine_ticks(&d->world->machine);
}

static bool is_locked(const struct error *err)
{
	return err->code == ERROR_PERSON ||
	       error_has_context(err, REASON_PASSPHRASE_NEEDED);
}

/* A locked keyring is a note: that is how a keyring should be. */
static void add_failure(struct doctor *d, const char *what, const char *name,
			const struct error *err)
{
	if (!is_locked(err))
		doctor_findings_add_error(d, EXAM_ERROR, what, err, NULL);
	else if (strcmp(name, "file") == 0)
		doctor_findings_add(d, EXAM_NOTE, what, REASON_FILE_IS_LOCKED,
				    .other = name);
	else
		doctor_findings_add(d, EXAM_NOTE, what,
				    REASON_KEYRING_IS_LOCKED, .other = name);
}

/* Adds the open keyring, with the reason why it was chosen before it. */
static void add_open(struct doctor *d, int64_t ms)
{
	const struct keyring *keyring = &d->world->keyring;
	const struct error *why = keyring->why;
	struct error fact;

	(void)error_fail(&fact, REASON_KEYRING_OPEN, .key = keyring->name,
			 .number = (int64_t)d->n_keys, .of = ms);
	if (why)
		(void)error_context(&fact, why->reason,
				    .value = why->about.value,
				    .path = why->about.path,
				    .other = why->about.other);
	doctor_findings_add_error(d, EXAM_OK, "keyring", &fact, NULL);
}

/* Warns of keys that another keyring has, too: which is used may change. */
static void add_second_keys(struct doctor *d)
{
	const char *other;

	for (size_t i = 0; i < d->n_keys; i++)
		for (size_t n = 0; (other = print_other_keyring(
					    d->world, d->keys[i].name, n));
		     n++)
			doctor_findings_add(d, EXAM_WARNING, "keyring",
					    REASON_SECOND_KEY,
					    .profile = d->keys[i].name,
					    .other = other);
}

void doctor_machine_keyring(struct doctor *d)
{
	const struct keyring *keyring = &d->world->keyring;
	struct error err = { 0 };
	int64_t begun = ticks(d);

	if (!keyring_list(keyring, KEYRING_KEY, d->context.arena, &d->keys,
			  &d->n_keys, &err)) {
		d->n_keys = 0;
		add_failure(d, "keyring", keyring->name, &err);
		return;
	}
	add_open(d, ticks(d) - begun);
	add_second_keys(d);
}

/* A key that is stored for a profile with another source: of aws-vault, or old. */
void doctor_machine_unused(struct doctor *d)
{
	const struct key_use use = { d->request, d->world, &d->context };

	for (size_t i = 0; i < d->n_keys && !d->no_files; i++) {
		struct error err = { 0 };

		if (key_use_check(&use, d->keys[i].name, &err))
			continue;
		d->failed = d->failed || err.code == ERROR_MEMORY;
		if (error_is(&err, REASON_KEY_WOULD_BE_UNUSED))
			doctor_findings_add(
				d, EXAM_WARNING, "keys", REASON_KEY_UNUSED,
				.path = err.about.path, .line = err.about.line,
				.profile = err.about.profile,
				.key = err.about.key, .other = err.about.other);
	}
}

/* Runs only if sessions are in another keyring than keys. */
void doctor_machine_sessions(struct doctor *d)
{
	const char *name = d->request->settings.session_backend;
	const struct keyring *keyring = &d->world->keyring;
	const struct keyring_item *items;
	struct error err = { 0 };
	int64_t begun = ticks(d);
	size_t n = 0;

	if (!keyring->apart)
		return;
	if (!keyring_list(keyring, KEYRING_SESSION, d->context.arena, &items,
			  &n, &err))
		add_failure(d, "sessions", name, &err);
	else
		doctor_findings_add(d, EXAM_OK, "sessions",
				    REASON_SESSIONS_OPEN, .key = name,
				    .number = (int64_t)n,
				    .of = ticks(d) - begun);
}

static bool needs_kernel(const struct doctor *d)
{
	const char *sessions = d->request->settings.session_backend;

	return strcmp(d->world->keyring.name, "file") == 0 ||
	       (sessions && (strcmp(sessions, "kernel") == 0 ||
			     strcmp(sessions, "file") == 0));
}

void doctor_machine_kernel(struct doctor *d)
{
	struct error err = { 0 };
	const char *why;

	if (machine_keeps_keys(&d->world->machine, &err)) {
		doctor_findings_add(d, EXAM_OK, "kernel keyring",
				    REASON_KERNEL_KEEPS_KEYS);
		return;
	}
	why = err.about.detail[0] != '\0' ? err.about.detail : NULL;
	if (needs_kernel(d))
		doctor_findings_add(d, EXAM_WARNING, "kernel keyring",
				    REASON_KERNEL_LOSES_KEYS, .detail = why);
	else
		doctor_findings_add(d, EXAM_NOTE, "kernel keyring",
				    REASON_KERNEL_NOT_NEEDED, .detail = why);
}

void doctor_machine_memory(struct doctor *d)
{
	struct secbuf *room = secbuf_new(SECRETS_MAX);

	if (!room)
		d->failed = true;
	else if (secbuf_is_locked(room))
		doctor_findings_add(d, EXAM_OK, "memory", REASON_MEMORY_LOCKED);
	else
		doctor_findings_add(d, EXAM_WARNING, "memory",
				    REASON_MEMORY_NOT_LOCKED);
	secbuf_free(room);
}
