/* SPDX-License-Identifier: Apache-2.0 */
/* Starts svc-billing beside a private database and the simulator, and speaks to it as a gateway. */
#include "suite.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/time.h"
#include "contract/contract.h"
#include "crypto/key.h"
#include "crypto/token_key.h"
#include "entremise/billing/v1/payment_key.pb-c.h"
#include "entremise/billing/v1/plan_price.pb-c.h"
#include "entremise/billing/v1/subscription_settings.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "entremise/common/v1/work.pb-c.h"
#include "support/database.h"

#define DEADLINE_US (20 * TIME_SECOND_US)
#define VARIABLES_MAX 20

/* The call that suite_as made last. */
static struct call current;

static void wait_briefly(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* A port that was free a moment ago. */
static unsigned free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int file = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(file, (struct sockaddr *)&address, length), 0);
	assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
	close(file);
	return ntohs(address.sin_port);
}

static bool is_open(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int file = socket(AF_INET, SOCK_STREAM, 0);
	bool connected = connect(file, (struct sockaddr *)&address, sizeof(address)) == 0;

	close(file);
	return connected;
}

static const char *write_file(struct suite *suite, const char *name, const char *text)
{
	const char *path = arena_text(suite->arena, "%s/%s", suite->folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

static pid_t spawn(char *const *arguments, char *const *variables)
{
	pid_t process = fork();

	assert_true(process >= 0);
	if (process == 0) {
		execve(arguments[0], arguments, variables);
		_exit(127);
	}
	return process;
}

static void run(char *const *arguments, char *const *variables)
{
	int status;
	pid_t process = spawn(arguments, variables);

	assert_int_equal(waitpid(process, &status, 0), process);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s %s: status %d", arguments[0], arguments[1], status);
}

static void make_keys(struct suite *suite)
{
	char *folder = arena_text(suite->arena, "%s/keys", suite->folder);
	char *arguments[] = {(char *)(uintptr_t)TOKEN_PATH, (char *)(uintptr_t) "keygen",
			     (char *)(uintptr_t) "--dir", folder, NULL};
	const char *error = NULL;

	run(arguments, environ);
	suite->gateway = token_key_load(arena_text(suite->arena, "%s/gateway.key", folder), NULL,
					true, suite->arena, &error);
	suite->keys = token_keyset_load(arena_text(suite->arena, "%s/keys.json", folder), true,
					suite->arena, &error);
	assert_non_null(suite->gateway);
	assert_non_null(suite->keys);
}

/* The server's environment; as the schema's owner for --migrate. */
static char **variables_of(struct suite *suite, const char *user)
{
	char **variables = arena_new(suite->arena, char *, VARIABLES_MAX);
	struct arena *arena = suite->arena;
	struct crypto_key seal = {{7}};
	char text[CRYPTO_KEY_TEXT];
	size_t count = 0;

	crypto_key_write(&seal, text);
	variables[count++] = arena_text(arena, "ENTREMISE_LISTEN=127.0.0.1:%u", suite->port);
	variables[count++] = arena_text(arena, "ENTREMISE_DB_SOCKET=%s", test_database_socket());
	variables[count++] = arena_text(arena, "ENTREMISE_DB_NAME=billing");
	variables[count++] = arena_text(arena, "ENTREMISE_DB_USER=%s", user);
	variables[count++] = arena_text(arena, "ENTREMISE_DB_PASSWORD_FILE=%s",
					write_file(suite, "password", TEST_DATABASE_PASSWORD));
	variables[count++] =
	    arena_text(arena, "ENTREMISE_SEAL_KEY_FILE=%s", write_file(suite, "seal", text));
	variables[count++] =
	    arena_text(arena, "ENTREMISE_KEYS_FILE=%s/keys/keys.json", suite->folder);
	variables[count++] =
	    arena_text(arena, "ENTREMISE_SIGNING_KEY_FILE=%s/keys/billing.key", suite->folder);
	variables[count++] = arena_text(arena, "ENTREMISE_ALLOW_DEVELOPMENT_KEYS=true");
	variables[count++] = arena_text(arena, "ENTREMISE_LOG_LEVEL=warn");
	variables[count++] = arena_text(arena, "ENTREMISE_MOLLIE_URL=%s", suite->simulator->base);
	variables[count++] =
	    arena_text(arena, "ENTREMISE_WEBHOOK_LISTEN=127.0.0.1:%u", suite->webhook_port);
	variables[count++] =
	    arena_text(arena, "ENTREMISE_WEBHOOK_URL=http://127.0.0.1:%u", suite->webhook_port);
	if (getenv("COVERAGE_FOLDER"))
		variables[count++] =
		    arena_text(arena, "COVERAGE_FOLDER=%s", getenv("COVERAGE_FOLDER"));
	if (getenv("ENTREMISE_RUN_TWICE"))
		variables[count++] =
		    arena_text(arena, "ENTREMISE_RUN_TWICE=%s", getenv("ENTREMISE_RUN_TWICE"));
	return variables;
}

static void start_server(struct suite *suite)
{
	char *migrate[] = {(char *)(uintptr_t)BILLING_PATH, (char *)(uintptr_t) "--migrate", NULL};
	char *serve[] = {(char *)(uintptr_t)BILLING_PATH, NULL};
	int64_t until_us = time_monotonic_us() + 30 * TIME_SECOND_US;

	test_database_create("billing");
	run(migrate, variables_of(suite, "billing_migration"));
	suite->process = spawn(serve, variables_of(suite, "billing"));
	while (!is_open(suite->port)) {
		assert_int_equal(waitpid(suite->process, NULL, WNOHANG), 0);
		assert_true(time_monotonic_us() < until_us);
		wait_briefly();
	}
}

int suite_set_up(void **state)
{
	struct suite *suite = calloc(1, sizeof(*suite));
	/* Answers to repeated requests are forgotten soon: nothing may rest on them alone. */
	static const char *const options[] = {"--allow-loopback-webhooks",
					      "--retry-scale",
					      "0.0005",
					      "--idempotency-seconds",
					      "1",
					      NULL};

	assert_non_null(suite);
	suite->arena = arena_create();
	snprintf(suite->folder, sizeof(suite->folder), "/tmp/entremise-billing-XXXXXX");
	assert_non_null(mkdtemp(suite->folder));
	suite->simulator = simulator_start(options);
	suite->port = free_port();
	suite->webhook_port = free_port();
	contract_load();
	make_keys(suite);
	start_server(suite);
	suite->environment = (struct call_environment){
	    .service = "gateway", .keys = suite->keys, .signing = suite->gateway};
	suite->billing =
	    rpc_upstream_create("billing", arena_text(suite->arena, "127.0.0.1:%u", suite->port));
	suite_apply_platform(suite, 1, EDITION__EDITION_PRO, true);
	*state = suite;
	return 0;
}

int suite_tear_down(void **state)
{
	struct suite *suite = *state;
	char *remove_folder[] = {(char *)(uintptr_t) "/bin/rm", (char *)(uintptr_t) "-rf",
				 suite->folder, NULL};
	int status = 0;

	rpc_upstream_destroy(suite->billing);
	current = (struct call){0};
	kill(suite->process, SIGTERM);
	assert_int_equal(waitpid(suite->process, &status, 0), suite->process);
	/* A sanitizer's finding, a leak too, shows here. */
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	simulator_stop(suite->simulator);
	token_keyset_destroy(suite->keys);
	token_key_destroy(suite->gateway);
	run(remove_folder, environ);
	arena_destroy(suite->arena);
	free(suite);
	return 0;
}

ProtobufCService *suite_as(struct suite *suite, Role role, const char *subject,
			   const ProtobufCServiceDescriptor *service)
{
	contract_add_service(service);
	current = (struct call){.arena = suite->arena,
				.platform = SUITE_PLATFORM,
				.environment = &suite->environment,
				.trace = trace_new(),
				.real_us = time_real_us(),
				.deadline_us = time_monotonic_us() + DEADLINE_US};
	current.now_us = current.real_us;
	current.actor = (struct actor){
	    .role = role, .subject = subject, .platform = SUITE_PLATFORM, .speaker = "gateway"};
	return call_remote(&current, suite->billing, service);
}

struct status suite_await(struct suite *suite)
{
	(void)suite;
	return call_await(&current);
}

void suite_expect(struct suite *suite, const char *what, int expected)
{
	struct status status = suite_await(suite);

	if (status.reason != expected)
		fail_msg("%s: %s (%s), not %s", what, contract_reason(status.reason)->name,
			 status.message ? status.message : "", contract_reason(expected)->name);
}

const char *suite_provider(struct suite *suite)
{
	return arena_text(suite->arena, "01jd8w3v5k%016u", ++suite->providers);
}

char *suite_provider_name(struct suite *suite, const char *id)
{
	return arena_text(suite->arena, SUITE_PARENT "/providers/%s", id);
}

void suite_apply_platform(struct suite *suite, int64_t version, int edition, bool independent)
{
	ProtobufCService *sync =
	    suite_as(suite, ROLE__ROLE_SERVICE, "gateway", &platform_sync_service__descriptor);
	ApplyPlatformRequest request = APPLY_PLATFORM_REQUEST__INIT;
	PlatformSettings settings = PLATFORM_SETTINGS__INIT;
	Module modules[] = {MODULE__MODULE_PROVIDERS, MODULE__MODULE_INDEPENDENT_PROVIDERS};
	ApplyPlatformResponse *reply;

	settings.platform = (char *)(uintptr_t)SUITE_PARENT;
	settings.version = version;
	settings.display_name = (char *)(uintptr_t) "Domicile & Cie";
	settings.edition = (Edition)edition;
	settings.modules = modules;
	settings.n_modules = independent ? 2 : 1;
	settings.time_zone = (char *)(uintptr_t) "Europe/Paris";
	settings.currency = (char *)(uintptr_t) "EUR";
	settings.language = (char *)(uintptr_t) "fr";
	request.settings = &settings;
	SUITE_CALL(suite, sync, platform_sync_service__apply_platform, &request, &reply, 0);
}

static void set_key(struct suite *suite)
{
	ProtobufCService *keys =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &payment_key_service__descriptor);
	SetPaymentKeyRequest request = SET_PAYMENT_KEY_REQUEST__INIT;
	PaymentKey *reply;

	request.name = (char *)(uintptr_t)SUITE_PARENT "/paymentKey";
	request.key = suite->simulator->key;
	SUITE_CALL(suite, keys, payment_key_service__set_payment_key, &request, &reply, 0);
	assert_int_equal(reply->mode, PAYMENT_KEY__MODE__MODE_TEST);
}

static void set_price(struct suite *suite)
{
	ProtobufCService *prices =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &plan_price_service__descriptor);
	CreatePlanPriceRequest request = CREATE_PLAN_PRICE_REQUEST__INIT;
	PlanPrice version = PLAN_PRICE__INIT;
	Money monthly = MONEY__INIT;
	Money yearly = MONEY__INIT;
	PlanPrice *reply;

	monthly.minor = 2900;
	yearly.minor = 29000;
	monthly.currency = yearly.currency = (char *)(uintptr_t) "EUR";
	version.monthly = &monthly;
	version.yearly = &yearly;
	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.plan_price = &version;
	SUITE_CALL(suite, prices, plan_price_service__create_plan_price, &request, &reply, 0);
}

