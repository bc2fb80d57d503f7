# tests/unit/<room>/*.cpp: one binary of everything (unit_tests), and unit_<room>, built on demand, that
# links that room alone; all on demand, since what builds the program need not have the test libraries. CTest
# runs unit_tests in shards.

add_test(NAME layers COMMAND "${CMAKE_SOURCE_DIR}/scripts/check-layers")

file(GLOB_RECURSE unit_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/unit/*.cpp")
if(NOT unit_sources)
  return()
endif()

find_package(GTest QUIET)
find_package(rapidcheck QUIET)
if(NOT GTest_FOUND OR NOT rapidcheck_FOUND)
  message(STATUS "No unit tests: GoogleTest or RapidCheck is missing; scripts/install-deps test installs them.")
  return()
endif()

add_library(kept_test_options INTERFACE)
target_link_libraries(kept_test_options INTERFACE kept_options kept_warnings GTest::gtest rapidcheck)
target_include_directories(kept_test_options INTERFACE "${CMAKE_SOURCE_DIR}/tests")
# What is tested is optimised as it is shipped; the tests themselves take long enough to compile as it is.
target_compile_options(kept_test_options INTERFACE -O0)
target_compile_definitions(kept_test_options INTERFACE "KEPT_TESTS_DIR=\"${CMAKE_SOURCE_DIR}/tests\"")

file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/test_pch.cpp" CONTENT "")
add_library(kept_test_pch OBJECT EXCLUDE_FROM_ALL "${CMAKE_BINARY_DIR}/generated/test_pch.cpp")
target_link_libraries(kept_test_pch PRIVATE kept_test_options)
target_precompile_headers(kept_test_pch PRIVATE
  <algorithm> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <variant> <vector>
  <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>)

add_executable(unit_tests EXCLUDE_FROM_ALL)
target_link_libraries(unit_tests PRIVATE kept_test_options GTest::gtest_main)
set(loose_sources ${unit_sources})
foreach(room IN LISTS KEPT_ROOMS)
  set(sources ${unit_sources})
  list(FILTER sources INCLUDE REGEX "^${CMAKE_SOURCE_DIR}/tests/unit/${room}/")
  if(NOT sources)
    continue()
  endif()
  list(REMOVE_ITEM loose_sources ${sources})
  add_library(unit_objects_${room} OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(unit_objects_${room} PRIVATE kept_test_options kept_${room})
  target_precompile_headers(unit_objects_${room} REUSE_FROM kept_test_pch)
  kept_unity(unit_objects_${room})
  target_sources(unit_tests PRIVATE $<TARGET_OBJECTS:unit_objects_${room}>)
  target_link_libraries(unit_tests PRIVATE kept_${room})
  add_executable(unit_${room} EXCLUDE_FROM_ALL $<TARGET_OBJECTS:unit_objects_${room}>)
  target_link_libraries(unit_${room} PRIVATE kept_test_options kept_${room} GTest::gtest_main)
endforeach()
# Tests outside a room's folder may use every room.
if(loose_sources)
  target_sources(unit_tests PRIVATE ${loose_sources})
  list(TRANSFORM KEPT_ROOMS PREPEND kept_ OUTPUT_VARIABLE all_rooms)
  target_link_libraries(unit_tests PRIVATE ${all_rooms})
endif()

# Two shards for two cores; scripts/test reads the results back from the XML files.
set(shards 2)
foreach(shard RANGE 1 ${shards})
  math(EXPR index "${shard} - 1")
  add_test(NAME unit-${shard} COMMAND unit_tests --gtest_brief=1 "--gtest_output=xml:${CMAKE_BINARY_DIR}/unit-${shard}.xml")
  set_tests_properties(unit-${shard} PROPERTIES
    ENVIRONMENT "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${index}" TIMEOUT 300)
endforeach()

# What the emulator makes of recorded streams, for tests/vt.
add_executable(vt_state EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/tests/vt/state.cpp")
target_link_libraries(vt_state PRIVATE kept_vt kept_options kept_warnings)
add_dependencies(unit_tests vt_state)
