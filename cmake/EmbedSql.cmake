# embed_sql(TARGET FILE.sql...): turns named statements into typed functions, FILE.sql.h in the build tree.
function(embed_sql target)
	foreach(file ${ARGN})
		get_filename_component(name ${file} NAME)
		set(header ${CMAKE_CURRENT_BINARY_DIR}/sql/${name}.h)
		add_custom_command(
			OUTPUT ${header}
			COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/sql
			COMMAND embed_sql ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${header}
			DEPENDS embed_sql ${CMAKE_CURRENT_SOURCE_DIR}/${file}
			VERBATIM)
		target_sources(${target} PRIVATE ${header})
	endforeach()
	target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/sql)
endfunction()