void suite_open(struct suite *suite)
{
	ProtobufCService *service = suite_as(suite, ROLE__ROLE_MANAGER, "manager",
					     &subscription_settings_service__descriptor);
	UpdateSubscriptionSettingsRequest request = UPDATE_SUBSCRIPTION_SETTINGS_REQUEST__INIT;
	SubscriptionSettings settings = SUBSCRIPTION_SETTINGS__INIT;
	SubscriptionSettings *reply;

	settings.name = (char *)(uintptr_t)SUITE_PARENT "/subscriptionSettings";
	settings.enabled = true;
	settings.vat_basis_points = 2000;
	request.subscription_settings = &settings;
	SUITE_CALL(suite, service, subscription_settings_service__update_subscription_settings,
		   &request, &reply, 0);
	set_key(suite);
	set_price(suite);
}

int suite_subscribe(struct suite *suite, const char *provider, Interval interval,
		    const char *request_id, Subscription **subscription)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_PROVIDER, provider, &subscription_service__descriptor);
	CreateSubscriptionRequest request = CREATE_SUBSCRIPTION_REQUEST__INIT;
	Subscription asked = SUBSCRIPTION__INIT;

	asked.interval = interval;
	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.subscription = &asked;
	request.redirect_url = (char *)(uintptr_t) "https://domicile.example/abonnement";
	request.request_id = (char *)(uintptr_t)request_id;
	RPC_SEND(service, subscription_service__create_subscription, &request, subscription);
	return suite_await(suite).reason;
}

