#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/config.h"
#include "base/attrs.h"
#include "base/error.h"
#include "base/file_facts.h"

struct arena;
struct secbuf;

/*
 * Finds the problems in both AWS files.  This room reads no file and asks
 * nobody: the caller gives it what it needs and reports what it finds.
 */

/*
 * An error makes a command fail, makes it do something other than the file
 * says, or gives other users access to the keys.  A warning is for lines that
 * work in rolekey but not in other tools, or that do not mean what they seem
 * to.
 */
enum severity { CHECK_WARNING, CHECK_ERROR };

/* One of the two files, as the caller read it. */
struct check_file {
	const char *path;     /* for findings */
	const char *variable; /* the variable that names path, or NULL */
	/* The content, which is read in place and changed; NULL: no file. */
	struct secbuf *text;
	const struct error *failure; /* why there is no text, or NULL */
	struct file_facts facts;     /* exists is false if unknown */
};

#define CHECK_ACCOUNT_LEN 13 /* bytes: 12 digits and a NUL */

/* Reads facts about the access keys in the keyring. */
struct check_keys {
	void *self;
	/*
	 * Writes the account of the user whose key is stored for a profile, or
	 * "" if it is not known.  Fails only with ERROR_MEMORY.
	 */
	bool (*account)(void *self, const char *profile,
			char account[static CHECK_ACCOUNT_LEN],
			struct error *err);
	/*
	 * Sets *missing if it is certain that no key is stored for a profile.
	 * Fails only with ERROR_MEMORY.
	 */
	bool (*is_missing)(void *self, const char *profile, bool *missing,
			   struct error *err);
};

/* Other files that the two name, such as a ca_bundle. */
struct check_files {
	void *self;
	bool (*exists)(void *self, const char *path); /* or is it unknown? */
};

struct check_input {
	struct check_file files[2];            /* by enum config_file */
	const struct check_keys *keys;         /* NULL: nothing is known */
	const struct check_files *other_files; /* NULL: nothing is known */
};

struct finding {
	enum config_file file;
	unsigned line; /* from 1; a finding about the whole file has 1 */
	enum severity severity;
	struct error_facts fact; /* without the place, which is file and line */
	enum error_reason within[ERROR_CONTEXTS]; /* innermost first */
	bool planned; /* the planner's: dropped beside another error */
	size_t order;
};

/* The finding as an error value, for message/message.h. */
void findings_error(const struct finding *finding, struct error *err);

/* Sorted by file and line, each once. */
struct findings {
	const struct finding *list;
	size_t n;
	size_t count[2]; /* by enum severity */
};

/*
 * Checks both files.  The findings are in arena and point to nothing else, so
 * the texts may be freed.  Fails with ERROR_MEMORY alone: a problem in a file
 * is a finding.
 */
bool check_run(const struct check_input *input, struct arena *arena,
	       struct findings *findings, struct error *err) MUST_CHECK;

#endif
