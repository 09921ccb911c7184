#ifndef PORT_FILES_H
#define PORT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file_facts.h"

struct error;
struct secbuf;

/*
 * Files of the person's that are read whole.  The config files may hold keys,
 * so what is read is secret until a parser says otherwise.
 */
struct files {
	void *self;
	/*
	 * *text (owned by the caller) is NULL, and the call a success, if
	 * there is no such file.  ERROR_CONFIG, with the path, if it cannot be
	 * read, is a directory, or has more than max bytes.  Symbolic links
	 * are followed: people keep their dot-files in a repository.
	 */
	bool (*read)(void *self, const char *path, size_t max,
		     struct secbuf **text, struct error *err);
	/*
	 * Replace the file's content, whole or not at all: a file beside it,
	 * fsync, rename, fsync of the folder.  A symbolic link stays one and
	 * its target is replaced; an existing file's mode and owner are kept,
	 * a new one gets mode; missing folders are made (0700).  If the file's
	 * content is not before any more (NULL: it did not exist), nothing is
	 * written and it is ERROR_CONFIG: somebody else changed it meanwhile.
	 */
	bool (*replace)(void *self, const char *path, unsigned mode,
			const struct secbuf *before, const struct secbuf *after,
			struct error *err);
	/*
	 * What is behind the links, if there are any; folders on both sides.
	 * ERROR_CONFIG if it cannot be found out.
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
