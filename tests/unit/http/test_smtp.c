/* SPDX-License-Identifier: Apache-2.0 */
/* Mail against a real server, the catcher, with its faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/smtp.h"

struct fixture {
	struct arena *arena;
	char folder[64];
	pid_t catcher;
	struct smtp_options options;
};

/* The catcher's path, from this file's own. */
static const char *catcher_path(struct arena *arena)
{
	static const char here[] = __FILE__;
	const char *end = strstr(here, "tests/unit/http/test_smtp.c");

	assert_non_null(end);
	return arena_text(arena, "%.*stools/mail-catcher/catcher.py", (int)(end - here), here);
}

static int wait_for_port(struct fixture *fixture)
{
	const char *path = arena_text(fixture->arena, "%s/port", fixture->folder);
	time_t until = time(NULL) + 30;
	int port = 0;

	while (port == 0 && time(NULL) < until) {
		FILE *file = fopen(path, "r");

		assert_int_equal(waitpid(fixture->catcher, NULL, WNOHANG), 0);
		if (!file) {
			nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
			continue;
		}
		assert_int_equal(fscanf(file, "%d", &port), 1);
		fclose(file);
	}
	assert_true(port > 0);
	return port;
}

static void start(struct fixture *fixture, const char *fault, const char *count)
{
	const char *script = catcher_path(fixture->arena);
	const char *port_file = arena_text(fixture->arena, "%s/port", fixture->folder);

	unlink(port_file);
	fixture->catcher = fork();
	assert_true(fixture->catcher >= 0);
	if (fixture->catcher == 0) {
		execl("/usr/bin/python3", "python3", script, "--folder", fixture->folder,
		      "--port-file", port_file, fault, count, (char *)NULL);
		_exit(127);
	}
	fixture->options = (struct smtp_options){
	    .url = arena_text(fixture->arena, "smtp://127.0.0.1:%d", wait_for_port(fixture)),
	    .timeout_ms = 5000,
	};
}

static void stop(struct fixture *fixture)
{
	if (fixture->catcher > 0) {
		kill(fixture->catcher, SIGTERM);
		waitpid(fixture->catcher, NULL, 0);
	}
	fixture->catcher = 0;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_create();
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/entremise-smtp-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	stop(fixture);
	unlink(arena_text(fixture->arena, "%s/mails.jsonl", fixture->folder));
	unlink(arena_text(fixture->arena, "%s/port", fixture->folder));
	rmdir(fixture->folder);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

/* The caught mails, as a list. */
static json_t *caught(struct fixture *fixture)
{
	FILE *file = fopen(arena_text(fixture->arena, "%s/mails.jsonl", fixture->folder), "r");
	json_t *mails = json_array();
	json_t *mail;

	assert_non_null(file);
	while ((mail = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)))
		json_array_append_new(mails, mail);
	fclose(file);
	return mails;
}

static void assert_member(json_t *mail, const char *name, const char *value)
{
	assert_string_equal(json_string_value(json_object_get(mail, name)), value);
}

static struct smtp_mail sample(void)
{
	return (struct smtp_mail){
	    .from_address = "entremise@example.org",
	    .from_name = "Zo\xc3\xab & Cie",
	    .to_address = "camille@example.org",
	    .subject = "R\xc3\xa9ponse \xc3\xa0 votre demande de m\xc3\xa9nage, du premier au "
		       "dernier jour du mois, \xe2\x82\xac compris",
	    .text = "Bonjour,\n\n.un point en t\xc3\xaate de ligne\n"
		    "une ligne tr\xc3\xa8s longue: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx = fin\n",
	    .message_id = "01jd8w@requests.entremise",
	    .date_us = INT64_C(1795372400) * 1000000,
	};
}

static void test_a_mail_arrives_as_it_was_written(void **state)
{
	struct fixture *fixture = *state;
	struct smtp_mail mail = sample();
	const char *cause = NULL;
	json_t *mails;
	json_t *first;

	start(fixture, "--refuse", "0");
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause), SMTP_SENT);
	mail.message_id = "01jd8x@requests.entremise";
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause), SMTP_SENT);
	mails = caught(fixture);
	assert_int_equal(json_array_size(mails), 2);
	first = json_array_get(mails, 0);
	assert_member(first, "subject", mail.subject);
	assert_member(first, "to", "camille@example.org");
	assert_member(first, "from", "Zo\xc3\xab & Cie <entremise@example.org>");
	assert_member(first, "message_id", "<01jd8w@requests.entremise>");
	assert_member(first, "date", "Sun, 22 Nov 2026 18:33:20 +0000");
	assert_member(first, "text", mail.text);
	assert_member(json_array_get(mails, 1), "message_id", "<01jd8x@requests.entremise>");
	json_decref(mails);
}

static void test_a_451_is_worth_another_try(void **state)
{
	struct fixture *fixture = *state;
	struct smtp_mail mail = sample();
	const char *cause = NULL;
	json_t *mails;

	start(fixture, "--refuse", "2");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause),
				 SMTP_TRANSIENT);
		assert_non_null(strstr(cause, "451"));
	}
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause), SMTP_SENT);
	mails = caught(fixture);
	assert_int_equal(json_array_size(mails), 1);
	json_decref(mails);
}

static void test_a_550_is_final(void **state)
{
	struct fixture *fixture = *state;
	struct smtp_mail mail = sample();
	const char *cause = NULL;

	start(fixture, "--reject", "1");
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause),
			 SMTP_PERMANENT);
	assert_null(strstr(cause, "camille"));
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause), SMTP_SENT);
}

static void test_no_word_after_the_text_leaves_the_outcome_open(void **state)
{
	struct fixture *fixture = *state;
	struct smtp_mail mail = sample();
	const char *cause = NULL;
	json_t *mails;

	start(fixture, "--drop", "1");
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause), SMTP_UNKNOWN);
	mails = caught(fixture);
	assert_int_equal(json_array_size(mails), 1);
	json_decref(mails);
}

static void test_no_server_is_worth_another_try(void **state)
{
	struct fixture *fixture = *state;
	struct smtp_mail mail = sample();
	const char *cause = NULL;

	start(fixture, "--refuse", "0");
	kill(fixture->catcher, SIGTERM);
	waitpid(fixture->catcher, NULL, 0);
	fixture->catcher = 0;
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause),
			 SMTP_TRANSIENT);
}

static void test_a_mail_that_cannot_be_written_is_never_sent(void **state)
{
	struct fixture *fixture = *state;
	struct smtp_mail mail = sample();
	const char *cause = NULL;
	json_t *mails;

	start(fixture, "--refuse", "0");
	mail.subject = "a\r\nBcc: other@example.org";
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause),
			 SMTP_PERMANENT);
	mail = sample();
	mail.to_address = "a@b.fr>\r\nRCPT TO:<other@example.org";
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause),
			 SMTP_PERMANENT);
	mail = sample();
	mail.message_id = "x> <y";
	assert_int_equal(smtp_send(&fixture->options, &mail, fixture->arena, &cause),
			 SMTP_PERMANENT);
	mails = caught(fixture);
	assert_int_equal(json_array_size(mails), 0);
	json_decref(mails);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_mail_arrives_as_it_was_written, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_451_is_worth_another_try, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_550_is_final, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_no_word_after_the_text_leaves_the_outcome_open,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_no_server_is_worth_another_try, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_mail_that_cannot_be_written_is_never_sent,
					    set_up, tear_down),
	};

	return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
