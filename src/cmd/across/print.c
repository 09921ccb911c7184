#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/across/across_internal.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define LINE_MAX_LEN 65536               /* bytes; a longer line is divided */
#define OUT_MAX      (1U << 24)          /* of what one event prints */
#define KEPT_MAX     (UINT64_C(4) << 20) /* that a job may have in advance */
#define SUMMARY_MAX  (1U << 20)
#define DRAW_MS      100
#define ERASE        "\r\033[K"

/* --- the two outputs ------------------------------------------------------------ */

static const struct output *output_of(const struct across *a, size_t stream)
{
	return stream == 0 ? &a->world->output : &a->world->errors;
}

static void erase(struct across *a)
{
	struct error ignored = { 0 };

	if (a->drawn)
		(void)!output_write(&a->world->errors, ERASE, strlen(ERASE),
				    &ignored);
	a->drawn = false;
}

static bool write_now(struct across *a, size_t stream, const char *text,
		      size_t len, struct error *err)
{
	erase(a);
	return len == 0 || output_write(output_of(a, stream), text, len, err);
}

/* --- lines that wait for their turn --------------------------------------------- */

static bool add_piece(struct across *a, struct across_job *job, size_t stream,
		      size_t len, struct error *err)
{
	struct across_piece *last =
		job->n_pieces > 0 ? &job->pieces[job->n_pieces - 1] : NULL;
	struct across_piece *room;

	if (last && last->stream == stream) {
		last->len += len;
		return true;
	}
	room = arena_room(a->context.arena, job->pieces, job->n_pieces,
			  sizeof(*room));
	if (!room)
		return error_memory(err);
	job->pieces = room;
	room[job->n_pieces++] = (struct across_piece){ stream, len };
	return true;
}

/* A job with much output must wait, so that memory is bounded. */
static bool keep_for_later(struct across *a, struct across_job *job,
			   size_t stream, const struct strbuf *text,
			   struct error *err)
{
	strbuf_add(&job->kept, strbuf_text(text), text->len);
	if (!strbuf_ok(&job->kept))
		return error_memory(err);
	if (job->kept.len >= KEPT_MAX && !job->held) {
		job->held = true;
		jobs_hold(&a->world->jobs, (size_t)(job - a->jobs), true);
	}
	return text->len == 0 || add_piece(a, job, stream, text->len, err);
}

static bool print_kept(struct across *a, struct across_job *job,
		       struct error *err)
{
	const char *at = strbuf_text(&job->kept);
	bool ok = true;

	for (size_t i = 0; ok && i < job->n_pieces; i++) {
		ok = write_now(a, job->pieces[i].stream, at, job->pieces[i].len,
			       err);
		at += job->pieces[i].len;
	}
	job->n_pieces = 0;
	strbuf_clear(&job->kept);
	if (job->held)
		jobs_hold(&a->world->jobs, (size_t)(job - a->jobs), false);
	job->held = false;
	return ok;
}

/* --- lines ---------------------------------------------------------------------- */

static void put_line(struct strbuf *out, const struct across_job *job,
		     const char *line, size_t len)
{
	print_clean(out, job->profile);
	strbuf_puts(out, ": ");
	strbuf_add(out, line, len);
	if (len == 0 || line[len - 1] != '\n')
		strbuf_puts(out, "\n");
}

/* Moves the complete lines, or all of it, to out with the profile before each. */
static void take_lines(struct across_job *job, struct strbuf *line, bool all,
		       struct strbuf *out)
{
	const char *at = strbuf_text(line);
	size_t left = line->len;

	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		size_t len = end ? (size_t)(end - at) + 1 : left;

		if (!end && !all && left < LINE_MAX_LEN)
			break;
		put_line(out, job, at, len);
		at += len;
		left -= len;
	}
	if (left > 0 && at != line->text)
		memmove(line->text, at, left);
	line->len = left;
}

static bool is_shown(const struct across *a, const struct across_job *job)
{
	return !a->options->ordered || job == &a->jobs[a->shown];
}

static bool print_lines(struct across *a, struct across_job *job, size_t stream,
			bool all, struct error *err)
{
	struct strbuf out = strbuf_with_max(OUT_MAX);
	bool ok;

	take_lines(job, &job->line[stream], all, &out);
	if (!strbuf_ok(&out) || !strbuf_ok(&job->line[stream]))
		ok = error_memory(err);
	else if (out.len == 0)
		ok = true;
	else if (is_shown(a, job))
		ok = write_now(a, stream, strbuf_text(&out), out.len, err);
	else
		ok = keep_for_later(a, job, stream, &out, err);
	strbuf_clear(&out);
	return ok;
}

