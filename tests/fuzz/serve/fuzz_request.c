#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "port/listener.h"
#include "serve/container.h"
#include "serve/imds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TOKEN       "0123456789abcdef0123456789abcdef"
#define SECRET      "the-secret-key"
#define HEADERS_MAX 16

/* A request as lines: the method, the path, then "NAME: VALUE". */
struct input {
	struct listener_pair headers[HEADERS_MAX];
	struct listener_request request;
};

static struct supply supply;

static struct supply *find(void *self, const char *path, struct error *err)
{
	(void)self;
	if (strcmp(path, "/p") == 0)
		return &supply;
	(void)error_fail(err, REASON_NOT_SERVED, .path = path);
	return NULL;
}

static void read_lines(char *text, struct input *input)
{
	char *rest = text;
	char *line;
	size_t n = 0;

	input->request.method = input->request.path = "";
	while ((line = strsep(&rest, "\n"))) {
		char *colon = strstr(line, ": ");

		if (n == 0)
			input->request.method = line;
		if (n == 1)
			input->request.path = line;
		if (n++ < 2 || !colon ||
		    input->request.n_headers == HEADERS_MAX)
			continue;
		*colon = '\0';
		input->headers[input->request.n_headers++] =
			(struct listener_pair){ line, colon + 2 };
	}
	input->request.headers = input->headers;
	input->request.waited = true;
}

static const char *header(const struct input *input, const char *name)
{
	for (size_t i = 0; i < input->request.n_headers; i++)
		if (strcasecmp(input->headers[i].name, name) == 0)
			return input->headers[i].value;
	return "";
}

/* The secret is given only to who has a token; nothing else is promised. */
static void check(struct listener_answer *answer, bool allowed)
{
	const char *text = answer->secret ? secbuf_text(answer->secret)
			   : answer->heap ? answer->heap
					  : answer->text;

	if (answer->status < 200 || answer->status > 599 ||
	    answer->n_headers > LISTENER_HEADERS_MAX ||
	    (text && strstr(text, SECRET) && !allowed))
		abort();
	secbuf_free(answer->secret);
	mem_free(answer->heap);
}

static void ask_both(const struct input *input)
{
	const struct moment now = { 1000, 1000 };
	struct secbuf *token = secbuf_from(TOKEN);
	const struct container container = { .token = token,
					     .port = 80,
					     .find = find };
	struct imds imds = { .supply = &supply, .role = "r", .port = 80 };
	struct listener_answer answer = { 0 };

	container_answer(&container, &input->request, now, &answer);
	check(&answer, strcmp(header(input, "Authorization"), TOKEN) == 0 &&
			       strcmp(input->request.method, "GET") == 0);
	answer = (struct listener_answer){ 0 };
	imds_answer(&imds, &input->request, now, &answer);
	check(&answer, strncmp(header(input, "X-aws-ec2-metadata-token"),
			       "rolekey-imdsv2--", 16) == 0);
	secbuf_free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct credentials creds = { .access_key_id = mem_strdup("ASIA"),
				     .secret_key = secbuf_from(SECRET),
				     .session_token = secbuf_from("token"),
				     .expires = 2000,
				     .ends = 2000 };
	struct input input = { .request = { .method = "" } };
	char *text = malloc(size + 1);

	supply = (struct supply){ .profile = "p", .lazy = true };
	supply_renewed(&supply, &creds, (struct moment){ 1000, 1000 });
	if (text) {
		if (size > 0)
			memcpy(text, data, size);
		text[size] = '\0';
		read_lines(text, &input);
		ask_both(&input);
	}
	free(text);
	supply_clear(&supply);
	return 0;
}
