#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <qrencode.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "edge/files/io_internal.h"

#define QUIET    4 /* modules around the code: ISO/IEC 18004 */
#define LINE_CAP 1024
#define GROUP    4

/* Black on white, whatever the colours of the terminal. */
#define INK   "\033[38;5;16;48;5;231m"
#define PLAIN "\033[0m"

static int open_tty(void)
{
	return open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static bool can_show(void *self)
{
	int tty = open_tty();

	(void)self;
	if (tty < 0)
		return false;
	(void)close(tty);
	return true;
}

/* --- the QR code ------------------------------------------------------------ */

static bool is_dark(const QRcode *qr, int x, int y)
{
	return x >= 0 && y >= 0 && x < qr->width && y < qr->width &&
	       (qr->data[y * qr->width + x] & 1);
}

/* Draws two rows of modules in one row of characters. */
static bool draw_rows(int tty, const QRcode *qr, int y)
{
	static const char *const blocks[2][2] = { { " ", "\u2584" },
						  { "\u2580", "\u2588" } };
	char line[LINE_CAP];
	size_t len = 0;

	for (int x = -QUIET; x < qr->width + QUIET; x++) {
		const char *block =
			blocks[is_dark(qr, x, y)][is_dark(qr, x, y + 1)];

		size_t n = strlen(block);

		if (len + n > sizeof(line))
			return false;
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
		memcpy(line + len, block, n);
		len += n;
	}
	return io_write_all(tty, INK, strlen(INK)) &&
	       io_write_all(tty, line, len) &&
	       io_write_all(tty, PLAIN "\n", strlen(PLAIN "\n"));
}

static bool draw(int tty, const struct secbuf *text)
{
	QRcode *qr =
		QRcode_encodeString8bit(secbuf_text(text), 0, QR_ECLEVEL_L);
	bool ok = qr != NULL;

	for (int y = -QUIET; ok && y < qr->width + QUIET; y += 2)
		ok = draw_rows(tty, qr, y);
	return ok;
}

/*
 * Draws in a separate process: libqrencode leaves the text in freed blocks, and
 * the kernel clears them when the process exits.
 */
static bool draw_apart(int tty, const struct secbuf *text)
{
	pid_t child = fork();
	int status = 0;
	pid_t ended;

	if (child < 0)
		return false;
	if (child == 0)
		_exit(draw(tty, text) ? 0 : 1);
	do
		ended = waitpid(child, &status, 0);
	while (ended < 0 && errno == EINTR);
	return ended == child && status == 0;
}

/* --- the seed itself -------------------------------------------------------- */

/* Prints "JBSW Y3DP ..." directly from the buffer. */
static bool spell(int tty, const struct secbuf *seed)
{
	const char *text = secbuf_text(seed);
	size_t len = secbuf_len(seed);
	bool ok = true;

	for (size_t at = 0; ok && at < len; at += GROUP) {
		size_t n = len - at < GROUP ? len - at : GROUP;

		ok = io_write_all(tty, text + at, n) &&
		     io_write_all(tty, at + n < len ? " " : "\n", 1);
	}
	return ok;
}

static bool show_seed(void *self, const struct secbuf *uri,
		      const struct secbuf *seed, struct error *err)
{
	static const char typed[] =
		"Scan this with an authenticator app, or enter the "
		"seed there: ";
	int tty = open_tty();
	bool ok;

	(void)self;
	if (tty < 0) {
		(void)error_fail(err, REASON_NO_TERMINAL);
		return error_context(err, REASON_SEED_TO_SHOW);
	}
	ok = draw_apart(tty, uri) && io_write_all(tty, typed, strlen(typed)) &&
	     spell(tty, seed);
	(void)close(tty);
	return ok || error_fail(err, REASON_SYSTEM_CALL,
				.action = "show the seed on the terminal",
				.detail = strerrordesc_np(EIO));
}

static bool show_url(void *self, const char *url, struct error *err)
{
	int tty = open_tty();
	struct secbuf *text = secbuf_from(url);
	bool ok = tty >= 0 && text && draw_apart(tty, text);

	(void)self;
	if (tty >= 0)
		(void)close(tty);
	secbuf_free(text);
	if (tty < 0)
		return error_fail(err, REASON_NO_TERMINAL);
	if (!text)
		return error_memory(err);
	return ok || error_fail(err, REASON_SYSTEM_CALL,
				.action = "show a QR code on the terminal",
				.detail = strerrordesc_np(EIO));
}

struct display qr_tty(void)
{
	return (struct display){ .can_show = can_show,
				 .show_seed = show_seed,
				 .show_url = show_url };
}
