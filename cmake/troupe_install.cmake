# What `cmake --install` puts into a prefix, which may be moved afterwards:
#
#   include/troupe/...      the HEADERS of each component, in the shape of the source tree
#   lib/libtroupe_actors.a  the libraries: static, whatever BUILD_SHARED_LIBS says
#   lib/cmake/troupe        find_package(troupe COMPONENTS actors kit)
#   lib/pkgconfig           troupe-actors.pc, troupe-kit.pc
#
# A package (troupe_packages.cmake) says what a consumer must have by two properties:
# TROUPE_FIND, for find_package, and TROUPE_PC_LIBS, the same for a linker.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(TROUPE_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/troupe")
set(TROUPE_GENERATED "${PROJECT_BINARY_DIR}/package")
set_property(GLOBAL PROPERTY TROUPE_COMPONENTS "")
set_property(GLOBAL PROPERTY TROUPE_KNOWN "")

if(TROUPE_INSTALL)
  foreach(folder IN ITEMS LIBDIR INCLUDEDIR)
    if(IS_ABSOLUTE "${CMAKE_INSTALL_${folder}}")
      message(FATAL_ERROR "CMAKE_INSTALL_${folder} is ${CMAKE_INSTALL_${folder}}: the installed "
        "package can be moved, so say it relative to the prefix, or set TROUPE_INSTALL=OFF")
    endif()
  endforeach()
endif()

# troupe_install_component(actors "troupe::x;..." "troupe_asio;..."): the rules for one component.
function(troupe_install_component name depends packages)
  set(targets troupe_${name})
  set(finds)
  set(libs)
  foreach(package IN LISTS packages)
    get_target_property(find ${package} TROUPE_FIND)
    get_target_property(lib ${package} TROUPE_PC_LIBS)
    list(APPEND finds ${find})
    list(APPEND libs ${lib})
    get_target_property(taken ${package} TROUPE_INSTALLED)  # with a component below
    if(NOT taken)
      set_target_properties(${package} PROPERTIES TROUPE_INSTALLED TRUE)
      list(APPEND targets ${package})
    endif()
  endforeach()
  install(TARGETS ${targets} EXPORT troupe-${name}-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT troupe-${name}-targets NAMESPACE troupe:: DESTINATION "${TROUPE_CMAKE_DIR}")

  list(TRANSFORM depends REPLACE "^troupe::" "")
  set_property(GLOBAL APPEND PROPERTY TROUPE_COMPONENTS ${name})
  set_property(GLOBAL APPEND_STRING PROPERTY TROUPE_KNOWN
    "set(troupe_${name}_stands_on ${depends})\nset(troupe_${name}_needs ${finds})\n")
  troupe_write_pc(${name} "${depends}" "${libs}")
endfunction()

function(troupe_write_pc name depends libs)
  list(TRANSFORM depends PREPEND "troupe-")
  list(JOIN depends ", " requires)
  list(JOIN libs " " libs)
  set(folder "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  file(RELATIVE_PATH up "/${folder}" "/")
  string(REGEX REPLACE "/$" "" up "${up}")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/troupe-component.pc.in"
    "${TROUPE_GENERATED}/troupe-${name}.pc" @ONLY)
  install(FILES "${TROUPE_GENERATED}/troupe-${name}.pc" DESTINATION "${folder}")
endfunction()

# troupe_install_package(): after all components, what find_package(troupe) reads first.
function(troupe_install_package)
  get_property(components GLOBAL PROPERTY TROUPE_COMPONENTS)
  get_property(known GLOBAL PROPERTY TROUPE_KNOWN)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/troupe-config.cmake.in"
    "${TROUPE_GENERATED}/troupe-config.cmake" @ONLY)
  write_basic_package_version_file("${TROUPE_GENERATED}/troupe-config-version.cmake"
    COMPATIBILITY SameMinorVersion)  # before 1.0 a minor version may break what uses it
  install(FILES "${TROUPE_GENERATED}/troupe-config.cmake"
    "${TROUPE_GENERATED}/troupe-config-version.cmake" DESTINATION "${TROUPE_CMAKE_DIR}")
endfunction()
