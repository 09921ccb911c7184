#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "aws/credentials_json.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/words.h"
#include "format/json.h"
#include "port/world.h"
#include "session/program.h"
#include "session/source/source_internal.h"

#define WORDS_MAX  256
#define OUTPUT_MAX 65536 /* bytes; AWS CLI: a pipe's worth */
#define VERSION    1

/* --- what it prints -------------------------------------------------------- */

static bool is_version(const struct json *json)
{
	long long version = 0;

	return json_number(json, "Version", &version) && version == VERSION;
}

static bool check_expiry(const struct credentials *creds, int64_t now,
			 struct error *err)
{
	return creds->expires == 0 || creds->expires > now ||
	       error_fail(err, REASON_SOURCE_EXPIRED,
			  .number = now - creds->expires);
}

bool process_read(const struct secbuf *printed, int64_t now,
		  struct credentials *creds, struct error *err)
{
	static const struct credentials_members names = {
		"AccessKeyId",  "SecretAccessKey",
		"SessionToken", "Expiration",
		true,           true
	};
	struct json *json =
		json_parse(secbuf_text(printed), secbuf_len(printed), err);
	bool ok;

	*creds = (struct credentials){ 0 };
	ok = json &&
	     (is_version(json) ||
	      error_fail(err, REASON_PROCESS_VERSION, .number = VERSION)) &&
	     credentials_json_read(json, &names, creds, err) &&
	     check_expiry(creds, now, err);
	if (!ok) {
		credentials_clear(creds);
		if (err->code != ERROR_MEMORY)
			err->code = ERROR_SYSTEM; /* not AWS's answer */
	}
	json_free(json);
	return ok;
}

/* --- its call ---------------------------------------------------------------- */

/* Splits the command into words, in arena, as botocore does. */
static bool split(const struct config_value *by, struct arena *arena,
		  const char *argv[static WORDS_MAX], struct error *err)
{
	const char *rest = by->text;
	size_t size = strlen(rest) + 1;
	enum words_end end = WORDS_WORD;
	size_t n = 0;

	while (n < WORDS_MAX - 1) {
		char *word = arena_alloc(arena, size);

		if (!word)
			return error_memory(err);
		end = words_next(&rest, word, size);
		if (end != WORDS_WORD)
			break;
		argv[n++] = word;
	}
	argv[n] = NULL;
	if (end == WORDS_OPEN)
		return error_fail(err, REASON_OPEN_QUOTE, .path = by->file,
				  .line = by->line, .key = by->key);
	return (end == WORDS_END && n > 0) ||
	       error_fail(err, REASON_BAD_COMMAND, .path = by->file,
			  .line = by->line, .key = by->key,
			  .number = WORDS_MAX - 1);
}

/* Runs the program; a failure to start it names it and its line. */
static bool start(const struct session_source_use *use,
		  const struct helper_call *call, struct secbuf **printed,
		  struct error *err)
{
	const struct config_value *by = use->plan->steps[0].by;

	if (helpers_run(&use->world->helpers, call, printed, err))
		return true;
	return error_is(err, REASON_HELPER_FAILED)
		       ? error_add(err, .path = by->file, .line = by->line,
				   .value = call->argv[0])
		       : false;
}

/* Adds the program to the list of those that wait. */
static char *variable_for(const struct session_source_use *use,
			  struct arena *arena)
{
	const char *others =
		text_env(use->world->environment, SESSION_SOURCE_VARIABLE);
	char name[NAME_LEN];

	source_process_name(&use->plan->steps[0], name);
	return arena_printf(arena, SESSION_SOURCE_VARIABLE "=%s%s%s", name,
			    text_is_empty(others) ? "" : ",",
			    text_is_empty(others) ? "" : others);
}

static bool run(const struct session_source_use *use, struct arena *arena,
		struct secbuf **printed, struct error *err)
{
	const struct config_value *by = use->plan->steps[0].by;
	const char *argv[WORDS_MAX];
	struct helper_call call = { .what = by->key,
				    .argv = argv,
				    .max = OUTPUT_MAX,
				    .loud = true,
				    .code = ERROR_SYSTEM };

	if (!arena)
		return error_memory(err);
	call.variable = variable_for(use, arena);
	if (!call.variable)
		return error_memory(err);
	return split(by, arena, argv, err) &&
	       session_program_check(use->world, by->key, by->file, err) &&
	       start(use, &call, printed, err);
}

bool process_load(const struct session_source_use *use,
		  struct session_start *start, struct error *err)
{
	struct arena *arena = arena_new();
	struct secbuf *printed = NULL;
	bool ok;

	ok = run(use, arena, &printed, err) &&
	     process_read(printed, clock_now(&use->world->clock), &start->creds,
			  err);
	secbuf_free(printed);
	arena_free(arena);
	return ok;
}
