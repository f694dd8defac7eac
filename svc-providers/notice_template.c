/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of mails, and what they name. Pure. */
#include "notice_template.h"

#include <string.h>

#include "db/migrate.h"
#include "durable/mail.h"

const char *notice_template_find(const struct embedded_file *files, const char *name)
{
	size_t length = strlen(name);

	for (; files->name; files++)
		if (strncmp(files->name, name, length) == 0 &&
		    strcmp(files->name + length, ".en.txt") == 0)
			return files->text;
	return NULL;
}

static bool has_key(const struct mail_parameter *parameters, size_t count, struct text key)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_string(key, parameters[i].key))
			return true;
	return false;
}

struct text notice_template_missing(const char *text, const struct mail_parameter *parameters,
				    size_t count)
{
	const char *open;

	while ((open = strstr(text, "{{")) != NULL) {
		const char *close = strstr(open, "}}");
		struct text key = {open + 2, close ? (size_t)(close - open) - 2 : strlen(open + 2)};

		if (!close || !has_key(parameters, count, key))
			return key;
		text = close + 2;
	}
	return (struct text){0};
}
