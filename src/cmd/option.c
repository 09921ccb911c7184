#include "cmd/option.h"

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

const struct option option_global[] = {
	{ .name = "backend",
	  .value = "B",
	  .kind = OPTION_TEXT,
	  OF_CALL(backend),
	  .words = "auto secret-service file pass",
	  .help = "the keyring: auto, secret-service, file or pass" },
	{ .name = "prompt",
	  .value = "P",
	  .kind = OPTION_TEXT,
	  OF_CALL(prompt),
	  .words = "auto terminal pinentry zenity kdialog ykman none",
	  .help = "who is asked: auto, terminal, pinentry, ... or none" },
	{ .name = "no-prompt",
	  OF_CALL(no_prompt),
	  .help = "never ask: fail where a person is needed" },
	{ .name = "debug",
	  OF_CALL(debug),
	  .help = "say on stderr what is decided, asked and found" },
	{ .letter = 'h', .name = "help", OF_CALL(help), .help = "show help" },
	{ .name = "version", OF_CALL(version), .help = "show the version" },
	{ 0 }
};

const struct option option_plan[] = {
	{ .letter = 'd',
	  .name = "duration",
	  .value = "D",
	  .kind = OPTION_DURATION,
	  OF_CALL(request.duration),
	  .help = "how long the credentials last: 900, 90m, 1h30m, 12h" },
	{ .letter = 'n',
	  .name = "no-session",
	  OF_CALL(request.no_session),
	  .help = "sign with the key itself, without GetSessionToken" },
	{ 0 }
};

const struct option option_region[] = {
	{ .name = "region",
	  .value = "REGION",
	  .kind = OPTION_TEXT,
	  OF_CALL(request.region),
	  .help = "the region, whatever profile and environment say" },
	{ 0 }
};

const struct option option_session[] = {
	{ .letter = 't',
	  .name = "mfa-token",
	  .value = "CODE",
	  .kind = OPTION_TEXT,
	  OF_CALL(mfa_text),
	  .help = "the MFA code, or - for a line of stdin" },
	{ .name = "refresh",
	  OF_CALL(request.refresh),
	  .help = "make new sessions, whatever is cached" },
	{ .name = "min-ttl",
	  .value = "D",
	  .kind = OPTION_TTL,
	  OF_CALL(request.min_ttl),
	  .help = "reuse a cached session only if it lasts that long" },
	{ 0 }
};

const struct option option_force[] = { { .letter = 'f',
					 .name = "force",
					 OF_CALL(force),
					 .help = "do not ask" },
				       { 0 } };

const struct option option_json[] = {
	{ .name = "json", OF_CALL(json), .help = "print JSON" },
	{ 0 }
};
