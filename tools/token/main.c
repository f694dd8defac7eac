/* SPDX-License-Identifier: Apache-2.0 */
/* Makes development keys, signs tokens with them, and says what a token holds. */
#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "crypto/token.h"
#include "crypto/token_key.h"
#include "keygen.h"

static const char usage[] =
    "usage: token keygen --dir FOLDER\n"
    "       token sign --key FILE --role ROLE [--subject S] [--platform P] [--audience A]\n"
    "                  [--ttl SECONDS] [--act-role R --act-subject S --act-platform P]\n"
    "                  [--claim NAME=TEXT]... [--number NAME=NUMBER]...\n"
    "       token verify --keys FILE [--audience A] TOKEN\n"
    "ROLE is OPERATOR, MANAGER, AGENT, PROVIDER, CLIENT, SERVICE or ANONYMOUS. The platform of an\n"
    "OPERATOR or a SERVICE is \"*\" unless given, the audience \"gateway\", the life 3600 seconds\n"
    "(less than 0: already expired). Signing is done with the file's last key.\n";

static const char *const roles[] = {"OPERATOR", "MANAGER", "AGENT",    "PROVIDER",
				    "CLIENT",	"SERVICE", "ANONYMOUS"};

struct arguments {
	const char *folder;
	const char *key_file;
	const char *keys_file;
	int64_t life_s;
	struct token_claims claims;
};

static _Noreturn void refuse(const char *text)
{
	fprintf(stderr, "token: %s\n%s", text, usage);
	exit(2);
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t number_of(const char *text)
{
	char *end = NULL;
	long long number = strtoll(text, &end, 10);

	if (end == text || *end != '\0')
		refuse("a number is malformed");
	return number;
}

/* NAME=VALUE, the text cut in place. */
static void add_claim(struct token_claims *claims, char *text, bool is_number)
{
	char *equals = strchr(text, '=');

	if (!equals || equals == text || claims->extra_count == TOKEN_MAX_EXTRA)
		refuse("--claim and --number want NAME=VALUE, at most 16");
	*equals = '\0';
	if (is_number)
		token_claim_add_number(claims, text, number_of(equals + 1));
	else
		token_claim_add_text(claims, text, equals + 1);
}

static const struct option options[] = {
    {"dir", required_argument, NULL, 'd'},
    {"key", required_argument, NULL, 'k'},
    {"keys", required_argument, NULL, 'K'},
    {"role", required_argument, NULL, 'r'},
    {"subject", required_argument, NULL, 's'},
    {"platform", required_argument, NULL, 'p'},
    {"audience", required_argument, NULL, 'a'},
    {"ttl", required_argument, NULL, 't'},
    {"act-role", required_argument, NULL, 'R'},
    {"act-subject", required_argument, NULL, 'S'},
    {"act-platform", required_argument, NULL, 'P'},
    {"claim", required_argument, NULL, 'c'},
    {"number", required_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void take_option(int letter, char *value, struct arguments *arguments)
{
	struct token_claims *claims = &arguments->claims;

	switch (letter) {
	case 'd':
		arguments->folder = value;
		break;
	case 'k':
		arguments->key_file = value;
		break;
	case 'K':
		arguments->keys_file = value;
		break;
	case 'r':
		claims->role = value;
		break;
	case 's':
		claims->subject = value;
		break;
	case 'p':
		claims->platform = value;
		break;
	case 'a':
		claims->audience = value;
		break;
	case 't':
		arguments->life_s = number_of(value);
		break;
	case 'R':
		claims->act_role = value;
		break;
	case 'S':
		claims->act_subject = value;
		break;
	case 'P':
		claims->act_platform = value;
		break;
	case 'c':
	case 'n':
		add_claim(claims, value, letter == 'n');
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		refuse("unknown option, or one without a value");
	}
}

static bool is_role(const char *role)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(role, roles[i]) == 0)
			return true;
	return false;
}

/* The role in lower case: the subject of one who gives none. */
static const char *subject_of(const char *role, struct arena *arena)
{
	char *subject = arena_copy(arena, role, strlen(role));

	for (char *at = subject; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return subject;
}

static int sign(struct arguments *arguments, struct arena *arena)
{
	struct token_claims *claims = &arguments->claims;
	const char *error = NULL;
	struct token_key *key;

	if (!arguments->key_file || !claims->role)
		refuse("sign wants --key and --role");
	if (!is_role(claims->role) || (claims->act_role && !is_role(claims->act_role)))
		refuse("there is no such role");
	if (!claims->platform &&
	    (strcmp(claims->role, "OPERATOR") == 0 || strcmp(claims->role, "SERVICE") == 0))
		claims->platform = "*";
	if (!claims->platform)
		refuse("this role wants --platform");
	if (!claims->subject)
		claims->subject = subject_of(claims->role, arena);
	if (!claims->audience)
		claims->audience = "gateway";
	claims->issued_us = now_us();
	claims->expires_us = claims->issued_us + arguments->life_s * 1000000;
	key = token_key_load(arguments->key_file, NULL, true, arena, &error);
	if (!key) {
		fprintf(stderr, "token: %s\n", error);
		return 1;
	}
	printf("%s\n", token_sign(key, claims, arena));
	token_key_destroy(key);
	return 0;
}

static void print_text(const char *name, const char *text)
{
	if (text)
		printf("%s: %s\n", name, text);
}

static int verify(const struct arguments *arguments, const char *token, struct arena *arena)
{
	const char *error = NULL;
	struct token_claims claims;
	struct token_keyset *keyset;
	enum token_result result;

	if (!arguments->keys_file || !token)
		refuse("verify wants --keys and a token");
	keyset = token_keyset_load(arguments->keys_file, true, arena, &error);
	if (!keyset) {
		fprintf(stderr, "token: %s\n", error);
		return 1;
	}
	result = token_verify(keyset, token, strlen(token), arguments->claims.audience, now_us(),
			      arena, &claims);
	token_keyset_destroy(keyset);
	if (result != TOKEN_OK) {
		fprintf(stderr, "%s\n", token_result_text(result));
		return 1;
	}
	print_text("issuer", claims.issuer);
	print_text("subject", claims.subject);
	print_text("audience", claims.audience);
	print_text("role", claims.role);
	print_text("platform", claims.platform);
	print_text("act role", claims.act_role);
	print_text("act subject", claims.act_subject);
	print_text("act platform", claims.act_platform);
	printf("expires in: %" PRId64 " s\n", (claims.expires_us - now_us()) / 1000000);
	for (size_t i = 0; i < claims.extra_count; i++)
		if (claims.extra[i].text)
			print_text(claims.extra[i].name, claims.extra[i].text);
		else
			printf("%s: %" PRId64 "\n", claims.extra[i].name, claims.extra[i].number);
	return 0;
}

int main(int count, char **values)
{
	struct arguments arguments = {.life_s = 3600};
	struct arena *arena = arena_create();
	const char *command = count > 1 ? values[1] : "";
	int letter;
	int result;

	while ((letter = getopt_long(count, values, "h", options, NULL)) != -1)
		take_option(letter, optarg, &arguments);
	/* Of what is no option, the first is the command; getopt_long has moved both behind. */
	if (strcmp(command, "keygen") == 0 && arguments.folder)
		result = keygen(arguments.folder) ? 0 : 1;
	else if (strcmp(command, "sign") == 0)
		result = sign(&arguments, arena);
	else if (strcmp(command, "verify") == 0)
		result = verify(&arguments, values[optind + 1], arena);
	else
		refuse("the command is keygen, sign or verify");
	arena_destroy(arena);
	return result;
}