Subscription *suite_subscription(struct suite *suite, const char *provider, char *name)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_PROVIDER, provider, &subscription_service__descriptor);
	GetSubscriptionRequest request = GET_SUBSCRIPTION_REQUEST__INIT;
	Subscription *reply;

	request.name = name;
	SUITE_CALL(suite, service, subscription_service__get_subscription, &request, &reply, 0);
	return reply;
}

Payment *suite_payment(struct suite *suite, const char *provider, char *name)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_PROVIDER, provider, &payment_service__descriptor);
	GetPaymentRequest request = GET_PAYMENT_REQUEST__INIT;
	Payment *reply;

	request.name = name;
	SUITE_CALL(suite, service, payment_service__get_payment, &request, &reply, 0);
	return reply;
}

Payment *suite_await_payment(struct suite *suite, const char *provider, char *name,
			     PaymentState left)
{
	int64_t until_us = time_monotonic_us() + 30 * TIME_SECOND_US;
	Payment *payment = suite_payment(suite, provider, name);

	while (payment->state == left) {
		if (time_monotonic_us() > until_us)
			fail_msg("%s stays in state %d", name, (int)left);
		wait_briefly();
		payment = suite_payment(suite, provider, name);
	}
	return payment;
}

Entitlement *suite_entitlement(struct suite *suite, const char *provider)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_SERVICE, "gateway", &entitlement_service__descriptor);
	BatchGetEntitlementsRequest request = BATCH_GET_ENTITLEMENTS_REQUEST__INIT;
	char *names[] = {suite_provider_name(suite, provider)};
	BatchGetEntitlementsResponse *reply;

	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.providers = names;
	request.n_providers = 1;
	SUITE_CALL(suite, service, entitlement_service__batch_get_entitlements, &request, &reply,
		   0);
	assert_int_equal(reply->n_entitlements, 1);
	assert_string_equal(reply->entitlements[0]->provider, names[0]);
	return reply->entitlements[0];
}

int64_t suite_count(const char *query)
{
	char *text = test_database_value("billing", query);
	int64_t number = text ? strtoll(text, NULL, 10) : 0;

	free(text);
	return number;
}
