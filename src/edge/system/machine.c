#include "port/machine.h"

#include <dirent.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "edge/time/monotonic_internal.h"
#include "edge/unlock.h"

#define TRIAL         "rolekey:trial"
#define TRIAL_SECONDS 10

static int64_t ticks(void *self)
{
	(void)self;
	return monotonic_ms();
}

static bool keeps_keys(void *self, struct error *err)
{
	struct secbuf *key = secbuf_from("no secret");
	struct secbuf *read = NULL;
	bool ok;

	(void)self;
	ok = (key || error_memory(err)) &&
	     unlock_put(TRIAL, key, TRIAL_SECONDS, err) &&
	     unlock_get(TRIAL, &read, err) &&
	     (secbuf_equal(key, read) ||
	      error_fail(err, REASON_KERNEL_KEYRING)) &&
	     unlock_forget(TRIAL, err);
	secbuf_free(read);
	secbuf_free(key);
	return ok;
}

static bool ends_so(const char *name, const char *ending)
{
	size_t len = strlen(name);
	size_t n = strlen(ending);

	return len >= n && strcmp(name + len - n, ending) == 0;
}

static void has_files(void *self, const char *folder, const char *ending,
		      bool *any)
{
	DIR *all = opendir(folder);
	const struct dirent *entry;

	(void)self;
	*any = false;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	while (all && !*any && (entry = readdir(all)) != NULL)
		*any = entry->d_name[0] != '.' &&
		       ends_so(entry->d_name, ending);
	if (all)
		(void)closedir(all);
}

struct machine machine_linux(void)
{
	return (struct machine){ .ticks = ticks,
				 .keeps_keys = keeps_keys,
				 .has_files = has_files };
}
