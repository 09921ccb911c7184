#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/*
 * Functions that have no place here; CMake puts this before every file.  Each
 * has a better neighbour: bounded, re-entrant, or one that does not run a
 * shell.  The headers that declare them come first, so that only uses fail.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok gmtime localtime asctime ctime mktemp tmpnam tempnam
#pragma GCC poison system popen atoi atol atoll atof

#endif
