#include "pick/history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

#define HALF_LIFE (INT64_C(7) * 86400) /* seconds */
#define SCORE_MAX INT64_C(1000000000)
#define TIME_MAX  INT64_C(99999999999)
#define NAME_MAX  192 /* bytes; a longer name is not remembered */

/* Halves a score for each week, and linearly within one. */
static int64_t decayed(int64_t score, int64_t seconds)
{
	int64_t weeks = seconds > 0 ? seconds / HALF_LIFE : 0;
	int64_t rest = seconds > 0 ? seconds % HALF_LIFE : 0;

	if (weeks > 40)
		return 0;
	score >>= weeks;
	return score - score * rest / (2 * HALF_LIFE);
}

/* Takes a number from 1 to max, and the blank after it. */
static bool take_number(const char **text, int64_t max, int64_t *number)
{
	char *end;

	if (**text < '1' || **text > '9')
		return false;
	*number = strtoll(*text, &end, 10);
	*text = end + 1;
	return *end == ' ' && *number <= max;
}

static bool parse_line(const char *line, size_t len,
		       struct history_entry *entry)
{
	const char *end = line + len;

	if (!take_number(&line, SCORE_MAX, &entry->score) ||
	    !take_number(&line, TIME_MAX, &entry->time) || line >= end)
		return false;
	entry->name = line;
	entry->len = (size_t)(end - line);
	return entry->len <= NAME_MAX;
}

static struct history_entry *find(struct history *history, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < history->n; i++)
		if (history->entries[i].len == len &&
		    memcmp(history->entries[i].name, name, len) == 0)
			return &history->entries[i];
	return NULL;
}

void history_parse(struct history *history, const char *text)
{
	history->n = 0;
	while (*text != '\0' && history->n < HISTORY_MAX) {
		size_t len = strcspn(text, "\n");

		if (parse_line(text, len, &history->entries[history->n]))
			history->n++;
		text += len + (text[len] == '\n');
	}
}

static int64_t score_at(const struct history_entry *entry, int64_t now)
{
	return decayed(entry->score, now - entry->time);
}

int64_t history_score(const struct history *history, const char *name,
		      int64_t now)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < history->n; i++)
		if (history->entries[i].len == len &&
		    memcmp(history->entries[i].name, name, len) == 0)
			return score_at(&history->entries[i], now);
	return 0;
}

/* Returns a free entry, or the one with the lowest score. */
static struct history_entry *make_room(struct history *history, int64_t now)
{
	struct history_entry *worst = &history->entries[0];

	if (history->n < HISTORY_MAX)
		return &history->entries[history->n++];
	for (size_t i = 1; i < history->n; i++)
		if (score_at(&history->entries[i], now) < score_at(worst, now))
			worst = &history->entries[i];
	return worst;
}

void history_add(struct history *history, const char *name, int64_t now)
{
	struct history_entry *entry = find(history, name);
	int64_t score = entry ? score_at(entry, now) : 0;

	if (*name == '\0' || strlen(name) > NAME_MAX || strchr(name, '\n') ||
	    *name == ' ')
		return;
	if (!entry)
		entry = make_room(history, now);
	score += HISTORY_ONE;
	*entry = (struct history_entry){
		.name = name,
		.len = strlen(name),
		.score = score > SCORE_MAX ? SCORE_MAX : score,
		.time = now,
	};
}

void history_put(const struct history *history, struct strbuf *out)
{
	for (size_t i = 0; i < history->n; i++)
		strbuf_printf(out, "%" PRId64 " %" PRId64 " %.*s\n",
			      history->entries[i].score,
			      history->entries[i].time,
			      (int)history->entries[i].len,
			      history->entries[i].name);
}
