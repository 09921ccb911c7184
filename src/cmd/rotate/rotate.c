#include <stddef.h>
#include <string.h>

#include "access/ask.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/rotate/rotate_internal.h"
#include "plan/plan.h"
#include "port/world.h"

/*
 * Replaces an access key.  The journal (session/store/rotation.h) is stored
 * before each change that must not be forgotten, so a kill at any moment leaves
 * a working key in the keyring, and the next call continues.
 */

#define QUESTION_MAX 512
#define TRIES        3   /* AWS must accept a new key so often in a row */
#define DATE_SLACK   300 /* s between our request and AWS's CreateDate */
#define LIST_SLACK   60  /* s until ListAccessKeys surely has a new key */
#define DAY          86400

static const struct option options[] = {
	{ .name = "check",
	  .offset = offsetof(struct rotate_options, check),
	  .help = "print what would be done, and change nothing" },
	{ .name = "keep-old",
	  .offset = offsetof(struct rotate_options, keep_old),
	  .help = "leave the old key at AWS, inactive" },
	{ .name = "yes",
	  .offset = offsetof(struct rotate_options, yes),
	  .help = "do not ask before another key is deleted" },
	{ .letter = 't',
	  .name = "mfa-token",
	  .value = "CODE",
	  .kind = OPTION_TEXT,
	  .shared = true,
	  .offset = offsetof(struct call, mfa_text),
	  .help = "use this MFA code; - reads it from stdin" },
	{ 0 }
};

/* --- before anything changes ------------------------------------------------------ */

static bool make_plan(struct rotating *r, struct error *err)
{
	struct context *context = &r->context;
	const struct step *first;

	if (!context_read(r->request, r->world, context, err))
		return false;
	context->one_hour = true; /* so that GetSessionToken is planned */
	if (!context_plan(r->request, r->world, r->request->profile, context,
			  &context->plan, err))
		return false;
	first = &context->plan.steps[0];
	r->profile = first->profile;
	return first->kind == STEP_STORED_KEY ||
	       error_fail(err, REASON_NO_KEY_TO_ROTATE, .profile = r->profile,
			  .other = step_action(first->kind));
}

static void tell_key(const struct rotating *r)
{
	struct strbuf names = strbuf_with_max(QUESTION_MAX);

	for (size_t i = 0; i < r->n_holders; i++)
		strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", r->holders[i]);
	notice_info(&r->world->notices, REASON_ROTATING,
		    .value = r->key.access_key_id, .arn = r->user_arn,
		    .other = strbuf_text(&names));
	strbuf_clear(&names);
}

static bool look(struct rotating *r, struct error *err)
{
	if (!rotate_holders_load(r, err) || !rotate_holders_find(r, err) ||
	    !rotate_user_identify(r, err) || !rotate_user_list(r, err))
		return false;
	tell_key(r);
	return true;
}

/* --- another key ------------------------------------------------------------------- */

static void tell_other(const struct rotating *r, enum error_reason reason,
		       const struct iam_key *other)
{
	char created[TIMEFMT_ISO_LEN];

	timefmt_iso(other->created, created);
	notice_fact(&r->world->notices, NOTICE_WARNING,
		    &(const struct error_facts){
			    .reason = reason,
			    .value = other->id,
			    .expected = created,
			    .other = other->active ? "active" : "inactive" });
}

/* Asks, unless --yes answers; *yes is false for a no. */
static bool ask(const struct rotating *r, const char *id, bool *yes,
		struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	*yes = r->options->yes;
	if (*yes)
		return true;
	strbuf_printf(&question, "Delete the key %s at AWS? (y/N) ", id);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && (ask_confirm(r->world, strbuf_text(&question), yes, err) ||
		    error_context(err, REASON_DELETION, .value = id));
	strbuf_clear(&question);
	return ok;
}

static bool delete_other(struct rotating *r, const struct iam_key *other,
			 struct error *err)
{
	bool yes = false;

	if (!ask(r, other->id, &yes, err))
		return false;
	if (!yes)
		return error_fail(err, REASON_TWO_ACCESS_KEYS,
				  .value = other->id);
	if (!iam_keys_delete(&r->caller, r->user, other->id, err) &&
	    !error_is_aws(err, "NoSuchEntity"))
		return false;
	notice_info(&r->world->notices, REASON_OTHER_KEY_DELETED,
		    .value = other->id);
	return true;
}

/*
 * Makes room for a new key: AWS allows a user two.  --yes does not delete a key
 * that something may still use.
 */
