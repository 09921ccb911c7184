#ifndef CMD_CMD_INTERNAL_H
#define CMD_CMD_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "plan/plan.h"

struct arena;
struct aws_config;
struct credentials;
struct error;
struct request;
struct secbuf;
struct world;

/* The two AWS files as they were read, and what the profile comes to. */
struct look {
	struct arena *arena;
	struct aws_config *config;
	struct secbuf *texts[2]; /* config points into them */
	bool brief;              /* plans are many: see struct plan_options */
	bool one_hour;           /* likewise */
	struct plan plan;
};

#define CONFIG_MAX 16777216 /* bytes of a file; ours to choose */

/* Read both files. Give back with look_clear(), whatever was returned. */
bool look_files(const struct request *request, const struct world *world,
		struct look *look, struct error *err) MUST_CHECK;

/* The plan for a profile of look's files. */
bool look_plan(const struct request *request, const struct world *world,
	       const char *profile, struct look *look, struct plan *plan,
	       struct error *err) MUST_CHECK;

/* Both, for request->profile, into look->plan. */
bool look_profile(const struct request *request, const struct world *world,
		  struct look *look, struct error *err) MUST_CHECK;

/* Is it a role of more than one hour, straight from the key with a code? */
bool is_direct(const struct request *request, const struct plan *plan);

void look_clear(struct look *look);

/*
 * The credentials that look's plan ends in.  keep is how long a cached session
 * must still last if the person did not say.  Where the person changes the
 * config on the way, the files are read again, and look has the new plan.
 */
#define TTL_EXEC    300 /* seconds */
#define TTL_PROCESS 900 /* botocore asks again at 15 minutes */

bool obtain(const struct request *request, struct look *look,
	    const struct world *world, int64_t keep, struct credentials *creds,
	    struct error *err) MUST_CHECK;

/* rolekey_expect_account: a guard against a line edited by mistake. */
bool check_account(const struct plan *plan, struct error *err) MUST_CHECK;

/* Print a buffer to the output; one that failed is ERROR_MEMORY. */
bool print(const struct world *world, const struct secbuf *text,
	   struct error *err) MUST_CHECK;

/*
 * The same for what put() writes, however long it is: put() is called until it
 * fits.  It returns false if memory is lacking elsewhere than in out.
 */
bool print_all(const struct world *world,
	       bool (*put)(struct secbuf *out, const void *what),
	       const void *what, struct error *err) MUST_CHECK;

/* credential_process's JSON object, with a line end. */
void put_json(struct secbuf *out, const struct credentials *creds);

/*
 * Add "KEY = VALUE" to the profile's section of ~/.aws/config, which is made if
 * there is none, and say so; key may be NULL: the section alone.  ERROR_CONFIG
 * if it is there already, or somebody else changed the file meanwhile.
 */
bool config_add(const struct request *request, const struct world *world,
		const char *profile, const char *key, const char *value,
		struct error *err) MUST_CHECK;

/* What a yes-or-no question was answered with: "y" or "yes", any case. */
bool confirm(const struct world *world, const char *question, bool *yes,
	     struct error *err) MUST_CHECK;

extern const struct command command_add, command_clear, command_config_check,
	command_config_dump, command_credential_process, command_doctor,
	command_exec, command_explain, command_export, command_import,
	command_list, command_lock, command_mfa_add, command_mfa_code,
	command_mfa_enroll, command_mfa_list, command_migrate,
	command_mfa_remove, command_remove, command_unlock;

#endif
