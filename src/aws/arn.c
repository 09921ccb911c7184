#include "aws/arn.h"

#include <string.h>

#include "base/text.h"

#define ROLE "role/"

/* Copies the text up to end, if there is room. */
static bool put(char *to, size_t size, const char *from, const char *end)
{
	size_t len = (size_t)(end - from);

	if (len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* Copies the text up to the next ':' and skips the colon. */
static bool take(const char **rest, char *to, size_t size)
{
	const char *from = *rest;
	const char *colon = strchr(from, ':');

	if (!colon || !put(to, size, from, colon))
		return false;
	*rest = colon + 1;
	return true;
}

/* Accepts digits, or "aws" for resources of AWS: arn:aws:iam::aws:policy/... */
static bool is_account(const char *text)
{
	const char *at = text;

	while (*at >= '0' && *at <= '9')
		at++;
	return *at == '\0' || strcmp(text, "aws") == 0;
}

static bool is_visible(const char *text)
{
	size_t len = strlen(text);

	return text_printable(text, len) == len && !strchr(text, ' ');
}

bool arn_parse(const char *text, struct arn *arn)
{
	const char *rest = text;
	char word[4];
	char region[64];

	*arn = (struct arn){ 0 };
	return is_visible(text) && take(&rest, word, sizeof(word)) &&
	       strcmp(word, "arn") == 0 &&
	       take(&rest, arn->partition, sizeof(arn->partition)) &&
	       take(&rest, arn->service, sizeof(arn->service)) &&
	       take(&rest, region, sizeof(region)) &&
	       take(&rest, arn->account, sizeof(arn->account)) &&
	       put(arn->resource, sizeof(arn->resource), rest,
		   rest + strlen(rest)) &&
	       arn->partition[0] != '\0' && arn->service[0] != '\0' &&
	       is_account(arn->account) && arn->resource[0] != '\0';
}

bool arn_is_role(const char *text)
{
	struct arn arn;

	return arn_parse(text, &arn) && strcmp(arn.service, "iam") == 0 &&
	       arn.account[0] >= '0' && arn.account[0] <= '9' &&
	       strncmp(arn.resource, ROLE, strlen(ROLE)) == 0 &&
	       arn_name(&arn)[0] != '\0';
}

const char *arn_name(const struct arn *arn)
{
	const char *slash = strrchr(arn->resource, '/');

	return slash ? slash + 1 : arn->resource;
}
