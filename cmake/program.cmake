# The program: one binary under three names.

if(NOT EXISTS "${CMAKE_SOURCE_DIR}/src/main.cpp")
  return()
endif()

list(TRANSFORM KEPT_ROOMS PREPEND kept_ OUTPUT_VARIABLE all_rooms)
add_executable(kept "${CMAKE_SOURCE_DIR}/src/main.cpp")
target_link_libraries(kept PRIVATE ${all_rooms} kept_warnings)
add_dependencies(kept kept_version)
if(KEPT_STATIC)
  # The linker's list of what it read is where scripts/sbom begins, its map where scripts/link-order does.
  set(order "${CMAKE_SOURCE_DIR}/cmake/link_order.ld")
  target_link_options(kept PRIVATE -static "-Wl,--dependency-file=${CMAKE_BINARY_DIR}/kept.inputs"
    "-Wl,-Map=${CMAKE_BINARY_DIR}/kept.map" "-Wl,-T,${order}")
  set_target_properties(kept PROPERTIES LINK_DEPENDS "${order}")
endif()

include(GNUInstallDirs)
include(picture)
install(TARGETS kept RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
foreach(alias k km)
  add_custom_command(TARGET kept POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E create_symlink kept "${CMAKE_BINARY_DIR}/${alias}" VERBATIM)
  install(FILES "${CMAKE_BINARY_DIR}/${alias}" DESTINATION "${CMAKE_INSTALL_BINDIR}")
endforeach()

file(GLOB man_pages CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.1")
if(man_pages)
  install(FILES ${man_pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()
set(completions "${CMAKE_SOURCE_DIR}/packaging/completions")
foreach(entry "bash:bash-completion/completions" "zsh:zsh/site-functions" "fish:fish/vendor_completions.d")
  string(REPLACE ":" ";" entry "${entry}")
  list(GET entry 0 shell)
  list(GET entry 1 folder)
  if(IS_DIRECTORY "${completions}/${shell}")
    install(DIRECTORY "${completions}/${shell}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}")
  endif()
endforeach()
