#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/request.h"
#include "import_internal.h"
#include "port/world.h"

#define QUESTION_MAX 2048

/*
 * Two profiles with one key share its item: the second one's source_profile
 * names the first, so that one is replaced, removed and asked a code for, and
 * not two.
 */

static bool is_key_of(const struct importing *im, const char *profile,
		      const struct credentials *creds, bool *is,
		      struct error *err)
{
	struct credentials stored = { 0 };
	char arn[KEY_ARN_LEN];

	*is = false;
	if (!key_load(&im->world->keyring, profile, &stored, arn, err))
		return false;
	*is = stored.access_key_id &&
	      strcmp(stored.access_key_id, creds->access_key_id) == 0;
	credentials_clear(&stored);
	return true;
}

/* Another profile that the key is stored for, in look's arena; or NULL. */
static bool find_twin(const struct importing *im, const struct found_key *key,
		      const char **twin, struct error *err)
{
	const struct keyring *keyring = &im->world->keyring;
	const struct keyring_item *items;
	size_t n = 0;

	*twin = NULL;
	if (!keyring->list(keyring->self, KEYRING_KEY, im->look.arena, &items,
			   &n, err))
		return false;
	for (size_t i = 0; i < n && !*twin; i++) {
		bool is = false;

		if (strcmp(items[i].name, key->profile) != 0 &&
		    !is_key_of(im, items[i].name, &key->creds, &is, err))
			return false;
		if (is)
			*twin = items[i].name;
	}
	return true;
}

/* The other one must be a profile; one that has a source already keeps it. */
static bool may_share(const struct importing *im, const char *profile,
		      const char *twin)
{
	const struct config_section *section =
		aws_config_find(im->look.config, CONFIG_PROFILE, profile);

	return twin && aws_config_find(im->look.config, CONFIG_PROFILE, twin) &&
	       !(section && config_value(section, "source_profile"));
}

static bool ask(const struct importing *im, const struct found_key *key,
		const char *twin, bool *yes, struct error *err)
{
	const struct prompt *prompt = &im->world->prompt;
	char question[QUESTION_MAX];

	*yes = im->request->yes;
	if (*yes || !prompt->can_ask(prompt->self))
		return true;
	(void)snprintf(question, sizeof(question),
		       "The key %s is stored for %s. Let %s use that, by "
		       "source_profile = %s in %s? (y/N) ",
		       key->creds.access_key_id, twin, key->profile, twin,
		       im->request->config_path);
	return confirm(im->world, question, yes, err);
}

bool import_share(const struct importing *im, const struct found_key *key,
		  bool *shared, struct error *err)
{
	const char *twin = NULL;

	*shared = false;
	if (!find_twin(im, key, &twin, err))
		return false;
	if (!twin)
		return true;
	if (may_share(im, key->profile, twin) &&
	    !ask(im, key, twin, shared, err))
		return false;
	if (*shared)
		return config_add(im->request, im->world, key->profile,
				  "source_profile", twin, err);
	notice(&im->world->notices, NOTICE_WARNING,
	       "%s gets a copy of the key of %s, which is replaced and removed "
	       "apart from it (source_profile = %s would share it)",
	       key->profile, twin, twin);
	return true;
}
