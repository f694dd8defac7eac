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

# protobuf_c_extension(NAME ROOT PROTO...): further protos below ROOT for an executable that links NAME: their C,
# and a descriptor set of them and what they import. It stands in the place of api's, which the linker leaves out.
function(protobuf_c_extension name root)
	protobuf_c_stage(staged ${root} ${ARGN})
	protobuf_c_sources(sources "${staged}" ${ARGN})
	set(protos)
	foreach(proto ${ARGN})
		list(APPEND protos ${root}/${proto})
	endforeach()
	# What the runtime itself speaks: reasons, changes, work.
	file(GLOB common_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/api/entremise/common/v1/*.proto)
	set(common)
	foreach(file ${common_files})
		file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/api ${file})
		list(APPEND common ${path})
	endforeach()
	set(set ${CMAKE_CURRENT_BINARY_DIR}/${name}.binpb)
	add_custom_command(
		OUTPUT ${set}
		COMMAND ${PROTOC} -I${root} -I${CMAKE_SOURCE_DIR}/api -I${GOOGLE_PROTOS} -I${PROTOBUF_PROTOS}
			--include_imports --include_source_info --descriptor_set_out=${set} ${ARGN}
			${common} google/rpc/error_details.proto google/rpc/status.proto
		DEPENDS ${protos} ${common_files}
		VERBATIM)
	configure_file(${CMAKE_SOURCE_DIR}/api/descriptor_set.S ${CMAKE_CURRENT_BINARY_DIR}/${name}_set.S COPYONLY)
	set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${name}_set.S PROPERTIES OBJECT_DEPENDS ${set}
		COMPILE_DEFINITIONS "DESCRIPTOR_SET=\"${set}\"")
	# An object library, so that its symbols are there before an archive is searched for them.
	add_library(${name} OBJECT ${sources} ${CMAKE_CURRENT_BINARY_DIR}/${name}_set.S)
	target_link_libraries(${name} PRIVATE generated_flags PUBLIC api)
	add_dependencies(${name} api) # Imports are read from the staged copies of api.
endfunction()
