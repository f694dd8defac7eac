/* SPDX-License-Identifier: Apache-2.0 */
/* Mails: rendered within the mutation that causes them, kept sealed, sent by LOCAL work. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "db/migrate.h"
#include "durable/execute.h"
#include "durable/mail.h"
#include "durable/work.h"
#include "entremise/common/v1/mail.pb-c.h"

static const struct embedded_file files[] = {
    {"answer.en.txt", "An answer for {{name}}\n\nHello {{name}},\n\n{{text}}\n"},
    {"answer.fr.txt", "Une réponse pour {{name}}\n\nBonjour {{name}},\n\n{{text}}\n"},
    {"short.en.txt", "A subject alone"},
    {"torn.en.txt", "Hello {{name"},
    {0},
};

static struct desk desk;

static int set_up(void **state)
{
	world_set_up(state);
	desk_open(&desk, NULL);
	return 0;
}

static int tear_down(void **state)
{
	desk_close(&desk);
	return world_tear_down(state);
}

/* A mail to anna, in a mutation of its own. */
struct letter {
	const char *name, *language, *cause;
};

static void add(struct call *call, void *data)
{
	static const struct mail_parameter parameters[] = {{"name", "Zoé {{text}}"},
							   {"text", "It is done."}};
	const struct letter *letter = data;

	call_finish(call, mail_add(call, files, letter->name, letter->language, "anna@example.org",
				   letter->cause, parameters, 2));
}

static struct status send(const char *name, const char *language, const char *cause)
{
	struct letter letter = {name, language, cause};

	return execute(desk_begin(&desk, NULL, NULL), add, &letter);
}

/* Leases the one mail there is; *work tells of it. */
static Mail *lease(Work **work)
{
	struct call *call = desk_begin(&desk, NULL, NULL);
	LeaseWorkResponse leased = LEASE_WORK_RESPONSE__INIT;

	assert_ok(work_lease(call, LANE__LANE_LOCAL, 50, &leased));
	assert_int_equal(leased.n_work, 1);
	*work = leased.work[0];
	assert_string_equal((*work)->kind, MAIL_KIND);
	return (Mail *)(void *)message_unpack(call->arena, &mail__descriptor, (*work)->payload.data,
					      (*work)->payload.len);
}

static void test_a_mail_is_rendered_in_its_language(void **state)
{
	Work *work;
	Mail *mail;

	(void)state;
	assert_ok(send("answer", "fr", NULL));
	mail = lease(&work);
	assert_string_equal(mail->to, "anna@example.org");
	/* What a value says is no template. */
	assert_string_equal(mail->subject, "Une réponse pour Zoé {{text}}");
	assert_string_equal(mail->text, "Bonjour Zoé {{text}},\n\nIt is done.\n");
}

static void test_other_languages_get_english(void **state)
{
	Work *work;

	(void)state;
	assert_ok(send("answer", "de", NULL));
	assert_string_equal(lease(&work)->text, "Hello Zoé {{text}},\n\nIt is done.\n");
}

static void test_a_subject_alone_is_a_mail(void **state)
{
	Work *work;
	Mail *mail;

	(void)state;
	assert_ok(send("short", "en", NULL));
	mail = lease(&work);
	assert_string_equal(mail->subject, "A subject alone");
	assert_string_equal(mail->text, "");
}

static void test_a_template_that_lacks_something_is_a_bug(void **state)
{
	(void)state;
	assert_reason(send("absent", "en", NULL), REASON__REASON_INTERNAL);
	assert_reason(send("torn", "en", NULL), REASON__REASON_INTERNAL);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 0);
}

static void test_a_cause_has_one_mail(void **state)
{
	(void)state;
	assert_ok(send("answer", "fr", "answered/1"));
	assert_ok(send("answer", "en", "answered/1"));
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 1);
	/* Nothing of it can be read in the table. */
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE payload LIKE '%%anna%%' OR "
				      "payload LIKE '%%done%%'"),
			 0);
}

static void test_without_a_mail_server_the_attempt_fails(void **state)
{
	Work *work;
	Mail *mail;
	void *outcome;

	(void)state;
	assert_ok(send("answer", "fr", NULL));
	mail = lease(&work);
	assert_reason(mail_attempt(&desk.call, work, &mail->base, &outcome),
		      REASON__REASON_UNAVAILABLE);
	environment.smtp_url = "smtp://127.0.0.1:1"; /* Nobody listens there. */
	environment.mail_from = "suite@example.org";
	assert_reason(mail_attempt(&desk.call, work, &mail->base, &outcome),
		      REASON__REASON_UNAVAILABLE);
	environment.smtp_url = NULL;
	environment.mail_from = NULL;
}

int main(void)
{
#define MAIL_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    MAIL_TEST(test_a_mail_is_rendered_in_its_language),
	    MAIL_TEST(test_other_languages_get_english),
	    MAIL_TEST(test_a_subject_alone_is_a_mail),
	    MAIL_TEST(test_a_template_that_lacks_something_is_a_bug),
	    MAIL_TEST(test_a_cause_has_one_mail),
	    MAIL_TEST(test_without_a_mail_server_the_attempt_fails),
	};

	return cmocka_run_group_tests_name("mail", tests, world_begin, world_end);
}
