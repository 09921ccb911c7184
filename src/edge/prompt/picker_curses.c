#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "edge/modules.h"
#include "edge/prompt/picker_internal.h"
#include "edge/prompt/signals_internal.h"
#include "pick/search.h"
#include "port/picker.h"

#define QUERY_MAX   200 /* bytes that can be typed */
#define COLUMNS_MAX 512 /* columns that are drawn */
#define HEAD        2   /* lines above the rows */
#define ACCOUNT     12  /* digits */
#define GAP         2   /* columns between two fields */
#define PAIRS       64  /* colors that are shown at once */

#define CONTROL(letter) ((letter)&0x1f)
#define KEY_ESC         27
#define KEY_DELETE      127 /* what most terminals send for Backspace */

enum outcome {
	OUTCOME_OPEN,
	OUTCOME_CHOSEN,
	OUTCOME_CANCELLED,
	OUTCOME_SIGNAL
};

/* The list on the terminal. */
struct board {
	FILE *in, *out;
	SCREEN *screen;
	struct sigaction resized; /* the process's own SIGWINCH */
	struct signals signals;
	struct pick_search *search;
	const struct picker_row *rows;
	size_t n;
	size_t found;
	size_t at;         /* the selected one of those found */
	size_t top;        /* the first one that is shown */
	size_t name_width; /* columns */
	bool colors;
	char query[QUERY_MAX];
	size_t len;
};

/* --- texts ----------------------------------------------------------------- */

/*
 * Converts a text to at most max columns.  What the terminal's character set
 * lacks becomes '?'.  Returns the columns.
 */
static int convert(const char *text, int max, wchar_t out[static COLUMNS_MAX])
{
	bool wide = MB_CUR_MAX > 1;
	int columns = 0;
	size_t n = 0;
	size_t step;

	for (size_t left = strlen(text); left > 0; left -= step, text += step) {
		struct text_character c;
		int width;

		step = text_character(text, left, &c);
		if (step == 0 || c.control || (step > 1 && !wide))
			c.code = '?';
		step = step == 0 ? 1 : step;
		width = wcwidth((wchar_t)c.code);
		if (width < 0) {
			c.code = '?';
			width = 1;
		}
		if (columns + width > max || n + 1 >= COLUMNS_MAX)
			break;
		out[n++] = (wchar_t)c.code;
		columns += width;
	}
	out[n] = L'\0';
	return columns;
}

static int width_of(const char *text)
{
	wchar_t wide[COLUMNS_MAX];

	return convert(text, COLUMNS_MAX, wide);
}

/* Draws a text from a column to at most another; returns the one after it. */
static int put_until(int y, int x, int end, const char *text)
{
	wchar_t wide[COLUMNS_MAX];
	int columns = end - x > 0 ? convert(text, end - x, wide) : 0;

	if (columns > 0)
		(void)mvaddwstr(y, x, wide);
	return x + columns;
}

static int put(int y, int x, const char *text)
{
	return put_until(y, x, COLS, text);
}

/* --- colors ------------------------------------------------------------------ */

static int component(const char *hex)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int value = 0;

	for (int i = 0; i < 2; i++) {
		const char *at = strchr(digits, hex[i]);

		value = value * 16 + (at ? (int)(at - digits) % 16 : 0);
	}
	return value;
}

/* Maps "rrggbb" to a color of the terminal: of 256, or of 8. */
static short nearest(const char *hex)
{
	int r = component(hex);
	int g = component(hex + 2);
	int b = component(hex + 4);

	if (COLORS >= 256)
		return (short)(16 + 36 * ((r + 25) / 51) + 6 * ((g + 25) / 51) +
			       (b + 25) / 51);
	return (short)((r > 127 ? 1 : 0) + (g > 127 ? 2 : 0) +
		       (b > 127 ? 4 : 0));
}

static bool is_hex(const char *color)
{
	return strlen(color) == 6 &&
	       strspn(color, "0123456789abcdefABCDEF") == 6;
}

/* Draws the profile's color, in a pair that this line of the screen has. */
static void put_color(const struct board *v, int y, const char *color)
{
	short pair = (short)(1 + y % (PAIRS - 1));

	color += *color == '#';
	if (!v->colors || !is_hex(color) || pair >= COLOR_PAIRS)
		return;
	(void)init_pair(pair, nearest(color), -1);
	(void)attron(COLOR_PAIR(pair));
	(void)put(y, 0, MB_CUR_MAX > 1 ? "\u25cf" : "*");
	(void)attroff(COLOR_PAIR(pair));
}

/* --- the screen --------------------------------------------------------------- */

static size_t height(void)
{
	return LINES > HEAD ? (size_t)(LINES - HEAD) : 1;
}

/* Moves the part that is shown so that the selected row is in it. */
static void scroll_to(struct board *v)
{
	if (v->at >= v->found)
		v->at = v->found > 0 ? v->found - 1 : 0;
	if (v->at < v->top)
		v->top = v->at;
	if (v->at >= v->top + height())
		v->top = v->at - height() + 1;
}

