#ifndef SUPPORT_CONFORMANCE_H
#define SUPPORT_CONFORMANCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The folder of cases that others wrote, ROLEKEY_CONFORMANCE; it is not part
 * of the project, so a test first asks if it is there.  This says so if not.
 */
bool conformance_is_here(void);

/* What a file of it holds and a NUL, for free(); NULL if it is not there. */
char *conformance_read(const char *path, size_t *len);

/* The same as JSON, for json_decref(). NULL if it is not there or none. */
json_t *conformance_json(const char *path);

/* Calls each with the path of each file in a folder of it; how many. */
size_t conformance_each(const char *folder, void (*each)(const char *path));

#endif
