# Generates C from .proto files. Two words are changed on the way to protoc-c, never in the contract itself:
# our own packages lose their prefix (bare C names), and proto3 `optional`, which protoc-c refuses, is dropped.

# protobuf_c_stage(OUT ROOT PROTO...): changed copies below the build tree's proto/; OUT lists them.
function(protobuf_c_stage out root)
	set(staged)
	foreach(proto ${ARGN})
		get_filename_component(folder ${proto} DIRECTORY)
		set(copy ${CMAKE_BINARY_DIR}/proto/${proto})
		add_custom_command(
			OUTPUT ${copy}
			COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/proto/${folder}
			COMMAND sed -f ${CMAKE_SOURCE_DIR}/cmake/stage-proto.sed ${root}/${proto} > ${copy}
			DEPENDS ${root}/${proto} ${CMAKE_SOURCE_DIR}/cmake/stage-proto.sed
			VERBATIM)
		list(APPEND staged ${copy})
	endforeach()
	set(${out} ${staged} PARENT_SCOPE)
endfunction()

# protobuf_c_sources(OUT STAGED PROTO...): the generated .c files; STAGED are the copies they may import.
function(protobuf_c_sources out staged)
	set(generated ${CMAKE_BINARY_DIR}/generated)
	set(sources)
	file(MAKE_DIRECTORY ${generated})
	foreach(proto ${ARGN})
		string(REGEX REPLACE "\\.proto$" "" stem ${proto})
		add_custom_command(
			OUTPUT ${generated}/${stem}.pb-c.c ${generated}/${stem}.pb-c.h
			COMMAND ${PROTOC_C} -I${CMAKE_BINARY_DIR}/proto -I${GOOGLE_PROTOS} -I${PROTOBUF_PROTOS}
				--c_out=${generated} ${proto}
			DEPENDS ${staged}
			VERBATIM)
		list(APPEND sources ${generated}/${stem}.pb-c.c)
	endforeach()
	set(${out} ${sources} PARENT_SCOPE)
endfunction()
