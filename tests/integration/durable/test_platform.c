/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of a platform that travel: the newest wins, in whatever order they arrive. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "durable/execute.h"
#include "durable/platform.h"

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

static PlatformSettings settings_of(int64_t version, const char *display_name)
{
	static Module modules[] = {MODULE__MODULE_PROVIDERS, MODULE__MODULE_NETWORK};
	PlatformSettings settings = PLATFORM_SETTINGS__INIT;

	settings.version = version;
	settings.display_name = arena_text(arena, "%s", display_name);
	settings.edition = EDITION__EDITION_PRO;
	settings.modules = modules;
	settings.n_modules = 2;
	settings.time_zone = (char *)"Europe/Paris";
	settings.currency = (char *)"EUR";
	settings.language = (char *)"fr";
	return settings;
}

struct arrival {
	PlatformSettings settings;
	int64_t version; /* what held then */
};

static void apply_settings(struct call *call, void *data)
{
	struct arrival *arrival = data;

	call_finish(call, platform_apply(call, &arrival->settings, &arrival->version));
}

static int64_t arrive(int64_t version, const char *display_name)
{
	struct arrival arrival = {.settings = settings_of(version, display_name)};

	assert_ok(execute(desk_begin(&desk, NULL, NULL), apply_settings, &arrival));
	return arrival.version;
}

static void find(struct call *call, void *data)
{
	call_finish(call, platform_find(call, data));
}

static PlatformSettings *known(void)
{
	PlatformSettings *settings = NULL;

	assert_ok(execute(desk_begin(&desk, NULL, NULL), find, &settings));
	return settings;
}

static void test_settings_that_have_not_arrived_are_not_found(void **state)
{
	PlatformSettings *settings;

	(void)state;
	assert_reason(execute(desk_begin(&desk, NULL, NULL), find, &settings),
		      REASON__REASON_NOT_FOUND);
}

static void test_all_settings_come_back(void **state)
{
	PlatformSettings *settings;

	(void)state;
	assert_int_equal(arrive(3, "Chez Anna"), 3);
	settings = known();
	assert_string_equal(settings->platform, "platforms/" PLATFORM);
	assert_int_equal(settings->version, 3);
	assert_string_equal(settings->display_name, "Chez Anna");
	assert_int_equal(settings->edition, EDITION__EDITION_PRO);
	assert_int_equal(settings->n_modules, 2);
	assert_string_equal(settings->time_zone, "Europe/Paris");
	assert_string_equal(settings->currency, "EUR");
	assert_string_equal(settings->language, "fr");
	assert_ok(platform_needs_module(&desk.call, settings, MODULE__MODULE_NETWORK));
	assert_reason(platform_needs_module(&desk.call, settings, MODULE__MODULE_EVENTS),
		      REASON__REASON_MODULE_OFF);
	assert_ok(platform_needs_edition(&desk.call, settings, EDITION__EDITION_BASIC));
	assert_ok(platform_needs_edition(&desk.call, settings, EDITION__EDITION_PRO));
	assert_reason(platform_needs_edition(&desk.call, settings, EDITION__EDITION_ENTERPRISE),
		      REASON__REASON_EDITION_TOO_LOW);
}

static void test_an_older_version_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(arrive(3, "new"), 3);
	assert_int_equal(arrive(2, "old"), 3);
	assert_int_equal(arrive(3, "the same version"), 3);
	assert_string_equal(known()->display_name, "new");
	assert_int_equal(arrive(4, "newer"), 4);
	assert_string_equal(known()->display_name, "newer");
	assert_int_equal(known()->version, 4);
}

#define ARRIVALS 8

struct messenger {
	pthread_t thread;
	struct desk desk;
	struct arrival arrival;
	struct status status;
};

static void *deliver(void *data)
{
	struct messenger *messenger = data;

	messenger->status =
	    execute(desk_begin(&messenger->desk, NULL, NULL), apply_settings, &messenger->arrival);
	return NULL;
}

static void test_of_versions_that_arrive_at_once_the_newest_stays(void **state)
{
	static struct messenger messengers[ARRIVALS];
	long newest = 0;

	(void)state;
	arrive(1, "first");
	for (int i = 0; i < ARRIVALS; i++) {
		messengers[i] = (struct messenger){
		    .arrival = {.settings =
				    settings_of(i + 2, arena_text(arena, "name %d", i + 2))}};
		desk_open(&messengers[i].desk, NULL);
		assert_int_equal(
		    pthread_create(&messengers[i].thread, NULL, deliver, &messengers[i]), 0);
	}
	for (int i = 0; i < ARRIVALS; i++) {
		pthread_join(messengers[i].thread, NULL);
		desk_close(&messengers[i].desk);
		assert_ok(messengers[i].status);
		if (messengers[i].arrival.version > newest)
			newest = (long)messengers[i].arrival.version;
	}
	assert_int_equal(newest, ARRIVALS + 1);
	assert_int_equal(known()->version, ARRIVALS + 1);
	assert_string_equal(known()->display_name, "name 9");
}

int main(void)
{
#define PLATFORM_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    PLATFORM_TEST(test_settings_that_have_not_arrived_are_not_found),
	    PLATFORM_TEST(test_all_settings_come_back),
	    PLATFORM_TEST(test_an_older_version_changes_nothing),
	    PLATFORM_TEST(test_of_versions_that_arrive_at_once_the_newest_stays),
	};

	return cmocka_run_group_tests_name("platform", tests, world_begin, world_end);
}
