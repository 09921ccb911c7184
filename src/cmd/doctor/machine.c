#include <stdint.h>
#include <string.h>

#include "access/request.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/topic.h"
#include "cmd/doctor/doctor_internal.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define USED_MAX    1024   /* bytes of which keyring is used, and why */
#define SECRETS_MAX 262144 /* bytes: a keyring and what is made of it */

static int64_t ticks(const struct doctor *d)
{
	return machine_ticks(&d->world->machine);
}

static bool is_locked(const struct error *err)
{
	return err->code == ERROR_PERSON ||
	       error_has_context(err, REASON_PASSPHRASE_NEEDED);
}

/* Reports a failure. A locked keyring is normal, and only a note. */
static void say_failed(struct doctor *d, const char *what, const char *name,
		       const struct error *err)
{
	if (!is_locked(err)) {
		doctor_findings_add_error(d, EXAM_ERROR, what, err);
		return;
	}
	doctor_findings_add(d, EXAM_NOTE, what,
			    strcmp(name, "file") == 0 ? "rolekey unlock" : NULL,
			    "%s: %s", name, err->text);
}

void doctor_machine_keyring(struct doctor *d)
{
	const struct keyring *keyring = &d->world->keyring;
	struct error err = { 0 };
	int64_t begun = ticks(d);
	char used[USED_MAX];

	if (!keyring_list(keyring, KEYRING_KEY, d->context.arena, &d->keys,
			  &d->n_keys, &err)) {
		d->n_keys = 0;
		say_failed(d, "keyring", keyring->name, &err);
		return;
	}
	print_keyring(keyring, used, sizeof(used));
	doctor_findings_add(d, EXAM_OK, "keyring", NULL,
			    "%s: open, %zu key%s, in %lld ms (%s)",
			    keyring->name, d->n_keys, d->n_keys == 1 ? "" : "s",
			    (long long)(ticks(d) - begun), used);
}

/* Checks the keyring of sessions, if it is another one. */
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
		say_failed(d, "sessions", name, &err);
	else
		doctor_findings_add(d, EXAM_OK, "sessions", NULL,
				    "%s: open, %zu session%s, in %lld ms", name,
				    n, n == 1 ? "" : "s",
				    (long long)(ticks(d) - begun));
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
	const struct machine *machine = &d->world->machine;
	struct error err = { 0 };
	bool needed = needs_kernel(d);

	if (machine_keeps_keys(machine, &err))
		doctor_findings_add(d, EXAM_OK, "kernel keyring", NULL,
				    "keeps keys, for all logins of this user");
	else
		doctor_findings_add(
			d, needed ? EXAM_WARNING : EXAM_NOTE, "kernel keyring",
			needed ? "export ROLEKEY_PASSPHRASE_COMMAND=..., "
				 "or allow keyctl(2) in the container"
			       : NULL,
			"%s: %s", err.text,
			needed ? "the passphrase is needed at every call, "
				 "and sessions are not kept there"
			       : "the keyring that is used needs none");
}

void doctor_machine_memory(struct doctor *d)
{
	struct secbuf *room = secbuf_new(SECRETS_MAX);

	if (!room)
		d->failed = true;
	else if (secbuf_is_locked(room))
		doctor_findings_add(d, EXAM_OK, "memory", NULL,
				    "secrets can be locked against swapping");
	else
		doctor_findings_add(
			d, EXAM_WARNING, "memory",
			"ulimit -l 8192, or memlock in "
			"/etc/security/limits.conf",
			"the limit of locked memory is too low: secrets may "
			"be swapped to a disk");
	secbuf_free(room);
}
