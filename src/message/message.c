#include "message/message.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "message/message_aws.h"

/* What no shell changes in a word. */
#define PLAIN_WORD                                                       \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"_@%+=:,./-"

/* What most facts have, to be passed over at once. */
#define VISIBLE                                                          \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	" _@%+:,./-"

/*
 * Holds all texts in one object, and the offset of each in another: without
 * pointers there is nothing for the loader to relocate in bin/rolekey.
 */
#define MESSAGE(NAME, TEXT, HINT)       \
	char NAME##_text[sizeof(TEXT)]; \
	char NAME##_hint[sizeof(HINT)];
#define HINT_WITHIN(CONTEXT, NAME, HINT) char CONTEXT##_##NAME[sizeof(HINT)];
static const struct texts {
#include "message/table.def"
#undef MESSAGE
#undef HINT_WITHIN
} texts = {
/* NOLINTBEGIN(bugprone-macro-parentheses): strings that initialise arrays */
#define MESSAGE(NAME, TEXT, HINT)        .NAME##_text = TEXT, .NAME##_hint = HINT,
#define HINT_WITHIN(CONTEXT, NAME, HINT) .CONTEXT##_##NAME = HINT,
#include "message/table.def"
#undef MESSAGE
#undef HINT_WITHIN
	/* NOLINTEND(bugprone-macro-parentheses) */
};

/*
 * A reason without a row gets the message of NONE; test_message.c searches for
 * those.
 */
