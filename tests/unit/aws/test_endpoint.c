#include <stdio.h>
#include <string.h>

#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "support/check.h"
#include "support/conformance.h"
#include "support/facts.h"
#include "support/mem_failing.h"

struct example {
	enum aws_service service;
	struct endpoint_options options;
	const char *url;
	const char *region;
};

static const struct example answers[] = {
	{ AWS_STS, { 0 }, "https://sts.amazonaws.com", "us-east-1" },
	{ AWS_IAM, { 0 }, "https://iam.amazonaws.com", "us-east-1" },
	{ AWS_STS,
	  { .region = "eu-west-1" },
	  "https://sts.eu-west-1.amazonaws.com",
	  "eu-west-1" },
	{ AWS_STS,
	  { .region = "aws-global" },
	  "https://sts.amazonaws.com",
	  "us-east-1" },
	{ AWS_STS,
	  { .region = "eu-west-1", .legacy = true },
	  "https://sts.amazonaws.com",
	  "us-east-1" },
	{ AWS_STS,
	  { .region = "eu-south-1", .legacy = true },
	  "https://sts.eu-south-1.amazonaws.com",
	  "eu-south-1" },
	{ AWS_STS,
	  { .region = "eu-west-1", .legacy = true, .fips = true },
	  "https://sts-fips.eu-west-1.amazonaws.com",
	  "eu-west-1" },
	{ AWS_STS,
	  { .fips = true },
	  "https://sts-fips.us-east-1.amazonaws.com",
	  "us-east-1" },
	{ AWS_STS,
	  { .region = "us-gov-west-1", .fips = true },
	  "https://sts.us-gov-west-1.amazonaws.com",
	  "us-gov-west-1" },
	{ AWS_STS,
	  { .region = "us-gov-west-1", .fips = true, .dualstack = true },
	  "https://sts-fips.us-gov-west-1.api.aws",
	  "us-gov-west-1" },
	{ AWS_STS,
	  { .region = "cn-north-1", .dualstack = true },
	  "https://sts.cn-north-1.api.amazonwebservices.com.cn",
	  "cn-north-1" },
	{ AWS_LOGIN,
	  { .region = "us-east-1" },
	  "https://us-east-1.signin.aws.amazon.com",
	  "us-east-1" },
	{ AWS_LOGIN,
	  { .region = "us-iso-east-1" },
	  "https://us-iso-east-1.signin.c2shome.ic.gov",
	  "us-iso-east-1" },
	{ AWS_LOGIN,
	  { .region = "us-gov-west-1", .fips = true },
	  "https://signin-fips.amazonaws-us-gov.com",
	  "us-gov-west-1" },
	{ AWS_LOGIN,
	  { .region = "us-gov-east-1", .fips = true },
	  "https://us-gov-east-1.signin-fips.amazonaws-us-gov.com",
	  "us-gov-east-1" },
	{ AWS_LOGIN,
	  { .region = "eu-west-1", .fips = true },
	  "https://signin-fips.eu-west-1.amazonaws.com",
	  "eu-west-1" },
	{ AWS_LOGIN,
	  { .region = "eu-west-1", .dualstack = true },
	  "https://signin.eu-west-1.api.aws",
	  "eu-west-1" },
	/* no other partition has a global endpoint, though a name for it */
	{ AWS_STS,
	  { .region = "aws-cn-global" },
	  "https://sts.cn-northwest-1.amazonaws.com.cn",
	  "cn-northwest-1" },
	{ AWS_STS,
	  { .region = "aws-us-gov-global", .custom = "http://localhost" },
	  "http://localhost",
	  "us-gov-west-1" },
	{ AWS_IAM,
	  { .region = "aws-cn-global" },
	  "https://iam.cn-north-1.amazonaws.com.cn",
	  "cn-north-1" },
	{ AWS_STS,
	  { .region = "aws-global", .fips = true },
	  "https://sts-fips.us-east-1.amazonaws.com",
	  "us-east-1" },
	{ AWS_STS,
	  { .region = "xx-new-9" },
	  "https://sts.xx-new-9.amazonaws.com",
	  "xx-new-9" },
	{ AWS_IAM,
	  { .region = "us-gov-east-1", .dualstack = true },
	  "https://iam.us-gov.api.aws",
	  "us-gov-west-1" },
	{ AWS_IAM,
	  { .region = "eu-west-1", .fips = true, .dualstack = true },
	  "https://iam-fips.global.api.aws",
	  "us-east-1" },
	{ AWS_STS,
	  { .region = "eu-west-1", .custom = "http://[::1]:80/x//" },
	  "http://[::1]:80/x",
	  "eu-west-1" },
	{ AWS_STS,
	  { .custom = "http://localhost" },
	  "http://localhost",
	  "us-east-1" },
	{ AWS_IAM,
	  { .region = "cn-northwest-1", .custom = "http://localhost" },
	  "http://localhost",
	  "cn-north-1" },
	/* Organizations sign for one region of the partition, whatever ours */
	{ AWS_ORGANIZATIONS,
	  { .region = "eu-west-1" },
	  "https://organizations.us-east-1.amazonaws.com",
	  "us-east-1" },
	{ AWS_ORGANIZATIONS,
	  { .region = "eu-west-1", .fips = true },
	  "https://organizations-fips.us-east-1.amazonaws.com",
	  "us-east-1" },
	{ AWS_ORGANIZATIONS,
	  { .region = "us-gov-east-1" },
	  "https://organizations.us-gov-west-1.amazonaws.com",
	  "us-gov-west-1" },
	{ AWS_ORGANIZATIONS,
	  { .region = "eusc-de-east-1" },
	  "https://organizations.eusc-de-east-1.amazonaws.eu",
	  "eusc-de-east-1" },
	{ AWS_ORGANIZATIONS,
	  { .region = "eu-west-1", .custom = "http://localhost" },
	  "http://localhost",
	  "us-east-1" },
	{ AWS_SSO,
	  { .region = "eu-west-1" },
	  "https://portal.sso.eu-west-1.amazonaws.com",
	  "eu-west-1" },
	{ AWS_SSO_OIDC,
	  { .region = "eu-west-1", .fips = true },
	  "https://oidc-fips.eu-west-1.amazonaws.com",
	  "eu-west-1" },
};

