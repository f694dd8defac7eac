# SPDX-License-Identifier: Apache-2.0
# A private MariaDB: how one is made and with which settings it runs; for ./dev and for the tests alike.
# Sourced. Needs $root, the folder of the checkout.

mariadb_template=$root/.deps/mariadb-template
mariadb_admin=$(id -un) # The server's administrator: whoever owns it, by the unix socket, without a password.
PATH=$PATH:/usr/sbin

# The settings of every private server. MariaDB has no say in zones, names or character sets but these.
mariadb_settings=(
	--skip-networking --skip-name-resolve --skip-log-bin --default-time-zone=+00:00
	--character-set-server=utf8mb4 --collation-server=utf8mb4_bin
	--innodb-snapshot-isolation=ON       # A locking read of a row changed since the snapshot is refused (1020).
	--innodb-lock-wait-timeout=1         # Seconds; the caller runs the mutation again.
	--idle-write-transaction-timeout=10  # Seconds; bounds the life of a write transaction for the sequencer.
	--max-connections=400 --thread-cache-size=32 --table-open-cache=800 --open-files-limit=4096
	--performance-schema=OFF --innodb-buffer-pool-size=64M --innodb-log-file-size=48M
	--aria-pagecache-buffer-size=8M --key-buffer-size=1M
)

# mariadb_make_template: an empty data folder, made once a checkout; a copy of it starts in 0.2 s.
mariadb_make_template() {
	[ ! -d "$mariadb_template" ] || return 0
	mkdir -p "$root/.deps"
	(
		flock 9
		[ ! -d "$mariadb_template" ] || exit 0
		local new=$mariadb_template.new
		rm -rf "$new"
		mariadb-install-db --no-defaults --user="$mariadb_admin" --datadir="$new" --skip-test-db \
			--skip-name-resolve --auth-root-authentication-method=socket \
			--auth-root-socket-user="$mariadb_admin" --innodb-log-file-size=48M \
			>"$new.log" 2>&1 || { cat "$new.log" >&2; exit 1; }
		rm -f "$new.log"
		mv "$new" "$mariadb_template"
	) 9>"$mariadb_template.lock"
}

# mariadb_set_command DATA SOCKET: sets $mariadb_command, the words that start a server on that data folder.
mariadb_set_command() {
	mariadb_command=(mariadbd --no-defaults --user="$mariadb_admin" --datadir="$1" --socket="$2"
		"${mariadb_settings[@]}")
}
