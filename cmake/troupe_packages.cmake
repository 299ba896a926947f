# What the library takes from outside. All of it stays behind our sources: no consumer sees a flag.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_path(TROUPE_ASIO_INCLUDE asio.hpp)
if(NOT TROUPE_ASIO_INCLUDE)
  message(FATAL_ERROR "asio.hpp not found: install libasio-dev")
endif()
add_library(troupe_asio INTERFACE)
target_include_directories(troupe_asio SYSTEM INTERFACE "${TROUPE_ASIO_INCLUDE}")
target_compile_definitions(troupe_asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED)
target_link_libraries(troupe_asio INTERFACE Threads::Threads)

# Sanitizers and valgrind cannot see into mimalloc: with TROUPE_MALLOC it is neither looked for nor
# linked. Debian's library would also replace malloc and operator new in the whole process; named
# before it, the libraries that have them already keep them (docs/decisions/0007).
add_library(troupe_memory INTERFACE)
if(TROUPE_MALLOC)
  target_compile_definitions(troupe_memory INTERFACE TROUPE_MALLOC)
else()
  find_package(mimalloc QUIET)
  if(NOT TARGET mimalloc)
    message(FATAL_ERROR "mimalloc not found: install libmimalloc-dev, or set TROUPE_MALLOC=ON")
  endif()
  set(first "-Wl,--push-state,--no-as-needed,-lstdc++,-lc,--pop-state")
  target_link_libraries(troupe_memory INTERFACE "${first}" mimalloc)
endif()
