# troupe_add_program(NAME word_count FILES word_count.cpp ... [LINK troupe::kit ...])
# An example or a benchmark: a program on top of the library, build/<preset>/<folder>/<NAME>.

function(troupe_add_program)
  cmake_parse_arguments(arg "" "NAME" "FILES;LINK" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_FILES)
    message(FATAL_ERROR "troupe_add_program: NAME or FILES is missing: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${arg_NAME} ${arg_FILES})
  target_compile_options(${arg_NAME} PRIVATE ${TROUPE_WARNINGS})
  target_link_libraries(${arg_NAME} PRIVATE troupe::actors ${arg_LINK})
endfunction()
