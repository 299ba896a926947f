# The language, and the tools that make a build quick. A parent project keeps its own choice.

set(CMAKE_CXX_EXTENSIONS OFF)

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

  find_program(TROUPE_CCACHE ccache)
  if(TROUPE_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${TROUPE_CCACHE}")
  endif()

  find_program(TROUPE_LLD NAMES ld.lld)
  if(TROUPE_LLD)
    add_link_options(-fuse-ld=lld)
  endif()

  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
  endif()
endif()
