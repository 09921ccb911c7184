#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/arn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An ARN holds its pieces, in order, between colons. */
static void check(const struct arn *arn, const char *text)
{
	size_t resource = strlen(arn->resource);
	size_t len = strlen(text);

	if (strncmp(text, "arn:", 4) != 0 ||
	    strncmp(text + 4, arn->partition, strlen(arn->partition)) != 0 ||
	    strcmp(text + len - resource, arn->resource) != 0 ||
	    text[len - resource - 1] != ':' || arn_name(arn) < arn->resource ||
	    arn_name(arn) > arn->resource + resource)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct arn arn;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (arn_parse(text, &arn))
		check(&arn, text);
	else if (arn_is_role(text))
		abort();
	free(text);
	return 0;
}
