#ifndef BASE_FILE_FACTS_H
#define BASE_FILE_FACTS_H

#include <stdbool.h>

/*
 * Who else can get at a file.  Others are users that are neither this one nor
 * root; a group whose only member is this user has no others in it.
 */
struct file_facts {
	bool exists;         /* false: the rest is nothing */
	unsigned mode;       /* permission bits */
	bool foreign;        /* it belongs to another */
	bool others_write;   /* its mode lets others write */
	bool others_read;    /* its mode lets others read */
	bool others_replace; /* its folder lets others put one in its place */
};

#endif
