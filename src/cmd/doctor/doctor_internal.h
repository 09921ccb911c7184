#ifndef CMD_DOCTOR_DOCTOR_INTERNAL_H
#define CMD_DOCTOR_DOCTOR_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "access/context.h"
#include "base/attrs.h"
#include "base/error.h"
#include "port/keyring.h"

struct request;
struct world;

/*
 * `doctor` runs one function for each check, which adds one finding or more.  A
 * note needs no action; a warning should be fixed; an error makes commands fail,
 * or gives other users access to a key.
 */
enum exam_state { EXAM_OK, EXAM_NOTE, EXAM_WARNING, EXAM_ERROR, EXAM_STATES };

struct exam {
	enum exam_state state;
	const char *what; /* a word or two: "keyring" */
	const struct error *fact;
	const char *fix; /* instead of the fact's hint, or NULL */
};

struct doctor {
	const struct request *request;
	const struct error *settings_error; /* see struct call */
	const struct world *world;
	struct context context; /* its arena has all facts */
	bool no_files;          /* the AWS files could not be read */
	const struct keyring_item *keys;
	size_t n_keys;
	struct exam *exams;
	size_t n_exams;
	bool failed; /* out of memory: sticky */
};

/* --- findings.c ------------------------------------------------------------- */

/*
 * Adds a finding; the hint of its reason says how to fix it.
 *
 *	doctor_findings_add(d, EXAM_OK, "caches", REASON_NO_CACHES);
 */
#define doctor_findings_add(d, state, what, ...) \
	doctor_findings_add_with(                \
		(d), (state), (what),            \
		&(const struct error_facts){ .reason = __VA_ARGS__ })
void doctor_findings_add_with(struct doctor *d, enum exam_state state,
			      const char *what,
			      const struct error_facts *facts);

/* Adds a failure; fix, if it is not NULL, replaces its hint. */
void doctor_findings_add_error(struct doctor *d, enum exam_state state,
			       const char *what, const struct error *err,
			       const char *fix);

#define DOCTOR_TEXT_LEN 2048

/* The message of a finding, and how to fix it, or "". */
void doctor_findings_text(const struct exam *exam,
			  char out[static DOCTOR_TEXT_LEN]);
void doctor_findings_fix(const struct exam *exam,
			 char out[static DOCTOR_TEXT_LEN]);

/* --- machine.c: this machine ------------------------------------------------ */

/* Runs first: it finds the keys for the others. */
void doctor_machine_keyring(struct doctor *d);
void doctor_machine_unused(struct doctor *d);
void doctor_machine_sessions(struct doctor *d);
void doctor_machine_kernel(struct doctor *d);
void doctor_machine_memory(struct doctor *d);

/* --- files.c: files in the home folder -------------------------------------- */

void doctor_files_settings(struct doctor *d);
void doctor_files_config(struct doctor *d);
void doctor_files_modes(struct doctor *d);
void doctor_files_plaintext(struct doctor *d);
void doctor_files_caches(struct doctor *d);

/* Adds what others can do to a file that is there; what is the check. */
void doctor_files_mode(struct doctor *d, const char *what, const char *path,
		       bool secret);

/* --- sign_ins.c: IAM Identity Center, and aws login ---------------------------- */

void doctor_sign_ins_sso(struct doctor *d);
void doctor_sign_ins_login(struct doctor *d);

/* --- aws.c: checks that make a request --------------------------------------- */

void doctor_aws_clock(struct doctor *d);
void doctor_aws_key_age(struct doctor *d);

#endif