static void put_row(const struct board *v, int y, const struct picker_row *row,
		    bool selected)
{
	int name = GAP;
	int account = name + (int)v->name_width + GAP;
	int role = account + ACCOUNT + GAP;
	int edge = COLS - width_of(row->note); /* the note is at the right */
	int end;

	put_color(v, y, row->color);
	if (selected)
		(void)attron(A_REVERSE);
	for (int x = name; selected && x < COLS; x++)
		(void)mvaddch(y, x, ' ');
	end = put(y, name, row->name);
	end = put(y, end + GAP > account ? end + GAP : account, row->account);
	end = put(y, end + GAP > role ? end + GAP : role, row->role);
	if (*row->note != '\0' && end + GAP <= edge)
		(void)put(y, edge, row->note);
	(void)put_until(y, end + GAP, edge < COLS ? edge - GAP : COLS,
			row->description);
	if (selected)
		(void)attroff(A_REVERSE);
}

static void draw(struct board *v)
{
	char count[64];
	int x;

	scroll_to(v);
	(void)erase();
	(void)snprintf(count, sizeof(count), "%zu of %zu", v->found, v->n);
	if (LINES > 1)
		(void)put(1, GAP, count);
	for (size_t i = 0; i < height() && v->top + i < v->found; i++) {
		size_t row = pick_search_row(v->search, v->top + i);
		int y = LINES > HEAD ? HEAD + (int)i : LINES - 1;

		if (y > 0)
			put_row(v, y, &v->rows[row], v->top + i == v->at);
	}
	x = put(0, 0, "Profile: ");
	x = put(0, x, v->query);
	(void)move(0, x < COLS ? x : COLS - 1);
	(void)refresh();
}

/* --- keys ---------------------------------------------------------------------- */

static void search(struct board *v)
{
	v->query[v->len] = '\0';
	v->found = pick_search_run(v->search, v->query);
	v->at = v->top = 0;
}

/* Adds a character that was typed. */
static void add(struct board *v, wint_t c)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = { 0 };
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	size_t n = wcrtomb(bytes, (wchar_t)c, &state);

	if (n == (size_t)-1 || v->len + n >= sizeof(v->query) || !iswprint(c))
		return;
	memcpy(v->query + v->len, bytes, n);
	v->len += n;
	search(v);
}

/* Removes the last character, of any number of bytes. */
static void drop(struct board *v)
{
	while (v->len > 0 &&
	       ((unsigned char)v->query[v->len - 1] & 0xc0) == 0x80)
		v->len--;
	v->len -= v->len > 0;
	search(v);
}

static void drop_word(struct board *v)
{
	while (v->len > 0 && v->query[v->len - 1] == ' ')
		v->len--;
	while (v->len > 0 && v->query[v->len - 1] != ' ')
		v->len--;
	search(v);
}

static void down(struct board *v, size_t rows)
{
	if (v->found > 0)
		v->at = v->found - v->at > rows ? v->at + rows : v->found - 1;
}

static void up(struct board *v, size_t rows)
{
	v->at = v->at > rows ? v->at - rows : 0;
}

/* Handles a key of the terminal's own. */
static enum outcome special(struct board *v, wint_t key)
{
	switch (key) {
	case KEY_ENTER:
		return v->found > 0 ? OUTCOME_CHOSEN : OUTCOME_OPEN;
	case KEY_UP:
		up(v, 1);
		break;
	case KEY_DOWN:
		down(v, 1);
		break;
	case KEY_PPAGE:
		up(v, height());
		break;
	case KEY_NPAGE:
		down(v, height());
		break;
	case KEY_HOME:
		v->at = 0;
		break;
	case KEY_END:
		down(v, v->n);
		break;
	case KEY_BACKSPACE:
		drop(v);
		break;
	default: /* KEY_RESIZE: it is drawn anyway */
		break;
	}
	return OUTCOME_OPEN;
}

/* Handles a character. */
static enum outcome character(struct board *v, wint_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return special(v, KEY_ENTER);
	case KEY_ESC:
	case CONTROL('c'):
	case CONTROL('g'):
		return OUTCOME_CANCELLED;
	case CONTROL('d'):
		return v->len == 0 ? OUTCOME_CANCELLED : OUTCOME_OPEN;
	case CONTROL('p'):
		up(v, 1);
		break;
	case CONTROL('n'):
		down(v, 1);
		break;
	case CONTROL('u'):
		v->len = 0;
		search(v);
		break;
	case CONTROL('w'):
		drop_word(v);
		break;
	case CONTROL('h'):
	case KEY_DELETE:
		drop(v);
		break;
	default:
		add(v, c);
		break;
	}
	return OUTCOME_OPEN;
}

/* Handles all keys that have arrived. */
static enum outcome read_keys(struct board *v)
{
	enum outcome outcome = OUTCOME_OPEN;
	wint_t key;
	int kind;

	while (outcome == OUTCOME_OPEN && (kind = get_wch(&key)) != ERR)
		outcome = kind == KEY_CODE_YES ? special(v, key)
					       : character(v, key);
	return outcome;
}

