#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(1 << 20);
	size_t size = file && data ? fread(data, 1, 1 << 20, file) : 0;

	if (!file || !data) {
		(void)fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	(void)fclose(file);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

/* Feeds each file of a folder to the fuzz target it is linked with. */
int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;
	int n = 0;

	if (!folder) {
		(void)fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
		return 1;
	}
	while ((entry = readdir(folder))) {
		char path[4096];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", argv[1],
			       entry->d_name);
		n += replay(path);
	}
	(void)closedir(folder);
	(void)printf("%d files replayed\n", n);
	return n == 0;
}
