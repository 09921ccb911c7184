#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "base/uri.h"
#include "check/rules_internal.h"

#define DIGITS       "0123456789"
#define ACCOUNT_LEN  12
#define SHOWN_MAX    40  /* bytes: the length of an AWS secret access key */
#define ARN_MAX      640 /* bytes: more than a role's */
#define WORD_MAX_LEN 32
#define ID_MIN       16 /* of an access key id: STS API Reference */

static enum severity severity_of(const struct rule *rule)
{
	return rule->ours ? CHECK_ERROR : CHECK_WARNING;
}

/*
 * Returns a value for a finding.  A long value, where a word is expected, may
 * be a secret in the wrong line.
 */
static const char *shown_below(struct check *c, const char *text, size_t max)
{
	const char *quoted = strlen(text) < max
				     ? arena_printf(c->arena, "\"%s\"", text)
				     : "the value";

	c->failed = c->failed || !quoted;
	return quoted ? quoted : "";
}

static const char *shown(struct check *c, const char *text)
{
	return shown_below(c, text, SHOWN_MAX);
}

/*
 * Returns a text that starts like an ARN: it may be long and is not a secret.
 */
static const char *shown_arn(struct check *c, const char *text)
{
	return shown_below(c, text,
			   strncmp(text, "arn:", 4) == 0 ? ARN_MAX : SHOWN_MAX);
}

void rules_word(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	const char *word = rule->words;

	(void)section;
	while (*word != '\0') {
		char text[WORD_MAX_LEN];
		size_t len = strcspn(word, " ");

		(void)snprintf(text, sizeof(text), "%.*s", (int)len, word);
		if (text_equal_nocase(text, value->text))
			return;
		word += len + strspn(word + len, " ");
	}
	findings_add_value(c, severity_of(rule), value, "%s is none of: %s",
			   shown(c, value->text), rule->words);
}

/* The SDKs accept true and false; rolekey also accepts their synonyms. */
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
		findings_add_value(c, severity_of(rule), value,
				   "%s is neither true nor false",
				   shown(c, value->text));
	else if (strncmp(value->key, "rolekey_", strlen("rolekey_")) != 0)
		findings_add_value(
			c, CHECK_WARNING, value,
			"\"%s\" is not what AWS's SDKs know: say true or "
			"false",
			value->text);
}

void rules_number(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	int64_t number;

	(void)section;
	if (!text_number(value->text, rule->min, rule->max, &number))
		findings_add_value(c, severity_of(rule), value,
				   "%s is no whole number from %lld to %lld",
				   shown(c, value->text), (long long)rule->min,
				   (long long)rule->max);
}

/* Checks a duration within AWS's limits. */
void rules_span(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	char min[TEXT_SPAN_LEN];
	char max[TEXT_SPAN_LEN];
	int64_t seconds;

	(void)section;
	text_span(rule->min, min);
	text_span(rule->max, max);
	if (!text_duration(value->text, &seconds))
		findings_add_value(c, severity_of(rule), value,
				   "%s is no duration", shown(c, value->text));
	else if (seconds < rule->min || seconds > rule->max)
		findings_add_value(c, severity_of(rule), value,
				   "%s is not from %s to %s, AWS's limits",
				   value->text, min, max);
	else if (rule->ours && value->text[strspn(value->text, DIGITS)] != '\0')
		findings_add_value(c, CHECK_WARNING, value,
				   "AWS's SDKs want a number of seconds: %lld",
				   (long long)seconds);
}

/* Tests for a label of a host name (RFC 1123 2.1). */
static bool is_label(const char *text)
{
	static const char set[] = DIGITS "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";

	return text[strspn(text, set)] == '\0' && text[0] != '-' &&
	       text[strlen(text) - 1] != '-';
}

/* A server other than AWS may have any regions. */
void rules_region(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	if (!is_label(value->text))
		findings_add_value(c, severity_of(rule), value,
				   "%s is no region", shown(c, value->text));
	else if (!config_value(section, "endpoint_url") &&
		 !config_value(section, "services") &&
		 !config_value(section, "s3") &&
		 !endpoint_is_region(value->text))
		findings_add_value(c, CHECK_WARNING, value,
				   "%s looks like no region of AWS",
				   shown(c, value->text));
}

void rules_account(struct check *c, const struct rule *rule,
		   const struct config_section *section,
		   const struct config_value *value)
{
	(void)section;
	if (strlen(value->text) != ACCOUNT_LEN ||
	    strspn(value->text, DIGITS) != ACCOUNT_LEN)
		findings_add_value(c, severity_of(rule), value,
				   "%s is no account: it has 12 digits",
				   shown(c, value->text));
}

void rules_role(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value)
{
	(void)rule;
	(void)section;
	if (!arn_is_role(value->text))
		findings_add_value(c, CHECK_ERROR, value,
				   "%s is no ARN of a role",
				   shown_arn(c, value->text));
}

static bool is_key_id(const char *text)
{
	return (strncmp(text, "AKIA", 4) == 0 ||
		strncmp(text, "ASIA", 4) == 0) &&
	       strlen(text) >= ID_MIN;
}

/* Accepts arn:...:mfa/NAME, or the plain number of a hardware token. */
void rules_serial(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value)
{
	struct arn arn;

	(void)rule;
	(void)section;
	if (is_key_id(value->text))
		findings_add_value(c, CHECK_ERROR, value,
				   "an access key's id is no MFA device");
	else if (strncmp(value->text, "arn:", 4) != 0)
		return; /* the planner checks the characters of a number */
	else if (!arn_parse(value->text, &arn))
		findings_add_value(c, CHECK_ERROR, value, "%s is no ARN",
				   shown_arn(c, value->text));
	else if (strncmp(arn.resource, "u2f/", 4) == 0)
		findings_add_value(
			c, CHECK_ERROR, value,
			"%s is a security key, which gives no codes: STS "
			"takes only those of an authenticator",
			shown_arn(c, value->text));
	else if (strcmp(arn.service, "iam") != 0 || arn.account[0] == '\0' ||
		 strncmp(arn.resource, "mfa/", 4) != 0)
		findings_add_value(c, CHECK_ERROR, value,
				   "%s is no MFA device: one is "
				   "arn:aws:iam::ACCOUNT:mfa/NAME",
				   shown_arn(c, value->text));
}

void rules_start_url(struct check *c, const struct rule *rule,
		     const struct config_section *section,
		     const struct config_value *value)
{
	(void)section;
	if (strncmp(value->text, "https://", strlen("https://")) != 0)
		findings_add_value(c, severity_of(rule), value,
				   "%s is no https URL", shown(c, value->text));
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

/* path is "" or "SERVICE's ", for the finding. */
void rules_check_url(struct check *c, const struct config_value *value,
		     const char *path, const char *url)
{
	struct error err = { 0 };
	struct uri uri;

	if (!uri_split(url, c->arena, &uri, &err)) {
		c->failed = c->failed || err.code == ERROR_MEMORY;
		findings_add_value(c, CHECK_ERROR, value, "%s%s", path,
				   err.text);
	} else if (!uri.https && !is_loopback(uri.name)) {
		findings_add_value(
			c, CHECK_WARNING, value,
			"%splain http to %s: all but the signature can be "
			"read and changed on the way",
			path, uri.name);
	}
}

void rules_url(struct check *c, const struct rule *rule,
	       const struct config_section *section,
	       const struct config_value *value)
{
	(void)rule;
	(void)section;
	rules_check_url(c, value, "", value->text);
}
