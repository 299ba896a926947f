# troupe_add_component(): one component, its library target, and the proof that each of its headers
# compiles alone.
#
#   troupe_add_component(
#     NAME actors                  the target troupe::actors (library libtroupe_actors.a)
#     FILES cell.cpp ...           sources, listed, never globbed
#     HEADERS ref.hpp ...          what users include, and the detail/ headers these include:
#                                  what is installed
#     PRIVATE_HEADERS sleeper.hpp  included by our own sources only
#     DEPENDS troupe::x ...        components below this one; public
#     PUBLIC_PACKAGES y ...        packages whose headers consumers include too
#     PRIVATE_DEPENDS y ...)       packages that consumers do not see
#
# Users include <troupe/actors/ref.hpp>: the build tree holds a link include/troupe to the source
# root. Consumers see that folder and C++20, no other flag.

set(TROUPE_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast)
if(TROUPE_WERROR)
  list(APPEND TROUPE_WARNINGS -Werror)
endif()

set(TROUPE_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${TROUPE_INCLUDE_DIR}")
file(CREATE_LINK "${PROJECT_SOURCE_DIR}" "${TROUPE_INCLUDE_DIR}/troupe" SYMBOLIC)

function(troupe_add_component)
  cmake_parse_arguments(arg "" "NAME"
    "FILES;HEADERS;PRIVATE_HEADERS;DEPENDS;PUBLIC_PACKAGES;PRIVATE_DEPENDS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME)
    message(FATAL_ERROR "troupe_add_component: no NAME, or unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()

  if(NOT arg_FILES)
    message(STATUS "component ${arg_NAME} is left out: it lists no source")
    return()
  endif()

  set(target troupe_${arg_NAME})
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  list(TRANSFORM arg_HEADERS PREPEND "${TROUPE_INCLUDE_DIR}/troupe/${folder}/")

  add_library(${target} STATIC ${arg_FILES} ${arg_PRIVATE_HEADERS})
  add_library(troupe::${arg_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME} LINKER_LANGUAGE CXX)
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${TROUPE_INCLUDE_DIR}" FILES ${arg_HEADERS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE ${TROUPE_WARNINGS})
  target_link_libraries(${target} 
    PUBLIC ${arg_DEPENDS} ${arg_PUBLIC_PACKAGES} PRIVATE ${arg_PRIVATE_DEPENDS})

  if(TROUPE_INSTALL)
    set(packages ${arg_PUBLIC_PACKAGES} ${arg_PRIVATE_DEPENDS})
    troupe_install_component(${arg_NAME} "${arg_DEPENDS}" "${packages}")
  endif()
  if(TROUPE_VERIFY_HEADERS)
    troupe_verify_headers(${target} "${folder}" "${arg_PRIVATE_DEPENDS}")
  endif()
endfunction()

# One source per header, which includes nothing else. Private headers may need the private packages.
function(troupe_verify_headers target folder packages)
  set(names ${arg_PRIVATE_HEADERS})
  foreach(header IN LISTS arg_HEADERS)
    file(RELATIVE_PATH name "${TROUPE_INCLUDE_DIR}/troupe/${folder}" "${header}")
    list(APPEND names "${name}")
  endforeach()
  set(sources)
  foreach(name IN LISTS names)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/alone/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include <troupe/${folder}/${name}>\n")
    list(APPEND sources "${source}")
  endforeach()
  if(sources)
    add_library(${target}_headers OBJECT ${sources})
    target_compile_options(${target}_headers PRIVATE ${TROUPE_WARNINGS} -O0 -g0)
    target_link_libraries(${target}_headers PRIVATE ${target} ${packages})
  endif()
endfunction()
