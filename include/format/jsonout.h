#ifndef FORMAT_JSONOUT_H
#define FORMAT_JSONOUT_H

#include <stddef.h>
#include <stdint.h>

struct secbuf;
struct strbuf;

/*
 * Writes JSON (RFC 8259) into a buffer.  It uses no library, since the hot path
 * writes one small object and loads nothing for it.  Bytes that are not UTF-8
 * become U+FFFD, and controls (base/text.h) are escaped.  Failure is the buffer's, and sticky.
 */
struct jsonout {
	void *to; /* borrowed */
	void (*add)(void *to, const void *bytes, size_t len);
	char last; /* the last byte in the buffer; NUL if it is empty */
};

/* Continues the JSON that is in the buffer; its text is public, or secret. */
struct jsonout jsonout_to_strbuf(struct strbuf *to);
struct jsonout jsonout_to_secbuf(struct secbuf *to);

/* Writes brackets, or any JSON, as it is. */
void jsonout_raw(struct jsonout *out, const char *json);

/* Writes "text" with its quotes, or null for NULL. */
void jsonout_string(struct jsonout *out, const char *text);
void jsonout_string_n(struct jsonout *out, const char *text, size_t len);

void jsonout_number(struct jsonout *out, int64_t number);

/* Writes ,"key": with the comma unless a bracket was just opened. */
void jsonout_key(struct jsonout *out, const char *key);

/* Writes a comma unless a bracket was just opened. */
void jsonout_next(struct jsonout *out);

#endif
