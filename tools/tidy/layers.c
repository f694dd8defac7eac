/* SPDX-License-Identifier: Apache-2.0 */
/* Which folder may include what: the layers of shared/, and the owners of foreign headers. */
#include "tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYERS_MAX 32

/* One line `entremise_layer(NAME USES...)`; what it stands on, by position, itself included. */
struct layer {
	char name[NAME_MAX_LENGTH];
	unsigned below; /* one bit a layer */
};

static struct layer layers[LAYERS_MAX];
static unsigned layer_count;

/* Foreign headers, and where they may stand. */
static const struct {
	const char *header;
	const char *folders[3];
} owners[] = {
    {"<mysql", {"shared/db"}},
    {"<mysqld_error.h", {"shared/db"}},
    {"<grpc/", {"shared/rpc"}},
    {"\"grpc/", {"shared/rpc"}},
    {"<sodium", {"shared/crypto"}},
    {"<curl/", {"shared/http", "tools/mollie"}},
    {"<microhttpd", {"shared/http", "tools/mollie"}},
};

/* The layer that a path begins with ("db/session.h"), or layer_count. */
static unsigned layer_of(const char *path)
{
	for (unsigned i = 0; i < layer_count; i++) {
		size_t length = strlen(layers[i].name);

		if (strncmp(path, layers[i].name, length) == 0 && path[length] == '/')
			return i;
	}
	return layer_count;
}

static void add_layer(const char *line)
{
	struct layer *layer = &layers[layer_count];
	char words[512];
	char *rest = NULL;
	const char *word;

	if (layer_count == LAYERS_MAX) {
		fprintf(stderr, "tidy: more than %d layers\n", LAYERS_MAX);
		exit(2);
	}
	snprintf(words, sizeof words, "%.*s", (int)strcspn(line, ")\n"), line);
	word = strtok_r(words, " ", &rest);
	snprintf(layer->name, sizeof layer->name, "%s", word ? word : "");
	layer->below = 1u << layer_count;
	while ((word = strtok_r(NULL, " ", &rest)))
		for (unsigned i = 0; i < layer_count; i++)
			if (strcmp(layers[i].name, word) == 0)
				layer->below |= layers[i].below;
	layer_count++;
}

void layers_read(const struct source *list)
{
	const char *begin = "entremise_layer(";
	const char *at = list->text;

	while ((at = strstr(at, begin))) {
		at += strlen(begin);
		add_layer(at);
	}
}

/* `include` is what follows the word #include: "\"db/session.h\"" or "<mysql.h>". */
static void check_include(const struct source *source, size_t offset, const char *include)
{
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		bool allowed = source_in(source, "tests");

		for (size_t k = 0; k < 3 && owners[i].folders[k]; k++)
			allowed |= source_in(source, owners[i].folders[k]);
		if (!allowed && strncmp(include, owners[i].header, strlen(owners[i].header)) == 0)
			refuse(source, offset, "%.*s: only %s includes it",
			       (int)strcspn(include, "\n"), include, owners[i].folders[0]);
	}
	if (strncmp(include, "\"../", 4) == 0)
		refuse(source, offset, "an include names its folder from the root of its part");
	if (source_in(source, "shared")) {
		unsigned own = layer_of(source->path + strlen("shared/"));
		unsigned other = layer_of(include + 1);

		if (own < layer_count && other < layer_count && !(layers[own].below & 1u << other))
			refuse(source, offset, "%s does not stand on %s (shared/CMakeLists.txt)",
			       layers[own].name, layers[other].name);
	}
}

void check_includes(const struct source *source)
{
	const char *at = source->code;

	while ((at = strstr(at, "#include"))) {
		size_t offset = (size_t)(at - source->code);

		at += strlen("#include");
		if (offset == 0 || source->code[offset - 1] == '\n')
			check_include(source, offset, at + strspn(at, " \t"));
	}
}
