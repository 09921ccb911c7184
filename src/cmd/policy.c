#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "port/world.h"

/*
 * Prints IAM policies (IAM User Guide, "IAM JSON policy elements reference"):
 * valid, minimal, with members and lists sorted.
 */

#define POLICY_MAX  65536
#define ACCOUNT_LEN 12
#define ROLE_MAX    576 /* bytes of a path and a name: 512 and 64 */
#define ROLE_LETTERS                                                     \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"_+=,.@-/*"
#define OWN_USER "arn:aws:iam::*:user/${aws:username}"

struct policy_options {
	struct option_list roles;
	struct option_list accounts;
};

static const struct option options[] = {
	{ .name = "role",
	  .value = "ROLE",
	  .kind = OPTION_LIST,
	  .offset = offsetof(struct policy_options, roles),
	  .help = "require-mfa: allow this role; may be repeated" },
	{ .name = "account",
	  .value = "ID",
	  .kind = OPTION_LIST,
	  .offset = offsetof(struct policy_options, accounts),
	  .help = "trust: trust this account; may be repeated" },
	{ 0 }
};

/* A list of texts, in the order of strcmp() and each once. */
struct texts {
	const char **items;
	size_t n;
};

/* --- JSON ---------------------------------------------------------------------- */

/* A member of a statement: a text, or a list if there are several. */
static void put_texts(struct strbuf *out, const char *indent, const char *name,
		      const char *const *items, size_t n)
{
	strbuf_printf(out, "%s\"%s\": ", indent, name);
	if (n == 1) {
		strbuf_printf(out, "\"%s\"", items[0]);
		return;
	}
	strbuf_puts(out, "[\n");
	for (size_t i = 0; i < n; i++)
		strbuf_printf(out, "%s  \"%s\"%s\n", indent, items[i],
			      i + 1 < n ? "," : "");
	strbuf_printf(out, "%s]", indent);
}

/* Everything in a statement but its resource. */
struct statement {
	const char *sid;
	const char *const *actions;
	size_t n_actions;
	bool mfa; /* only if the session was made with a code */
};

static void put_condition(struct strbuf *out)
{
	strbuf_puts(out, "      \"Condition\": {\n"
			 "        \"Bool\": {\n"
			 "          \"aws:MultiFactorAuthPresent\": \"true\"\n"
			 "        }\n"
			 "      },\n");
}

static void put_statement(struct strbuf *out, const struct statement *statement,
			  bool trust, const struct texts *texts)
{
	strbuf_puts(out, "    {\n");
	put_texts(out, "      ", "Action", statement->actions,
		  statement->n_actions);
	strbuf_puts(out, ",\n");
	if (statement->mfa)
		put_condition(out);
	strbuf_puts(out, "      \"Effect\": \"Allow\",\n");
	if (trust) {
		strbuf_puts(out, "      \"Principal\": {\n");
		put_texts(out, "        ", "AWS", texts->items, texts->n);
		strbuf_puts(out, "\n      }");
	} else {
		put_texts(out, "      ", "Resource", texts->items, texts->n);
	}
	strbuf_printf(out, ",\n      \"Sid\": \"%s\"\n    }", statement->sid);
}

static void begin(struct strbuf *out)
{
	strbuf_puts(out, "{\n  \"Statement\": [\n");
}

static void end(struct strbuf *out)
{
	strbuf_puts(out, "\n  ],\n  \"Version\": \"2012-10-17\"\n}\n");
}

/* --- roles and accounts ------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

static void sort(struct texts *texts)
{
	size_t n = 0;

	qsort(texts->items, texts->n, sizeof(*texts->items), compare);
	for (size_t i = 0; i < texts->n; i++)
		if (n == 0 || strcmp(texts->items[n - 1], texts->items[i]) != 0)
			texts->items[n++] = texts->items[i];
	texts->n = n;
}

static bool is_account(const char *text, size_t len)
{
	return len == ACCOUNT_LEN && strspn(text, "0123456789") >= len;
}

static bool is_role_name(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= ROLE_MAX && text[0] != '/' &&
	       strspn(text, ROLE_LETTERS) == len;
}

static bool refuse(const char *key, const char *value, const char *expected,
		   struct error *err)
{
	return error_fail(err, REASON_BAD_OPTION_VALUE, .key = key,
			  .value = value, .expected = expected);
}

/* Makes the ARN that a role is named by in a policy. NULL: it names none. */
static const char *role_arn(struct arena *arena, const char *text)
{
	const char *colon = strchr(text, ':');
	struct arn arn;

	if (arn_is_role(text) && arn_parse(text, &arn) &&
	    is_role_name(arn.resource + strlen("role/")))
		return text;
	if (is_account(text, strlen(text)))
		return arena_printf(arena, "arn:aws:iam::%s:role/*", text);
	if (colon && is_account(text, (size_t)(colon - text)) &&
	    is_role_name(colon + 1))
		return arena_printf(arena, "arn:aws:iam::%.*s:role/%s",
				    ACCOUNT_LEN, text, colon + 1);
	return is_role_name(text)
		       ? arena_printf(arena, "arn:aws:iam::*:role/%s", text)
		       : NULL;
}

static const char *account_arn(struct arena *arena, const char *text)
{
	return is_account(text, strlen(text))
		       ? arena_printf(arena, "arn:aws:iam::%s:root", text)
		       : NULL;
}

