# SPDX-License-Identifier: Apache-2.0
# What a bare Debian 12 lacks, and how it comes: apt first, then the two package registries. Sourced.

# set | package | a command that makes it unneeded, or - | what it is for
packages='
build | gcc                      | gcc      | the compiler
build | libc6-dev                | -        | headers of the C library
build | cmake                    | cmake    | the build, described
build | ninja-build              | ninja    | the build, run
build | pkg-config               | pkg-config | finds the libraries
build | libgrpc-dev              | -        | gRPC core
build | libprotobuf-c-dev        | -        | messages and their descriptors
build | protobuf-c-compiler      | protoc-c | generates the messages
build | protobuf-compiler        | protoc   | writes the descriptor set
build | libprotobuf-dev          | -        | google/protobuf/*.proto
build | libmariadb-dev           | -        | the database client
build | libsodium-dev            | -        | signatures, sealing, hashes
build | libcurl4-openssl-dev     | -        | HTTP and SMTP, outgoing
build | libmicrohttpd-dev        | -        | webhooks, incoming
build | libjansson-dev           | -        | JSON of the payment provider
build | libcmocka-dev            | -        | unit tests
run   | mariadb-server-core      | -        | mariadbd without a system daemon
run   | mariadb-client-core      | -        | its client
run   | python3-aiosmtpd         | -        | the mail catcher
run   | jq                       | jq       | reads replies in the scenarios
run   | curl                     | curl     | plays the browser at the payment page
run   | tzdata                   | -        | time zones
run   | ca-certificates          | -        | trust in the package registries
go    | golang-go                | go       | builds grpcurl
pip   | python3-pip              | -        | fetches the protos of google/api, google/rpc and google/type
all   | clang                    | clang    | the second compiler
all   | libclang-rt-14-dev       | -        | its sanitizers
all   | llvm                     | -        | names in the sanitizers'\'' reports
all   | clang-format             | clang-format | the layout of the sources
all   | npm                      | npm      | fetches buf
'

grpcurl_module=github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.8.9
protos_requirement='googleapis-common-protos==1.76.0 --hash=sha256:59e13344a9f3651aa201a03e2bee815a3bf43a4baf1f9ff8a9b62a840ce25fac'
buf_package=@bufbuild/buf@1.75.0

has_grpcurl() { [ -x "$root/.deps/bin/grpcurl" ]; }
has_protos() { [ -f "$root/.deps/protos/google/api/annotations.proto" ]; }
has_buf() { [ -x "$root/.deps/node/node_modules/.bin/buf" ]; }

# missing_packages SET...: the packages of these sets that are not there, one a line.
missing_packages() {
	local set package command reason wanted=" $* " installed
	installed=$'\n'$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')$'\n'
	while IFS='| ' read -r set package command reason; do
		[[ -n $set && $wanted == *" $set "* ]] || continue
		[[ $installed != *$'\n'"$package"$'\n'* ]] || continue
		[ "$command" = - ] || ! command -v "$command" >/dev/null || continue
		echo "$package"
	done <<<"$packages"
}

install_packages() { # [sudo]: PACKAGE... follow; RUNLEVEL=1 keeps apt from starting any daemon.
	local as=$1
	shift
	[ -z "$as" ] || as="$as -n"
	$as apt-get update || return
	$as env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

install_protos() {
	local new=$root/.deps/protos.new
	rm -rf "$new" "$new.wheel"
	mkdir -p "$new.wheel"
	/usr/bin/python3 -m pip download --no-deps --require-hashes --dest "$new.wheel" \
		-r <(echo "$protos_requirement") || return
	/usr/bin/python3 -m zipfile -e "$new.wheel"/*.whl "$new" || return
	rm -rf "$new.wheel" "$root/.deps/protos"
	mv "$new" "$root/.deps/protos"
}

install_grpcurl() {
	mkdir -p "$root/.deps/bin"
	if [ -x /usr/local/bin/grpcurl ]; then
		ln -sf /usr/local/bin/grpcurl "$root/.deps/bin/grpcurl"
	else
		GOBIN=$root/.deps/bin GOFLAGS=-trimpath GOTOOLCHAIN=local go install "$grpcurl_module"
	fi
}

install_buf() {
	mkdir -p "$root/.deps/node"
	npm install --prefix "$root/.deps/node" --no-audit --no-fund --no-save "$buf_package"
}

# may_install TEXT...: asks, unless told not to or nobody is there to answer.
may_install() {
	local answer
	[ -z "$assume_yes" ] && [ -t 0 ] && [ -t 1 ] || return 0
	say "missing: $*"
	read -r -p "install? [Y/n] " answer
	[[ -z $answer || $answer == [yY]* ]]
}

command_install() {
	local assume_yes='' all='' sets=(build run) missing as='' extras=()
	for argument; do
		case $argument in
		--yes) assume_yes=yes ;;
		--all) all=yes sets+=(all) ;;
		*) die "install: what is $argument?" ;;
		esac
	done
	if ! has_grpcurl; then
		extras+=(grpcurl)
		[ -x /usr/local/bin/grpcurl ] || sets+=(go)
	fi
	has_protos || { extras+=(googleapis-common-protos) && sets+=(pip); }
	[ -z "$all" ] || has_buf || extras+=(buf)

	mapfile -t missing < <(missing_packages "${sets[@]}")
	[ ${#missing[@]} -gt 0 ] || [ ${#extras[@]} -gt 0 ] || return 0
	may_install "${missing[@]}" "${extras[@]}" || die "not installed"
	if [ ${#missing[@]} -gt 0 ]; then
		if [ "$(id -u)" != 0 ]; then
			command -v sudo >/dev/null || die "needs root or sudo for: apt-get install ${missing[*]}"
			sudo -v || die "sudo refused"
			as=sudo
		fi
		progress "${#missing[@]} Debian packages" install_packages "$as" "${missing[@]}"
	fi
	has_protos || progress "protos of google/api, google/rpc, google/type" install_protos
	has_grpcurl || progress "grpcurl" install_grpcurl
	[ -z "$all" ] || has_buf || progress "buf" install_buf
}
