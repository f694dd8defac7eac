# SPDX-License-Identifier: Apache-2.0
# Configuring and building, by the presets of CMakePresets.json. Sourced.

# ninja_build FOLDER TARGET...; two runs of ./dev in one checkout take turns.
ninja_build() {
	local folder=$1
	shift
	flock "$folder/.lock" ninja -C "$folder" "$@"
}

configure() { # PRESET
	mkdir -p "$root/build/$1"
	flock "$root/build/$1/.lock" cmake -S "$root" --preset "$1"
}

command_build() {
	local preset=${1:-dev}
	shift || true
	cd "$root"
	[ -f "build/$preset/build.ninja" ] || progress "configure $preset" configure "$preset"
	progress "build $preset" ninja_build "build/$preset" "$@"
}

command_fmt() {
	cd "$root"
	own_sources | xargs -r -d '\n' clang-format -i
}

# own_sources: the C files of the project.
own_sources() {
	(cd "$root" && find . -name build -prune -o -name '.?*' -prune -o -name '*.[ch]' -print | LC_ALL=C sort)
}

command_new-rpc() { "$root/tools/new-rpc" "$@"; }
