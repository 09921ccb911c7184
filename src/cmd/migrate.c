#include <stddef.h>
#include <string.h>

#include "access/ask.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "port/world.h"
#include "session/store/key.h"
#include "session/store/key_change.h"

/*
 * Copies keys and seeds from one keyring to another.  Each is stored, read back
 * and compared; only compared items are removed, and are compared once more
 * before.  If it is killed at any moment, each item is in at least one keyring,
 * and it can be run again.
 */

#define KINDS 3 /* of items that are copied */

struct migrate_options {
	const char *from, *to; /* names of keyrings */
	bool delete;
	bool force;
};

static const struct option options[] = {
	{ .name = "from",
	  .value = "KEYRING",
	  .kind = OPTION_TEXT,
	  .required = true,
	  .offset = offsetof(struct migrate_options, from),
	  .words = "secret-service, file, pass",
	  .help = "copy from this keyring" },
	{ .name = "to",
	  .value = "KEYRING",
	  .kind = OPTION_TEXT,
	  .required = true,
	  .offset = offsetof(struct migrate_options, to),
	  .words = "secret-service, file, pass",
	  .help = "copy to this keyring" },
	{ .name = "delete",
	  .offset = offsetof(struct migrate_options, delete),
	  .help = "then remove the copied items, after confirmation" },
	{ .letter = 'f',
	  .name = "force",
	  .offset = offsetof(struct migrate_options, force),
	  .help = "replace and remove items without asking" },
	{ 0 }
};

struct migration {
	const struct migrate_options *options;
	const char *profile; /* NULL: all */
	const struct world *world;
	struct keyring from, to;
	struct arena *arena;
	struct keyring_item *same; /* compared, and may be removed */
	size_t n_same;
	unsigned copied, there, failed;
};

static const char *word_of(const struct keyring_item *item)
{
	if (strcmp(item->kind, KEYRING_ROTATION) == 0)
		return "rotation";
	return strcmp(item->kind, KEYRING_KEY) == 0 ? "key" : "seed";
}

static void tell(const struct migration *m, const struct keyring_item *item,
		 const char *what)
{
	notice_info(&m->world->notices, REASON_MIGRATED, .key = word_of(item),
		    .profile = item->name, .action = what);
}

static bool read_one(const struct keyring *keyring,
		     const struct keyring_item *item, struct secbuf **value,
		     struct error *err)
{
	return keyring_get(keyring, item->kind, item->name, value, err) ||
	       error_context(err, REASON_IN_KEYRING, .other = keyring->name);
}

/* Compares an item in both keyrings. Either may have changed meanwhile. */
static bool compare(const struct migration *m, const struct keyring_item *item,
		    bool *same, bool *other, struct error *err)
{
	struct secbuf *here = NULL;
	struct secbuf *there = NULL;
	bool ok = read_one(&m->from, item, &here, err) &&
		  read_one(&m->to, item, &there, err);

	*same = ok && here && there && secbuf_equal(here, there);
	*other = ok && there && !*same;
	secbuf_free(here);
	secbuf_free(there);
	return ok;
}

static bool copy(const struct migration *m, const struct keyring_item *item,
		 struct error *err)
{
	struct secbuf *value = NULL;
	bool ok = read_one(&m->from, item, &value, err);

	if (ok && !value)
		ok = error_fail(err, REASON_ITEM_GONE, .profile = item->name);
	ok = ok && (keyring_put(&m->to, item, value, err) ||
		    error_context(err, REASON_IN_KEYRING, .other = m->to.name));
	secbuf_free(value);
	return ok;
}

/* Formats "access key id X" for a key; nothing is shown of a seed. */
static const char *shown(const struct migration *m, const struct keyring *ring,
			 const struct keyring_item *item)
{
	struct credentials creds = { 0 };
	char arn[KEY_ARN_LEN];
	struct error ignored = { 0 };
	const char *text = "another seed";

	if (strcmp(item->kind, KEYRING_KEY) == 0) {
		text = "a key";
		if (key_load(ring, item->name, &creds, arn, &ignored) &&
		    creds.access_key_id)
			text = arena_strdup(m->arena, creds.access_key_id);
		credentials_clear(&creds);
	}
	return text ? text : "another";
}

