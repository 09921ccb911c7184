#include "format/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/expected.h"
#include "base/text.h"

#define ENV_PREFIX   "ROLEKEY_"
#define NAME_MAX_LEN 64
#define CHOICES_MAX  8
#define HOUR         INT64_C(3600)
#define DAY          (24 * HOUR)

/* --- the settings ---------------------------------------------------------- */

enum type { CHOICE, TEXT, DURATION, NUMBER, FLAG };

static const struct key {
	const char *name;
	size_t offset;
	enum type type;
	bool or_zero;                     /* a duration may also be 0 */
	bool or_auto;                     /* or "auto" */
	int64_t min, max;                 /* of a number, or of seconds */
	const char *choices[CHOICES_MAX]; /* of a choice */
} keys[] = {
#define AT(field) .name = #field, .offset = offsetof(struct settings, field)
	{ AT(backend), CHOICE,
	  .choices = { "auto", "secret-service", "file", "pass" } },
	{ AT(session_backend), CHOICE,
	  .choices = { "auto", "secret-service", "file", "pass", "kernel" } },
	{ AT(prompt), CHOICE,
	  .choices = { "auto", "terminal", "pinentry", "zenity", "kdialog",
		       "ykman", "none" } },
	{ AT(browser), TEXT },
	{ AT(picker), CHOICE, .choices = { "builtin", "fzf" } },
	{ AT(sso_cache), CHOICE, .choices = { "keyring", "shared" } },
	{ AT(session_duration), DURATION, .min = 900, .max = 36 * HOUR },
	{ AT(role_duration), DURATION, true, true, .min = 900,
	  .max = 12 * HOUR },
	{ AT(min_ttl), DURATION, .min = 0, .max = 12 * HOUR },
	{ AT(prompt_timeout), DURATION, .min = 1, .max = HOUR },
	{ AT(unlock_timeout), DURATION, .min = 0, .max = 720 * HOUR },
	{ AT(rotate_after), DURATION, .min = DAY, .max = 3650 * DAY },
	{ AT(argon2_passes), NUMBER, .min = 1, .max = 16 },
	{ AT(argon2_memory), NUMBER, .min = 16, .max = 1024 },
	{ AT(log), FLAG },
	{ AT(no_prompt), FLAG },
#undef AT
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

struct settings settings_default(void)
{
	return (struct settings){
		.backend = "auto",
		.prompt = "auto",
		.picker = "builtin",
		.sso_cache = "keyring",
		.session_duration = 12 * HOUR,
		.prompt_timeout = 120,
		.unlock_timeout = 8 * HOUR,
		.rotate_after = 90 * DAY,
		.argon2_passes = 3,
		.argon2_memory = 64,
		.log = true,
	};
}

static const struct key *find_key(const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static bool unknown_key(const char *name, struct error *err)
{
	const char *nearest = keys[0].name;

	for (size_t i = 1; i < N_KEYS; i++)
		if (text_distance(name, keys[i].name) <
		    text_distance(name, nearest))
			nearest = keys[i].name;
	return error_fail(err, REASON_UNKNOWN_SETTING, .key = name,
			  .other = nearest);
}

/* --- one value ------------------------------------------------------------- */

/* "one of a, b and c" */
static bool wrong_choice(const struct key *key, const char *value,
			 struct error *err)
{
	char list[256] = "one of ";
	size_t at = strlen(list);

	for (size_t i = 0; i < CHOICES_MAX && key->choices[i]; i++) {
		bool last = i + 1 == CHOICES_MAX || !key->choices[i + 1];

		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
				       i == 0 ? ""
				       : last ? " and "
					      : ", ",
				       key->choices[i]);
	}
	return error_fail(err, REASON_BAD_VALUE, .value = value,
			  .expected = list);
}

static bool set_choice(const struct key *key, void *field, const char *value,
		       struct error *err)
{
	for (size_t i = 0; i < CHOICES_MAX && key->choices[i]; i++)
		if (strcmp(key->choices[i], value) == 0) {
			memcpy(field, &key->choices[i], sizeof(value));
			return true;
		}
	return wrong_choice(key, value, err);
}

static bool set_text(const struct key *key, void *field, const char *value,
		     struct error *err)
{
	const char *text = text_is_empty(value) ? NULL : value;

	(void)key;
	(void)err;
	memcpy(field, &text, sizeof(text));
	return true;
}

static bool wrong_span(const struct key *key, const char *value,
		       struct error *err)
{
	char least[TEXT_SPAN_LEN];
	char most[TEXT_SPAN_LEN];
	char range[2 * TEXT_SPAN_LEN + 4];

	text_span(key->min, least);
	text_span(key->max, most);
	(void)snprintf(range, sizeof(range), "%s to %s", least, most);
	return error_fail(err, REASON_OUT_OF_RANGE, .value = value,
			  .expected = range);
}

static bool set_duration(const struct key *key, void *field, const char *value,
			 struct error *err)
{
	int64_t seconds = SETTINGS_AUTO;
	bool is_auto = key->or_auto && strcmp(value, "auto") == 0;

	if (!is_auto && !text_duration(value, &seconds))
		return error_fail(err, REASON_BAD_VALUE, .value = value,
				  .expected = EXPECTED_DURATION);
	if ((seconds < key->min || seconds > key->max) && !is_auto &&
	    !(key->or_zero && seconds == 0))
		return wrong_span(key, value, err);
	memcpy(field, &seconds, sizeof(seconds));
	return true;
}

static bool wrong_number(const struct key *key, const char *value,
			 struct error *err)
{
	char range[64];

	(void)snprintf(range, sizeof(range), "a number from %lld to %lld",
		       (long long)key->min, (long long)key->max);
	return error_fail(err, REASON_BAD_VALUE, .value = value,
			  .expected = range);
}

static bool set_number(const struct key *key, void *field, const char *value,
		       struct error *err)
{
	int64_t number = 0;
	const char *at = value;

	for (; *at >= '0' && *at <= '9' && number <= key->max; at++)
		number = (number * 10) + (*at - '0');
	if (*at != '\0' || number < key->min || number > key->max)
		return wrong_number(key, value, err);
	memcpy(field, &number, sizeof(number));
	return true;
}

static bool set_flag(const struct key *key, void *field, const char *value,
		     struct error *err)
{
	bool flag;

	(void)key;
	if (!text_bool(value, &flag))
		return error_fail(err, REASON_BAD_VALUE, .value = value,
				  .expected = EXPECTED_BOOL);
	memcpy(field, &flag, sizeof(flag));
	return true;
}

/* as: the name that the user wrote, for the message. */
static bool set_key(struct settings *settings, const struct key *key,
		    const char *as, const char *value, struct error *err)
{
	static bool (*const set[])(const struct key *, void *, const char *,
				   struct error *) = {
		[CHOICE] = set_choice,     [TEXT] = set_text,
		[DURATION] = set_duration, [NUMBER] = set_number,
		[FLAG] = set_flag,
	};

	return set[key->type](key, (char *)settings + key->offset, value,
			      err) ||
	       error_add(err, .key = as);
}

bool settings_set(struct settings *settings, const char *name, const char *as,
		  const char *value, struct error *err)
{
	const struct key *key = find_key(name);

	return key ? set_key(settings, key, as, value, err)
		   : unknown_key(name, err);
}

/* --- environment ----------------------------------------------------------- */

static void name_variable(const struct key *key, char name[static NAME_MAX_LEN])
{
	const char *end = name + NAME_MAX_LEN - 1;

	memcpy(name, ENV_PREFIX, strlen(ENV_PREFIX));
	name += strlen(ENV_PREFIX);
	for (const char *c = key->name; *c != '\0' && name < end; c++)
		*name++ = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	*name = '\0';
}

bool settings_environment(char *const *environment, struct settings *settings,
			  struct error *err)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		char name[NAME_MAX_LEN];
		const char *value;

		name_variable(&keys[i], name);
		value = text_env(environment, name);
		if (!text_is_empty(value) &&
		    !set_key(settings, &keys[i], name, value, err))
			return false;
	}
	return true;
}
