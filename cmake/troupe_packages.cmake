# What the library takes from outside. No consumer sees a flag: what our headers do not name stays
# behind our sources; users of troupe::io include Asio as it is, without definitions of ours.
# Who installs reads TROUPE_FIND and TROUPE_PC_LIBS (troupe_install.cmake).

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_path(TROUPE_ASIO_INCLUDE asio.hpp)
if(NOT TROUPE_ASIO_INCLUDE)
  message(FATAL_ERROR "asio.hpp not found: install libasio-dev")
endif()
add_library(troupe_asio INTERFACE)
target_include_directories(troupe_asio SYSTEM INTERFACE
  "$<BUILD_INTERFACE:${TROUPE_ASIO_INCLUDE}>")
target_compile_definitions(troupe_asio INTERFACE
  "$<BUILD_INTERFACE:ASIO_STANDALONE>")
target_link_libraries(troupe_asio INTERFACE Threads::Threads)
set_target_properties(troupe_asio PROPERTIES
  EXPORT_NAME asio TROUPE_FIND Threads TROUPE_PC_LIBS -pthread)

# Where lines go by default: one source of ours includes it (actors/events/log.cpp). Linked as the
# library it is, not embedded by its headers: a program may have spdlog of its own.
if(NOT TARGET spdlog::spdlog)
  find_package(spdlog QUIET)
endif()
if(NOT TARGET spdlog::spdlog)
  message(FATAL_ERROR "spdlog not found: install libspdlog-dev")
endif()
add_library(troupe_log INTERFACE)
target_link_libraries(troupe_log INTERFACE spdlog::spdlog)
set_target_properties(troupe_log PROPERTIES
  EXPORT_NAME log TROUPE_FIND spdlog TROUPE_PC_LIBS "-lspdlog;-lfmt")

# Sanitizers and valgrind cannot see into mimalloc: with TROUPE_MALLOC it is neither looked for nor
# linked. Debian's library would also replace malloc and operator new in the whole process; named
# before it, the libraries that have them already keep them (docs/decisions/0007).
add_library(troupe_memory INTERFACE)
set_target_properties(troupe_memory PROPERTIES EXPORT_NAME memory TROUPE_FIND "" TROUPE_PC_LIBS "")
if(TROUPE_MALLOC)
  target_compile_definitions(troupe_memory INTERFACE "$<BUILD_INTERFACE:TROUPE_MALLOC>")
else()
  find_package(mimalloc QUIET)
  if(NOT TARGET mimalloc)
    message(FATAL_ERROR "mimalloc not found: install libmimalloc-dev, or set TROUPE_MALLOC=ON")
  endif()
  set(first "-Wl,--push-state,--no-as-needed,-lstdc++,-lc,--pop-state")
  target_link_libraries(troupe_memory INTERFACE "${first}" mimalloc)

  get_target_property(library mimalloc LOCATION)
  get_filename_component(folder "${library}" DIRECTORY)
  set(search "-L${folder}")
  if(folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    set(search)
  endif()
  set_target_properties(troupe_memory PROPERTIES
    TROUPE_FIND mimalloc TROUPE_PC_LIBS "${first};${search};-lmimalloc")
endif()
