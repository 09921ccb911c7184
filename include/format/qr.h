#ifndef FORMAT_QR_H
#define FORMAT_QR_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * A text as a QR code (ISO/IEC 18004, by libqrencode) for a terminal that shows
 * light on dark: UTF-8 half blocks, lines that end in newlines, a margin of two.
 * *lines is the caller's.  ERROR_SYSTEM if it does not fit, ERROR_MEMORY.
 * libqrencode's own memory is wiped as far as it can be reached.
 */
bool qr_draw(const struct secbuf *text, struct secbuf **lines,
	     struct error *err) MUST_CHECK;

#endif