static const struct row {
	unsigned text;
	unsigned hint;
} rows[REASON_COUNT] = {
#define MESSAGE(NAME, TEXT, HINT)                                \
	[REASON_##NAME] = { offsetof(struct texts, NAME##_text), \
			    offsetof(struct texts, NAME##_hint) },
#define HINT_WITHIN(CONTEXT, NAME, HINT)
#include "message/table.def"
#undef MESSAGE
#undef HINT_WITHIN
};

static const struct context_row {
	unsigned short context;
	unsigned short reason;
	unsigned hint;
} context_rows[] = {
#define MESSAGE(NAME, TEXT, HINT)
#define HINT_WITHIN(CONTEXT, NAME, HINT)   \
	{ REASON_##CONTEXT, REASON_##NAME, \
	  offsetof(struct texts, CONTEXT##_##NAME) },
#include "message/table.def"
#undef MESSAGE
#undef HINT_WITHIN
};

#define N_CONTEXT_ROWS (sizeof(context_rows) / sizeof(context_rows[0]))

static const char *at(unsigned offset)
{
	return (const char *)&texts + offset;
}

struct message_row message_row(enum error_reason reason)
{
	return (struct message_row){ at(rows[reason].text),
				     at(rows[reason].hint) };
}

bool message_context_hint(size_t i, struct message_context_hint *hint)
{
	if (i >= N_CONTEXT_ROWS)
		return false;
	*hint = (struct message_context_hint){
		(enum error_reason)context_rows[i].context,
		(enum error_reason)context_rows[i].reason,
		at(context_rows[i].hint)
	};
	return true;
}

/* --- templates ------------------------------------------------------------------ */

/* The rendered text. */
struct writer {
	const struct error *err;
	const char *profile; /* {asked}, or NULL */
	bool hint;           /* an empty profile is written as PROFILE */
	char *out;
	size_t size;
	size_t len;
	bool gap; /* a placeholder was empty */
};

static void add(struct writer *w, const char *text, size_t len)
{
	size_t room = w->size - 1 - w->len;

	len = len < room ? len : room;
	memcpy(w->out + w->len, text, len);
	w->len += len;
	w->out[w->len] = '\0';
}

static bool is_name(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(name, word, len) == 0;
}

static const char *text_fact(const struct error *err, const char *name,
			     size_t len)
{
	const char *known;

	for (size_t i = 0; (known = error_text_name(i)); i++)
		if (is_name(name, len, known))
			return error_text(err, i);
	return NULL;
}

/*
 * Adds the character at text, of which left bytes remain, and returns its
 * length.
 */
static size_t add_character(struct writer *w, const char *text, size_t left)
{
	struct text_character c = { 0 };
	size_t n = text_character(text, left, &c);
	char escape[12];

	n = n == 0 ? 1 : n;
	(void)snprintf(escape, sizeof(escape), "\\u%04x", c.code);
	if (c.invisible)
		add(w, escape, strlen(escape));
	else
		add(w, text, n);
	return n;
}

/* Adds a fact. Invisible characters are written as \u00a0, for example. */
static void add_seen(struct writer *w, const char *text)
{
	size_t n;

	for (size_t left = strlen(text); left > 0; left -= n, text += n) {
		n = strspn(text, VISIBLE);
		if (n > 0)
			add(w, text, n);
		else
			n = add_character(w, text, left);
	}
}

/* Tests for a place between backticks, in a command to copy. */
static bool is_in_command(const struct writer *w)
{
	bool inside = false;

	for (size_t i = 0; i < w->len; i++)
		inside ^= w->out[i] == '`';
	return inside;
}

/* Tests for a byte that has a meaning to a shell. */
static bool is_special(char c)
{
	return (unsigned char)c < 0x80 && !strchr(PLAIN_WORD, c);
}

/*
 * Adds a fact as a word of a command, in quotes if a shell needs them; not in
 * quotes that the hint has itself.
 */
static void add_word(struct writer *w, const char *text)
{
	bool quoted = w->len > 0 && w->out[w->len - 1] == '\'';
	bool special = false;

	for (const char *at = text; *at != '\0'; at++)
		special = special || is_special(*at);
	if (!special || quoted) {
		add(w, text, strlen(text));
		return;
	}
	add(w, "'", 1);
	for (; *text != '\0'; text++)
		add(w, *text == '\'' ? "'\\''" : text, *text == '\'' ? 4 : 1);
	add(w, "'", 1);
}

#define NUMBER_LEN 600 /* of a place */

/*
 * Returns a fact that is derived from others.  NULL if there is none of that
 * name.
 */
static const char *made_fact(const struct about *about, const char *name,
			     size_t len, char made[static NUMBER_LEN])
{
	made[0] = '\0';
	if (is_name(name, len, "number"))
		(void)snprintf(made, NUMBER_LEN, "%lld",
			       (long long)about->number);
	else if (is_name(name, len, "of"))
		(void)snprintf(made, NUMBER_LEN, "%lld", (long long)about->of);
	else if (is_name(name, len, "line") && about->line > 0)
		(void)snprintf(made, NUMBER_LEN, "%u", about->line);
	else if (is_name(name, len, "place") && about->line > 0)
		(void)snprintf(made, NUMBER_LEN, "%s:%u", about->path,
			       about->line);
	else if (is_name(name, len, "place"))
		return about->path;
	else if (is_name(name, len, "span"))
		text_span(about->number, made);
	else if (is_name(name, len, "span_of"))
		text_span(about->of, made);
	else if (!is_name(name, len, "line"))
		return NULL;
	return made;
}

#define HINT_NAME_MAX 256 /* a longer one would be cut in a command */

static const char *profile_fact(const struct writer *w, bool asked)
{
	const char *own = w->err->about.profile;
	const char *name =
		asked && !text_is_empty(w->profile) ? w->profile : own;

	if (text_is_empty(name) && w->hint)
		name = text_is_empty(w->profile) ? "PROFILE" : w->profile;
	if (w->hint && strlen(name) > HINT_NAME_MAX)
		name = "PROFILE";
	return name;
}

static void add_text(struct writer *w, const char *text)
{
	if (!w->hint)
		add_seen(w, text);
	else if (is_in_command(w))
		add_word(w, text);
	else
		add(w, text, strlen(text));
}

static void put_fact(struct writer *w, const char *name, size_t len)
{
	char made[NUMBER_LEN];
	const char *text;

	if (is_name(name, len, "s") || is_name(name, len, "ofs")) {
		const struct about *about = &w->err->about;

		add(w, "s",
		    (len == 1 ? about->number : about->of) == 1 ? 0 : 1);
		return;
	}
	if (is_name(name, len, "asked") || is_name(name, len, "profile"))
		text = profile_fact(w, name[0] == 'a');
	else
		text = text_fact(w->err, name, len);
	if (!text)
		text = made_fact(&w->err->about, name, len, made);
	if (text_is_empty(text))
		w->gap = true;
	else
		add_text(w, text);
}

/*
 * Renders up to the first unescaped character of stops.  Returns its position.
 */
static const char *put_until(struct writer *w, const char *t, const char *stops)
{
	while (*t != '\0') {
		size_t len = strcspn(t, "{[]|");

		add(w, t, len);
		t += len;
		if ((*t == '[' || *t == ']') && t[1] == *t) {
			add(w, t, 1);
			t += 2;
		} else if (*t == '{') {
			len = strcspn(t, "}");
			put_fact(w, t + 1, len - 1);
			t += len + 1;
		} else if (*t == '\0' || strchr(stops, *t)) {
			break;
		} else {
			add(w, t++, 1);
		}
	}
	return t;
}

/*
 * Renders one of the two parts of "[A|B]"; t is after the bracket, and so is
 * the result.
 */
static const char *put_segment(struct writer *w, const char *t)
{
	size_t start = w->len;
	bool gap = w->gap;
	bool empty;

	w->gap = false;
	t = put_until(w, t, "|]");
	empty = w->gap;
	if (empty) {
		w->len = start;
		w->out[start] = '\0';
	}
	if (*t == '|') {
		size_t end = w->len;

		t = put_until(w, t + 1, "]");
		if (!empty) {
			w->len = end;
			w->out[end] = '\0';
		}
	}
	w->gap = gap;
	return t + (*t == ']');
}

static void put_template(struct writer *w, const char *t)
{
	while (*(t = put_until(w, t, "[")) == '[')
		t = put_segment(w, t + 1);
}

/* --- messages ------------------------------------------------------------------- */

void message_render(const char *template, const struct error *err,
		    const char *profile, char *out, size_t size)
{
	struct writer w = {
		.err = err, .profile = profile, .out = out, .size = size
	};

	out[0] = '\0';
	put_template(&w, template);
	text_clean(out); /* a cut may leave half a character */
}

void message_text(const struct error *err, char *out, size_t size)
{
	struct writer w = { .err = err, .out = out, .size = size };

	out[0] = '\0';
	for (size_t i = ERROR_CONTEXTS; i > 0; i--) {
		if (err->within[i - 1] == REASON_NONE)
			continue;
		put_template(&w, message_row(err->within[i - 1]).message);
		add(&w, ": ", 2);
	}
	put_template(&w, message_row(err->reason).message);
	text_clean(out);
}

/* The hint of a context for a reason, or for any reason (REASON_NONE). */
static const char *hint_of(enum error_reason context, enum error_reason reason)
{
	for (size_t i = 0; i < N_CONTEXT_ROWS; i++)
		if (context != REASON_NONE &&
		    context_rows[i].context == context &&
		    context_rows[i].reason == reason)
			return at(context_rows[i].hint);
	return NULL;
}

static const char *hint_within(const struct error *err)
{
	const char *hint = NULL;

	for (size_t i = 0; i < ERROR_CONTEXTS && !hint; i++)
		hint = hint_of(err->within[i], err->reason);
	for (size_t i = 0; i < ERROR_CONTEXTS && !hint; i++)
		hint = hint_of(err->within[i], REASON_NONE);
	return hint;
}

void message_hint(const struct error *err, const char *profile, char *out,
		  size_t size)
{
	struct writer w = { .err = err,
			    .profile = profile,
			    .hint = true,
			    .out = out,
			    .size = size };
	const char *hint = hint_within(err);

	hint = hint ? hint : message_aws_hint(err);
	hint = hint ? hint : message_row(err->reason).hint;
	out[0] = '\0';
	put_template(&w, hint);
	for (size_t i = 0; i < ERROR_CONTEXTS && w.len == 0; i++)
		put_template(&w, message_row(err->within[i]).hint);
	text_clean(out);
}
