#ifndef EDGE_FILES_IO_INTERNAL_H
#define EDGE_FILES_IO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct file_facts;
struct secbuf;

/*
 * write(2) until all of it is written, also to a descriptor that somebody made
 * non-blocking.  On false errno says why.
 */
bool io_write_all(int fd, const char *bytes, size_t len) MUST_CHECK;

/* read(2) until the end of the file or of sb's room.  On false see errno. */
bool io_read_all(int fd, struct secbuf *sb) MUST_CHECK;

/* read(2) of so many bytes; fewer are EIO.  On false errno says why. */
bool io_read_exact(int fd, uint8_t *bytes, size_t len) MUST_CHECK;

/*
 * The exclusive flock(2) of a keyring's file or folder, called name in errors,
 * waiting for it 5 s at most.  ERROR_KEYRING.
 */
bool io_lock(int fd, const char *name, struct error *err) MUST_CHECK;

/* mkdir -p, 0700.  ERROR_SYSTEM. */
bool io_make_folders(const char *path, struct error *err) MUST_CHECK;

/* The door of struct files. */
bool facts_find(void *self, const char *path, struct file_facts *facts,
		struct error *err);

#endif
