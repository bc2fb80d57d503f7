# kept_version.h: the version from project(), the commit, and how it is built. Run by the build each time (cmake -P) and
# rewritten only when it changed; no time or host enters it.

if(CMAKE_SCRIPT_MODE_FILE)
  if(NOT COMMIT)
    execute_process(
      COMMAND git describe --always --dirty --abbrev=12 --exclude=*
      WORKING_DIRECTORY "${SOURCE_DIR}"
      OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
      RESULT_VARIABLE failed)
    if(failed)
      set(COMMIT unknown)
    endif()
  endif()
  configure_file("${SOURCE_DIR}/cmake/kept_version.h.in" "${OUTPUT}" @ONLY)
  return()
endif()

set(KEPT_GENERATED "${CMAKE_BINARY_DIR}/generated")
set(version_header "${KEPT_GENERATED}/version/kept_version.h")
set(version_command
  "${CMAKE_COMMAND}" "-DSOURCE_DIR=${CMAKE_SOURCE_DIR}" "-DOUTPUT=${version_header}"
  "-DVERSION=${PROJECT_VERSION}" "-DCOMMIT=${KEPT_COMMIT}" "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}"
  "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}" "-DPROCESSOR=${CMAKE_SYSTEM_PROCESSOR}"
  "-DSANITIZERS=${KEPT_SANITIZE}" "-DSTATIC=${KEPT_STATIC}" -P "${CMAKE_CURRENT_LIST_FILE}")

execute_process(COMMAND ${version_command})
add_custom_target(kept_version COMMAND ${version_command} BYPRODUCTS "${version_header}"
  COMMENT "Recording the version")
target_include_directories(kept_options INTERFACE "${KEPT_GENERATED}/version")
