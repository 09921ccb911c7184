#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/obtain.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "plan/plan.h"
#include "port/world.h"

#define PAIRS     6
#define FIXED_MAX 4096

struct export_options {
	const char *format; /* NULL: sh */
};

static const struct option options[] = {
	{ .include = option_plan },
	{ .include = option_region },
	{ .include = option_session },
	{ .name = "format",
	  .value = "FORMAT",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct export_options, format),
	  .words = "sh fish powershell env json ini",
	  .help = "sh, fish, powershell, env, json or ini" },
	{ 0 }
};

static const struct option process_options[] = { { .include = option_plan },
						 { .include = option_region },
						 { .include = option_session },
						 { 0 } };

struct pair {
	const char *name;     /* in an environment */
	const char *ini_name; /* in ~/.aws/credentials, or NULL */
	const char *value;    /* NULL: there is none */
};

/*
 * Prints a value in single quotes; change writes each byte that is in special.
 */
static void put_quoted(struct secbuf *out, const char *value,
		       const char *special,
		       void (*change)(struct secbuf *out, char c))
{
	size_t plain = strcspn(value, special);

	secbuf_puts(out, "'");
	secbuf_add(out, value, plain);
	for (value += plain; *value != '\0'; value += plain) {
		change(out, *value++);
		plain = strcspn(value, special);
		secbuf_add(out, value, plain);
	}
	secbuf_puts(out, "'");
}

static void end_and_begin(struct secbuf *out, char c)
{
	(void)c;
	secbuf_puts(out, "'\\''");
}

static void backslash(struct secbuf *out, char c)
{
	secbuf_puts(out, "\\");
	secbuf_add(out, &c, 1);
}

static void put_sh(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, "export ");
	secbuf_puts(out, pair->name);
	secbuf_puts(out, "=");
	put_quoted(out, pair->value, "'", end_and_begin);
}

static void put_fish(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, "set -gx ");
	secbuf_puts(out, pair->name);
	secbuf_puts(out, " ");
	put_quoted(out, pair->value, "'\\", backslash);
}

/*
 * PowerShell ends a single-quoted text at U+2018, U+2019, U+201A and U+201B,
 * too: each is E2 80 98 to 9B in UTF-8 ("about_Quoting_Rules").
 */
static bool is_quote(const char *text)
{
	return strncmp(text, "\xe2\x80", 2) == 0 &&
	       (unsigned char)text[2] >= 0x98 && (unsigned char)text[2] <= 0x9b;
}

static void put_powershell(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, "$Env:");
	secbuf_puts(out, pair->name);
	secbuf_puts(out, "='");
	for (const char *at = pair->value; *at != '\0';) {
		size_t len = is_quote(at) ? 3 : 1;

		if (len == 3 || *at == '\'')
			secbuf_add(out, at, len);
		secbuf_add(out, at, len);
		at += len;
	}
	secbuf_puts(out, "'");
}

static void put_env(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, pair->name);
	secbuf_puts(out, "=");
	secbuf_puts(out, pair->value);
}

static void put_ini(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, pair->ini_name);
	secbuf_puts(out, "=");
	secbuf_puts(out, pair->value);
}

struct form {
	const char *name;
	void (*put)(struct secbuf *out, const struct pair *pair);
	/* A shell may have it of an earlier session: then it must go. */
	const char *drop; /* the text before the name, or NULL */
};

static const struct form forms[] = {
	{ "sh", put_sh, "unset " },
	{ "fish", put_fish, "set -eg " },
	{ "powershell", put_powershell,
	  "Remove-Item -ErrorAction Ignore Env:" },
	{ "env", put_env, NULL },
	{ "ini", put_ini, NULL },
	{ "json", NULL, NULL },
};

/* Finds a format. NULL if there is none of that name. */
static const struct form *find_form(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(name, forms[i].name) == 0)
			return &forms[i];
	return NULL;
}

/* Tests for the region, which stays the user's own if the profile has none. */
static bool is_ours_alone(const struct pair *pair)
{
	return strstr(pair->name, "REGION") == NULL;
}

static void put_one(struct secbuf *out, const struct form *form,
		    const struct pair *pair)
{
	bool has_name = form->put != put_ini || pair->ini_name;

	if (pair->value && has_name) {
		form->put(out, pair);
		secbuf_puts(out, "\n");
	} else if (form->drop && is_ours_alone(pair)) {
		secbuf_puts(out, form->drop);
		secbuf_puts(out, pair->name);
		secbuf_puts(out, "\n");
	}
}

/* These formats cannot quote: a line break would begin another variable. */
static bool check_lines(const struct form *form, const struct pair *pair,
			struct error *err)
{
	bool quotes = form->put != put_env && form->put != put_ini;

