#include "aws/selector.h"

#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "base/view.h"

#define DIGITS     "0123456789"
#define ACCOUNT_ID 12 /* digits */

/* Takes an account id from the start of a text; returns its length, or 0. */
static size_t take_account(const char *text, char account[static 16])
{
	size_t len = strspn(text, DIGITS);

	if (len == ACCOUNT_ID) {
		(void)snprintf(account, 16, "%.12s", text);
		return len;
	}
	if (len == 4 && text[4] == '-' && strspn(text + 5, DIGITS) == 4 &&
	    text[9] == '-' && strspn(text + 10, DIGITS) == 4) {
		(void)snprintf(account, 16, "%.4s%.4s%.4s", text, text + 5,
			       text + 10);
		return 14;
	}
	return 0;
}

static bool set_role(struct selector *selector, const char *role, size_t len)
{
	if (len == 0 || len >= sizeof(selector->role))
		return false;
	memcpy(selector->role, role, len);
	selector->role[len] = '\0';
	return true;
}

/* "222233334444" or "222233334444:TestingAdmin" */
static bool parse_account(const char *text, struct selector *selector)
{
	size_t len = take_account(text, selector->account);
	const char *role = text + len + 1;

	if (len == 0 || text[len] == '\0')
		return len > 0;
	selector->whole = strchr(role, '/') != NULL;
	return text[len] == ':' && set_role(selector, role, strlen(role));
}

static bool parse_arn(const char *text, struct selector *selector)
{
	static const char role[] = "role/", session[] = "assumed-role/";
	struct arn arn;
	const char *name;

	if (!arn_parse(text, &arn) ||
	    take_account(arn.account, selector->account) != ACCOUNT_ID)
		return false;
	(void)snprintf(selector->partition, sizeof(selector->partition), "%s",
		       arn.partition);
	if (strcmp(arn.service, "iam") == 0 &&
	    strncmp(arn.resource, role, strlen(role)) == 0) {
		selector->whole = true;
		name = arn.resource + strlen(role);
		return set_role(selector, name, strlen(name));
	}
	name = arn.resource + strlen(session);
	return strcmp(arn.service, "sts") == 0 &&
	       strncmp(arn.resource, session, strlen(session)) == 0 &&
	       set_role(selector, name, strcspn(name, "/"));
}

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at ? (int)(at - digits) % 16 : -1;
}

/* Returns the byte of "%XX" at the start of a text, or -1. */
static int escaped(const char *text, size_t left)
{
	int high = left > 2 && *text == '%' ? hex(text[1]) : -1;
	int low = high >= 0 ? hex(text[2]) : -1;

	return low >= 0 ? high * 16 + low : -1;
}

/* Decodes the value of a query (RFC 3986 2.1). False if it does not fit. */
static bool decode(const char *value, size_t len, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int code = escaped(value + i, len - i);
		unsigned char byte = code >= 0 ? (unsigned char)code : 0;

		if (n + 1 >= size)
			return false;
		memcpy(out + n, code >= 0 ? (const char *)&byte : value + i, 1);
		i += code >= 0 ? 2 : 0;
		if (out[n++] == '\0')
			return false;
	}
	out[n] = '\0';
	return n > 0;
}

/* Finds "NAME=VALUE" after a '?' or '&', also in a fragment. */
static bool query(const char *url, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);

	for (const char *at = strpbrk(url, "?&"); at;
	     at = strpbrk(at + 1, "?&"))
		if (strncmp(at + 1, name, len) == 0 && at[1 + len] == '=')
			return decode(at + len + 2, strcspn(at + len + 2, "&#"),
				      out, size);
	return false;
}

static bool parse_url(const char *text, struct selector *selector)
{
	static const char https[] = "https://";
	const char *host = text + strlen(https);
	char id[16];

	if (strncmp(text, https, strlen(https)) != 0)
		return false;
	if ((query(text, "account", id, sizeof(id)) &&
	     query(text, "roleName", selector->role, sizeof(selector->role))) ||
	    (query(text, "account_id", id, sizeof(id)) &&
	     query(text, "role_name", selector->role,
		   sizeof(selector->role)))) {
		selector->whole = strchr(selector->role, '/') != NULL;
		return take_account(id, selector->account) == strlen(id);
	}
	selector->role[0] = '\0';
	return take_account(host, selector->account) == ACCOUNT_ID &&
	       (host[ACCOUNT_ID] == '.' || host[ACCOUNT_ID] == '-');
}

bool selector_parse(const char *text, struct selector *selector)
{
	*selector = (struct selector){ 0 };
	if (parse_account(text, selector))
		return true;
	*selector = (struct selector){ 0 };
	if (parse_arn(text, selector))
		return true;
	*selector = (struct selector){ 0 };
	return parse_url(text, selector);
}

static bool same_role(const struct selector *selector, const struct arn *arn)
{
	static const char role[] = "role/";

	if (!selector->whole)
		return strcmp(selector->role, arn_name(arn)) == 0;
	return strncmp(arn->resource, role, strlen(role)) == 0 &&
	       strcmp(selector->role, arn->resource + strlen(role)) == 0;
}

bool selector_matches(const struct selector *selector, const char *account,
		      const char *role_arn, const char *sso_role)
{
	struct arn arn;
	bool has_arn = role_arn && arn_parse(role_arn, &arn);

	if (!account || strcmp(account, selector->account) != 0)
		return false;
	if (has_arn && selector->partition[0] != '\0' &&
	    strcmp(arn.partition, selector->partition) != 0)
		return false;
	if (selector->role[0] == '\0')
		return true;
	return has_arn ? same_role(selector, &arn)
		       : sso_role && strcmp(selector->role, sso_role) == 0;
}
