# troupe_add_test(): one binary per folder and kind; ctest runs each TEST in a process of its own.
#
#   troupe_add_test(NAME actors_unit LABEL unit FILES mailbox_test.cpp ...
#     [LINK troupe::kit ...] [TIMEOUT 120])
#
# The labels are those of tests/README.md. After TIMEOUT seconds a test is killed, and has failed.

find_package(GTest QUIET)
find_package(Python3 QUIET COMPONENTS Interpreter)
include(GoogleTest)
enable_testing()

set(TROUPE_TEST_LABELS unit sim model stress conformance fuzz compile example tidy)

function(troupe_check_label label)
  if(NOT label IN_LIST TROUPE_TEST_LABELS)
    message(FATAL_ERROR "test label '${label}' is not one of: ${TROUPE_TEST_LABELS}")
  endif()
endfunction()

function(troupe_add_test)
  cmake_parse_arguments(arg "" "NAME;LABEL;TIMEOUT" "FILES;LINK" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_FILES)
    message(FATAL_ERROR "troupe_add_test: no NAME or FILES, or unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  troupe_check_label("${arg_LABEL}")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(NOT GTest_FOUND)
    message(STATUS "test ${arg_NAME} is left out: GoogleTest not found (libgtest-dev)")
    return()
  endif()

  add_executable(${arg_NAME} ${arg_FILES})
  target_compile_options(${arg_NAME} PRIVATE ${TROUPE_WARNINGS})
  target_link_libraries(${arg_NAME} PRIVATE troupe::actors ${arg_LINK} GTest::gtest_main)
  gtest_discover_tests(${arg_NAME}
    TEST_PREFIX "${arg_LABEL}/"
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()

# troupe_add_scenarios(NAME trees FILES a_test.cpp ... [SEEDS ...] [THREADS ...] [LINK ...]): the
# programs sim_trees and stress_trees. FILES are compiled once and are in both.
function(troupe_add_scenarios)
  cmake_parse_arguments(arg "" "NAME" "FILES;SEEDS;THREADS;LINK" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_FILES)
    message(FATAL_ERROR
      "troupe_add_scenarios: no NAME or FILES, or unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(both)
  if(GTest_FOUND)
    add_library(${arg_NAME}_objects OBJECT ${arg_FILES})
    target_compile_options(${arg_NAME}_objects PRIVATE ${TROUPE_WARNINGS})
    target_link_libraries(${arg_NAME}_objects PRIVATE troupe::actors ${arg_LINK} GTest::gtest)
    set(both $<TARGET_OBJECTS:${arg_NAME}_objects>)
  endif()
  troupe_add_test(NAME sim_${arg_NAME} LABEL sim LINK ${arg_LINK}
    FILES worlds/on_seeds.cpp ${arg_SEEDS} ${both})
  troupe_add_test(NAME stress_${arg_NAME} LABEL stress LINK ${arg_LINK}
    FILES worlds/on_threads.cpp ${arg_THREADS} ${both})
endfunction()

# troupe_add_script_test(NAME x LABEL example COMMAND word_count --help [TIMEOUT 120]):
# a test that is a command; it passes with exit code 0.
function(troupe_add_script_test)
  cmake_parse_arguments(arg "" "NAME;LABEL;TIMEOUT" "COMMAND" ${ARGN})
  troupe_check_label("${arg_LABEL}")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_test(NAME "${arg_LABEL}/${arg_NAME}" COMMAND ${arg_COMMAND})
  set_tests_properties("${arg_LABEL}/${arg_NAME}" PROPERTIES
    LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
