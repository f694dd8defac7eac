# SPDX-License-Identifier: Apache-2.0
# The tests and the checks, counted. Sourced.

passed=0 failed=0

count() { # STATUS
	if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

check() { # TEXT COMMAND...: one line, one test.
	local status=0
	PROGRESS_TAIL=200 progress "$@" || status=$?
	count $status
}

# run_ctest FOLDER RESULT OPTION...: the program's own report goes to the file RESULT as well.
run_ctest() {
	local folder=$1 result=$2
	shift 2
	ctest --test-dir "$folder" -j "$(nproc)" --output-on-failure --no-tests=ignore "$@" 2>&1 | tee "$result"
	return "${PIPESTATUS[0]}"
}

check_ctest() { # TEXT OPTION...: all tests of the dev build that the options select.
	local text=$1 result bad total
	shift
	result=$(mktemp)
	PROGRESS_TAIL=400 progress "$text" run_ctest "$root/build/dev" "$result" "$@" || true
	read -r bad total < <(sed -n 's/^.* \([0-9]*\) tests\{0,1\} failed out of \([0-9]*\)$/\1 \2/p' "$result") || true
	rm -f "$result"
	[ -n "${total:-}" ] || bad=0 total=0
	[ "$total" != 0 ] || [ -n "$filter" ] || bad=1 total=1 # The report was not understood, or there are no tests.
	say "          $((total - bad)) of $total tests passed"
	passed=$((passed + total - bad)) failed=$((failed + bad))
}

# run_scenario FILE: on an instance of its own, which goes afterwards; its logs stay when something was wrong.
run_scenario() {
	local status=0 name
	mkdir -p "$root/.run"
	name=$(basename "$(mktemp -d "$root/.run/test-XXXXXX")")
	instance_open "$name"
	trap 'instance_remove >/dev/null 2>&1' EXIT
	trap 'exit 143' INT TERM HUP
	PRESET=dev instance_up && INSTANCE=$name bash "$1" || status=$?
	instance_down
	if grep -E 'ERROR: (Address|Leak|Thread)Sanitizer|runtime error:|[Aa]ssertion .* failed' "$run"/log/*.log; then
		status=1
	fi
	if [ "$status" != 0 ]; then
		trap - EXIT
		rm -rf "$run/database"
		echo "the logs are in $run/log"
	fi
	return "$status"
}

check_scenarios() { # TEXT FILTER
	local file name
	for file in "$root"/tests/scenarios/*.sh; do
		name=$(basename "$file" .sh)
		[ "$name" != lib ] && [[ $name =~ $2 ]] || continue
		check "scenario $name$1" run_scenario "$file"
	done
}

check_format() { (cd "$root" && own_sources | xargs -d '\n' clang-format --dry-run -Werror); }

check_contract() { (cd "$root" && .deps/node/node_modules/.bin/buf lint); }

check_coverage() {
	check "every reason provoked, every statement run" bash "$root/tests/support/coverage.sh" "$COVERAGE_FOLDER"
	rm -rf "$COVERAGE_FOLDER"
	unset COVERAGE_FOLDER
}

# check_everything: what --all adds.
check_everything() {
	check "layout of the sources" check_format
	check "contract, by buf" check_contract
	ENTREMISE_RUN_TWICE=true check_ctest "integration tests, every mutation twice" -L integration
	RUN_TWICE=yes check_scenarios ", every mutation twice" ''
	check "build with clang" command_build clang -k 0
}

command_test() {
	local all='' unit='' filter='' select=() since=$SECONDS
	for argument; do
		case $argument in
		--all) all=yes ;;
		--unit) unit=yes ;;
		--*) die "test: what is $argument?" ;;
		*) filter=$argument ;;
		esac
	done
	[ -z "$filter" ] || select=(-R "$filter")
	[ -z "$all" ] || export ENTREMISE_FETCH=yes # The payment provider's own client, from npm.
	command_build dev || { say "0 passed, 1 failed" && return 1; }
	if [ -n "$unit" ]; then
		check_ctest "unit tests" -LE integration "${select[@]}"
	else
		[ -n "$filter" ] || export COVERAGE_FOLDER=$(mktemp -d /tmp/entremise-coverage-XXXXXX)
		check_ctest "unit and integration tests" "${select[@]}"
		check_scenarios '' "$filter"
		[ -n "$filter" ] || check_coverage
	fi
	[ -z "$all" ] || check_everything
	say "$((SECONDS - since)) s"
	[ $((passed + failed)) -gt 0 ] || die "no test is named like $filter"
	say "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
