#include "aws/console.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/uri.h"

#define NAME_MAX_SHOWN 64
#define URL_MAX        8192

/* Services whose page is not "/SERVICE/home". */
static const struct service {
	const char *name;
	const char *path; /* NULL: "/NAME/home" */
} services[] = {
	{ "acm", NULL },
	{ "apigateway", "/apigateway/main/apis" },
	{ "athena", NULL },
	{ "billing", "/costmanagement/home" },
	{ "budgets", "/billing/home#/budgets" },
	{ "cloud9", NULL },
	{ "cloudformation", NULL },
	{ "cloudfront", "/cloudfront/v4/home" },
	{ "cloudtrail", "/cloudtrailv2/home" },
	{ "cloudwatch", NULL },
	{ "codebuild", "/codesuite/codebuild/projects" },
	{ "codepipeline", "/codesuite/codepipeline/pipelines" },
	{ "config", NULL },
	{ "dynamodb", "/dynamodbv2/home" },
	{ "ec2", NULL },
	{ "ecr", "/ecr/repositories" },
	{ "ecs", "/ecs/v2/home" },
	{ "eks", NULL },
	{ "elasticache", NULL },
	{ "elasticbeanstalk", NULL },
	{ "events", NULL },
	{ "glue", NULL },
	{ "guardduty", NULL },
	{ "iam", "/iam/home" },
	{ "kinesis", NULL },
	{ "kms", NULL },
	{ "lambda", NULL },
	{ "logs", "/cloudwatch/home#logsV2:log-groups" },
	{ "opensearch", "/aos/home" },
	{ "organizations", "/organizations/v2/home" },
	{ "rds", NULL },
	{ "redshift", "/redshiftv2/home" },
	{ "route53", "/route53/v2/home" },
	{ "s3", NULL },
	{ "sagemaker", NULL },
	{ "secretsmanager", NULL },
	{ "securityhub", NULL },
	{ "servicequotas", NULL },
	{ "ses", NULL },
	{ "sns", "/sns/v3/home" },
	{ "sqs", "/sqs/v3/home" },
	{ "ssm", "/systems-manager/home" },
	{ "states", NULL },
	{ "sso", "/singlesignon/home" },
	{ "trustedadvisor", NULL },
	{ "vpc", "/vpcconsole/home" },
	{ "waf", "/wafv2/homev2" },
};

#define N_SERVICES (sizeof(services) / sizeof(services[0]))

static const char *no_memory(struct error *err)
{
	(void)error_memory(err);
	return NULL;
}

/* Returns the path of a service's page; NULL, with err, if there is none. */
static const char *service_path(const char *name, struct arena *arena,
				struct error *err)
{
	const char *path;

	for (size_t i = 0; i < N_SERVICES; i++) {
		if (!text_equal_nocase(name, services[i].name))
			continue;
		path = services[i].path ? services[i].path
					: arena_printf(arena, "/%s/home",
						       services[i].name);
		return path ? path : no_memory(err);
	}
	(void)error_fail(err, REASON_NO_CONSOLE_PAGE, .key = "--service",
			 .value = name);
	return NULL;
}

/* Adds "region=R" to the query, before the fragment, if it is not there. */
static const char *with_region(const char *host, const char *path,
			       const char *region, struct arena *arena)
{
	size_t before = strcspn(path, "#");
	const char *query = memchr(path, '?', before);
	bool has = query && strstr(query, "region=") &&
		   strstr(query, "region=") < path + before;

	if (before > INT_MAX)
		return NULL;
	if (!region || has)
		return arena_printf(arena, "https://%s%s", host, path);
	return arena_printf(arena, "https://%s%.*s%sregion=%s%s", host,
			    (int)before, path, query ? "&" : "?", region,
			    path + before);
}

const char *console_page(const char *region, const char *service,
			 const char *path, struct arena *arena,
			 struct error *err)
{
	const char *host = endpoint_web_host("console", region, arena);
	const char *page;

	if (!host)
		return no_memory(err);
	if (path && path[0] != '/') {
		(void)error_fail(err, REASON_BAD_VALUE, .key = "--path",
				 .value = path,
				 .expected = "a path that begins with \"/\"");
		(void)error_as(err, ERROR_USAGE);
		return NULL;
	}
	if (!path)
		path = service ? service_path(service, arena, err)
			       : "/console/home";
	if (!path)
		return NULL;
	page = with_region(host, path, region, arena);
	return page ? page : no_memory(err);
}

/* --- switching a role -------------------------------------------------------- */

static int distance(const unsigned a[static 3], const unsigned b[static 3])
{
	int sum = 0;

	for (int i = 0; i < 3; i++) {
		int by = (int)a[i] - (int)b[i];

		sum += by * by;
	}
	return sum;
}

static bool parse_color(const char *text, unsigned rgb[static 3])
{
	static const char digits[] = "0123456789abcdefABCDEF";
	unsigned long number;

	if (*text == '#')
		text++;
	if (strlen(text) != 6 || strspn(text, digits) != 6)
		return false;
	number = strtoul(text, NULL, 16);
	rgb[0] = (unsigned)(number >> 16);
	rgb[1] = (unsigned)(number >> 8) & 255;
	rgb[2] = (unsigned)number & 255;
	return true;
}

