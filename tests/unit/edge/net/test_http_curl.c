#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curlver.h>

#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "crypto/start.h"
#include "edge/edge.h"
#include "edge/net/peer_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/* NOLINTBEGIN(concurrency-mt-unsafe): the environment is one thread's */

#define PATIENCE 60 /* seconds; a loaded machine is slow */

/* tests/unit/edge/net/http_server.py, running for all tests of this file. */
static struct {
	pid_t pid;
	int hold; /* it ends when this is closed */
	unsigned port, tls_port;
	char folder[PATH_MAX];
	char cert[PATH_MAX + 16];
} server;

struct outcome {
	struct http_answer answer;
	struct error err;
	bool ok;
	bool sent;
};

static void run_server(int in, int out)
{
	char script[4096];

	(void)snprintf(script, sizeof(script),
		       "%s/tests/unit/edge/net/http_server.py",
		       getenv("ROLEKEY_SOURCE"));
	(void)dup2(in, STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)execl("/usr/bin/python3", "python3", "-B", script, server.folder,
		    (char *)NULL);
	_exit(127);
}

static int start_server(void **state)
{
	static const char *const proxies[] = { "http_proxy",  "https_proxy",
					       "HTTPS_PROXY", "all_proxy",
					       "ALL_PROXY",   "no_proxy",
					       "NO_PROXY" };
	int to[2], from[2];
	char said[64] = "";
	char *rest;
	size_t len = 0;
	ssize_t n;

	(void)state;
	crypto_start();
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
		(void)unsetenv(proxies[i]);
	folder_template(server.folder);
	if (!getenv("ROLEKEY_SOURCE") || !mkdtemp(server.folder) ||
	    pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
		return 1;
	(void)snprintf(server.cert, sizeof(server.cert), "%s/cert.pem",
		       server.folder);
	server.pid = fork();
	if (server.pid == 0)
		run_server(to[0], from[1]);
	(void)close(to[0]);
	(void)close(from[1]);
	server.hold = to[1];
	do {
		n = read(from[0], said + len, sizeof(said) - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && !strchr(said, '\n'));
	(void)close(from[0]);
	server.port = (unsigned)strtoul(said, &rest, 10);
	server.tls_port = (unsigned)strtoul(rest, NULL, 10);
	return n <= 0 || server.port == 0 || server.tls_port == 0;
}

static int stop_server(void **state)
{
	static const char *const files[] = { "cert.pem", "key.pem" };
	char path[PATH_MAX + 16];

	(void)state;
	(void)close(server.hold);
	(void)waitpid(server.pid, NULL, 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", server.folder,
			       files[i]);
		(void)unlink(path);
	}
	return rmdir(server.folder);
}

static struct outcome send_to(struct http_curl *self, const char *url,
			      const struct http_request *like)
{
	struct http http = http_curl(self);
	struct http_request request = like ? *like : (struct http_request){ 0 };
	struct outcome got = { .sent = true };

	request.url = url;
	request.method = request.method ? request.method : "POST";
	request.max_answer = request.max_answer ? request.max_answer : 65536;
	if (request.connect_timeout == 0)
		request.connect_timeout = PATIENCE;
	request.timeout = request.timeout ? request.timeout : PATIENCE;
	got.ok = http_send(&http, &request, &got.answer, &got.sent, &got.err);
	return got;
}

static struct outcome get_from(const char *scheme, unsigned port,
			       const char *path,
			       const struct http_request *like)
{
	struct http_curl self = { .ca_bundle = server.cert };
	struct outcome got;
	char url[128];

	(void)snprintf(url, sizeof(url), "%s://127.0.0.1:%u%s", scheme, port,
		       path);
	got = send_to(&self, url, like);
	http_curl_free(&self);
	return got;
}

#define assert_says(got, ...) \
	says((got), &(const struct error_facts){ .reason = __VA_ARGS__ })
static void says(const struct outcome *got, const struct error_facts *facts)
{
	assert_false(got->ok);
	assert_null(got->answer.body);
	facts_are(&got->err, facts);
}

static void sends_what_it_is_told_and_no_more(void **state)
{
	static const struct http_header headers[] = {
		{ "Host", "sts.example:1234" },
		{ "Content-Type", "text/x" },
		{ "X-Amz-Security-Token", "tok/en+=" },
	};
	struct secbuf *body = secbuf_from("a=1&b=2");
	const struct http_request like = { .headers = headers,
					   .n_headers = 3,
					   .body = body };
	struct outcome got =
		get_from("http", server.port, "/a%3Ab/../c/./d", &like);

	(void)state;
	assert_true(got.ok);
	assert_true(got.sent);
	assert_int_equal(got.answer.status, 200);
	assert_string_equal(secbuf_text(got.answer.body),
			    "POST /a%3Ab/../c/./d HTTP/1.1\r\n"
			    "Host: sts.example:1234\r\n"
			    "Content-Type: text/x\r\n"
			    "X-Amz-Security-Token: tok/en+=\r\n"
			    "Content-Length: 7\r\n\r\na=1&b=2");
	secbuf_free(got.answer.body);
	secbuf_free(body);
}

static void reads_the_date_and_the_time_taken(void **state)
{
	static const struct {
		const char *path;
		int64_t date;
	} cases[] = {
		{ "/echo", 784111777 },
		{ "/continue", 784111777 },
		{ "/no-date", 0 },
		{ "/bad-date", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome got =
			get_from("http", server.port, cases[i].path, NULL);

		assert_true(got.ok);
		assert_int_equal(got.answer.status, 200);
		assert_int_equal(got.answer.date, cases[i].date);
		assert_in_range(got.answer.took, 1, 10000000);
		secbuf_free(got.answer.body);
	}
}

static void reads_the_kind_of_an_error(void **state)
{
	static const struct {
		const char *path;
		const char *type;
		size_t len;
	} cases[] = {
		{ "/echo", "", 0 },
		{ "/error-type", "Slow:http://x/", 14 },
		{ "/long-error-type", "yyyy", HTTP_ERROR_TYPE_LEN - 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome got =
			get_from("http", server.port, cases[i].path, NULL);

		assert_true(got.ok);
		assert_int_equal(strlen(got.answer.error_type), cases[i].len);
		assert_memory_equal(got.answer.error_type, cases[i].type,
				    strlen(cases[i].type));
		secbuf_free(got.answer.body);
	}
}

static void any_status_is_an_answer(void **state)
{
	struct outcome got = get_from("http", server.port, "/503", NULL);

	(void)state;
	assert_true(got.ok);
	assert_int_equal(got.answer.status, 503);
	assert_string_equal(secbuf_text(got.answer.body), "<html>busy</html>");
	secbuf_free(got.answer.body);

	got = get_from("http", server.port, "/empty", NULL);
	assert_true(got.ok);
	assert_int_equal(secbuf_len(got.answer.body), 0);
	secbuf_free(got.answer.body);
}

static void follows_no_redirect(void **state)
{
	struct outcome got = get_from("http", server.port, "/redirect", NULL);

	(void)state;
	assert_true(got.ok);
	assert_int_equal(got.answer.status, 302);
	secbuf_free(got.answer.body);
}

static void takes_an_answer_as_long_as_its_cap(void **state)
{
	const struct http_request fits = { .max_answer = 100000 };
	const struct http_request too_small = { .max_answer = 99999 };
	struct outcome got = get_from("http", server.port, "/100k", &fits);

	(void)state;
	assert_true(got.ok);
	assert_int_equal(secbuf_len(got.answer.body), 100000);
	secbuf_free(got.answer.body);

	got = get_from("http", server.port, "/100k", &too_small);
	assert_says(&got, REASON_RESPONSE_TOO_LONG, .number = 99999);
	got = get_from("http", server.port, "/long", NULL);
	assert_says(&got, REASON_RESPONSE_TOO_LONG, .number = 65536);
}

static void says_what_broke_after_sending(void **state)
{
	static const struct {
		const char *path;
		struct error_facts facts;
	} cases[] = {
		{ "/reset",
		  { .reason = REASON_CONNECTION_LOST,
		    .detail = "Connection reset by peer" } },
		{ "/close", { .reason = REASON_CONNECTION_LOST } },
		{ "/cut", { .reason = REASON_CONNECTION_LOST } },
		{ "/garbage", { .reason = REASON_NOT_HTTP } },
		{ "/slow", { .reason = REASON_RESPONSE_LATE, .number = 1 } },
#if LIBCURL_VERSION_NUM >= 0x080600
		{ "/headers", { .reason = REASON_NOT_HTTP } },
#else
		{ "/headers", { .reason = REASON_OUT_OF_MEMORY } },
#endif
	};
	const struct http_request hasty = { .timeout = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool slow = strcmp(cases[i].path, "/slow") == 0;
		struct outcome got =
			get_from("http", server.port, cases[i].path,
				 slow ? &hasty : NULL);
		char peer[32];

		print_message("%s\n", cases[i].path);
		says(&got, &cases[i].facts);
		(void)snprintf(peer, sizeof(peer), "127.0.0.1:%u", server.port);
		if (got.err.code != ERROR_MEMORY)
			assert_string_equal(got.err.about.other, peer);
		assert_true(got.sent);
	}
}

static void says_what_broke_before_sending(void **state)
{
	const struct http_request hasty = { .connect_timeout = 1 };
	struct http_curl self = { 0 };
	struct outcome got = send_to(&self, "http://127.0.0.1:1/x", NULL);

	(void)state;
	assert_says(&got, REASON_NO_CONNECTION, .other = "127.0.0.1:1",
		    .detail = "Connection refused");
	assert_false(got.sent);
	got = send_to(&self, "https://no-such-host.invalid/", NULL);
	assert_says(&got, REASON_HOST_NOT_FOUND,
		    .other = "no-such-host.invalid:443");
	assert_false(got.sent);
	got = send_to(&self, "ftp://127.0.0.1:1/", NULL);
	assert_false(got.ok);
	assert_int_equal(got.err.code, ERROR_PROTOCOL);
	assert_false(got.sent);
	http_curl_free(&self);

	/* It waits for a greeting that a plain server does not give. */
	got = get_from("https", server.port, "/", &hasty);
	assert_says(&got, REASON_CONNECTION_LATE, .number = 1);
	assert_false(got.sent);
}

static void sends_nothing_twice_over_a_handle_used_again(void **state)
{
	struct http_curl self = { 0 };
	struct secbuf *path = secbuf_from("/close");
	const struct http_request like = { .body = path };
	const struct http_request once = { .once = true };
	struct outcome got;
	char url[64];

	(void)state;
	for (int i = 0; i < 2; i++) {
		(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/seen",
			       server.port);
		got = send_to(&self, url, &like);
		assert_true(got.ok);
		/* once before, in says_what_broke_after_sending */
		assert_string_equal(secbuf_text(got.answer.body),
				    i == 0 ? "1" : "2");
		secbuf_free(got.answer.body);
		(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/close",
			       server.port);
		got = send_to(&self, url, &once);
		assert_false(got.ok);
	}
	http_curl_free(&self);
	secbuf_free(path);
}

static void trusts_a_certificate_that_the_bundle_names(void **state)
{
	struct outcome got = get_from("https", server.tls_port, "/echo", NULL);
	char text[FACTS_LEN];

	(void)state;
	if (!got.ok)
		print_error("%s\n", facts_of(&got.err, text));
	assert_true(got.ok);
	assert_int_equal(got.answer.status, 200);
	secbuf_free(got.answer.body);
}

static void refuses_a_certificate_that_nobody_signed(void **state)
{
	struct http_curl self = { 0 };
	struct outcome got;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/",
		       server.tls_port);
	got = send_to(&self, url, NULL);
	assert_false(got.ok);
	assert_error(&got.err, REASON_TLS);
	assert_false(got.sent);
	http_curl_free(&self);
}

static void refuses_a_certificate_of_another_host(void **state)
{
	struct http_curl self = { .ca_bundle = server.cert };
	struct outcome got;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof(url), "https://localhost:%u/",
		       server.tls_port);
	got = send_to(&self, url, NULL);
	assert_false(got.ok);
	assert_error(&got.err, REASON_TLS);
	assert_false(got.sent);
	http_curl_free(&self);
}

static void says_that_a_bundle_cannot_be_read(void **state)
{
	struct http_curl self = { .ca_bundle = "/nonexistent/ca.pem" };
	struct outcome got;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/",
		       server.tls_port);
	got = send_to(&self, url, NULL);
	assert_false(got.ok);
	assert_error(&got.err, REASON_CA_BUNDLE);
	assert_string_equal(got.err.about.value, "/nonexistent/ca.pem");
	assert_string_equal(got.err.about.detail, "No such file or directory");
	http_curl_free(&self);
}

