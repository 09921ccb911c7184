#include <stdio.h>
#include <string.h>

#include "access/ask.h"
#include "access/key_use.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "cmd/share_internal.h"
#include "port/world.h"
#include "session/store/key.h"

#define QUESTION_MAX 2048

/*
 * Loads a stored key.  A damaged item counts as none: it does not keep a new key
 * from being stored.
 */
static bool load(const struct sharing *s, const char *profile,
		 struct credentials *creds, struct error *err)
{
	struct error why = { 0 };
	char arn[KEY_ARN_LEN];

	if (key_load(&s->world->keyring, profile, creds, arn, &why))
		return true;
	if (!error_is(&why, REASON_PASS_ITEM_DAMAGED)) {
		*err = why;
		return false;
	}
	if (!s->warned)
		notice_error(&s->world->notices, NOTICE_WARNING, &why);
	return true;
}

/*
 * Compares the secrets, too: a shared key is not stored, and may be removed
 * from its file.
 */
static bool compare(const struct sharing *s, const char *profile, bool *stored,
		    bool *same, struct error *err)
{
	struct credentials there = { 0 };

	*stored = *same = false;
	if (!load(s, profile, &there, err))
		return false;
	*stored = there.access_key_id != NULL;
	*same = *stored &&
		strcmp(there.access_key_id, s->creds->access_key_id) == 0 &&
		secbuf_equal(there.secret_key, s->creds->secret_key);
	credentials_clear(&there);
	return true;
}

/*
 * Finds another profile that the same key is stored for, in the context's
 * arena; or NULL.
 */
static bool find_twin(const struct sharing *s, const char **twin,
		      struct error *err)
{
	const struct keyring_item *items;
	size_t n = 0;

	*twin = NULL;
	if (!keyring_list(&s->world->keyring, KEYRING_KEY, s->context->arena,
			  &items, &n, err))
		return false;
	for (size_t i = 0; i < n && !*twin; i++) {
		bool stored = false;
		bool same = false;

		if (strcmp(items[i].name, s->profile) != 0 &&
		    !compare(s, items[i].name, &stored, &same, err))
			return false;
		if (same)
			*twin = items[i].name;
	}
	return true;
}

/* A stored key of this profile would not be used any more. */
static bool may_share(const struct sharing *s, const char *twin, bool *may,
		      struct error *err)
{
	const struct key_use use = { s->request, s->world, s->context };
	bool stored = false;
	bool same = false;

	if (!key_use_may_share(&use, s->profile, twin, s->moved, may, err))
		return false;
	if (!*may)
		return true;
	if (!compare(s, s->profile, &stored, &same, err))
		return false;
	*may = !stored;
	return true;
}

static bool ask(const struct sharing *s, const char *twin, bool *yes,
		struct error *err)
{
	const struct prompt *prompt = &s->world->prompt;
	char question[QUESTION_MAX];

	*yes = s->yes;
	if (*yes || !s->asks || !prompt_can_ask(prompt))
		return true;
	(void)snprintf(question, sizeof(question),
		       "Key %s is already stored for %s. Let %s share it by "
		       "adding source_profile = %s to %s? (y/N) ",
		       s->creds->access_key_id, twin, s->profile, twin,
		       s->request->config_path);
	return ask_confirm(s->world, question, yes, err);
}

bool share_key(const struct sharing *s, bool *shared, struct error *err)
{
	const char *twin = NULL;
	bool may = false;

	*shared = false;
	if (!find_twin(s, &twin, err))
		return false;
	if (!twin)
		return true;
	if (!may_share(s, twin, &may, err) ||
	    (may && !ask(s, twin, shared, err)))
		return false;
	if (*shared)
		return config_write_add(s->request, s->world, s->profile,
					"source_profile", twin, err);
	notice_warn(&s->world->notices, REASON_KEY_COPIED,
		    .profile = s->profile, .other = twin);
	return true;
}