static void keep_apart(struct migration *m, const struct keyring_item *item)
{
	notice_warn(&m->world->notices, REASON_ITEMS_DIFFER,
		    .profile = item->name, .key = m->from.name,
		    .value = shown(m, &m->from, item), .other = m->to.name,
		    .expected = shown(m, &m->to, item));
	m->failed++;
}

/* The sessions of the key that was there before, if there was one. */
static bool drop_replaced(const struct migration *m,
			  const struct keyring_item *item, struct error *err)
{
	unsigned n = 0;

	return strcmp(item->kind, KEYRING_KEY) != 0 ||
	       key_change_drop(m->world, &m->to, item->name, &n, err) ||
	       error_context(err, REASON_IN_KEYRING, .other = m->to.name);
}

static bool move(struct migration *m, const struct keyring_item *item,
		 struct error *err)
{
	bool same, other;

	if (!compare(m, item, &same, &other, err))
		return false;
	if (other && !m->options->force) {
		keep_apart(m, item);
		return true;
	}
	if (same) {
		tell(m, item, "already there");
		m->there++;
	} else {
		if (!copy(m, item, err) || !drop_replaced(m, item, err) ||
		    !compare(m, item, &same, &other, err))
			return false;
		if (!same)
			return error_fail(err, REASON_READ_BACK_DIFFERS,
					  .profile = item->name,
					  .other = m->to.name);
		tell(m, item, "copied and verified");
		m->copied++;
	}
	m->same[m->n_same++] = *item;
	return true;
}

static bool list(struct migration *m, const char *kind,
		 const struct keyring_item **items, size_t *n,
		 struct error *err)
{
	return keyring_list(&m->from, kind, m->arena, items, n, err) ||
	       error_context(err, REASON_IN_KEYRING, .other = m->from.name);
}

static bool is_wanted(const struct migration *m,
		      const struct keyring_item *item)
{
	return !m->profile || (strcmp(item->kind, KEYRING_SEED) != 0 &&
			       strcmp(item->name, m->profile) == 0);
}

/*
 * Copies all items, or the requested one.  The journal of a rotation goes first:
 * it may have a key that is stored nowhere else yet.
 */
static bool move_all(struct migration *m, struct error *err)
{
	static const char *const kinds[] = { KEYRING_ROTATION, KEYRING_KEY,
					     KEYRING_SEED };
	const struct keyring_item *items[KINDS];
	size_t n[KINDS] = { 0 };
	size_t all = 0;

	for (size_t k = 0; k < KINDS; all += n[k++])
		if (!list(m, kinds[k], &items[k], &n[k], err))
			return false;
	m->same = arena_alloc(m->arena, (all + 1) * sizeof(*m->same));
	if (!m->same)
		return error_memory(err);
	for (size_t k = 0; k < KINDS; k++)
		for (size_t i = 0; i < n[k]; i++)
			if (is_wanted(m, &items[k][i]) &&
			    !move(m, &items[k][i], err))
				return false;
	return true;
}

/* Tests whether an earlier run has copied it, and removed it here. */
static bool is_there_already(struct migration *m, struct error *err)
{
	const struct keyring_item item = { .kind = KEYRING_KEY,
					   .name = m->profile };
	struct secbuf *value = NULL;
	bool there;

	if (!read_one(&m->to, &item, &value, err))
		return false;
	there = value != NULL;
	secbuf_free(value);
	if (there)
		tell(m, &item, "there already, and only there");
	return there ||
	       error_fail(err, REASON_NO_STORED_KEY, .profile = m->profile,
			  .other = m->from.name);
}

/* --- removing ----------------------------------------------------------------- */

