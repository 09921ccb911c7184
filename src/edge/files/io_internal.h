#ifndef EDGE_FILES_IO_INTERNAL_H
#define EDGE_FILES_IO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/error.h"

struct file_facts;
struct secbuf;

/*
 * Calls write(2) until everything is written, even to a non-blocking
 * descriptor.  On failure errno is set.
 */
bool io_write_all(int fd, const char *bytes, size_t len) MUST_CHECK;

/*
 * Calls read(2) until the end of the file, or until sb is full.  On failure
 * errno is set.
 */
bool io_read_all(int fd, struct secbuf *sb) MUST_CHECK;

/*
 * Reports errno, of a call for path, as SYSTEM_CALL with the class code.
 * Returns false.
 */
bool io_failed(struct error *err, enum error_code code, const char *path);

/*
 * Calls read(2) until len bytes are read; fewer are EIO.  On failure errno is
 * set.
 */
bool io_read_exact(int fd, uint8_t *bytes, size_t len) MUST_CHECK;

/*
 * Takes the exclusive flock(2) of a keyring's file or folder, waiting at most
 * 5 s.  name is its path, for errors.  ERROR_KEYRING.
 */
bool io_lock(int fd, const char *name, struct error *err) MUST_CHECK;

/* Creates folders like mkdir -p, with mode 0700. ERROR_SYSTEM. */
bool io_make_folders(const char *path, struct error *err) MUST_CHECK;

/* Implements struct files. */
bool facts_find(void *self, const char *path, struct file_facts *facts,
		struct error *err);

#endif
