#ifndef SUPPORT_CONFORMANCE_H
#define SUPPORT_CONFORMANCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Tests for the folder ROLEKEY_CONFORMANCE of cases that others wrote.  It is
 * not part of the project, so a test asks first; a missing folder is reported.
 */
bool conformance_is_here(void);

/*
 * Reads a file of it, with a NUL after it, for free().  NULL if it is missing.
 */
char *conformance_read(const char *path, size_t *len);

/*
 * Reads a file as JSON, for json_decref().  NULL if it is missing or not JSON.
 */
json_t *conformance_json(const char *path);

/*
 * Calls each with the path of each file in one of its folders.  Returns their
 * number.
 */
size_t conformance_each(const char *folder, void (*each)(const char *path));

#endif
