#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "format/json.h"
#include "support/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every dump is: JSON, the same each time. */
static void check_dump(const struct aws_config *config)
{
	struct secbuf *once = aws_config_dump(config);
	struct secbuf *again = aws_config_dump(config);
	struct error err = { 0 };
	struct json *json;

	if (!once || !again || !secbuf_equal(once, again))
		abort();
	json = json_parse(secbuf_text(once), secbuf_len(once), &err);
	if (!json)
		abort();
	json_free(json);
	secbuf_free(once);
	secbuf_free(again);
}

/* Each profile is found by its name, and is the nearest to it. */
static void check_index(const struct aws_config *config)
{
	const struct config_section *section;

	for (size_t i = 0;
	     (section = aws_config_nth(config, CONFIG_PROFILE, i)); i++) {
		const char *nearest[1];

		if (aws_config_find(config, CONFIG_PROFILE, section->name) !=
			    section ||
		    (i < 10 && aws_config_nearest(config, section->name,
						  nearest, 1) != 1))
			abort();
		for (size_t v = 0; v < section->n_values; v++)
			if (config_value(section, section->values[v].key) !=
			    &section->values[v])
				abort();
	}
}

/* The config and, behind the first byte 0xff, the credentials. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size > 0 ? memchr(data, 0xff, size) : NULL;
	size_t first = mark ? (size_t)(mark - data) : size;
	const char *bytes = (const char *)data;
	struct error err = { 0 };
	struct config_text t;

	if (config_text_read(&t, NULL, NULL, &err) &&
	    config_text_add(&t, CONFIG_FILE, bytes, first, &err) &&
	    (!mark || config_text_add(&t, CREDENTIALS_FILE, bytes + first + 1,
				      size - first - 1, &err))) {
		check_dump(t.config);
		check_index(t.config);
	}
	config_text_clear(&t);
	return 0;
}
