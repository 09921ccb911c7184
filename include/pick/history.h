#ifndef PICK_HISTORY_H
#define PICK_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct strbuf;

#define HISTORY_MAX   512   /* profiles that are remembered */
#define HISTORY_BYTES 65536 /* of the text */

/*
 * Which profiles the user chose, how often and when: text of lines "SCORE TIME
 * NAME".  Each choice adds HISTORY_ONE to the score, which halves within a week,
 * so that the score tells both.  TIME, in seconds since the epoch, is when the
 * score was that.
 */
struct history_entry {
	const char *name; /* borrowed from the text */
	size_t len;
	int64_t score;
	int64_t time;
};

struct history {
	struct history_entry entries[HISTORY_MAX];
	size_t n;
};

#define HISTORY_ONE 1000

/* Parses a text; lines that are malformed, or too many, are left out. */
void history_parse(struct history *history, const char *text);

/* Returns the score of a profile at a time; 0 if it was never chosen. */
int64_t history_score(const struct history *history, const char *name,
		      int64_t now);

/*
 * Adds a choice.  If the history is full, the profile with the lowest score is
 * forgotten.  name is borrowed.
 */
void history_add(struct history *history, const char *name, int64_t now);

/* Writes the text. */
void history_put(const struct history *history, struct strbuf *out);

#endif
