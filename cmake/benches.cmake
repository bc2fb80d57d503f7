# bench/<room>/*.cpp: Google Benchmark programs bench_<room>. bench/*.cpp: one plain program each, linked
# like kept itself, since they measure process start and the bare pty; bench/support/ is what they share.
# All on demand: target benches.

add_custom_target(benches)

file(GLOB support CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/support/*.cpp")
add_library(bench_support STATIC EXCLUDE_FROM_ALL ${support})
target_include_directories(bench_support PUBLIC "${CMAKE_SOURCE_DIR}/bench")
target_link_libraries(bench_support PUBLIC kept_base kept_options PRIVATE kept_warnings)

file(GLOB programs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/*.cpp")
foreach(source IN LISTS programs)
  get_filename_component(name "${source}" NAME_WE)
  add_executable(bench_${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(bench_${name} PRIVATE bench_support kept_warnings)
  if(KEPT_STATIC)
    target_link_options(bench_${name} PRIVATE -static)
  endif()
  add_dependencies(benches bench_${name})
endforeach()
target_link_libraries(bench_sessions PRIVATE kept_vt) # what the screen alone costs

find_package(benchmark QUIET)
foreach(room IN LISTS KEPT_ROOMS)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/${room}/*.cpp")
  if(NOT sources OR NOT benchmark_FOUND)
    continue()
  endif()
  add_executable(bench_${room} EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(bench_${room} PRIVATE kept_${room} kept_options kept_warnings benchmark::benchmark_main)
  add_dependencies(benches bench_${room})
endforeach()

# Our emulator beside others in one run: emulators.py makes the streams and prints the table.
find_library(VTERM NAMES vterm)
if(VTERM)
  add_executable(bench_emulators EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/bench/emulators/emulators.cpp")
  target_link_libraries(bench_emulators PRIVATE kept_vt kept_options kept_warnings "${VTERM}")
  add_dependencies(benches bench_emulators)
endif()
