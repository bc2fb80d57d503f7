# The agent session protocol: proto/*.proto compiled for the LITE runtime into kept_protocol, included as
# "proto/<name>.pb.h" by src/agent only.

file(GLOB proto_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/proto/*.proto")
if(NOT proto_files)
  return()
endif()

set(proto_out "${KEPT_GENERATED}/proto")
set(proto_sources)
file(MAKE_DIRECTORY "${proto_out}")

foreach(file IN LISTS proto_files)
  get_filename_component(name "${file}" NAME_WE)
  add_custom_command(
    OUTPUT "${proto_out}/${name}.pb.cc" "${proto_out}/${name}.pb.h"
    COMMAND "${PROTOC}" "--cpp_out=lite:${proto_out}" "--proto_path=${CMAKE_SOURCE_DIR}/proto" "${file}"
    DEPENDS ${proto_files}
    VERBATIM)
  list(APPEND proto_sources "${proto_out}/${name}.pb.cc")
endforeach()

add_library(kept_protocol STATIC ${proto_sources})
target_link_libraries(kept_protocol PUBLIC kept_options protobuf_lite_archive)
target_include_directories(kept_protocol SYSTEM PUBLIC "${proto_out}" "${KEPT_GENERATED}")
target_compile_options(kept_protocol PRIVATE -w)
