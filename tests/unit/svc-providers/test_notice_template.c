/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of mails and what they name; the real ones are all there in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "db/migrate.h"
#include "durable/mail.h"
#include "notice_template.h"

extern const struct embedded_file service_files[];

static const struct embedded_file files[] = {
    {"0001_init.sql", ""},
    {"offer.en.txt", "{{platform}}: {{item}}"},
    {"offer.fr.txt", "{{platform}} : {{item}}"},
    {"off.fr.txt", ""},
    {0},
};

static void test_a_template_is_found_by_its_whole_name(void **state)
{
	(void)state;
	assert_ptr_equal(notice_template_find(files, "offer"), files[1].text);
	assert_null(notice_template_find(files, "off"));
	assert_null(notice_template_find(files, "offer.en"));
	assert_null(notice_template_find(files, ""));
}

static void check_missing(const char *text, const char *missing)
{
	const struct mail_parameter given[] = {{"platform", "Domicile"}, {"item", ""}};

	assert_true(text_equal_string(notice_template_missing(text, given, 2), missing));
}

static void test_a_key_without_a_parameter_is_named(void **state)
{
	(void)state;
	check_missing("no key at all, a { and a }} alone", "");
	check_missing("{{platform}}: {{item}}", "");
	check_missing("{{platform}}: {{item}} at {{start}}, {{end}}", "start");
	check_missing("{{items}}", "items");
	check_missing("not closed {{item", "item");
}

/* The other language's file of the same mail; NULL when there is none. */
static const struct embedded_file *twin_of(const struct embedded_file *mail)
{
	size_t name = strlen(mail->name) - strlen(".en.txt");

	for (const struct embedded_file *file = service_files; file->name; file++)
		if (strlen(file->name) == strlen(mail->name) && file != mail &&
		    strncmp(file->name, mail->name, name + 1) == 0 &&
		    strcmp(file->name + name + 3, ".txt") == 0)
			return file;
	return NULL;
}

static void test_every_mail_has_a_subject_and_a_twin_in_the_other_language(void **state)
{
	const struct mail_parameter given[] = {{"platform", ""}, {"item", ""}, {"start", ""}};
	size_t mails = 0;

	(void)state;
	for (const struct embedded_file *file = service_files; file->name; file++) {
		if (!strstr(file->name, ".txt"))
			continue;
		mails++;
		print_message("%s\n", file->name);
		assert_non_null(twin_of(file));
		assert_true(strcspn(file->text, "\n") > 0);
		assert_int_equal(strncmp(strchr(file->text, '\n'), "\n\n", 2), 0);
		assert_int_equal(notice_template_missing(file->text, given, 3).length, 0);
	}
	assert_int_equal(mails, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_template_is_found_by_its_whole_name),
	    cmocka_unit_test(test_a_key_without_a_parameter_is_named),
	    cmocka_unit_test(test_every_mail_has_a_subject_and_a_twin_in_the_other_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
