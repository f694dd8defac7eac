# SPDX-License-Identifier: Apache-2.0
# Instances: a private database, the servers and their counterparts, all in .run/NAME. Sourced.

grpcurl=$root/.deps/bin/grpcurl
declare -A port=()

# instance_open NAME: sets $instance, $run and, when it was up before, $sockets, $port, $preset and $build.
instance_open() {
	instance=$1 run=$root/.run/$1 sockets='' port=() preset=''
	[[ $instance =~ ^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$ ]] || die "not a name for an instance: $instance"
	[ ! -f "$run/settings" ] || . "$run/settings"
	preset=${preset:-${PRESET:-release}} build=$root/build/$preset
}

# instance_new: fresh ports and a folder for sockets (their paths must fit in 107 bytes), written down.
instance_new() {
	local name numbers
	mkdir -p "$run"/{log,pid,secret}
	chmod 700 "$run" "$run/secret"
	[ -z "$sockets" ] || rm -rf "$sockets"
	sockets=$(mktemp -d /tmp/entremise-XXXXXX)
	preset=${PRESET:-release} build=$root/build/$preset
	read -ra numbers < <(free_ports ${#listeners[@]})
	for name in "${listeners[@]}"; do
		port[$name]=${numbers[0]}
		numbers=("${numbers[@]:1}")
	done
	declare -p sockets preset port | sed 's/^declare /&-g /' >"$run/settings"
}

# free_ports N: asks the kernel for N ports at once, so that they differ.
free_ports() {
	/usr/bin/python3 - "$1" <<-'END'
		import socket, sys
		held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
		print(*(s.getsockname()[1] for s in held))
	END
}

# birth PID: when the process started, in ticks; with the PID it names a process for good.
birth() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# pid_of NAME: prints the pid of a process of the instance; fails when it does not run.
pid_of() {
	local pid='' born=''
	[ -f "$run/pid/$1" ] || return 1
	read -r pid born <"$run/pid/$1" || return 1
	[ -n "$born" ] && [ "$(birth "$pid")" = "$born" ] || return 1
	grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" || return 1
	echo "$pid"
}

any_runs() {
	local name
	for name in "${processes[@]}"; do
		! pid_of "$name" >/dev/null || return 0
	done
	return 1
}

# become WORD...: replaces the shell by these words with set_process's environment and no other setting of ours.
become() {
	unset ${!ENTREMISE_@}
	exec env "${environment[@]}" "$@"
}

start_process() { # NAME
	set_process "$1"
	become setsid "${words[@]}" >>"$run/log/$1.log" 2>&1 </dev/null &
	local pid=$!
	echo "$pid $(birth "$pid")" >"$run/pid/$1"
}

# await NAME: until it is healthy; fails, with the end of its log, when it ends or takes too long.
await() {
	local deadline=$((SECONDS + 60))
	until healthy "$1"; do
		if ! pid_of "$1" >/dev/null || [ $SECONDS -gt $deadline ]; then
			echo "$1 does not come up:"
			tail -n 30 "$run/log/$1.log"
			return 1
		fi
		sleep 0.05
	done
}

stop_processes() { # NAME...: SIGTERM to all; who has not drained after 20 s is killed.
	local name pid pids=() deadline=$((SECONDS + 20))
	for name; do
		pid=$(pid_of "$name") || continue
		kill "$pid" && pids+=("$name")
	done
	for name in ${pids[@]+"${pids[@]}"}; do
		while pid=$(pid_of "$name"); do
			if [ $SECONDS -gt $deadline ]; then
				echo "$name did not end in time; killed"
				kill -9 "$pid"
			fi
			sleep 0.02
		done
		rm -f "$run/pid/$name"
	done
}

random_text() { head -c 33 /dev/urandom | base64 -w 0 | tr '+/' 'ab'; }

# make_secrets: what each service alone knows, once an instance.
make_secrets() {
	local service file
	umask 077
	for service in "${services[@]}"; do
		for file in "$service.password" "${service}_migration.password"; do
			[ -f "$run/secret/$file" ] || random_text >"$run/secret/$file"
		done
		[ -f "$run/secret/$service.seal" ] ||
			head -c 32 /dev/urandom | base64 -w 0 >"$run/secret/$service.seal"
	done
}

sql() { mariadb --no-defaults -u "$mariadb_admin" -S "$sockets/db" -N -B "$@"; }

# make_schemas: per service a schema, a user for its rows and one for its tables.
make_schemas() {
	local service
	for service in "${services[@]}"; do
		cat <<-END
			CREATE DATABASE IF NOT EXISTS $service;
			CREATE USER IF NOT EXISTS $service@localhost, ${service}_migration@localhost;
			ALTER USER $service@localhost IDENTIFIED BY '$(<"$run/secret/$service.password")';
			ALTER USER ${service}_migration@localhost
				IDENTIFIED BY '$(<"$run/secret/${service}_migration.password")';
			GRANT SELECT, INSERT, UPDATE, DELETE ON $service.* TO $service@localhost;
			GRANT ALL ON $service.* TO ${service}_migration@localhost;
		END
	done | sql
}

start_database() {
	mariadb_make_template
	[ -d "$run/database" ] || cp -a "$mariadb_template" "$run/database"
	pid_of database >/dev/null || start_process database
	await database
	make_secrets
	make_schemas
}

migrate_all() {
	local service jobs=() status=0
	make_keys
	for service in "${services[@]}"; do
		migrate "$service" >>"$run/log/svc-$service.log" 2>&1 &
		jobs+=($!)
	done
	for service in "${services[@]}"; do
		wait "${jobs[0]}" || {
			status=1
			echo "svc-$service --migrate failed:"
			tail -n 30 "$run/log/svc-$service.log"
		}
		jobs=("${jobs[@]:1}")
	done
	return $status
}

start_servers() {
	local name
	for name in "${processes[@]}"; do
		pid_of "$name" >/dev/null || start_process "$name"
	done
	for name in "${processes[@]}"; do
		await "$name" || return
	done
}

# instance_up: starts what does not run.
instance_up() {
	mkdir -p "$root/.run"
	exec 8>"$root/.run/$instance.lock"
	flock 8
	any_runs || instance_new
	progress "database" start_database 8>&-
	progress "migrations" migrate_all 8>&-
	progress "servers" start_servers 8>&-
	exec 8>&-
}

instance_down() {
	[ -d "$run" ] || return 0
	stop_processes gateway
	stop_processes svc-providers svc-requests svc-billing
	stop_processes mollie mail database
	[ -z "$sockets" ] || rm -rf "$sockets"
}

# instance_remove: ends it at once and removes all of it.
instance_remove() {
	local name pid
	for name in "${processes[@]}"; do
		! pid=$(pid_of "$name") || kill -9 "$pid"
	done
	instance_down
	rm -rf "$run" "$root/.run/$instance.lock"
}

instance_status() {
	local name pid where state pss sum=0
	printf '%-14s %8s  %-24s %-10s %8s\n' process pid address state 'PSS MiB'
	for name in "${processes[@]}"; do
		pss=''
		case $name in
		database) where=$sockets/db ;;
		*) where=$(address "$name") ;;
		esac
		if pid=$(pid_of "$name"); then
			state=$(healthy "$name" && echo serving || echo "not ready")
			pss=$(awk '/^Pss:/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/smaps_rollup" 2>/dev/null) || pss=0
			sum=$(awk "BEGIN { print $sum + $pss }")
		else
			pid=- state=down where=-
		fi
		printf '%-14s %8s  %-24s %-10s %8s\n' "$name" "$pid" "$where" "$state" "$pss"
	done
	printf '%-14s %8s  %-24s %-10s %8.1f\n' sum '' '' '' "$sum"
}

# default_instance: $INSTANCE; else "dev", unless another one is the only one that runs.
default_instance() {
	[ -z "${INSTANCE:-}" ] || { echo "$INSTANCE" && return; }
	local settings running=()
	for settings in "$root"/.run/*/settings; do
		[ -f "$settings" ] || continue
		instance_open "$(basename "$(dirname "$settings")")"
		! any_runs || running+=("$instance")
	done
	if [ ${#running[@]} = 1 ]; then echo "${running[0]}"; else echo dev; fi
}

command_up() {
	instance_open "${1:-dev}"
	if any_runs; then
		PRESET=$preset
	fi
	command_build "${PRESET:-release}" "${server_targets[@]}"
	instance_up
	instance_status
}

command_down() {
	instance_open "${1:-$(default_instance)}"
	progress "$instance stopped" instance_down
}

command_status() {
	instance_open "${1:-$(default_instance)}"
	[ -f "$run/settings" ] || die "there is no instance $instance; ./dev up $instance makes it"
	say "instance $instance ($preset build), $run"
	instance_status
}
