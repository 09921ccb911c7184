#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/text.h"
#include "base/uri.h"
#include "base/words.h"
#include "check/rules_internal.h"

#define DIGITS       "0123456789"
#define ACCOUNT_LEN  12
#define SHOWN_MAX    40  /* bytes: an AWS secret access key has them */
#define ARN_MAX      640 /* bytes: more than a role has */
#define WORD_MAX_LEN 32
#define ID_MIN       16 /* of an access key's id: STS API Reference */

static enum severity severity_of(const struct rule *rule)
{
	return rule->ours ? CHECK_ERROR : CHECK_WARNING;
}

/*
 * A value as it may be shown, or NULL.  A long one in the place of a word may be
 * a secret in the wrong line.
 */
static const char *shown(const char *text)
{
	return strlen(text) < SHOWN_MAX ? text : NULL;
}

/* The same for an ARN, which is long. */
static const char *shown_arn(const char *text)
{
	return strncmp(text, "arn:", 4) == 0 && strlen(text) < ARN_MAX
		       ? text
		       : shown(text);
}

static void bad_value(struct check *c, enum severity severity,
		      const struct config_value *value, const char *text,
		      const char *expected)
{
	findings_add_value(c, severity, value, REASON_BAD_VALUE, .value = text,
			   .expected = expected);
}

void rules_word(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	const char *word = rule->words;
	const char *expected;

	(void)section;
	while (*word != '\0') {
		char text[WORD_MAX_LEN];
		size_t len = strcspn(word, " ");

		(void)snprintf(text, sizeof(text), "%.*s", (int)len, word);
		if (text_equal_nocase(text, value->text))
			return;
		word += len + strspn(word + len, " ");
	}
	expected = arena_printf(c->arena, "one of: %s", rule->words);
	c->failed = c->failed || !expected;
	bad_value(c, severity_of(rule), value, shown(value->text), expected);
}

/* The SDKs know two words; rolekey knows synonyms as well. */
void rules_bool(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	bool truth;

	(void)section;
	if (text_equal_nocase(value->text, "true") ||
	    text_equal_nocase(value->text, "false"))
		return;
	if (!text_bool(value->text, &truth))
		bad_value(c, severity_of(rule), value, shown(value->text),
			  EXPECTED_BOOL);
	else if (strncmp(value->key, "rolekey_", strlen("rolekey_")) != 0)
		findings_add_value(c, CHECK_WARNING, value, REASON_NOT_SDK_BOOL,
				   .value = value->text);
}

void rules_number(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	const char *range;
	int64_t number;

	(void)section;
	if (text_number(value->text, rule->min, rule->max, &number))
		return;
	range = arena_printf(c->arena, "a whole number from %lld to %lld",
			     (long long)rule->min, (long long)rule->max);
	c->failed = c->failed || !range;
	bad_value(c, severity_of(rule), value, shown(value->text), range);
}

static void out_of_range(struct check *c, const struct rule *rule,
			 const struct config_value *value)
{
	char min[TEXT_SPAN_LEN];
	char max[TEXT_SPAN_LEN];
	const char *range;

	text_span(rule->min, min);
	text_span(rule->max, max);
	range = arena_printf(c->arena, "%s to %s", min, max);
	c->failed = c->failed || !range;
	findings_add_value(c, severity_of(rule), value, REASON_OUT_OF_RANGE,
			   .value = value->text, .expected = range);
}

/* A duration within AWS's limits. */
void rules_span(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	int64_t seconds;

	(void)section;
	if (!text_duration(value->text, &seconds))
		bad_value(c, severity_of(rule), value, shown(value->text),
			  EXPECTED_DURATION);
	else if (seconds < rule->min || seconds > rule->max)
		out_of_range(c, rule, value);
	else if (rule->ours && value->text[strspn(value->text, DIGITS)] != '\0')
		findings_add_value(c, CHECK_WARNING, value, REASON_NOT_SECONDS,
				   .number = seconds);
}

