# entremise_layer(NAME USES...): one folder of shared/, all its sources, linked with the layers it stands on.
function(entremise_layer name)
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
	file(GLOB statements CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
		${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.sql)
	if(NOT sources)
		add_library(${name} INTERFACE)
		target_link_libraries(${name} INTERFACE ${ARGN})
		return()
	endif()
	add_library(${name} STATIC ${sources})
	target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/shared)
	target_link_libraries(${name} PRIVATE our_flags PUBLIC ${ARGN})
	if(statements)
		embed_sql(${name} ${statements})
	endif()
	file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/schema/*.sql)
	if(migrations)
		embed_files(${name} ${name}_files ${migrations})
	endif()
endfunction()

# entremise_server(NAME): the executable of this folder: its sources, statements and migrations.
function(entremise_server name)
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
	file(GLOB statements CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/*.sql)
	add_executable(${name} ${sources})
	target_link_libraries(${name} PRIVATE our_flags service)
	if(statements)
		embed_sql(${name} ${statements})
	endif()
	file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/schema/*.sql)
	file(GLOB mails CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/mail/*.txt)
	if(migrations OR mails)
		embed_files(${name} service_files ${migrations} ${mails})
	endif()
endfunction()

# embed_files(TARGET TABLE FILE...): `const struct embedded_file TABLE[]` (name, text), ended by {0}.
function(embed_files target name)
	set(table ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.c)
	add_custom_command(
		OUTPUT ${table}
		COMMAND embed_files ${table} ${name} ${ARGN}
		DEPENDS embed_files ${ARGN}
		VERBATIM)
	target_sources(${target} PRIVATE ${table})
endfunction()

# entremise_unit_tests(FOLDER LIBRARY...): every tests/unit/FOLDER/test_*.c is one executable and one test.
function(entremise_unit_tests folder)
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/test_*.c)
	foreach(source ${sources})
		get_filename_component(name ${source} NAME_WE)
		string(REPLACE "/" "_" path ${folder})
		string(REGEX REPLACE "^test_" "" short ${name})
		set(target test_${path}_${short})
		add_executable(${target} ${source})
		target_link_libraries(${target} PRIVATE our_flags PkgConfig::cmocka ${ARGN})
		target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/support)
		add_test(NAME ${path}/${short} COMMAND ${target})
		set_tests_properties(${path}/${short} PROPERTIES TIMEOUT 120)
	endforeach()
endfunction()