static void goes_through_the_proxy_of_the_environment(void **state)
{
	struct http_curl self = { 0 };
	struct outcome got;
	char proxy[64];

	(void)state;
	(void)snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u",
		       server.port);
	(void)setenv("http_proxy", proxy, 1);
	got = send_to(&self, "http://sts.example/", NULL);
	(void)unsetenv("http_proxy");
	assert_true(got.ok);
	assert_non_null(strstr(secbuf_text(got.answer.body),
			       "POST http://sts.example/ HTTP/1.1\r\n"));
	secbuf_free(got.answer.body);
	http_curl_free(&self);
}

static void a_loopback_endpoint_is_never_asked_by_a_proxy(void **state)
{
	struct outcome got;

	(void)state;
	(void)setenv("http_proxy", "http://127.0.0.1:1", 1);
	(void)setenv("all_proxy", "http://127.0.0.1:1", 1);
	got = get_from("http", server.port, "/echo", NULL);
	(void)unsetenv("http_proxy");
	(void)unsetenv("all_proxy");
	assert_true(got.ok);
	secbuf_free(got.answer.body);
}

static void knows_the_names_of_this_machine(void **state)
{
	static const char *const ours[] = { "127.0.0.1:80", "127.255.1.9:1",
					    "[::1]:443",    "localhost:80",
					    "LocalHost:80", "a.localhost:80",
					    "localhost.:80" };
	static const char *const others[] = { "127.example.com:80",
					      "127.0.0.1.example:80",
					      "localhost.example:80",
					      "xlocalhost:80",
					      "[::2]:80",
					      "128.0.0.1:80",
					      "sts.amazonaws.com:443" };

	(void)state;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_true(peer_is_loopback(ours[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(peer_is_loopback(others[i]));
}

static void leaves_no_descriptor_to_a_child(void **state)
{
	bool before[256];
	struct http_curl self = { 0 };
	struct outcome got;
	char url[64];

	(void)state;
	for (int fd = 0; fd < 256; fd++)
		before[fd] = fcntl(fd, F_GETFD) >= 0;
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/echo",
		       server.port);
	got = send_to(&self, url, NULL);
	assert_true(got.ok);
	secbuf_free(got.answer.body);
	for (int fd = 0; fd < 256; fd++)
		assert_true(before[fd] || fcntl(fd, F_GETFD) != 0);
	http_curl_free(&self);
}

static int warnings;

static void count_warning(void *self, enum notice what,
			  const struct error *fact)
{
	(void)self;
	assert_int_equal(what, NOTICE_WARNING);
	assert_error(fact, REASON_UNENCRYPTED, .other = "sts.invalid:80");
	warnings++;
}

static void plain_http_to_another_machine_is_warned_of_once(void **state)
{
	const struct notices notices = { .say = count_warning };
	struct http_curl self = { .notices = &notices };
	static const char *const urls[] = { "http://127.0.0.1:1/",
					    "http://localhost:1/",
					    "https://sts.invalid/",
					    "http://sts.invalid/",
					    "http://sts.invalid/" };

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct outcome got = send_to(&self, urls[i], NULL);

		assert_false(got.ok);
		assert_int_equal(warnings, i < 3 ? 0 : 1);
	}
	http_curl_free(&self);
}

static int secrets_seen;

static void context(const unsigned char *block, size_t size)
{
	if (memmem(block, size, "canary-7f3a", 11))
		secrets_seen++;
}

/* The token goes out in a header and in the body, and comes back in both. */
static void leaves_no_secret_in_the_heap_it_gives_back(void **state)
{
	static const struct http_header header = { "X-Amz-Security-Token",
						   "canary-7f3a" };
	struct secbuf *body = secbuf_from("token=canary-7f3a");
	const struct http_request like = { .headers = &header,
					   .n_headers = 1,
					   .body = body };
	struct outcome got;

	(void)state;
	secrets_seen = 0;
	mem_look(context);
	got = get_from("https", server.tls_port, "/echo", &like);
	assert_true(got.ok);
	assert_non_null(
		strstr(secbuf_text(got.answer.body), "token=canary-7f3a"));
	secbuf_free(got.answer.body);
	mem_look(NULL);
	secbuf_free(body);
	assert_int_equal(secrets_seen, 0);
}

/* libcurl does without some of what it asks for: then all of it must be there. */
static void survives_failures(const char *path, const struct http_request *like,
			      const char *expected)
{
	long before = secbuf_alive();
	bool failed = true;
	long n;

	for (n = 0; failed; n++) {
		struct outcome got;

		mem_fail_after(n);
		got = get_from("http", server.port, path, like);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true(failed || got.ok);
		if (got.ok)
			assert_non_null(
				strstr(secbuf_text(got.answer.body), expected));
		else
			assert_int_not_equal(got.err.code, ERROR_NONE);
		secbuf_free(got.answer.body);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_int_equal(secbuf_alive(), before);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct http_header header = { "X-Name", "value" };
	const struct http_request small = { .headers = &header,
					    .n_headers = 1 };
	const struct http_request large = { .max_answer = 100000 };

	(void)state;
	survives_failures("/echo", &small, "\r\nX-Name: value\r\n");
	survives_failures("/100k", &large, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_what_it_is_told_and_no_more),
		cmocka_unit_test(reads_the_date_and_the_time_taken),
		cmocka_unit_test(reads_the_kind_of_an_error),
		cmocka_unit_test(any_status_is_an_answer),
		cmocka_unit_test(follows_no_redirect),
		cmocka_unit_test(takes_an_answer_as_long_as_its_cap),
		cmocka_unit_test(says_what_broke_after_sending),
		cmocka_unit_test(says_what_broke_before_sending),
		cmocka_unit_test(sends_nothing_twice_over_a_handle_used_again),
		cmocka_unit_test(trusts_a_certificate_that_the_bundle_names),
		cmocka_unit_test(refuses_a_certificate_that_nobody_signed),
		cmocka_unit_test(refuses_a_certificate_of_another_host),
		cmocka_unit_test(says_that_a_bundle_cannot_be_read),
		cmocka_unit_test(goes_through_the_proxy_of_the_environment),
		cmocka_unit_test(a_loopback_endpoint_is_never_asked_by_a_proxy),
		cmocka_unit_test(knows_the_names_of_this_machine),
		cmocka_unit_test(leaves_no_descriptor_to_a_child),
		cmocka_unit_test(
			plain_http_to_another_machine_is_warned_of_once),
		cmocka_unit_test(leaves_no_secret_in_the_heap_it_gives_back),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}

/* NOLINTEND(concurrency-mt-unsafe) */
