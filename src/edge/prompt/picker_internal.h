#ifndef EDGE_PROMPT_PICKER_INTERNAL_H
#define EDGE_PROMPT_PICKER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct picker_row;
struct prompt;

/* Both choose a row as described in port/picker.h. */

/*
 * Shows numbers and asks for one, line by line: for terminals that cannot move
 * the cursor.
 */
bool picker_list_pick(const struct prompt *prompt,
		      const struct picker_row *rows, size_t n, size_t *chosen,
		      struct error *err) MUST_CHECK;

/*
 * Tests for a terminal that ncurses knows, by TERM: for others newterm(3) fails
 * and leaks memory.
 */
bool picker_term_is_known(int tty);

/* Runs fzf ("fzf - a command-line fuzzy finder", its manual page). */
bool picker_fzf_pick(char *const *environment, const struct picker_row *rows,
		     size_t n, size_t *chosen, struct error *err) MUST_CHECK;

#endif