	return quotes || !pair->value ||
	       pair->value[strcspn(pair->value, "\r\n")] == '\0' ||
	       error_fail(err, REASON_BAD_CREDENTIALS, .other = pair->name);
}

static bool put_pairs(struct secbuf *out, const struct form *form,
		      const struct plan *plan, const struct credentials *creds,
		      struct error *err)
{
	char expires[TIMEFMT_ISO_LEN];
	const struct secbuf *token = creds->session_token;
	const struct pair pairs[PAIRS] = {
		{ "AWS_ACCESS_KEY_ID", "aws_access_key_id",
		  creds->access_key_id },
		{ "AWS_SECRET_ACCESS_KEY", "aws_secret_access_key",
		  secbuf_text(creds->secret_key) },
		{ "AWS_SESSION_TOKEN", "aws_session_token",
		  token ? secbuf_text(token) : NULL },
		{ "AWS_CREDENTIAL_EXPIRATION", "aws_credential_expiration",
		  creds->expires != 0 ? expires : NULL },
		{ "AWS_REGION", "region", plan->region },
		{ "AWS_DEFAULT_REGION", NULL, plan->region },
	};

	timefmt_iso(creds->expires, expires);
	if (form->put == put_ini) {
		secbuf_puts(out, "[");
		secbuf_puts(out, plan->profile);
		secbuf_puts(out, "]\n");
	}
	for (size_t i = 0; i < PAIRS; i++) {
		if (!check_lines(form, &pairs[i], err))
			return false;
		put_one(out, form, &pairs[i]);
	}
	return true;
}

/* Prints the whole text from one buffer: at once, or not at all. */
static bool show(const struct world *world, const struct form *form,
		 const struct plan *plan, const struct credentials *creds,
		 struct error *err)
{
	struct secbuf *out = secbuf_new(2 * (secbuf_len(creds->secret_key) +
					     secbuf_len(creds->session_token)) +
					4 * strlen(plan->profile) + FIXED_MAX);
	bool ok = true;

	if (form->put)
		ok = put_pairs(out, form, plan, creds, err);
	else
		print_credentials_json(out, creds);
	ok = ok && print_secbuf(world, out, err);
	secbuf_free(out);
	return ok;
}

static bool hand_out(const struct request *request, const struct world *world,
		     const struct form *form, int64_t keep, struct error *err)
{
	struct credentials creds = { 0 };
	struct context context;
	bool ok;

	ok = context_load(request, world, &context, err) &&
	     obtain_credentials(request, &context, world, keep, &creds, err) &&
	     show(world, form, &context.plan, &creds, err);
	credentials_clear(&creds);
	context_clear(&context);
	return ok;
}

static bool cmd_export(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct export_options *own = call->options;
	const char *name = own->format ? own->format : "sh";
	const struct form *form = find_form(name);

	if (!form)
		return error_fail(err, REASON_BAD_VALUE, .key = "--format",
				  .value = name,
				  .expected = "a format (sh, fish, powershell, "
					      "env, json, ini)") ||
		       error_as(err, ERROR_USAGE);
	return hand_out(&call->request, world, form, TTL_EXEC, err);
}

static bool cmd_credential_process(const struct call *call,
				   const struct world *world, struct error *err)
{
	static const struct form json = { "json", NULL, NULL };

	return hand_out(&call->request, world, &json, TTL_PROCESS, err);
}

const struct command command_export = {
	.name = "export",
	.summary = "print credentials for a shell or a file",
	.operands = OPERANDS_PROFILE,
	.options = options,
	.options_size = sizeof(struct export_options),
	.help = "Prints the profile's credentials.  The formats:\n"
		"  sh          export NAME='value'   (the default)\n"
		"  fish        set -gx NAME 'value'\n"
		"  powershell  $Env:NAME='value'\n"
		"  env         NAME=value, unquoted\n"
		"  json        what credential_process prints\n"
		"  ini         a section for ~/.aws/credentials\n"
		"\n  eval \"$(rolekey export testing)\"\n"
		"  rolekey export testing --format fish | source\n"
		"  rolekey export testing --format powershell | Out-String | "
		"Invoke-Expression\n",
	.run = cmd_export,
};

const struct command command_credential_process = {
	.name = "credential-process",
	.summary = "hand credentials to an AWS SDK (credential_process)",
	.operands = OPERANDS_PROFILE,
	.options = process_options,
	.terse = true,
	.help = "Prints the JSON that the AWS SDKs and the AWS CLI expect of "
		"a\n"
		"credential_process, and nothing else.  In ~/.aws/config:\n"
		"\n  [profile testing-cli]\n"
		"  credential_process = rolekey credential-process testing\n"
		"\nA failure is one line on stderr, which the SDKs show.\n",
	.run = cmd_credential_process,
};
