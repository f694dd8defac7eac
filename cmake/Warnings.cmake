# One target for our own code: all warnings are errors. Generated code links `generated_flags` instead.
add_library(our_flags INTERFACE)
target_compile_options(our_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
	-Wcast-function-type -Wpointer-arith -Wwrite-strings -Wundef -Wformat=2 -Wimplicit-fallthrough
	-Werror -fno-common -fstack-protector-strong -fno-omit-frame-pointer)
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
	target_compile_options(our_flags INTERFACE -Werror=incompatible-function-pointer-types)
endif()
target_compile_definitions(our_flags INTERFACE _GNU_SOURCE)

add_library(generated_flags INTERFACE)
target_compile_options(generated_flags INTERFACE -w)

set(ENTREMISE_SANITIZE "" CACHE STRING "sanitizers, as for -fsanitize=")
if(ENTREMISE_SANITIZE)
	add_compile_options(-fsanitize=${ENTREMISE_SANITIZE} -fno-sanitize-recover=undefined)
	add_link_options(-fsanitize=${ENTREMISE_SANITIZE})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
	set(CMAKE_C_FLAGS_RELEASE "-O2 -g1") # Asserts stay: a bug must not go on.
	add_compile_definitions(_FORTIFY_SOURCE=2)
else()
	add_compile_definitions(ENTREMISE_DEBUG=1)
	set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
endif()
