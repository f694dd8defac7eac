# SPDX-License-Identifier: Apache-2.0
# The processes of an instance: what each is started with. The only place that knows their settings' names. Sourced.
# Uses of the instance (instance.sh): $run (its folder), $sockets, $port[], $build (its build folder), $keys.

services=(providers requests billing) # Each svc-NAME with a schema, users and keys of its own.
processes=(database mollie mail svc-providers svc-requests svc-billing gateway) # In the order they start.
listeners=(mollie mail svc-providers svc-requests svc-billing gateway webhook) # Each gets a free port.
server_targets=(svc-providers svc-requests svc-billing gateway mollie token)

keys=$root/.run/keys # One set a checkout; a server takes them only with ENTREMISE_ALLOW_DEVELOPMENT_KEYS.

address() { echo "127.0.0.1:${port[$1]}"; }

# make_keys: the development keys, once a checkout.
make_keys() {
	mkdir -p "$root/.run"
	[ -e "$keys" ] || flock "$keys.lock" sh -c '[ -e "$1" ] || "$0" keygen --dir "$1"' \
		"$build/tools/token/token" "$keys"
}

# service_environment SERVICE: adds to $environment what all of svc-* need.
service_environment() {
	environment+=(
		ENTREMISE_LISTEN="$(address "svc-$1")"
		ENTREMISE_DB_SOCKET="$sockets/db"
		ENTREMISE_DB_NAME="$1"
		ENTREMISE_DB_USER="$1"
		ENTREMISE_DB_PASSWORD_FILE="$run/secret/$1.password"
		ENTREMISE_WORKERS="${WORKERS:-4}"
		ENTREMISE_KEYS_FILE="$keys/keys.json"
		ENTREMISE_SIGNING_KEY_FILE="$keys/$1.key"
		ENTREMISE_SEAL_KEY_FILE="$run/secret/$1.seal"
		ENTREMISE_ALLOW_DEVELOPMENT_KEYS=true
		ENTREMISE_LOG_LEVEL="${LOG_LEVEL:-info}"
	)
	[ -z "${RUN_TWICE:-}" ] || environment+=(ENTREMISE_RUN_TWICE=true)
}

# set_process NAME: sets $words, the command line, and $environment of a process.
set_process() {
	environment=()
	case $1 in
	database)
		mariadb_set_command "$run/database" "$sockets/db"
		words=("${mariadb_command[@]}" --pid-file="$run/pid/mariadbd")
		;;
	mollie) words=("$build/tools/mollie/mollie" --listen "$(address mollie)" --allow-loopback-webhooks) ;;
	mail) words=(/usr/bin/python3 "$root/tools/mail-catcher/catcher.py" --port "${port[mail]}" --output "$run/mail.jsonl") ;;
	svc-billing)
		words=("$build/svc-billing/svc-billing")
		service_environment billing
		environment+=(
			ENTREMISE_MOLLIE_URL="http://$(address mollie)"
			ENTREMISE_WEBHOOK_LISTEN="$(address webhook)"
			ENTREMISE_WEBHOOK_URL="http://$(address webhook)"
		)
		;;
	svc-*)
		words=("$build/$1/$1")
		service_environment "${1#svc-}"
		environment+=(
			ENTREMISE_SMTP_URL="smtp://$(address mail)"
			ENTREMISE_MAIL_FROM=entremise@localhost
		)
		;;
	gateway)
		words=("$build/gateway/gateway")
		environment=(
			ENTREMISE_LISTEN="$(address gateway)"
			ENTREMISE_PROVIDERS="$(address svc-providers)"
			ENTREMISE_REQUESTS="$(address svc-requests)"
			ENTREMISE_BILLING="$(address svc-billing)"
			ENTREMISE_WORKERS="${WORKERS:-16}"
			ENTREMISE_KEYS_FILE="$keys/keys.json"
			ENTREMISE_SIGNING_KEY_FILE="$keys/gateway.key"
			ENTREMISE_ALLOW_DEVELOPMENT_KEYS=true
			ENTREMISE_LOG_LEVEL="${LOG_LEVEL:-info}"
		)
		;;
	esac
	environment+=(
		ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
		UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
		TSAN_OPTIONS=ignore_noninstrumented_modules=1
	)
}

# migrate SERVICE: brings its schema up to date, as the only user that may.
migrate() {
	set_process "svc-$1"
	environment+=(
		ENTREMISE_DB_USER="$1_migration"
		ENTREMISE_DB_PASSWORD_FILE="$run/secret/$1_migration.password"
	)
	(become "${words[@]}" --migrate)
}

# healthy NAME: whether the process does its work; prints nothing.
healthy() {
	case $1 in
	database) mariadb --no-defaults -u "$mariadb_admin" -S "$sockets/db" -e 'DO 1' ;;
	mollie) curl -s -o /dev/null --max-time 2 "http://$(address mollie)/" ;;
	mail) (exec 3<>"/dev/tcp/127.0.0.1/${port[mail]}") ;;
	*)
		"$grpcurl" -plaintext -max-time 2 "$(address "$1")" grpc.health.v1.Health/Check |
			grep -q '"SERVING"'
		;;
	esac >/dev/null 2>&1
}
