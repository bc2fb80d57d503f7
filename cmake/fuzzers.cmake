# fuzz/<room>_<what>.cpp: one libFuzzer program fuzz_<room>_<what> each, linking that room. Target fuzzers
# builds all; scripts/fuzz runs them.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "KEPT_FUZZERS needs clang; use the presets fuzz or asan-ubsan.")
endif()

add_custom_target(fuzzers)
file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/fuzz/*.cpp")
foreach(source IN LISTS sources)
  get_filename_component(name "${source}" NAME_WE)
  string(REGEX REPLACE "_.*" "" room "${name}")
  if(NOT TARGET kept_${room})
    message(FATAL_ERROR "fuzz/${name}.cpp: its name must begin with a room, as in vt_parser.cpp")
  endif()
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(fuzz_${name} PRIVATE kept_${room} kept_options kept_warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers fuzz_${name})
endforeach()
