#include "sync/account.h"

#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"

#define TAG      "tag:"
#define EXPECTED "a list of ou=, name=, id=, email=, state= or tag:KEY= terms"

/* --- words ---------------------------------------------------------------------- */

#define BLANKS " \t\r\n"

/* A word that is being read. */
struct reader {
	const char *at;
	char *word; /* as long as the text */
	size_t len;
};

static void take(struct reader *r)
{
	r->word[r->len++] = *r->at++;
}

/* Reads between quotes. False if the second is missing. */
static bool read_quoted(struct reader *r)
{
	char quote = *r->at++;

	while (*r->at != '\0' && *r->at != quote) {
		if (quote == '"' && *r->at == '\\' &&
		    (r->at[1] == '"' || r->at[1] == '\\'))
			r->at++;
		take(r);
	}
	return *r->at++ == quote;
}

static bool read_word(struct reader *r)
{
	while (*r->at != '\0' && !strchr(BLANKS, *r->at)) {
		if (*r->at == '\'' || *r->at == '"') {
			if (!read_quoted(r))
				return false;
			continue;
		}
		if (*r->at == '\\' && *++r->at == '\0')
			return false;
		take(r);
	}
	return true;
}

bool account_words(const char *text, struct arena *arena, const char ***words,
		   size_t *n)
{
	struct reader r = { .at = text + strspn(text, BLANKS) };

	*words = NULL;
	*n = 0;
	while (*r.at != '\0') {
		const char **room;

		r.word = arena_alloc(arena, strlen(r.at) + 1);
		room = arena_room(arena, *words, *n, sizeof(**words));
		if (!r.word || !room)
			return false;
		*words = room;
		r.len = 0;
		if (!read_word(&r))
			return false;
		room[(*n)++] = r.word;
		r.at += strspn(r.at, BLANKS);
	}
	return true;
}

/* --- filters -------------------------------------------------------------------- */

static bool is_key(const char *key)
{
	static const char *const keys[] = { "ou", "name", "id", "email",
					    "state" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* Reads "KEY=PATTERN". False if it is none. */
static bool read_term(const char *word, struct arena *arena,
		      struct account_term *term)
{
	const char *equal = strchr(word, '=');
	const char *key = word;

	*term = (struct account_term){ .tag = strncmp(word, TAG, strlen(TAG)) ==
					      0 };
	key += term->tag ? strlen(TAG) : 0;
	if (!equal || equal <= key)
		return false;
	term->key = arena_strndup(arena, key, (size_t)(equal - key));
	term->pattern = equal + 1;
	return term->key && (term->tag || is_key(term->key));
}

bool account_filter_parse(const char *text, struct arena *arena,
			  struct account_filter *filter, struct error *err)
{
	const char **words;
	size_t n;
	bool ok = account_words(text, arena, &words, &n);

	*filter = (struct account_filter){
		.terms = arena_alloc(arena, (n + 1) * sizeof(*filter->terms))
	};
	for (size_t i = 0; ok && filter->terms && i < n; i++) {
		struct account_term *term = &filter->terms[filter->n++];

		ok = read_term(words[i], arena, term);
		filter->tags = filter->tags || term->tag;
		filter->state =
			filter->state ||
			(ok && !term->tag && strcmp(term->key, "state") == 0);
	}
	if (!arena_ok(arena))
		return error_memory(err);
	return ok || error_fail(err, REASON_BAD_OPTION_VALUE, .key = "where",
				.value = text, .expected = EXPECTED);
}

/* --- matching ------------------------------------------------------------------- */

static bool fits(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, FNM_CASEFOLD) == 0;
}

bool account_is_in(const char *pattern, const char *ou)
{
	size_t len = strlen(pattern);
	char before[512];

	if (fits(pattern, ou))
		return true;
	if (len < 2 || strcmp(pattern + len - 2, "/*") != 0 ||
	    len - 2 >= sizeof(before))
		return false;
	memcpy(before, pattern, len - 2);
	before[len - 2] = '\0';
	return fits(before, ou);
}

static bool has_tag(const struct account *account,
		    const struct account_term *term)
{
	for (size_t i = 0; i < account->n_tags; i++)
		if (strcmp(account->tags[i].key, term->key) == 0 &&
		    fits(term->pattern, account->tags[i].value))
			return true;
	return false;
}

static bool term_matches(const struct account_term *term,
			 const struct account *account)
{
	const struct {
		const char *key;
		const char *text;
	} texts[] = { { "name", account->name },
		      { "id", account->id },
		      { "email", account->email },
		      { "state", account->state } };

	if (term->tag)
		return has_tag(account, term);
	if (strcmp(term->key, "ou") == 0)
		return account_is_in(term->pattern, account->ou);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].key, term->key) == 0)
			return fits(term->pattern, texts[i].text);
	return false;
}

bool account_matches(const struct account_filter *filter,
		     const struct account *account, bool any_state,
		     bool with_tags)
{
	if (!any_state && !filter->state &&
	    strcmp(account->state, "ACTIVE") != 0)
		return false;
	for (size_t i = 0; i < filter->n; i++)
		if ((with_tags || !filter->terms[i].tag) &&
		    !term_matches(&filter->terms[i], account))
			return false;
	return true;
}
