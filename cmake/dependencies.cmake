# Third-party libraries. The header-only ones (fmt, spdlog, nlohmann-json, CLI11) need no target: they are
# in the system include path.

# Archives are named in full where the binary must be static; elsewhere they do no harm.
find_library(UTF8PROC NAMES libutf8proc.a REQUIRED)
find_library(RE2 NAMES libre2.a REQUIRED)
find_library(YAML_CPP NAMES libyaml-cpp.a REQUIRED)
find_library(PROTOBUF_LITE NAMES libprotobuf-lite.a REQUIRED)
find_program(PROTOC protoc REQUIRED)
find_package(Threads REQUIRED)

add_library(utf8proc_archive INTERFACE)
target_link_libraries(utf8proc_archive INTERFACE "${UTF8PROC}")

add_library(re2_archive INTERFACE)
target_link_libraries(re2_archive INTERFACE "${RE2}" Threads::Threads)

add_library(yaml_cpp_archive INTERFACE)
target_link_libraries(yaml_cpp_archive INTERFACE "${YAML_CPP}")

add_library(protobuf_lite_archive INTERFACE)
target_link_libraries(protobuf_lite_archive INTERFACE "${PROTOBUF_LITE}" Threads::Threads)

# Asio is compiled once; every other file sees declarations only.
add_library(kept_asio STATIC "${CMAKE_SOURCE_DIR}/cmake/asio.cpp")
target_link_libraries(kept_asio PUBLIC kept_options Threads::Threads)
target_compile_options(kept_asio PRIVATE -w)