static void answers_for_each_option(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct arena *arena = arena_new();
		struct endpoint got;
		struct error err = { 0 };

		assert_true(endpoint_for(answers[i].service,
					 &answers[i].options, arena, &got,
					 &err));
		assert_string_equal(got.url, answers[i].url);
		assert_string_equal(got.signing_region, answers[i].region);
		arena_free(arena);
	}
}

/* A session is good in its whole partition, unless it is the global one's. */
static void says_how_far_credentials_reach(void **state)
{
	static const struct {
		struct endpoint_options options;
		const char *reach;
	} examples[] = {
		{ { .region = "eu-west-1" }, "aws" },
		{ { .region = "us-east-2", .dualstack = true }, "aws" },
		{ { .region = "cn-north-1" }, "aws-cn" },
		{ { 0 }, "global" },
		{ { .region = "eu-west-1", .legacy = true }, "global" },
		{ { .custom = "http://localhost/" }, "http://localhost" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct arena *arena = arena_new();
		struct endpoint got;
		struct error err = { 0 };

		assert_true(endpoint_for(AWS_STS, &examples[i].options, arena,
					 &got, &err));
		assert_string_equal(got.reach, examples[i].reach);
		arena_free(arena);
	}
}

static void refuses_what_cannot_be(void **state)
{
	static const struct {
		struct endpoint_options options;
		const char *facts;
	} examples[] = {
		{ { .region = "us east" },
		  "bad-value value=us east expected=a valid region" },
		{ { .region = "" }, "bad-value expected=a valid region" },
		{ { .region = "a.evil.example/" },
		  "bad-value value=a.evil.example/ expected=a valid region" },
		{ { .region = "-a" },
		  "bad-value value=-a expected=a valid region" },
		{ { .custom = "http://x", .fips = true },
		  "endpoint-conflict value=http://x other=FIPS" },
		{ { .custom = "http://x", .dualstack = true },
		  "endpoint-conflict value=http://x other=dual-stack" },
	};
	const struct endpoint_options no_url = { .custom = "ftp://x" };
	struct arena *arena = arena_new();
	struct error err = { 0 };
	char facts[FACTS_LEN];
	struct endpoint got;

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		assert_false(endpoint_for(AWS_STS, &examples[i].options, arena,
					  &got, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_string_equal(facts_of(&err, facts), examples[i].facts);
	}
	assert_false(endpoint_for(AWS_IAM, &no_url, arena, &got, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	arena_free(arena);
}

static void knows_the_partition_of_a_region(void **state)
{
	static const char *const pairs[][2] = {
		{ "eu-west-1", "aws" },
		{ "us-gov-west-1", "aws-us-gov" },
		{ "us-iso-east-1", "aws-iso" },
		{ "us-isob-east-1", "aws-iso-b" },
		{ "eu-isoe-west-1", "aws-iso-e" },
		{ "us-isof-south-1", "aws-iso-f" },
		{ "cn-north-1", "aws-cn" },
		{ "eusc-de-east-1", "aws-eusc" },
		{ "aws-cn-global", "aws-cn" },
		{ "aws-global", "aws" },
		{ "nowhere", "aws" },
		{ "cn-north-", "aws" },
		{ "cn-north-1x", "aws" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(endpoint_partition(pairs[i][0]),
				    pairs[i][1]);
	assert_string_equal(endpoint_partition(NULL), "aws");
	assert_string_equal(endpoint_global_region("aws-cn"), "cn-northwest-1");
	assert_string_equal(endpoint_global_region("aws-x"), "us-east-1");
	assert_string_equal(endpoint_service_name(AWS_STS), "sts");
	assert_string_equal(endpoint_service_name(AWS_IAM), "iam");
	assert_string_equal(endpoint_service_name(AWS_ORGANIZATIONS),
			    "organizations");
	assert_string_equal(endpoint_service_name(AWS_SSO), "sso");
	assert_string_equal(endpoint_service_name(AWS_SSO_OIDC), "sso_oidc");
}

/* The parts of STS's hosts: the partition's name, region and suffixes. */
struct hosts {
	const char *partition;
	const char *region;
	const char *suffix;
	const char *dualstack_suffix;
};

static void check_sts(const struct hosts *h, bool fips, bool dualstack)
{
	const struct endpoint_options options = { .region = h->region,
						  .fips = fips,
						  .dualstack = dualstack };
	/* all of GovCloud's are FIPS, and only dual-stack ones say so */
	bool says_fips =
		fips && (dualstack || strcmp(h->partition, "aws-us-gov") != 0);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct endpoint got;
	char want[256];

	(void)snprintf(want, sizeof(want), "https://sts%s.%s.%s",
		       says_fips ? "-fips" : "", h->region,
		       dualstack ? h->dualstack_suffix : h->suffix);
	assert_true(endpoint_for(AWS_STS, &options, arena, &got, &err));
	assert_string_equal(got.url, want);
	assert_string_equal(got.signing_region, h->region);
	arena_free(arena);
}

static void check_hosts(const struct hosts *h)
{
	for (int options = 0; options < 4; options++)
		check_sts(h, options & 1, options & 2);
}

static void knows_the_hosts_of_every_partition(void **state)
{
	static const struct hosts all[] = {
		{ "aws", "mx-central-1", "amazonaws.com", "api.aws" },
		{ "aws-cn", "cn-north-1", "amazonaws.com.cn",
		  "api.amazonwebservices.com.cn" },
		{ "aws-us-gov", "us-gov-east-1", "amazonaws.com", "api.aws" },
		{ "aws-eusc", "eusc-de-east-1", "amazonaws.eu",
		  "api.amazonwebservices.eu" },
		{ "aws-iso", "us-iso-west-1", "c2s.ic.gov", "api.aws.ic.gov" },
		{ "aws-iso-b", "us-isob-west-1", "sc2s.sgov.gov",
		  "api.aws.scloud" },
		{ "aws-iso-e", "eu-isoe-west-1", "cloud.adc-e.uk",
		  "api.cloud-aws.adc-e.uk" },
		{ "aws-iso-f", "us-isof-east-1", "csp.hci.ic.gov",
		  "api.aws.hci.ic.gov" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_string_equal(endpoint_partition(all[i].region),
				    all[i].partition);
		check_hosts(&all[i]);
	}
}

/* Only the aws partition has a global endpoint, whatever is asked for. */
static void legacy_means_nothing_in_other_partitions(void **state)
{
	static const char *const regions[] = { "cn-north-1", "us-gov-west-1",
					       "eusc-de-east-1",
					       "us-iso-east-1" };

	(void)state;
	for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
		const struct endpoint_options options = { .region = regions[i],
							  .legacy = true };
		struct arena *arena = arena_new();
		struct error err = { 0 };
		struct endpoint got;

		assert_true(endpoint_for(AWS_STS, &options, arena, &got, &err));
		assert_non_null(strstr(got.url, regions[i]));
		assert_string_equal(got.signing_region, regions[i]);
		arena_free(arena);
	}
}

static const char *output_of(const json_t *partition, const char *name)
{
	return json_string_value(
		json_object_get(json_object_get(partition, "outputs"), name));
}

/* The partition table of the conformance data says the same as ours. */
static void agrees_with_the_table_of_partitions(void **state)
{
	json_t *file;
	json_t *one;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	file = conformance_json("endpoints/partitions.json");
	assert_non_null(file);
	json_array_foreach(json_object_get(file, "partitions"), i, one)
	{
		const char *id = json_string_value(json_object_get(one, "id"));
		const char *region;
		json_t *ignored;

		json_object_foreach(json_object_get(one, "regions"), region,
				    ignored)
		{
			const struct hosts hosts = {
				id, region, output_of(one, "dnsSuffix"),
				output_of(one, "dualStackDnsSuffix")
			};

			assert_string_equal(endpoint_partition(region), id);
			if (!strstr(region, "global"))
				check_hosts(&hosts);
		}
		assert_string_equal(endpoint_global_region(id),
				    output_of(one, "implicitGlobalRegion"));
	}
	assert_true(i > 0);
	json_decref(file);
}

static bool is_set(const json_t *params, const char *name)
{
	return json_is_true(json_object_get(params, name));
}

/* Does the case's expectation say the same? The signing region if it does. */
static bool agrees(enum aws_service service, const json_t *one)
{
	const json_t *params = json_object_get(one, "params");
	const json_t *expect = json_object_get(one, "expect");
	const json_t *endpoint = json_object_get(expect, "endpoint");
	const json_t *schemes = json_object_get(
		json_object_get(endpoint, "properties"), "authSchemes");
	const char *region = json_string_value(
		json_object_get(json_array_get(schemes, 0), "signingRegion"));
	const struct endpoint_options options = {
		.region = json_string_value(json_object_get(params, "Region")),
		.custom =
			json_string_value(json_object_get(params, "Endpoint")),
		.fips = is_set(params, "UseFIPS"),
		.dualstack = is_set(params, "UseDualStack"),
		.legacy = is_set(params, "UseGlobalEndpoint"),
	};
	struct arena *arena = arena_new();
	struct endpoint got = { 0 };
	struct error err = { 0 };
	bool ok = endpoint_for(service, &options, arena, &got, &err);

	if (!endpoint)
		ok = !ok && err.code == ERROR_CONFIG;
	else
		ok = ok && strcmp(got.url, json_string_value(json_object_get(
						   endpoint, "url"))) == 0;
	if (region)
		ok = ok && strcmp(got.signing_region, region) == 0;
	arena_free(arena);
	return ok;
}

static size_t count_wrong(enum aws_service service, const char *path)
{
	json_t *file = conformance_json(path);
	size_t wrong = 0;
	json_t *one;
	size_t i;

	assert_non_null(file);
	json_array_foreach(json_object_get(file, "testCases"), i, one)
	{
		if (agrees(service, one))
			continue;
		wrong++;
		print_error("%s: %s\n", path,
			    json_string_value(
				    json_object_get(one, "documentation")));
	}
	print_message("%s: %zu cases\n", path, i);
	assert_true(i > 0);
	json_decref(file);
	return wrong;
}

static void agrees_with_the_endpoint_rules_of_the_sdks(void **state)
{
	(void)state;
	if (!conformance_is_here())
		skip();
	assert_int_equal(
		count_wrong(AWS_STS, "endpoints/sts-endpoint-tests.json"), 0);
	assert_int_equal(
		count_wrong(AWS_IAM, "endpoints/iam-endpoint-tests.json"), 0);
	/* without a region the SDKs give up, and ours is the aws partition */
	assert_int_equal(
		count_wrong(AWS_ORGANIZATIONS,
			    "endpoints/organizations-endpoint-tests.json"),
		1);
	assert_int_equal(
		count_wrong(AWS_SSO, "endpoints/sso-endpoint-tests.json"), 0);
	assert_int_equal(count_wrong(AWS_SSO_OIDC,
				     "endpoints/sso-oidc-endpoint-tests.json"),
			 0);
}

static bool is_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* In any order, a memo gives what is determined without it. */
static void a_memo_changes_nothing(void **state)
{
	static const char *const regions[] = { NULL,         "eu-west-1",
					       "cn-north-1", "us-gov-west-1",
					       "-bad-",      "ap-south-1",
					       "me-south-1", "aws-cn-global" };
	struct arena *arena = arena_new();
	struct endpoint_memo memo = { .arena = arena };

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		unsigned i = n * 1021 % 4096;
		char custom[] = "http://127.0.0.1:1";
		enum aws_service service = i % 6;
		struct endpoint_options o = { .region = regions[i / 8 % 8],
					      .custom = i % 3 ? NULL : custom,
					      .fips = i / 64 % 4 == 0,
					      .dualstack = i / 256 % 4 == 0,
					      .legacy = i / 1024 % 2 };
		struct endpoint a = { 0 };
		struct endpoint b = { 0 };
		struct error x = { 0 };
		struct error y = { 0 };
		bool ok;

		custom[17] = "12345"[i % 5];
		ok = endpoint_for(service, &o, arena, &a, &x);
		assert_int_equal(ok,
				 endpoint_for_many(service, &o, &memo, &b, &y));
		assert_int_equal(x.reason, y.reason);
		assert_true(!ok ||
			    (is_text(a.url, b.url) &&
			     is_text(a.reach, b.reach) &&
			     is_text(a.signing_region, b.signing_region)));
		custom[17] = 'x'; /* the memo has a copy */
	}
	arena_free(arena);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct endpoint_options options[] = {
		{ .region = "eu-west-1" },
		{ .custom = "http://localhost:1" },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bool done = false;

		for (long n = 0; !done; n++) {
			struct arena *arena;
			struct endpoint got;
			struct error err = { 0 };

			mem_fail_after(n);
			arena = arena_new();
			done = arena &&
			       endpoint_for(i % 2 ? AWS_IAM : AWS_STS,
					    &options[i / 2], arena, &got, &err);
			assert_true(done != mem_has_failed());
			assert_true(done || !arena || err.code == ERROR_MEMORY);
			mem_fail_after(-1);
			arena_free(arena);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_for_each_option),
		cmocka_unit_test(says_how_far_credentials_reach),
		cmocka_unit_test(refuses_what_cannot_be),
		cmocka_unit_test(knows_the_partition_of_a_region),
		cmocka_unit_test(knows_the_hosts_of_every_partition),
		cmocka_unit_test(legacy_means_nothing_in_other_partitions),
		cmocka_unit_test(agrees_with_the_table_of_partitions),
		cmocka_unit_test(agrees_with_the_endpoint_rules_of_the_sdks),
		cmocka_unit_test(a_memo_changes_nothing),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
