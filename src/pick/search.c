#include "pick/search.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "port/picker.h"

#define QUERY_MAX 256 /* bytes that count */
#define WORDS_MAX 32

struct pick_search {
	size_t n;
	char *texts;   /* lower case: the texts of a row, and a NUL */
	size_t *at;    /* the start of each row's text */
	size_t *names; /* the length of each row's name */
	size_t *found;
	size_t n_found;
};

/* The words of a query, in lower case. */
struct query {
	char text[QUERY_MAX];
	const char *words[WORDS_MAX];
	size_t n;
};

/* --- lower case -------------------------------------------------------------- */

/* Encodes a character of two bytes (RFC 3629 3). */
static void put_two(uint32_t code, char *out)
{
	const unsigned char bytes[] = { (unsigned char)(0xc0 | (code >> 6)),
					(unsigned char)(0x80 | (code & 0x3f)) };

	memcpy(out, bytes, sizeof(bytes));
}

/*
 * Lowers a character of Latin-1, Greek or Cyrillic whose capital and small
 * letter both take two bytes; others stay.
 */
static uint32_t lower(uint32_t code)
{
	if ((code >= 0xc0 && code <= 0xde && code != 0xd7) ||
	    (code >= 0x391 && code <= 0x3a9) ||
	    (code >= 0x410 && code <= 0x42f))
		return code + 32;
	if (code >= 0x400 && code <= 0x40f)
		return code + 80;
	return code;
}

static char lower_ascii(char c)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	if (c < 'A' || c > 'Z')
		return c;
	return letters[c - 'A'];
}

/* Copies a text in lower case, which has the same length, without a NUL. */
static size_t put_lower(char *out, const char *text, size_t len)
{
	struct text_character c;
	size_t step;

	for (size_t i = 0; i < len; i += step) {
		step = text_character(text + i, len - i, &c);
		if (step == 2)
			put_two(lower(c.code), out + i);
		else if (step <= 1)
			out[i] = lower_ascii(text[i]);
		else
			memcpy(out + i, text + i, step);
		step = step == 0 ? 1 : step;
	}
	return len;
}

/* --- the rows ---------------------------------------------------------------- */

static size_t row_len(const struct picker_row *row)
{
	return strlen(row->name) + strlen(row->account) + strlen(row->role) +
	       strlen(row->description) + 4;
}

/* Writes "NAME ACCOUNT ROLE DESCRIPTION" and a NUL. */
static size_t put_row(char *out, const struct picker_row *row)
{
	const char *const texts[] = { row->name, row->account, row->role,
				      row->description };
	size_t n = sizeof(texts) / sizeof(texts[0]);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		len += put_lower(out + len, texts[i], strlen(texts[i]));
		out[len++] = ' ';
	}
	out[len - 1] = '\0';
	return len;
}

static void fill(struct pick_search *search, const struct picker_row *rows)
{
	size_t at = 0;

	for (size_t i = 0; i < search->n; i++) {
		search->at[i] = at;
		search->names[i] = strlen(rows[i].name);
		at += put_row(search->texts + at, &rows[i]);
	}
}

struct pick_search *pick_search_new(const struct picker_row *rows, size_t n)
{
	struct pick_search *search = mem_alloc(sizeof(*search));
	size_t bytes = 1;

	for (size_t i = 0; i < n; i++)
		bytes += row_len(&rows[i]);
	if (!search)
		return NULL;
	search->n = n;
	search->texts = mem_alloc(bytes);
	search->at = mem_alloc((n + 1) * sizeof(*search->at));
	search->names = mem_alloc((n + 1) * sizeof(*search->names));
	search->found = mem_alloc((n + 1) * sizeof(*search->found));
	if (search->texts && search->at && search->names && search->found) {
		fill(search, rows);
		(void)pick_search_run(search, "");
		return search;
	}
	pick_search_free(search);
	return NULL;
}

void pick_search_free(struct pick_search *search)
{
	if (!search)
		return;
	mem_free(search->texts);
	mem_free(search->at);
	mem_free(search->names);
	mem_free(search->found);
	mem_free(search);
}

/* --- a query ----------------------------------------------------------------- */

static void parse(struct query *query, const char *text)
{
	size_t len = strnlen(text, QUERY_MAX - 1);
	char *rest = query->text;
	char *word;

	query->n = 0;
	query->text[put_lower(query->text, text, len)] = '\0';
	while (query->n < WORDS_MAX && (word = strsep(&rest, " \t")))
		if (*word != '\0')
			query->words[query->n++] = word;
}

static bool matches(const char *text, const struct query *query)
{
	for (size_t i = 0; i < query->n; i++)
		if (!strstr(text, query->words[i]))
			return false;
	return true;
}

/* Ranks a row that was found: 0 is the best. */
static int rank(const struct pick_search *search, size_t row,
		const struct query *query)
{
	const char *text = search->texts + search->at[row];
	const char *word = query->n > 0 ? query->words[0] : "";
	size_t len = strlen(word);

	if (len == 0 || strncmp(text, word, len) != 0)
		return len == 0 ? 0 : 2;
	return query->n == 1 && len == search->names[row] ? 0 : 1;
}

size_t pick_search_run(struct pick_search *search, const char *query)
{
	struct query q;

	parse(&q, query);
	search->n_found = 0;
	for (int best = 0; best <= 2; best++)
		for (size_t i = 0; i < search->n; i++)
			if (rank(search, i, &q) == best &&
			    matches(search->texts + search->at[i], &q))
				search->found[search->n_found++] = i;
	return search->n_found;
}

size_t pick_search_row(const struct pick_search *search, size_t n)
{
	return search->found[n];
}
