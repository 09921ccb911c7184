#include "support/conformance.h"

#include <sys/stat.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_LEN 4096

static const char *root(void)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	return getenv("ROLEKEY_CONFORMANCE");
}

static void whole(char out[static PATH_LEN], const char *path)
{
	(void)snprintf(out, PATH_LEN, "%s/%s", root() ? root() : "", path);
}

bool conformance_is_here(void)
{
	struct stat st;

	if (root() && stat(root(), &st) == 0)
		return true;
	(void)printf("no folder ROLEKEY_CONFORMANCE\n");
	return false;
}

char *conformance_read(const char *path, size_t *len)
{
	char name[PATH_LEN];
	struct stat st = { 0 };
	FILE *file;
	char *text;

	whole(name, path);
	file = fopen(name, "rb");
	if (!file)
		return NULL;
	text = fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode)
		       ? calloc(1, (size_t)st.st_size + 1)
		       : NULL;
	*len = text ? fread(text, 1, (size_t)st.st_size, file) : 0;
	(void)fclose(file);
	return text;
}

json_t *conformance_json(const char *path)
{
	char name[PATH_LEN];

	whole(name, path);
	return json_load_file(name, 0, NULL);
}

size_t conformance_each(const char *folder, void (*each)(const char *path))
{
	char name[PATH_LEN];
	const struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	whole(name, folder);
	dir = opendir(name);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of our own */
	while (dir && (entry = readdir(dir))) {
		char path[PATH_LEN];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
			       entry->d_name);
		each(path);
		n++;
	}
	if (dir)
		(void)closedir(dir);
	return n;
}
