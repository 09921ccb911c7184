#ifndef BASE_FILE_FACTS_H
#define BASE_FILE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Describes who else can reach a file.  Others are users other than this one
 * and root; a group whose only member is this user has no others.
 */
struct file_facts {
	bool exists;         /* if false, the rest is unset */
	unsigned mode;       /* permission bits */
	bool foreign;        /* it belongs to another user */
	bool others_write;   /* its mode lets others write it */
	bool others_read;    /* its mode lets others read it */
	bool others_replace; /* its folder lets others replace it */
	int64_t size;        /* bytes */
	int64_t modified;    /* nanoseconds since the epoch */
};

#endif
