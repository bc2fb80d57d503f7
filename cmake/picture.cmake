# kept-png, which `k screen --png` runs: built where the headers of pango and cairo are.

find_package(PkgConfig QUIET)
if(NOT PkgConfig_FOUND)
  return()
endif()
pkg_check_modules(PANGOCAIRO QUIET IMPORTED_TARGET pangocairo)
if(NOT PANGOCAIRO_FOUND)
  message(STATUS "kept-png is not built: no pangocairo (libpango1.0-dev)")
  return()
endif()

add_executable(kept-png "${CMAKE_SOURCE_DIR}/png/kept_png.cpp")
target_link_libraries(kept-png PRIVATE kept_options kept_warnings PkgConfig::PANGOCAIRO)
# Without the sanitizers of the rest: fontconfig keeps memory to the end, as it means to.
set_target_properties(kept-png PROPERTIES COMPILE_OPTIONS "${KEPT_PLACELESS};-O2" LINK_OPTIONS "")
# It stands beside kept, which looks for it there.
add_dependencies(kept kept-png)
install(TARGETS kept-png RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