/* Reads the values of --role or --account into ARNs. */
static bool read_list(struct arena *arena, const char *key,
		      const struct option_list *list, struct texts *arns,
		      struct error *err)
{
	bool roles = strcmp(key, "role") == 0;

	if (list->n == 0)
		return error_fail(err, REASON_MISSING_OPTION, .key = key,
				  .expected = roles ? "ROLE" : "ID");
	arns->items = arena_alloc(arena, list->n * sizeof(*arns->items));
	for (size_t i = 0; arns->items && i < list->n; i++) {
		const char *text = list->items[i];
		const char *arn = roles ? role_arn(arena, text)
					: account_arn(arena, text);

		if (!arena_ok(arena))
			return error_memory(err);
		if (!arn)
			return refuse(key, text,
				      roles ? "a role's name or ARN, an "
					      "account id, or ACCOUNT:ROLE"
					    : "an account id (12 digits)",
				      err);
		arns->items[arns->n++] = arn;
	}
	if (!arns->items)
		return error_memory(err);
	sort(arns);
	return true;
}

/* --- the policies -------------------------------------------------------------------- */

static const char *const assume[] = { "sts:AssumeRole" };

static void put_require_mfa(struct strbuf *out, const struct texts *roles)
{
	static const struct statement statement = { "AssumeRolesWithMFA",
						    assume, 1, true };

	begin(out);
	put_statement(out, &statement, false, roles);
	end(out);
}

static void put_trust(struct strbuf *out, const struct texts *accounts)
{
	static const struct statement statement = { "TrustUsersWithMFA", assume,
						    1, true };

	begin(out);
	put_statement(out, &statement, true, accounts);
	end(out);
}

#define ACTIONS(list) list, sizeof(list) / sizeof((list)[0])

static void put_self_manage(struct strbuf *out)
{
	static const char *const keys[] = { "iam:CreateAccessKey",
					    "iam:DeleteAccessKey",
					    "iam:GetAccessKeyLastUsed",
					    "iam:ListAccessKeys",
					    "iam:UpdateAccessKey" };
	static const char *const make[] = { "iam:CreateVirtualMFADevice",
					    "iam:DeleteVirtualMFADevice" };
	static const char *const enable[] = { "iam:EnableMFADevice",
					      "iam:ListMFADevices" };
	static const struct statement statements[] = {
		{ "ManageOwnAccessKeysWithMFA", ACTIONS(keys), true },
		{ "CreateVirtualDevices", ACTIONS(make), false },
		{ "EnableOwnDevice", ACTIONS(enable), false }
	};
	const char *resources[] = { OWN_USER, "arn:aws:iam::*:mfa/*",
				    OWN_USER };

	begin(out);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]);
	     i++) {
		const struct texts one = { &resources[i], 1 };

		strbuf_puts(out, i > 0 ? ",\n" : "");
		put_statement(out, &statements[i], false, &one);
	}
	end(out);
}

/* --- the command ----------------------------------------------------------------------- */

static bool refuse_extra(const char *word, const char *key,
			 const struct option_list *list, struct error *err)
{
	char action[64];

	(void)snprintf(action, sizeof(action), "policy %s", word);
	return list->n == 0 || error_fail(err, REASON_OPTION_NOT_TAKEN,
					  .action = action, .key = key);
}

static bool put_policy(const struct call *call, struct arena *arena,
		       struct strbuf *out, struct error *err)
{
	const struct policy_options *own = call->options;
	bool mfa = strcmp(call->word, "require-mfa") == 0;
	bool trust = strcmp(call->word, "trust") == 0;
	struct texts arns = { 0 };

	if ((!mfa && !refuse_extra(call->word, "role", &own->roles, err)) ||
	    (!trust &&
	     !refuse_extra(call->word, "account", &own->accounts, err)))
		return false;
	if (mfa && !read_list(arena, "role", &own->roles, &arns, err))
		return false;
	if (trust && !read_list(arena, "account", &own->accounts, &arns, err))
		return false;
	if (mfa)
		put_require_mfa(out, &arns);
	else if (trust)
		put_trust(out, &arns);
	else
		put_self_manage(out);
	return true;
}

static bool cmd_policy(const struct call *call, const struct world *world,
		       struct error *err)
{
	struct strbuf out = strbuf_with_max(POLICY_MAX);
	struct arena *arena = arena_new();
	bool ok;

	ok = (arena || error_memory(err)) &&
	     put_policy(call, arena, &out, err) &&
	     (strbuf_ok(&out) || error_memory(err)) &&
	     output_write(&world->output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	arena_free(arena);
	return ok;
}

const struct command command_policy = {
	.name = "policy",
	.needs = NEEDS_NOTHING,
	.summary = "print an IAM policy that rolekey needs",
	.operands = OPERANDS_WORD,
	.words = "require-mfa, trust, self-manage",
	.options = options,
	.options_size = sizeof(struct policy_options),
	.help = "Prints one of these policies as JSON:\n"
		"\n"
		"  require-mfa  for users: assume the roles of --role, only "
		"with MFA\n"
		"  trust        for a role: trust users of --account with MFA\n"
		"  self-manage  for users: rotate, only with MFA, and mfa "
		"enroll\n"
		"\n"
		"A ROLE is a name or an ARN, an account id for all its roles, "
		"or ACCOUNT:ROLE.\n",
	.examples =
		"rolekey policy require-mfa --role 222233334444:TestingAdmin\n"
		"rolekey policy trust --account 111122223333\n",
	.run = cmd_policy,
};