static bool make_room(struct rotating *r, struct error *err)
{
	const struct iam_key *other =
		rotate_user_other(r, r->key.access_key_id, NULL);
	int64_t days;
	bool used;

	if (!other)
		return true;
	tell_other(r, REASON_OTHER_KEY, other);
	rotate_user_last_used(r, other->id, &days);
	used = days == ROTATE_USER_UNKNOWN ||
	       (days >= 0 && days * DAY < r->request->settings.rotate_after);
	if (r->options->yes && other->active && used)
		return error_fail(err, REASON_OTHER_KEY_IN_USE,
				  .value = other->id);
	return delete_other(r, other, err);
}

/* --- a new key --------------------------------------------------------------------- */

static bool drop_journal(const struct rotating *r, struct error *err)
{
	return rotation_remove(&r->world->keyring, r->journal.profile, err);
}

/* Warns of a journal that stays; the next rotation removes it. */
static void forget(const struct rotating *r)
{
	struct error why = { 0 };

	if (drop_journal(r, &why))
		return;
	(void)error_context(&why, REASON_JOURNAL_LEFT, .profile = r->profile);
	notice_error(&r->world->notices, NOTICE_WARNING, &why);
}

/* Deletes a key at AWS that could not be stored. */
static bool undo(struct rotating *r, struct error *err)
{
	const char *id = r->journal.created.access_key_id;
	struct error why = { 0 };

	if (!iam_keys_delete(&r->caller, r->user, id, &why)) {
		(void)error_context(&why, REASON_NEW_KEY_LEFT, .value = id);
		notice_error(&r->world->notices, NOTICE_WARNING, &why);
	} else {
		notice_info(&r->world->notices, REASON_NEW_KEY_DELETED,
			    .value = id);
		forget(r);
	}
	return error_context(err, REASON_NEW_KEY_NOT_STORED, .value = id);
}

/* Tells whether AWS may have created a key although no answer arrived. */
static bool is_in_doubt(const struct error *err, bool sent)
{
	return sent && err->code != ERROR_DENIED &&
	       !(error_is(err, REASON_AWS_BUSY) && err->about.number < 500);
}

static bool create(struct rotating *r, struct error *err)
{
	struct rotation *journal = &r->journal;
	bool sent = false;

	if (iam_keys_create(&r->caller, r->user, &journal->created, &sent,
			    err)) {
		notice_info(&r->world->notices, REASON_NEW_KEY_CREATED,
			    .value = journal->created.access_key_id);
		return rotation_store(&r->world->keyring, journal, err) ||
		       undo(r, err);
	}
	if (is_in_doubt(err, sent))
		return error_context(err, REASON_CREATION_UNKNOWN,
				     .profile = r->profile);
	forget(r);
	return false;
}

static bool begin(struct rotating *r, struct error *err)
{
	struct rotation *journal = &r->journal;

	if (!make_room(r, err))
		return false;
	*journal = (struct rotation){ .profile = r->profile,
				      .started = rotate_user_now(r),
				      .keep_old = r->options->keep_old };
	memcpy(journal->old_id, r->key.access_key_id,
	       strlen(r->key.access_key_id) + 1);
	return rotation_store(&r->world->keyring, journal, err) &&
	       create(r, err);
}

/* --- the journal of an earlier rotation -------------------------------------------- */

/* Is this the key that AWS created when its answer was lost? */
static bool is_orphan(const struct rotating *r, const struct iam_key *other)
{
	int64_t after = other->created - r->journal.started;

	return after >= -DATE_SLACK && after <= DATE_SLACK;
}

/*
 * The answer to CreateAccessKey never arrived: if there is a key of that time,
 * nobody has its secret.
 */
static bool undo_unanswered(struct rotating *r, struct error *err)
{
	const struct iam_key *other =
		rotate_user_other(r, r->key.access_key_id, NULL);

	if (other && is_orphan(r, other)) {
		tell_other(r, REASON_ORPHAN_KEY, other);
		if (!delete_other(r, other, err))
			return false;
		r->n_keys = 1;
		r->keys[0] = *rotate_user_find(r, r->key.access_key_id);
	} else {
		notice_info(&r->world->notices, REASON_ROTATION_UNDONE);
	}
	return drop_journal(r, err);
}

/* The new key is gone: somebody deleted it at AWS. */
static bool undo_gone(struct rotating *r, struct error *err)
{
	notice_warn(&r->world->notices, REASON_NEW_KEY_GONE,
		    .value = r->journal.created.access_key_id);
	return drop_journal(r, err);
}

/* A new key that was created a moment ago may not be in the list yet. */
static bool is_gone(const struct rotating *r)
{
	return !rotate_user_find(r, r->journal.created.access_key_id) &&
	       rotate_user_now(r) - r->journal.started > LIST_SLACK;
}