/* A part of a host name (RFC 1123 2.1). */
static bool is_label(const char *text)
{
	static const char set[] = DIGITS "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";

	return text[strspn(text, set)] == '\0' && text[0] != '-' &&
	       text[strlen(text) - 1] != '-';
}

/* A server that is not AWS's may have regions of its own. */
void rules_region(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	if (!is_label(value->text))
		bad_value(c, severity_of(rule), value, shown(value->text),
			  EXPECTED_REGION);
	else if (!config_value(section, "endpoint_url") &&
		 !config_value(section, "services") &&
		 !config_value(section, "s3") &&
		 !endpoint_is_region(value->text))
		findings_add_value(c, CHECK_WARNING, value,
				   REASON_UNKNOWN_REGION,
				   .value = shown(value->text));
}

static bool is_account(const char *text)
{
	return strlen(text) == ACCOUNT_LEN &&
	       strspn(text, DIGITS) == ACCOUNT_LEN;
}

void rules_account(struct check *c, const struct rule *rule,
		   const struct config_section *section,
		   const struct config_value *value)
{
	(void)section;
	if (!is_account(value->text))
		bad_value(c, severity_of(rule), value, shown(value->text),
			  EXPECTED_ACCOUNT);
}

void rules_role(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	struct arn arn;

	(void)rule;
	(void)section;
	if (!arn_is_role(value->text))
		bad_value(c, CHECK_ERROR, value, shown_arn(value->text),
			  EXPECTED_ROLE);
	else if (arn_parse(value->text, &arn) && !is_account(arn.account))
		bad_value(c, CHECK_ERROR, value, arn.account, EXPECTED_ACCOUNT);
}

/* aws_account_id: AWS Extend Switch Roles takes the alias of an account, too. */
void rules_account_or_alias(struct check *c, const struct rule *rule,
			    const struct config_section *section,
			    const struct config_value *value)
{
	if (value->text[strspn(value->text, DIGITS)] == '\0')
		rules_account(c, rule, section, value);
}

/* Bytes outside quotes that only a shell understands. */
/* NOLINTNEXTLINE(readability-function-cognitive-complexity): one state a byte */
static const char *shell_word(const char *text)
{
	static const char *const special[] = { ">", "<", "|", "&", ";",
					       "`", "$", "*", "?" };
	char quote = '\0';

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\\' && quote != '\'' && at[1] != '\0') {
			at++;
			continue;
		}
		if (quote != '\0' || *at == '\'' || *at == '"') {
			if (quote == '\0')
				quote = *at;
			else if (quote == *at)
				quote = '\0';
			continue;
		}
		if (*at == '~' && (at == text || at[-1] == ' '))
			return "~";
		for (size_t i = 0; i < sizeof(special) / sizeof(special[0]);
		     i++)
			if (*at == special[i][0])
				return special[i];
	}
	return NULL;
}

