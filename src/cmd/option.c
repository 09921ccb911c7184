#include "cmd/option.h"

#include <string.h>

#include "cmd/command.h"

#define OF_CALL(field) .shared = true, .offset = offsetof(struct call, field)

const struct option *option_next(struct option_cursor *cursor)
{
	const struct option *row;

	if (cursor->included && cursor->included->name)
		return cursor->included++;
	cursor->included = NULL;
	row = cursor->next;
	if (!row || (!row->name && !row->include))
		return NULL;
	cursor->next++;
	if (!row->include)
		return row;
	cursor->included = row->include;
	return option_next(cursor);
}

bool option_has(const struct option *table, const char *name)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;

	while ((option = option_next(&cursor)))
		if (strcmp(option->name, name) == 0)
			return true;
	return false;
}

const struct option option_global[] = {
	{ .name = "backend",
	  .value = "BACKEND",
	  .kind = OPTION_TEXT,
	  OF_CALL(backend),
	  .words = "auto, secret-service, file, pass",
	  .help = "use this keyring" },
	{ .name = "prompt",
	  .value = "PROMPT",
	  .kind = OPTION_TEXT,
	  OF_CALL(prompt),
	  .words = "auto, terminal, pinentry, zenity, kdialog, ykman, none",
	  .help = "select how questions are asked" },
	{ .name = "no-prompt",
	  OF_CALL(no_prompt),
	  .help = "never ask; fail if an answer is needed" },
	{ .name = "debug",
	  OF_CALL(debug),
	  .help = "print decisions and requests on stderr" },
	{ .letter = 'h',
	  .name = "help",
	  OF_CALL(help),
	  .help = "show this help" },
	{ .name = "version", OF_CALL(version), .help = "show the version" },
	{ 0 }
};

#define READ_ONLY_ROWS                                                 \
	{ .name = "read-only",                                         \
	  OF_CALL(request.read_only),                                  \
	  .help = "limit the role by AWS's policy ReadOnlyAccess" },   \
	{                                                              \
		.name = "no-read-only", OF_CALL(request.no_read_only), \
		.help = "do not, although rolekey_read_only says so"   \
	}

const struct option option_read_only[] = { READ_ONLY_ROWS, { 0 } };

const struct option option_plan[] = {
	{ .letter = 'd',
	  .name = "duration",
	  .value = "DURATION",
	  .kind = OPTION_DURATION,
	  OF_CALL(request.duration),
	  .help = "set how long credentials last (900, 90m, 1h30m, 12h)" },
	{ .letter = 'n',
	  .name = "no-session",
	  OF_CALL(request.no_session),
	  .help = "use the access key without GetSessionToken" },
	READ_ONLY_ROWS,
	{ 0 }
};

const struct option option_region[] = {
	{ .name = "region",
	  .value = "REGION",
	  .kind = OPTION_TEXT,
	  OF_CALL(request.region),
	  .help = "use this region instead of the profile's" },
	{ 0 }
};

#define CODE_ROW                                                     \
	{                                                            \
		.letter = 't', .name = "mfa-token", .value = "CODE", \
		.kind = OPTION_TEXT, OF_CALL(mfa_text),              \
		.help = "use this MFA code; - reads it from stdin"   \
	}

const struct option option_code[] = { CODE_ROW, { 0 } };

const struct option option_reason[] = {
	{ .name = "reason",
	  .value = "TEXT",
	  .kind = OPTION_TEXT,
	  OF_CALL(request.reason),
	  .help = "write this reason into the log" },
	{ 0 }
};

const struct option option_session[] = {
	CODE_ROW,
	{ .name = "refresh",
	  OF_CALL(request.refresh),
	  .help = "create new sessions, even if cached ones are valid" },
	{ .name = "min-ttl",
	  .value = "DURATION",
	  .kind = OPTION_TTL,
	  OF_CALL(request.min_ttl),
	  .help = "reuse a session only if it lasts at least this long" },
	{ 0 }
};

const struct option option_confirm[] = {
	{ .name = "yes",
	  OF_CALL(yes),
	  .help = "do not ask for the confirmation of rolekey_confirm" },
	{ 0 }
};

const struct option option_yes[] = {
	{ .name = "yes", OF_CALL(yes), .help = "do not ask for confirmation" },
	{ 0 }
};

const struct option option_force[] = {
	{ .letter = 'f',
	  .name = "force",
	  OF_CALL(force),
	  .help = "do not ask for confirmation" },
	{ 0 }
};

const struct option option_json[] = {
	{ .name = "json", OF_CALL(json), .help = "print JSON" },
	{ 0 }
};
