#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/across/across_internal.h"
#include "port/world.h"

#define TICK_MS     100 /* between two looks at the progress */
#define ARGS_MAX    16  /* of ours, before the profile */
#define CANNOT      125 /* status of a job that could not be started */
#define LINE_CAP    (UINT64_C(1) << 20)
#define KEPT_CAP    (UINT64_C(64) << 20)
#define SIGNAL_BASE 128

/* --- a job ---------------------------------------------------------------------- */

static size_t count(char *const *argv)
{
	size_t n = 0;

	while (argv[n])
		n++;
	return n;
}

/* A list of arguments that ends with NULL. */
struct args {
	const char **list;
	size_t n;
};

static void add(struct args *args, const char *arg)
{
	args->list[args->n++] = arg;
}

static void add_option(struct args *args, const char *name, const char *value)
{
	if (!value)
		return;
	add(args, name);
	add(args, value);
}

/*
 * Makes "rolekey exec --no-prompt --yes PROFILE -- COMMAND...".  Each job is a
 * process of its own, so that no account can stop the others.
 */
static char *const *make_argv(const struct across *a,
			      const struct across_job *job, struct error *err)
{
	const struct call *call = a->call;
	size_t n = count(call->argv);
	struct args args = { 0 };

	args.list = arena_alloc(a->context.arena,
				(ARGS_MAX + n + 1) * sizeof(*args.list));
	if (!args.list) {
		error_memory(err);
		return NULL;
	}
	add(&args, "rolekey");
	add(&args, "exec");
	add(&args, "--no-prompt");
	add(&args, "--yes");
	if (call->debug)
		add(&args, "--debug");
	if (call->request.read_only)
		add(&args, "--read-only");
	if (call->request.no_read_only)
		add(&args, "--no-read-only");
	add_option(&args, "--backend", call->backend);
	add_option(&args, "--region", call->request.region);
	add_option(&args, "--duration", job->direct ? "1h" : NULL);
	add_option(&args, "--reason", call->request.reason);
	add(&args, job->profile);
	add(&args, "--");
	memcpy(args.list + args.n, call->argv, n * sizeof(*call->argv));
	return (char *const *)(void *)args.list;
}

/* --- --output-dir --------------------------------------------------------------- */

/* Tests for a byte that a name of a file should not have, at its position. */
static bool is_escaped(const char *name, size_t at)
{
	unsigned char c = (unsigned char)name[at];

	return c < ' ' || c == 0x7f || c == '/' || c == '%' ||
	       (at == 0 && (c == '.' || c == '-'));
}

/* Makes "DIR/PROFILE.out"; bytes that no file may have become "%2F". */
static const char *path_for(const struct across *a, const char *profile,
			    const char *ending)
{
	struct strbuf path = strbuf_with_max(4096);
	const char *copy = NULL;

	strbuf_printf(&path, "%s/", a->options->output_dir);
	for (size_t i = 0; profile[i] != '\0'; i++)
		if (is_escaped(profile, i))
			strbuf_printf(&path, "%%%02X",
				      (unsigned char)profile[i]);
		else
			strbuf_add(&path, profile + i, 1);
	strbuf_puts(&path, ending);
	if (strbuf_ok(&path))
		copy = arena_strdup(a->context.arena, strbuf_text(&path));
	strbuf_clear(&path);
	return copy;
}

static bool start(const struct across *a, struct across_job *job,
		  struct error *err)
{
	struct jobs_call call = { .job = (size_t)(job - a->jobs) };

	call.argv = make_argv(a, job, err);
	if (!call.argv)
		return false;
	if (a->options->output_dir) {
		call.out_path = path_for(a, job->profile, ".out");
		call.err_path = path_for(a, job->profile, ".err");
		if (!call.out_path || !call.err_path)
			return error_memory(err);
	}
	job->kept = strbuf_with_max(KEPT_CAP);
	for (size_t i = 0; i < ACROSS_STREAMS; i++)
		job->line[i] = strbuf_with_max(LINE_CAP);
	return jobs_start(&a->world->jobs, &call, err);
}

/* --- all of them ---------------------------------------------------------------- */

static bool end_job(struct across *a, struct across_job *job, int status,
		    struct error *err)
{
	job->status = status;
	job->state = status == 0 ? ACROSS_OK : ACROSS_FAILED;
	a->n_done++;
	a->n_failed += status != 0;
	return across_print_end(a, job, err);
}

/* One that cannot be started has failed; the others go on. */
static bool start_next(struct across *a, struct error *err)
{
	struct across_job *job = &a->jobs[a->next++];
	struct error why = { 0 };

	if (start(a, job, &why)) {
		job->state = ACROSS_RUNNING;
		a->n_running++;
		return true;
	}
	(void)error_add(&why, .profile = job->profile);
	notice_error(&a->world->notices, NOTICE_WARNING, &why);
	return end_job(a, job, CANNOT, err);
}

static bool may_start(const struct across *a)
{
	return a->next < a->n_jobs && a->signal == 0 &&
	       a->n_running < (size_t)a->options->at_once &&
	       !(a->options->fail_fast && a->n_failed > 0);
}

static bool handle(struct across *a, const struct jobs_event *event,
		   struct error *err)
{
	struct across_job *job = &a->jobs[event->job];

	switch (event->what) {
	case JOBS_NOTHING:
		return true;
	case JOBS_OUT:
		return across_print(a, job, 0, event->bytes, event->len, err);
	case JOBS_ERR:
		return across_print(a, job, 1, event->bytes, event->len, err);
	case JOBS_END:
		a->n_running--;
		return end_job(a, job, event->status, err);
	case JOBS_SIGNAL:
		a->signal = event->status;
		return true;
	}
	return true;
}

static bool run_all(struct across *a, struct error *err)
{
	struct jobs_event event;
	bool ok = true;

	while (ok && (may_start(a) || a->n_running > 0)) {
		if (may_start(a))
			ok = start_next(a, err);
		across_print_progress(a);
		if (!ok || a->n_running == 0)
			continue;
		ok = jobs_wait(&a->world->jobs, may_start(a) ? 0 : TICK_MS,
			       &event, err) &&
		     handle(a, &event, err);
	}
	return ok;
}

/* Returns the greatest status of all jobs, or that of a signal. */
static int worst(const struct across *a)
{
	int status = 0;

	for (size_t i = 0; i < a->n_jobs; i++)
		if (a->jobs[i].status > status)
			status = a->jobs[i].status;
	return a->signal != 0 ? SIGNAL_BASE + a->signal : status;
}

static void clear(struct across *a)
{
	for (size_t i = 0; i < a->n_jobs; i++) {
		strbuf_clear(&a->jobs[i].kept);
		for (size_t k = 0; k < ACROSS_STREAMS; k++)
			strbuf_clear(&a->jobs[i].line[k]);
	}
}

static bool shows_progress(const struct across *a)
{
	const char *term = text_env(a->world->environment, "TERM");

	return output_is_terminal(&a->world->errors) && !a->call->debug &&
	       !text_is_empty(term) && strcmp(term, "dumb") != 0;
}

bool across_run(struct across *a, struct error *err)
{
	bool ok;

	a->progress = shows_progress(a);
	ok = run_all(a, err) && across_print_summary(a, err);
	jobs_close(&a->world->jobs);
	clear(a);
	if (!ok || worst(a) == 0)
		return ok;
	return error_fail(err, REASON_JOBS_FAILED, .number = worst(a));
}
