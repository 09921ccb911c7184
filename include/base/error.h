#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

/*
 * Describes a failure by facts: a reason, and the names and numbers that belong
 * to it.  The sentence that the user reads is made from them, in one place
 * (message/message.h); nothing composes or compares sentences.
 *
 * A function that can fail returns bool and takes a struct error as its last
 * parameter, which it fills only when it returns false.  The struct is a plain
 * value of the caller: reporting a failure never allocates, so running out of
 * memory can be reported too.
 *
 * Never put a secret into an error: its facts go to terminals and logs.
 * Control characters are replaced as a fact is stored, so text from outside (an
 * answer, a file, a daemon) may be stored as it is.
 */
enum error_code {
	ERROR_NONE,
	ERROR_MEMORY, /* out of memory or past a size cap: status 1 */
	ERROR_USAGE,  /* the command line is wrong: 2 */
	ERROR_CONFIG, /* the user's files are wrong; path and line say where: 3 */
	ERROR_PERSON,      /* an answer is needed and nobody can be asked: 4 */
	ERROR_DENIED,      /* AWS refused: 5 */
	ERROR_KEYRING,     /* the keyring cannot be used: 6 */
	ERROR_NETWORK,     /* no answer arrived; trying again may help: 7 */
	ERROR_PROTOCOL,    /* an answer that we cannot understand: 7 */
	ERROR_SYSTEM,      /* a system call failed; detail is strerror(): 1 */
	ERROR_INTERRUPTED, /* Ctrl-C at a prompt: 130 */
	ERROR_NOT_FOUND,   /* exec: there is no such command: 127 */
	ERROR_CANNOT_RUN,  /* exec: it is there and cannot be run: 126 */
	ERROR_REPORTED     /* already printed; about.number is the status */
};

/*
 * The facts.  A text is NUL-terminated, cut to its room, and "" when unknown.
 * The comment of a reason says which of them it has.
 */
struct about {
	char profile
		[192];  /* whose key, role or line failed, not what was typed */
	char path[512]; /* a file, a folder or a URL */
	char key[96];   /* a setting, key, variable or option: "--duration" */
	char value[256];    /* the offending text */
	char expected[256]; /* what would be valid: "a duration (90m, 12h)" */
	char other[256];    /* a second name, value or place */
	char arn[640]; /* of a role, user or MFA device; or its serial number */
	char action[64]; /* an API action, a program, or what was being done */
	char aws_code[64]; /* AWS's own error code: "AccessDenied" */
	char detail[512];  /* from outside: AWS's message, strerror(), a line */
	unsigned line;     /* of path; 0: none */
	int64_t number; /* its unit is the reason's: seconds, bytes, a count */
	int64_t of;     /* a second number: "{number} of {of}" */
};

#define ERROR_CONTEXTS 2

struct error {
	enum error_code code; /* the reason's, unless its owner sets another */
	enum error_reason reason;
	enum error_reason within[ERROR_CONTEXTS]; /* innermost first */
	struct about about;
};

/* The facts as a caller gives them: borrowed texts, NULL for none. */
struct error_facts {
	enum error_reason reason;
	const char *profile, *path, *key, *value, *expected, *other, *arn,
		*action, *aws_code, *detail;
	unsigned line;
	int64_t number;
	int64_t of;
};

/*
 * Says what failed, replacing what err held.  Returns false, for `return`:
 *
 *	return error_fail(err, REASON_NO_SUCH_PROFILE, .profile = name);
 *
 * The texts may come from err itself.
 */
#define error_fail(err, ...)   \
	error_fail_with((err), \
			&(const struct error_facts){ .reason = __VA_ARGS__ })
bool error_fail_with(struct error *err, const struct error_facts *facts);

/* Sets another class, and so another exit status. Returns false. */
bool error_as(struct error *err, enum error_code code);

/* Reports that memory, or a size limit, is exhausted. Returns false. */
bool error_memory(struct error *err);

/* Adds facts that err does not have yet. Returns false. */
#define error_add(err, ...) \
	error_add_with((err), &(const struct error_facts){ __VA_ARGS__ })
bool error_add_with(struct error *err, const struct error_facts *facts);

/*
 * Adds what was being done, as a reason of class NONE whose sentence comes
 * before the others, and facts.  If there are already ERROR_CONTEXTS, only the
 * facts are added.  Returns false.
 */
#define error_context(err, ...) \
	error_context_with(     \
		(err), &(const struct error_facts){ .reason = __VA_ARGS__ })
bool error_context_with(struct error *err, const struct error_facts *facts);

/* Does err have this context? */
bool error_has_context(const struct error *err, enum error_reason context);

/* Is err of this reason? */
bool error_is(const struct error *err, enum error_reason reason);

/* Is AWS's own error code this one, such as "AccessDenied"? */
bool error_is_aws(const struct error *err, const char *aws_code);

/*
 * Is it that code of AWS, and does AWS's message contain these words, such as
 * the name of an action?  AWS has one code for many refusals.
 */
bool error_aws_says(const struct error *err, const char *aws_code,
		    const char *words);

/* The name of the i-th text of struct about, and its value; NULL at the end. */
const char *error_text_name(size_t i);
const char *error_text(const struct error *err, size_t i);

#endif
