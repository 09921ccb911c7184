#include "format/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"

#define MARGIN   2
#define CELL_MAX 3 /* bytes of a block in UTF-8 */

static bool is_light(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return true;
	return (code->data[y * code->width + x] & 1) == 0;
}

/* Two rows are one line of the terminal. */
static void put_cell(struct secbuf *out, bool upper, bool lower)
{
	static const char *const blocks[] = { " ", "\u2584", "\u2580",
					      "\u2588" };

	secbuf_puts(out, blocks[(upper ? 2 : 0) + (lower ? 1 : 0)]);
}

static struct secbuf *draw(const QRcode *code)
{
	size_t side = (size_t)code->width + MARGIN + MARGIN;
	struct secbuf *out = secbuf_new((side / 2 + 1) * (side * CELL_MAX + 1));

	for (int y = -MARGIN; y < code->width + MARGIN; y += 2) {
		for (int x = -MARGIN; x < code->width + MARGIN; x++)
			put_cell(out, is_light(code, x, y),
				 is_light(code, x, y + 1));
		secbuf_puts(out, "\n");
	}
	if (secbuf_ok(out))
		return out;
	secbuf_free(out);
	return NULL;
}

bool qr_draw(const struct secbuf *text, struct secbuf **lines,
	     struct error *err)
{
	QRcode *code = QRcode_encodeString(secbuf_text(text), 0, QR_ECLEVEL_L,
					   QR_MODE_8, 1);

	*lines = NULL;
	if (!code)
		return error_set(err,
				 errno == ENOMEM ? ERROR_MEMORY : ERROR_SYSTEM,
				 "no QR code can be drawn: %s",
				 strerrordesc_np(errno));
	*lines = draw(code);
	explicit_bzero(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return *lines ||
	       error_set(err, ERROR_MEMORY, "no memory for a QR code");
}
