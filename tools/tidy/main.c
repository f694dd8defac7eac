/* SPDX-License-Identifier: Apache-2.0 */
/* Test tool: reads every source of the project and refuses what breaks the house's rules. */
#include "tidy.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCES_MAX 8192
#define PATH_LENGTH_MAX 512
#define TEXT_MAX (2 << 20)

static char *paths[SOURCES_MAX];
static size_t path_count;
static unsigned refusals;

void refuse(const struct source *source, size_t offset, const char *format, ...)
{
	unsigned line = 1;
	va_list arguments;

	for (size_t i = 0; i < offset; i++)
		line += source->text[i] == '\n';
	printf("%s:%u: ", source->path, line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	refusals++;
}

static void die(const char *what)
{
	fprintf(stderr, "tidy: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void add_path(const char *path)
{
	if (path_count == SOURCES_MAX) {
		fprintf(stderr, "tidy: more than %d files\n", SOURCES_MAX);
		exit(2);
	}
	paths[path_count] = strdup(path);
	if (!paths[path_count++])
		die(path);
}

/* What git knows, and what is new and not ignored; false when this is no checkout of git's. */
static bool list_by_git(void)
{
	char path[PATH_LENGTH_MAX];
	FILE *list;

	if (access(".git", F_OK) != 0)
		return false;
	list = popen("git ls-files --cached --others --exclude-standard", "r");
	if (!list)
		return false;
	while (fgets(path, sizeof path, list)) {
		path[strcspn(path, "\n")] = 0;
		add_path(path);
	}
	return pclose(list) == 0 && path_count > 0;
}

/* Everything below the folder but what is built or hidden. */
static void list_by_walk(const char *folder)
{
	DIR *handle = opendir(folder);
	const struct dirent *entry;

	if (!handle)
		die(folder);
	while ((entry = readdir(handle))) {
		char path[PATH_LENGTH_MAX];
		struct stat status;

		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "build") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (lstat(path, &status) != 0)
			continue;
		if (S_ISDIR(status.st_mode))
			list_by_walk(path);
		else if (S_ISREG(status.st_mode))
			add_path(path + strlen("./"));
	}
	closedir(handle);
}

/* False for what is not ours to judge, is gone, or holds no text. */
static bool read_source(const char *path, struct source *source)
{
	static char text[TEXT_MAX];
	FILE *file;
	size_t length;

	*source = (struct source){.path = path, .text = text};
	if (source_in(source, "docs/data") || strcmp(path, "LICENSE") == 0)
		return false;
	file = fopen(path, "r");
	if (!file)
		return false;
	length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = 0;
	if (strlen(text) != length)
		return false;
	if (source_is_c(source))
		source_split(source);
	return true;
}

static void check(const struct source *source)
{
	check_words(source);
	if (source_ends(source, ".sql"))
		check_statements(source);
	if (!source_is_c(source))
		return;
	check_shape(source);
	check_includes(source);
	if (source_in_service(source))
		check_service(source);
}

int main(int count, char **arguments)
{
	struct source source;
	size_t read = 0;

	if (count != 2) {
		fprintf(stderr, "usage: tidy FOLDER\n");
		return 2;
	}
	if (chdir(arguments[1]) != 0)
		die(arguments[1]);
	if (!list_by_git()) {
		path_count = 0;
		list_by_walk(".");
	}
	for (size_t i = 0; i < path_count; i++) {
		if (strcmp(paths[i], "shared/CMakeLists.txt") == 0 &&
		    read_source(paths[i], &source))
			layers_read(&source);
		else if (strstr(paths[i], "/schema/") && read_source(paths[i], &source))
			statements_read_tables(&source);
	}
	for (size_t i = 0; i < path_count; i++)
		if (read_source(paths[i], &source)) {
			check(&source);
			read++;
		}
	printf("tidy: %zu files, %u refused lines\n", read, refusals);
	return refusals == 0 ? 0 : 1;
}