bool across_print(struct across *a, struct across_job *job, size_t stream,
		  const char *bytes, size_t len, struct error *err)
{
	strbuf_add(&job->line[stream], bytes, len);
	return print_lines(a, job, stream, false, err);
}

static bool has_ended(const struct across_job *job)
{
	return job->state == ACROSS_OK || job->state == ACROSS_FAILED;
}

/* Prints the jobs whose turn it is now. */
static bool advance(struct across *a, struct error *err)
{
	bool ok = true;

	while (ok && a->shown < a->n_jobs && has_ended(&a->jobs[a->shown])) {
		a->shown++;
		if (a->shown < a->n_jobs)
			ok = print_kept(a, &a->jobs[a->shown], err);
	}
	return ok;
}

bool across_print_end(struct across *a, struct across_job *job,
		      struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < ACROSS_STREAMS; i++) {
		ok = print_lines(a, job, i, true, err);
		strbuf_clear(&job->line[i]);
	}
	return ok && (!a->options->ordered || advance(a, err));
}

/* --- the progress and the summary ----------------------------------------------- */

void across_print_progress(struct across *a)
{
	int64_t now = machine_ticks(&a->world->machine);
	struct error ignored = { 0 };
	char text[ACROSS_PROGRESS_LEN];

	if (!a->progress || (a->drawn_at != 0 && now - a->drawn_at < DRAW_MS))
		return;
	(void)snprintf(text, sizeof(text),
		       ERASE "%zu done, %zu running, %zu failed", a->n_done,
		       a->n_running, a->n_failed);
	if (a->drawn && strcmp(text, a->drawn_text) == 0)
		return;
	(void)!output_write(&a->world->errors, text, strlen(text), &ignored);
	memcpy(a->drawn_text, text, sizeof(text));
	a->drawn = true;
	a->drawn_at = now;
}

static void put_failed(struct strbuf *out, const struct across *a)
{
	const char *before = " (";

	for (size_t i = 0; i < a->n_jobs; i++) {
		if (a->jobs[i].state != ACROSS_FAILED)
			continue;
		strbuf_puts(out, before);
		print_clean(out, a->jobs[i].profile);
		strbuf_printf(out, " %d", a->jobs[i].status);
		before = ", ";
	}
	strbuf_puts(out, a->n_failed > 0 ? ")" : "");
}

bool across_print_summary(struct across *a, struct error *err)
{
	struct strbuf out = strbuf_with_max(SUMMARY_MAX);
	size_t left = a->n_jobs - a->n_done;
	bool ok;

	strbuf_printf(&out, "across: %zu ok, %zu failed",
		      a->n_done - a->n_failed, a->n_failed);
	put_failed(&out, a);
	if (left > 0)
		strbuf_printf(&out, ", %zu not run", left);
	strbuf_puts(&out, "\n");
	ok = (strbuf_ok(&out) || error_memory(err)) &&
	     write_now(a, 1, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	return ok;
}

/* --- --dry-run ------------------------------------------------------------------ */

static void put_cell(struct strbuf *out, const char *text, size_t width)
{
	size_t n = print_width(text);

	print_clean(out, text);
	strbuf_printf(out, "%*s", n < width ? (int)(width - n) : 0, "");
}

bool across_print_jobs(struct strbuf *out, const void *what)
{
	const struct across *a = what;
	size_t width = 0;

	for (size_t i = 0; i < a->n_jobs; i++) {
		size_t n = print_width(a->jobs[i].profile);

		width = n > width ? n : width;
	}
	for (size_t i = 0; i < a->n_jobs; i++) {
		const struct across_job *job = &a->jobs[i];
		struct arn arn;
		bool role = job->role_arn && arn_parse(job->role_arn, &arn);

		put_cell(out, job->profile, width + 2);
		put_cell(out, job->account ? job->account : "-", 14);
		strbuf_printf(out, "%s%s%s\n", role ? arn_name(&arn) : "-",
			      job->read_only ? " (read-only)" : "",
			      job->confirm ? "  (guarded)" : "");
	}
	return true;
}
