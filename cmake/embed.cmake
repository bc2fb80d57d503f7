# Puts every file under integration/, and what `k skill` prints, into the binary: library kept_integration, header
# "integration/files.h".

if(CMAKE_SCRIPT_MODE_FILE)
  # -DROOT=<folder> -DOUTPUT=<file.cpp> -DBESIDE=<file,file...>, which keep their names relative to the folder above
  file(GLOB_RECURSE names RELATIVE "${ROOT}" "${ROOT}/*")
  list(SORT names)
  string(REPLACE "," ";" beside "${BESIDE}")
  list(APPEND names ${beside})
  set(arrays "")
  set(entries "")
  set(index 0)
  foreach(name IN LISTS names)
    set(path "${ROOT}/${name}")
    if(NOT EXISTS "${path}")
      set(path "${ROOT}/../${name}")
    endif()
    file(READ "${path}" hex HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
    string(REGEX REPLACE "((......,){1,16})" "    \\1\n" bytes "${bytes}")
    string(APPEND arrays "constexpr char kFile${index}[] = {\n${bytes}    '\\0'};\n")
    string(APPEND entries "    {\"${name}\", {kFile${index}, sizeof kFile${index} - 1}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
#include "integration/files.h"

#include <array>
#include <utility>

namespace {

@arrays@
constexpr std::array<std::pair<std::string_view, std::string_view>, @index@> kFiles{{
@entries@}};

} // namespace

std::string_view kept::integration::file(std::string_view name) {
    for (const auto& [known, content] : kFiles) {
        if (known == name) {
            return content;
        }
    }
    return {};
}

std::vector<std::string_view> kept::integration::names() {
    std::vector<std::string_view> all;
    for (const auto& [name, content] : kFiles) {
        all.push_back(name);
    }
    return all;
}
]])
  return()
endif()

set(embed_header "${KEPT_GENERATED}/integration/files.h")
set(embed_source "${KEPT_GENERATED}/integration/files.cpp")
file(CONFIGURE OUTPUT "${embed_header}" @ONLY CONTENT [[
#pragma once

#include <string_view>
#include <vector>

namespace kept::integration {

/// Content of the file `name` (relative to integration/, e.g. "bash.rc", or one of "SKILL.md" and
/// "docs/agents-snippet.md"), which lives as long as the program; empty if there is no such file.
std::string_view file(std::string_view name);

/// The names of all files.
std::vector<std::string_view> names();

} // namespace kept::integration
]])

file(GLOB_RECURSE integration_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/integration/*")
set(beside_files SKILL.md docs/agents-snippet.md)
list(TRANSFORM beside_files PREPEND "${CMAKE_SOURCE_DIR}/" OUTPUT_VARIABLE beside_paths)
list(JOIN beside_files "," beside_names)
add_custom_command(
  OUTPUT "${embed_source}"
  COMMAND "${CMAKE_COMMAND}" "-DROOT=${CMAKE_SOURCE_DIR}/integration" "-DOUTPUT=${embed_source}"
          "-DBESIDE=${beside_names}" -P "${CMAKE_CURRENT_LIST_FILE}"
  DEPENDS ${integration_files} ${beside_paths} "${CMAKE_CURRENT_LIST_FILE}"
  VERBATIM)
add_library(kept_integration STATIC "${embed_source}")
target_link_libraries(kept_integration PRIVATE kept_options)
target_include_directories(kept_integration PUBLIC "${KEPT_GENERATED}")
