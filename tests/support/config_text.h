#ifndef SUPPORT_CONFIG_TEXT_H
#define SUPPORT_CONFIG_TEXT_H

#include <string.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"

/* The two files as texts; NULL is a missing file. */
struct config_text {
	struct arena *arena;
	struct aws_config *config;
	struct secbuf *files[2];
};

static inline bool config_text_add(struct config_text *t, enum config_file file,
				   const char *text, size_t len,
				   struct error *err)
{
	t->files[file] = secbuf_new(len);
	secbuf_add(t->files[file], text, len);
	if (!secbuf_ok(t->files[file]))
		return error_memory(err);
	return aws_config_add(t->config, file,
			      file == CONFIG_FILE ? "config" : "credentials",
			      t->files[file], err);
}

/* Parses both. Clear it, even on failure. */
static inline bool config_text_read(struct config_text *t, const char *config,
				    const char *credentials, struct error *err)
{
	memset(t, 0, sizeof(*t));
	t->arena = arena_new();
	t->config = t->arena ? aws_config_new(t->arena) : NULL;
	if (!t->config)
		return error_memory(err);
	return (!config ||
		config_text_add(t, CONFIG_FILE, config, strlen(config), err)) &&
	       (!credentials ||
		config_text_add(t, CREDENTIALS_FILE, credentials,
				strlen(credentials), err));
}

static inline void config_text_clear(struct config_text *t)
{
	arena_free(t->arena);
	secbuf_free(t->files[CONFIG_FILE]);
	secbuf_free(t->files[CREDENTIALS_FILE]);
}

#endif
