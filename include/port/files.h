#ifndef PORT_FILES_H
#define PORT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file_facts.h"

struct error;
struct secbuf;

/* With a mode: for an existing file, too, which must be the user's own. */
#define FILES_EXACT 0x10000U

/*
 * Files of the user that are read as a whole.  The config files may contain
 * keys, so the text is a secret.
 */
struct files {
	void *self;
	/*
	 * Reads a file.  The caller owns *text.  If there is no such file,
	 * *text is NULL and the call succeeds.  ERROR_CONFIG with the path if
	 * it cannot be read, is a directory, or has more than max bytes.
	 * Symbolic links are followed, because many users keep their dot-files
	 * in a repository.
	 */
	bool (*read)(void *self, const char *path, size_t max,
		     struct secbuf **text, struct error *err);
	/*
	 * Replaces the content of a file, completely or not at all: a new file
	 * next to it, fsync, rename, fsync of the folder.  A symbolic link is
	 * kept and its target is replaced; an existing file keeps its mode,
	 * owner and, if the user may give files to it, group; a new one gets
	 * mode, as does an existing one with FILES_EXACT; missing folders are
	 * created (0700).  If the content is no longer before (NULL: the file did not exist),
	 * nothing is written and the error is ERROR_CONFIG: another program has
	 * changed it.
	 */
	bool (*replace)(void *self, const char *path, unsigned mode,
			const struct secbuf *before, const struct secbuf *after,
			struct error *err);
	/*
	 * Finds out who else can reach the file: the target of symbolic links,
	 * and the folders of both.  ERROR_CONFIG if this cannot be determined.
	 */
	bool (*facts)(void *self, const char *path, struct file_facts *facts,
		      struct error *err);
};

/* Calls through the port; struct files documents them. */
static inline bool files_read(const struct files *files, const char *path,
			      size_t max, struct secbuf **text,
			      struct error *err)
{
	return files->read(files->self, path, max, text, err);
}

static inline bool files_replace(const struct files *files, const char *path,
				 unsigned mode, const struct secbuf *before,
				 const struct secbuf *after, struct error *err)
{
	return files->replace(files->self, path, mode, before, after, err);
}

static inline bool files_facts(const struct files *files, const char *path,
			       struct file_facts *facts, struct error *err)
{
	return files->facts(files->self, path, facts, err);
}

#endif
