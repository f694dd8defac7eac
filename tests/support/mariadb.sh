#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# mariadb.sh FOLDER: a private MariaDB with its socket FOLDER/s. Ends, with FOLDER, on SIGTERM, which the kernel
# sends when the test that started this dies, however it dies.
set -uo pipefail
folder=$1 server=
finish() {
	trap '' TERM INT HUP
	[ -z "$server" ] || { kill -9 "$server"; wait "$server"; } 2>/dev/null
	rm -rf "$folder"
	exit 0
}
trap finish TERM INT HUP
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tools/dev/mariadb.sh"

mariadb_make_template || exit 1
cp -a "$mariadb_template" "$folder/data" || exit 1
mariadb_set_command "$folder/data" "$folder/s"
# At commit the log goes to the system, not to the disk: a killed server loses nothing, and that is all tests do.
setpriv --pdeathsig KILL "${mariadb_command[@]}" --innodb-flush-log-at-trx-commit=2 &
server=$!
wait "$server"
