#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stddef.h>

/*
 * Splits a command into words as Python's shlex.split() does, which botocore
 * and the AWS CLI use for credential_process: white space separates words, '...'
 * and "..." quote, '\' takes the next character as it is, in "..." only before
 * '"' and '\'.  Nothing else is special: no variable, no '~', no comment.
 */
enum words_end {
	WORDS_WORD, /* a word was taken */
	WORDS_END,  /* there is none left */
	WORDS_OPEN  /* the command ends within quotes, or after a '\' */
};

/*
 * Takes the next word off the command, without its quotes.  Of a word that does
 * not fit into size bytes with its NUL, the end is dropped; no word is longer
 * than the rest of the command.
 */
enum words_end words_next(const char **rest, char *word, size_t size);

#endif
