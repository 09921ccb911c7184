#ifndef CMD_DOCTOR_DOCTOR_INTERNAL_H
#define CMD_DOCTOR_DOCTOR_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "access/context.h"
#include "base/attrs.h"
#include "port/keyring.h"

struct error;
struct request;
struct world;

/*
 * `doctor` has one function for each check, which prints one line or more.  A
 * note is information; a warning should be fixed; an error makes commands fail,
 * or gives others access to a key.
 */
enum exam_state { EXAM_OK, EXAM_NOTE, EXAM_WARNING, EXAM_ERROR, EXAM_STATES };

struct exam {
	enum exam_state state;
	const char *what; /* one or two words: "keyring" */
	const char *text;
	const char *mend; /* a command, or another suggestion; NULL */
};

struct doctor {
	const struct request *request;
	const struct world *world;
	struct context context; /* its arena has all texts */
	bool no_files;          /* they could not be read, which was reported */
	const struct keyring_item *keys;
	size_t n_keys;
	struct exam *exams;
	size_t n_exams;
	bool failed; /* out of memory: sticky */
};

/* Adds a line; mend (NULL: nothing to do) is copied. */
void doctor_findings_add(struct doctor *d, enum exam_state state,
			 const char *what, const char *mend, const char *fmt,
			 ...) PRINTF_LIKE(5, 6);

/* Adds an error, with its hint as suggestion. */
void doctor_findings_add_error(struct doctor *d, enum exam_state state,
			       const char *what, const struct error *err);

/* A text in the doctor's arena; "" when out of memory, which is noted. */
const char *doctor_findings_text(struct doctor *d, const char *fmt, ...)
	PRINTF_LIKE(2, 3);

/* --- doctor_here.c: this machine ------------------------------------------ */

void doctor_machine_keyring(
	struct doctor *d); /* first: other checks need its keys */
void doctor_machine_sessions(struct doctor *d);
void doctor_machine_kernel(struct doctor *d);
void doctor_machine_memory(struct doctor *d);

/* --- doctor_files.c: the files of the home --------------------------------- */

void doctor_files_config(struct doctor *d);
void doctor_files_modes(struct doctor *d);
void doctor_files_plaintext(struct doctor *d);
void doctor_files_caches(struct doctor *d);

/* --- doctor_aws.c: what takes a request ------------------------------------- */

void doctor_aws_clock(struct doctor *d);
void doctor_aws_key_age(struct doctor *d);

#endif
