#ifndef PICK_SEARCH_H
#define PICK_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct picker_row;

/*
 * Searches profiles as AWS Extend Switch Roles does: a row is found if each word
 * of the query is a part of its name, account id, role or description, in any
 * order and in either case.
 */
struct pick_search;

/*
 * Makes a search over n rows, which are borrowed.  NULL when out of memory.
 * Free with pick_search_free().
 */
struct pick_search *pick_search_new(const struct picker_row *rows,
				    size_t n) MUST_CHECK;
void pick_search_free(struct pick_search *search);

/*
 * Finds the rows for a query and returns their number; an empty query finds all
 * of them.  A row whose name is the query comes first, then rows whose names
 * begin with its first word, then the others, each in the order of the rows.
 */
size_t pick_search_run(struct pick_search *search, const char *query);

/* Returns the index of the n-th row that was found. */
size_t pick_search_row(const struct pick_search *search, size_t n);

#endif