/* Undoes an earlier rotation that came to nothing. *done: it can be finished. */
static bool resume(struct rotating *r, bool *done, struct error *err)
{
	char started[TIMEFMT_ISO_LEN];
	bool ok = true;

	*done = false;
	timefmt_iso(r->journal.started, started);
	notice_info(&r->world->notices, REASON_ROTATION_RESUMED,
		    .value = r->journal.old_id, .expected = started);
	if (!r->journal.created.access_key_id)
		ok = undo_unanswered(r, err);
	else if (strcmp(r->key.access_key_id, r->journal.old_id) == 0 &&
		 is_gone(r))
		ok = undo_gone(r, err);
	else
		*done = true;
	if (ok && !*done)
		rotation_clear(&r->journal);
	return ok;
}

/* --- to the end --------------------------------------------------------------------- */

static bool print_id(const struct rotating *r, struct error *err)
{
	const char *id = r->journal.created.access_key_id;
	const struct output *output = &r->world->output;

	return output_write(output, id, strlen(id), err) &&
	       output_write(output, "\n", 1, err);
}

static bool complete(struct rotating *r, struct error *err)
{
	bool left = false;

	if (!rotate_user_try(r, &r->journal.created, TRIES, err) ||
	    !rotate_holders_switch(r, err) ||
	    !rotate_user_retire(r, &left, err))
		return error_context(err, REASON_ROTATION_UNFINISHED,
				     .profile = r->profile);
	if (!left)
		forget(r);
	return print_id(r, err);
}

/* Reports what would be done. */
static void report(struct rotating *r)
{
	const struct notices *notices = &r->world->notices;
	const struct iam_key *old = rotate_user_find(r, r->key.access_key_id);
	const struct iam_key *other =
		rotate_user_other(r, r->key.access_key_id, NULL);
	int64_t days;

	if (old)
		notice_info(notices, REASON_KEY_AGE, .profile = r->profile,
			    .value = old->id,
			    .number =
				    (rotate_user_now(r) - old->created) / DAY);
	rotate_user_last_used(r, r->key.access_key_id, &days);
	if (other) {
		tell_other(r, REASON_OTHER_KEY, other);
		rotate_user_last_used(r, other->id, &days);
	}
	if (r->unfinished)
		notice_info(notices, REASON_ROTATION_TO_FINISH,
			    .value = r->journal.old_id,
			    .other = r->journal.created.access_key_id);
	else
		notice_info(notices, REASON_ROTATION_POSSIBLE,
			    .value = r->key.access_key_id,
			    .other = other ? other->id : NULL);
}

static bool rotate(struct rotating *r, struct error *err)
{
	bool done = false;

	if (!make_plan(r, err) || !look(r, err))
		return false;
	if (r->options->check) {
		report(r);
		return true;
	}
	if (r->unfinished && !resume(r, &done, err))
		return false;
	return (done || begin(r, err)) && complete(r, err);
}

/*
 * Only one rotation at a time: a second one sees what the first left.  Without a
 * place for locks the user must see to that.
 */
static bool take_lock(const struct rotating *r, int *lock, struct error *err)
{
	int64_t wait = r->request->settings.prompt_timeout;

	*lock = -1;
	if (locks_take(&r->world->locks, "rotate", (int)wait, lock, err))
		return true;
	*lock = -1;
	if (err->code != ERROR_SYSTEM)
		return false;
	notice_error(&r->world->notices, NOTICE_WARNING, err);
	return true;
}

static bool cmd_rotate(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct request *request = &call->request;
	struct rotating r = { .options = call->options,
			      .request = request,
			      .world = world };
	int lock = -1;
	bool ok;

	ok = take_lock(&r, &lock, err) && rotate(&r, err);
	if (lock >= 0)
		locks_release(&world->locks, lock, false);
	rotation_clear(&r.journal);
	credentials_clear(&r.session);
	credentials_clear(&r.key);
	context_clear(&r.context);
	return ok;
}

const struct command command_rotate = {
	.name = "rotate",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "replace an access key by a new one",
	.operands = OPERANDS_PROFILE,
	.options = options,
	.options_size = sizeof(struct rotate_options),
	.help = "Creates a new access key for the user whose key starts the "
		"chain of PROFILE, stores it, waits until AWS accepts it, and "
		"makes the old key inactive and deletes it. One MFA code is "
		"enough. If it is interrupted at any point, a working key is "
		"stored, and the next call finishes or undoes the rotation.\n"
		"\n"
		"Each step is printed on stderr, the new access key id on "
		"stdout.\n",
	.examples = "rolekey rotate --check custodian\n"
		    "rolekey rotate custodian\n",
	.run = cmd_rotate,
};
