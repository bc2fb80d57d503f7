# One static library kept_<room> per folder of src/, linking exactly the rooms it may include.
# scripts/check-layers holds the same table for the #include lines.

# The headers that cost most to parse, precompiled once for the rooms that use them. Configure with
# CMAKE_DISABLE_PRECOMPILE_HEADERS=ON (preset clang) to see that every file includes what it needs.
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/pch.cpp" CONTENT "")
add_library(kept_pch OBJECT "${CMAKE_BINARY_DIR}/generated/pch.cpp")
target_link_libraries(kept_pch PRIVATE kept_options kept_warnings)
target_precompile_headers(kept_pch PRIVATE
  <algorithm> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <unordered_map> <variant> <vector>
  <asio.hpp> <fmt/format.h> <nlohmann/json.hpp>)

# kept_unity(<target>): what a build with CMAKE_UNITY_BUILD=ON needs besides. Several files are compiled as one there,
# so that a name in an unnamed namespace has to be the only one in its room.
function(kept_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE 8)
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It takes an included .cpp file for a header.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# kept_room(<name> [PCH] [LINK library...])
function(kept_room room)
  cmake_parse_arguments(arg "PCH" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${room}/*.cpp")
  set(links)
  foreach(library IN LISTS arg_LINK)
    if(TARGET ${library})
      list(APPEND links ${library})
    endif()
  endforeach()
  if(NOT sources)
    add_library(kept_${room} INTERFACE)
    target_link_libraries(kept_${room} INTERFACE kept_options ${links})
    return()
  endif()
  add_library(kept_${room} STATIC ${sources})
  target_link_libraries(kept_${room} PUBLIC kept_options ${links} PRIVATE $<BUILD_INTERFACE:kept_warnings>)
  add_dependencies(kept_${room} kept_version)
  if(arg_PCH)
    target_precompile_headers(kept_${room} REUSE_FROM kept_pch)
  endif()
  kept_unity(kept_${room})
endfunction()

include(embed)
include(protocol)

kept_room(base)
kept_room(os LINK kept_base kept_asio)
kept_room(vt LINK kept_base utf8proc_archive)
kept_room(control PCH LINK kept_base kept_os)
kept_room(session PCH LINK kept_base kept_os kept_control re2_archive)
kept_room(profiles LINK kept_base kept_integration re2_archive)
kept_room(terminal PCH LINK kept_base kept_os kept_vt kept_control kept_session kept_profiles kept_integration re2_archive)
kept_room(agent PCH LINK kept_base kept_os kept_control kept_session kept_integration kept_protocol)
kept_room(daemon PCH LINK kept_base kept_os kept_vt kept_control kept_session kept_terminal kept_agent re2_archive)
kept_room(mcp PCH LINK kept_base kept_os)
kept_room(remote PCH LINK kept_base kept_os kept_control)
kept_room(cli PCH LINK kept_base kept_os kept_control kept_profiles kept_mcp kept_remote kept_integration re2_archive yaml_cpp_archive)
set(KEPT_ROOMS base os vt control session profiles terminal agent daemon mcp remote cli)
