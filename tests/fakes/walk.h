#ifndef FAKES_WALK_H
#define FAKES_WALK_H

#include <stdbool.h>

#include "cmd/command.h"

struct error;
struct fake_world;

/*
 * Walks of exec in a world of fakes: custodian has a stored key and an MFA
 * device, testing is a role assumed with it, and chained a role assumed from
 * testing.
 */
#define WALK(test) cmocka_unit_test_setup_teardown(test, walk_setup, walk_end)

/* *state is the struct fake_world. */
int walk_setup(void **state);
int walk_end(void **state);

/*
 * Parses a command line without the program; one blank separates the words.  The
 * texts of the call live until walk_end().
 */
struct call walk_parse(const char *line, const struct command **command);

/* Parses `exec PROFILE -- aws s3 ls`. */
struct call walk_call(const char *profile);

bool walk_run(struct fake_world *fake, const struct call *call,
	      struct error *err);

/* Runs exec, which must succeed with exactly this log. */
void walk_is(struct fake_world *fake, const struct call *call, const char *log);

/* Stores custodian's key; an older one has no name of its user. */
void walk_put_key(struct fake_world *fake, bool with_name);

#endif