/* A color, and how a page calls it. */
struct color {
	const char *name, *rgb;
};

/* What the console's page takes; it leaves others out. */
static const struct color console_colors[] = {
	{ "f2b0a9", "f2b0a9" }, { "fbc8aa", "fbc8aa" }, { "efda95", "efda95" },
	{ "b7ca9d", "b7ca9d" }, { "83d4e8", "83d4e8" }, { NULL, NULL },
};

/* Those of Firefox's containers, as it shows them. */
static const struct color container_colors[] = {
	{ "blue", "37adff" },   { "turquoise", "00c79a" },
	{ "green", "51cd00" },  { "yellow", "ffcb00" },
	{ "orange", "ff9f00" }, { "red", "ff613d" },
	{ "pink", "ff4bda" },   { "purple", "af51f5" },
	{ NULL, NULL },
};

/* Returns the name of the nearest color; NULL for a text that is none. */
static const char *nearest(const char *text, const struct color *colors)
{
	const char *best = NULL;
	int least = INT_MAX;
	unsigned rgb[3];

	if (!text || !parse_color(text, rgb))
		return NULL;
	for (; colors->name; colors++) {
		unsigned one[3];
		int by;

		if (!parse_color(colors->rgb, one))
			continue;
		by = distance(rgb, one);
		if (by < least) {
			least = by;
			best = colors->name;
		}
	}
	return best;
}

static void put(struct secbuf *out, const char *name, const char *value,
		size_t len)
{
	secbuf_puts(out, name);
	uri_encode_n(out, value, len);
}

/* Returns the length of the first characters of a UTF-8 text, in bytes. */
static size_t first_characters(const char *text, unsigned most)
{
	size_t len = 0;

	while (text[len] != '\0' && most > 0) {
		len++;
		while (((unsigned char)text[len] & 0xc0) == 0x80)
			len++;
		most--;
	}
	return len;
}

/* Returns the part of a role's ARN after "role/": its path and name. */
static const char *path_and_name(const struct arn *arn)
{
	const char *slash = strchr(arn->resource, '/');

	return slash ? slash + 1 : arn->resource;
}

const char *console_switch_link(const struct console_switch *to,
				struct arena *arena, struct error *err)
{
	const char *color = nearest(to->color, console_colors);
	struct secbuf *out;
	const char *host;
	const char *role;
	const char *link;
	struct arn arn;

	if (!arn_parse(to->role_arn, &arn)) {
		(void)error_fail(err, REASON_BAD_VALUE, .value = to->role_arn,
				 .expected = "the ARN of a role");
		return NULL;
	}
	role = path_and_name(&arn);
	if (strlen(role) > CONSOLE_ROLE_MAX) {
		(void)error_fail(err, REASON_ROLE_TOO_LONG_FOR_CONSOLE,
				 .arn = to->role_arn,
				 .number = CONSOLE_ROLE_MAX);
		return NULL;
	}
	host = endpoint_web_host("signin",
				 endpoint_global_region(arn.partition), arena);
	out = secbuf_new(URL_MAX);
	secbuf_puts(out, "https://");
	secbuf_puts(out, host ? host : "");
	put(out, "/switchrole?account=", arn.account, strlen(arn.account));
	put(out, "&roleName=", role, strlen(role));
	put(out, "&displayName=", to->name,
	    first_characters(to->name, NAME_MAX_SHOWN));
	if (color)
		put(out, "&color=", color, strlen(color));
	if (to->page)
		put(out, "&redirect_uri=", to->page, strlen(to->page));
	link = host && secbuf_ok(out) ? arena_strdup(arena, secbuf_text(out))
				      : NULL;
	secbuf_free(out);
	return link ? link : no_memory(err);
}

const char *console_container_url(const char *name, const char *url,
				  const char *color, struct arena *arena,
				  struct error *err)
{
	struct secbuf *out = secbuf_new(URL_MAX);
	const char *copy = NULL;

	color = nearest(color, container_colors);
	put(out, "ext+granted-containers:name=", name, strlen(name));
	put(out, "&url=", url, strlen(url));
	if (color)
		put(out, "&color=", color, strlen(color));
	if (secbuf_ok(out))
		copy = arena_strdup(arena, secbuf_text(out));
	secbuf_free(out);
	return copy ? copy : no_memory(err);
}

void console_login_url(const char *endpoint, const struct secbuf *token,
		       const char *page, struct secbuf *out)
{
	secbuf_puts(out, endpoint);
	secbuf_puts(out, "/federation?Action=login");
	put(out, "&Issuer=", CONSOLE_ISSUER, strlen(CONSOLE_ISSUER));
	put(out, "&Destination=", page, strlen(page));
	put(out, "&SigninToken=", secbuf_text(token), secbuf_len(token));
}