/* NAME=VALUE before the program sets a variable in a shell. */
static bool sets_variable(const char *text)
{
	size_t len = strspn(text, DIGITS "_abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return len > 0 && text[len] == '=';
}

/* Tests whether a command is whole words, as botocore splits it. */
static bool has_open_quote(struct check *c, const char *command)
{
	size_t size = strlen(command) + 1;
	char *word = arena_alloc(c->arena, size);
	enum words_end end = WORDS_WORD;

	c->failed = c->failed || !word;
	while (word && end == WORDS_WORD)
		end = words_next(&command, word, size);
	return end == WORDS_OPEN;
}

/* botocore and the AWS CLI split the value into words and run no shell. */
void rules_process(struct check *c, const struct rule *rule,
		   const struct config_section *section,
		   const struct config_value *value)
{
	const char *word = sets_variable(value->text) ? "NAME=VALUE"
						      : shell_word(value->text);

	(void)rule;
	(void)section;
	if (has_open_quote(c, value->text))
		findings_add_value(c, CHECK_ERROR, value, REASON_OPEN_QUOTE,
				   .path = NULL);
	else if (word)
		findings_add_value(c, CHECK_WARNING, value,
				   REASON_PROCESS_WITHOUT_SHELL, .value = word);
}

/* A path is not a secret, but may be long. */
static const char *shown_path(const char *text)
{
	return strchr(text, '/') ? text : shown(text);
}

/* No SDK expands "~", and a relative path means another file in each folder. */
void rules_ca_bundle(struct check *c, const struct rule *rule,
		     const struct config_section *section,
		     const struct config_value *value)
{
	const struct check_files *files = c->input->other_files;

	(void)rule;
	(void)section;
	if (value->text[0] != '/')
		bad_value(c, CHECK_ERROR, value, shown_path(value->text),
			  "an absolute path");
	else if (files && !files->exists(files->self, value->text))
		findings_add_value(c, CHECK_ERROR, value, REASON_PATH_MISSING,
				   .path = value->text);
}

/* A key whose value must be nested keys: botocore fails with any other. */
void rules_nested(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	(void)rule;
	(void)section;
	if (value->text[0] != '\n')
		findings_add_value(c, CHECK_WARNING, value,
				   REASON_VALUE_NOT_NESTED);
}

static bool is_key_id(const char *text)
{
	return (strncmp(text, "AKIA", 4) == 0 ||
		strncmp(text, "ASIA", 4) == 0) &&
	       strlen(text) >= ID_MIN;
}

/* A serial is arn:...:mfa/NAME, or the number of a hardware device. */
void rules_serial(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	struct arn arn;

	(void)rule;
	(void)section;
	if (is_key_id(value->text))
		findings_add_value(c, CHECK_ERROR, value,
				   REASON_SERIAL_IS_KEY_ID);
	else if (strncmp(value->text, "arn:", 4) != 0)
		return; /* the planner checks the characters of a number */
	else if (!arn_parse(value->text, &arn))
		bad_value(c, CHECK_ERROR, value, shown_arn(value->text),
			  EXPECTED_ARN);
	else if (strncmp(arn.resource, "u2f/", 4) == 0)
		findings_add_value(c, CHECK_ERROR, value, REASON_SERIAL_IS_FIDO,
				   .arn = shown_arn(value->text));
	else if (strcmp(arn.service, "iam") != 0 || arn.account[0] == '\0' ||
		 strncmp(arn.resource, "mfa/", 4) != 0)
		bad_value(c, CHECK_ERROR, value, shown_arn(value->text),
			  "the ARN of an MFA device "
			  "(arn:aws:iam::ACCOUNT:mfa/NAME)");
	else if (!is_account(arn.account))
		bad_value(c, CHECK_ERROR, value, arn.account, EXPECTED_ACCOUNT);
}

void rules_start_url(struct check *c, const struct rule *rule,
		     const struct config_section *section,
		     const struct config_value *value)
{
	(void)section;
	if (strncmp(value->text, "https://", strlen("https://")) != 0)
		bad_value(c, severity_of(rule), value, shown(value->text),
			  "an https URL");
}

static bool is_loopback(const char *host)
{
	size_t len = strlen(host);
	static const char name[] = ".localhost";
	size_t at = sizeof(name) - 1;

	return text_equal_nocase(host, name + 1) || strcmp(host, "::1") == 0 ||
	       (len > at && text_equal_nocase(host + len - at, name)) ||
	       (strncmp(host, "127.", 4) == 0 &&
		strspn(host, DIGITS ".") == len);
}

void rules_check_url(struct check *c, const struct config_value *value,
		     const char *key, const char *url)
{
	struct error err = { 0 };
	struct uri uri;

	if (uri_split(url, c->arena, &uri, &err)) {
		if (!uri.https && !is_loopback(uri.name))
			findings_add_value(c, CHECK_WARNING, value,
					   REASON_PLAIN_HTTP, .key = key,
					   .value = uri.name);
		return;
	}
	c->failed = c->failed || err.code == ERROR_MEMORY;
	(void)error_add(&err, .key = key);
	findings_add_error(c, findings_place(value), false, &err);
}

void rules_url(struct check *c, const struct rule *rule,
	       const struct config_section *section,
	       const struct config_value *value)
{
	(void)rule;
	(void)section;
	rules_check_url(c, value, value->key, value->text);
}