static bool may_delete(const struct migration *m, bool *yes, struct error *err)
{
	const char *question;

	*yes = m->options->force || m->n_same == 0;
	if (*yes)
		return true;
	question = arena_printf(m->arena,
				"Remove %zu item%s from %s, with the sessions "
				"there? (y/N) ",
				m->n_same, m->n_same == 1 ? "" : "s",
				m->from.name);
	if (!question)
		return error_memory(err);
	return ask_confirm(m->world, question, yes, err) ||
	       error_context(err, REASON_REMOVAL);
}

/* Removes an item, and the sessions of a key, as `remove` does. */
static bool delete_one(struct migration *m, const struct keyring_item *item,
		       struct error *err)
{
	bool same, other, removed;
	unsigned n = 0;

	if (!compare(m, item, &same, &other, err))
		return false;
	if (!same)
		return error_fail(err, REASON_ITEM_CHANGED,
				  .profile = item->name);
	if (strcmp(item->kind, KEYRING_KEY) == 0 &&
	    !key_change_drop(m->world, &m->from, item->name, &n, err))
		return error_context(err, REASON_IN_KEYRING,
				     .other = m->from.name);
	if (!keyring_remove(&m->from, item->kind, item->name, &removed, err))
		return error_context(err, REASON_IN_KEYRING,
				     .other = m->from.name);
	tell(m, item, "removed from the source");
	return true;
}

static bool delete_all(struct migration *m, struct error *err)
{
	bool yes = false;

	if (!m->options->delete)
		return true;
	if (!may_delete(m, &yes, err))
		return false;
	if (!yes)
		notice_info(&m->world->notices, REASON_NOTHING_REMOVED);
	for (size_t i = 0; yes && i < m->n_same; i++)
		if (!delete_one(m, &m->same[i], err))
			return false;
	return true;
}

/* --- the command ---------------------------------------------------------------- */

static bool sum_up(const struct migration *m, struct error *err)
{
	if (m->failed > 0)
		return error_fail(err, REASON_NOT_MIGRATED, .number = m->failed,
				  .of = m->copied + m->there);
	notice_info(&m->world->notices, REASON_ALL_MIGRATED,
		    .number = m->copied, .of = m->there);
	return true;
}

static bool begin(struct migration *m, struct error *err)
{
	const struct migrate_options *own = m->options;
	const struct keyrings *keyrings = &m->world->keyrings;

	if (strcmp(own->from, own->to) == 0) {
		(void)error_fail(err, REASON_SAME_KEYRING, .other = own->to);
		return false;
	}
	m->arena = arena_new();
	return (m->arena || error_memory(err)) &&
	       keyrings_open(keyrings, own->from, &m->from, err) &&
	       keyrings_open(keyrings, own->to, &m->to, err);
}

static bool cmd_migrate(const struct call *call, const struct world *world,
			struct error *err)
{
	struct migration m = { .options = call->options,
			       .profile = call->request.profile,
			       .world = world };
	bool ok;

	ok = begin(&m, err) && move_all(&m, err);
	if (ok && m.profile && m.n_same == 0 && m.failed == 0)
		ok = is_there_already(&m, err);
	ok = ok && delete_all(&m, err) && sum_up(&m, err);
	arena_free(m.arena);
	return ok;
}

const struct command command_migrate = {
	.name = "migrate",
	.needs = NEEDS_KEYRING,
	.summary = "copy stored keys to another keyring",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = options,
	.options_size = sizeof(struct migrate_options),
	.help = "Copies the access key of PROFILE, or all keys and seeds, from "
		"one keyring to another, reads each back and compares it. If "
		"both keyrings have different items of the same name, neither "
		"is changed without -f. The command can be interrupted and "
		"repeated at any time.\n",
	.examples = "rolekey migrate --from file --to secret-service\n"
		    "rolekey migrate --from file --to pass --delete\n",
	.run = cmd_migrate,
};