static enum outcome wait_for_keys(struct board *v)
{
	struct pollfd woken[] = { { fileno(v->in), POLLIN, 0 },
				  { signals_wake(), POLLIN, 0 } };

	if (poll(woken, 2, -1) < 0)
		return errno == EINTR ? OUTCOME_OPEN : OUTCOME_CANCELLED;
	if (signals_any())
		return OUTCOME_SIGNAL;
	return woken[0].revents & (POLLHUP | POLLERR | POLLNVAL)
		       ? OUTCOME_CANCELLED
		       : OUTCOME_OPEN;
}

static enum outcome work(struct board *v)
{
	enum outcome outcome = OUTCOME_OPEN;

	while (outcome == OUTCOME_OPEN) {
		draw(v);
		outcome = wait_for_keys(v);
		if (outcome == OUTCOME_OPEN)
			outcome = read_keys(v);
	}
	return outcome;
}

/* --- the terminal --------------------------------------------------------------- */

static void set_up_colors(struct board *v)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *none = getenv("NO_COLOR");

	v->colors = text_is_empty(none) && has_colors() &&
		    start_color() == OK && use_default_colors() == OK;
}

/* Some terminals send these whatever mode they are in. */
static void add_keys(void)
{
	(void)define_key("\033[A", KEY_UP);
	(void)define_key("\033[B", KEY_DOWN);
	(void)define_key("\033[H", KEY_HOME);
	(void)define_key("\033[F", KEY_END);
	(void)define_key("\033OA", KEY_UP);
	(void)define_key("\033OB", KEY_DOWN);
	(void)define_key("\033OH", KEY_HOME);
	(void)define_key("\033OF", KEY_END);
}

/*
 * Opens the screen.  The signals are held before, so that ncurses leaves them
 * to us; it has its own handler for SIGWINCH meanwhile.
 */
static bool open_screen(struct board *v)
{
	if (sigaction(SIGWINCH, NULL, &v->resized) != 0 ||
	    !signals_hold(&v->signals))
		return false;
	v->screen = newterm(NULL, v->out, v->in);
	if (!v->screen) {
		signals_release(&v->signals);
		return false;
	}
	(void)set_escdelay(25); /* ms: an escape that is alone is the key */
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	add_keys();
	set_up_colors(v);
	return true;
}

static void close_screen(struct board *v)
{
	(void)endwin();
	delscreen(v->screen);
	(void)sigaction(SIGWINCH, &v->resized, NULL);
	signals_release(&v->signals);
}

/* Shows the list; again after a signal that did not end the process. */
static bool show(struct board *v, enum outcome *outcome)
{
	do {
		if (!open_screen(v))
			return false;
		*outcome = work(v);
		close_screen(v);
		if (*outcome == OUTCOME_SIGNAL) {
			if (signals_came(SIGINT))
				*outcome = OUTCOME_CANCELLED;
			else
				signals_pass_on();
		}
	} while (*outcome == OUTCOME_SIGNAL);
	return true;
}

static FILE *open_tty(const char *mode)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	FILE *file = fd < 0 ? NULL : fdopen(fd, mode);

	if (!file && fd >= 0)
		(void)close(fd);
	return file;
}

static void measure(struct board *v)
{
	for (size_t i = 0; i < v->n; i++) {
		size_t width = (size_t)width_of(v->rows[i].name);

		if (width > v->name_width)
			v->name_width = width;
	}
	if (v->name_width > 36) /* a longer name moves its own line */
		v->name_width = 36;
}

static bool pick_on(struct board *v, size_t *chosen, bool *shown,
		    struct error *err)
{
	enum outcome outcome = OUTCOME_OPEN;

	v->search = pick_search_new(v->rows, v->n);
	if (!v->search)
		return error_memory(err);
	v->found = v->n;
	measure(v);
	*shown = picker_term_is_known(fileno(v->out)) && show(v, &outcome);
	if (outcome == OUTCOME_CHOSEN)
		*chosen = pick_search_row(v->search, v->at);
	pick_search_free(v->search);
	return outcome == OUTCOME_CHOSEN || !*shown ||
	       error_fail(err, REASON_INTERRUPTED);
}

static bool pick(const struct picker_row *rows, size_t n, size_t *chosen,
		 bool *shown, struct error *err)
{
	struct board *v = mem_alloc(sizeof(*v));
	char before[64];
	bool ok;

	*shown = false;
	if (!v)
		return error_memory(err);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	(void)snprintf(before, sizeof(before), "%s", setlocale(LC_CTYPE, NULL));
	(void)setlocale(LC_CTYPE, ""); /* NOLINT(concurrency-mt-unsafe) */
	*v = (struct board){
		.rows = rows, .n = n, .in = open_tty("r"), .out = open_tty("w")
	};
	ok = !v->in || !v->out || pick_on(v, chosen, shown, err);
	if (v->in)
		(void)fclose(v->in);
	if (v->out)
		(void)fclose(v->out);
	mem_free(v);
	(void)setlocale(LC_CTYPE, before); /* NOLINT(concurrency-mt-unsafe) */
	return ok;
}

const struct picker_module picker_curses = { pick };
