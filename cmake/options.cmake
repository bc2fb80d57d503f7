# Language, warnings, sanitizers and the shape of a release binary. Every target of ours links kept_options.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The flags of a build type are spelled out here, so that a package builder's environment adds to them
# (CXXFLAGS) and no default of CMake's slips in.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

# The binary does not depend on where it was built, and a debugger started in the root finds the sources.
# The last is for a ccache with a base_dir, which makes the compiler's paths relative to the build folder; and with
# ccache there are more flags than without, which debug information would record.
file(RELATIVE_PATH from_build "${CMAKE_BINARY_DIR}" "${CMAKE_SOURCE_DIR}")
set(KEPT_PLACELESS "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" "-ffile-prefix-map=${CMAKE_BINARY_DIR}=."
  "-ffile-prefix-map=${CMAKE_BINARY_DIR}/=" "-ffile-prefix-map=${from_build}=" -gno-record-gcc-switches)
add_compile_options(${KEPT_PLACELESS})

if(KEPT_SANITIZE)
  add_compile_options(-fsanitize=${KEPT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KEPT_SANITIZE})
endif()
if(KEPT_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(KEPT_STATIC)
  # Everything is compiled non-PIE; only the program itself is linked -static (see program.cmake), since
  # Debian has no static libbenchmark.
  add_compile_options(-fno-pie -ffunction-sections -fdata-sections)
  add_link_options(-no-pie -Wl,--gc-sections)
endif()

add_library(kept_options INTERFACE)
target_include_directories(kept_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(kept_options INTERFACE
  FMT_HEADER_ONLY
  SPDLOG_FMT_EXTERNAL
  ASIO_STANDALONE
  ASIO_NO_DEPRECATED
  ASIO_SEPARATE_COMPILATION
  # Asio 1.22 looks for clang's coroutines in <experimental/coroutine> only.
  ASIO_HAS_CO_AWAIT=1
  ASIO_HAS_STD_COROUTINE=1)

add_library(kept_warnings INTERFACE)
target_compile_options(kept_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarm on std::string + literal at -O2: https://gcc.gnu.org/PR105651
  target_compile_options(kept_warnings INTERFACE -Wno-restrict -Wno-mismatched-new-delete)
endif()
