#ifndef PORT_PICKER_H
#define PORT_PICKER_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* A profile to choose from. All borrowed; UTF-8, and clean for a terminal. */
struct picker_row {
	const char *name;
	const char *account;     /* or "" */
	const char *role;        /* its name, or "" */
	const char *color;       /* as in AWS Extend Switch Roles, or "" */
	const char *note;        /* how long a session lasts, ...; or "" */
	const char *description; /* the account's name and unit, or "" */
};

/* Lets the user choose a profile on the controlling terminal. */
struct picker {
	void *self; /* NULL: nobody can be asked */
	/* Tests whether pick() could reach the user. */
	bool (*can_pick)(void *self);
	/*
	 * Shows n rows, n > 0, in this order, and searches as the user types.
	 * *chosen is the index of a row.  ERROR_INTERRUPTED for Escape and
	 * Ctrl-C; ERROR_PERSON if nobody can be asked; ERROR_SYSTEM.
	 */
	bool (*pick)(void *self, const struct picker_row *rows, size_t n,
		     size_t *chosen, struct error *err);
};

/* Calls through the port; struct picker documents them. */
static inline bool picker_can_pick(const struct picker *picker)
{
	return picker->self && picker->can_pick(picker->self);
}

static inline bool picker_pick(const struct picker *picker,
			       const struct picker_row *rows, size_t n,
			       size_t *chosen, struct error *err)
{
	return picker->pick(picker->self, rows, n, chosen, err);
}

#endif
