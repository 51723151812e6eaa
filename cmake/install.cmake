# SPDX-License-Identifier: MIT OR Apache-2.0
# What `cmake --install` puts in place: the program, the library with its headers, tracegate.pc and CMake package, man pages,
# completions, recorded traces, schemas, examples. `installables` builds all of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(data ${CMAKE_INSTALL_DATADIR}/tracegate)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tracegate)

# ---- the library ----
# One object of all folders and of the libraries that they wrap, whose only global names are those of tracegate.h: it can clash with
# nothing that a program has of its own, be it another Jansson or another CUDA runtime. gcc's OpenMP library is linked by the program,
# which may use it too.
set(object ${PROJECT_BINARY_DIR}/tracegate.o)
set(library ${PROJECT_BINARY_DIR}/libtracegate.a)
set(folders harness modules gpu reference kernels files model)
set(archives $<TARGET_FILE:jansson> $<TARGET_FILE:xxhash>)
list(TRANSFORM folders REPLACE "(.+)" "$<TARGET_FILE:tg_\\1>" OUTPUT_VARIABLE folder_archives)
list(TRANSFORM folders PREPEND tg_ OUTPUT_VARIABLE folder_targets)
if(TG_HAVE_CUDA)
  list(APPEND archives ${TG_CUDART_STATIC})
endif()
add_custom_command(
  OUTPUT ${library}
  COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${object} -Wl,--force-group-allocation -Wl,--whole-archive $<TARGET_FILE:tg_api>
          -Wl,--no-whole-archive -Wl,--start-group ${folder_archives} ${archives} -Wl,--end-group
  COMMAND ${CMAKE_OBJCOPY} -w -G tracegate_* ${object}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${library}
  COMMAND ${CMAKE_AR} qcs ${library} ${object}
  DEPENDS tg_api ${folder_targets}
  VERBATIM)
add_custom_target(tracegate_library ALL DEPENDS ${library})
add_custom_target(installables DEPENDS tracegate_library tracegate tracegate_pages_made)

# What a program links besides, as the library was built.
set(TG_PUBLIC_LIBRARIES m dl rt pthread)
if(NOT TG_TSAN)
  list(PREPEND TG_PUBLIC_LIBRARIES gomp)
endif()
set(TG_PUBLIC_OPTIONS)
if(TG_SANITIZE)
  set(TG_PUBLIC_OPTIONS -fsanitize=address,undefined)
elseif(TG_TSAN)
  set(TG_PUBLIC_OPTIONS -fsanitize=thread)
elseif(TG_COVERAGE)
  set(TG_PUBLIC_OPTIONS --coverage)
endif()

# ---- what tells where it is ----
# A package that was moved still finds itself: every folder is told from that of the file which tells it.
function(tg_relative variable from to)
  if(IS_ABSOLUTE ${to} OR IS_ABSOLUTE ${from})
    set(${variable} "${to}" PARENT_SCOPE)
    return()
  endif()
  file(RELATIVE_PATH path /prefix/${from} /prefix/${to})
  string(REGEX REPLACE "/$" "" path "${path}")
  set(${variable} "${path}" PARENT_SCOPE)
endfunction()

if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(TG_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
else()
  tg_relative(up ${CMAKE_INSTALL_LIBDIR}/pkgconfig .)
  set(TG_PC_PREFIX "\${pcfiledir}/${up}")
endif()
foreach(folder LIBDIR INCLUDEDIR DATADIR)
  if(IS_ABSOLUTE ${CMAKE_INSTALL_${folder}})
    set(TG_PC_${folder} ${CMAKE_INSTALL_${folder}})
  else()
    set(TG_PC_${folder} "\${prefix}/${CMAKE_INSTALL_${folder}}")
  endif()
endforeach()
list(TRANSFORM TG_PUBLIC_LIBRARIES PREPEND -l OUTPUT_VARIABLE libraries)
list(JOIN libraries " " TG_PC_LIBRARIES)
list(JOIN TG_PUBLIC_OPTIONS " " TG_PC_OPTIONS)
configure_file(${PROJECT_SOURCE_DIR}/cmake/tracegate.pc.in ${PROJECT_BINARY_DIR}/tracegate.pc @ONLY)

set(TG_PACKAGE_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
set(TG_PACKAGE_LIBRARY ${CMAKE_INSTALL_LIBDIR}/libtracegate.a)
set(TG_PACKAGE_PROGRAM ${CMAKE_INSTALL_BINDIR}/tracegate)
set(TG_PACKAGE_CORPUS ${data}/corpus)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/tracegate-config.cmake.in ${PROJECT_BINARY_DIR}/tracegate-config.cmake
  INSTALL_DESTINATION ${package}
  PATH_VARS TG_PACKAGE_INCLUDEDIR TG_PACKAGE_LIBRARY TG_PACKAGE_PROGRAM TG_PACKAGE_CORPUS)
# Before 1.0 a minor version may change what programs see.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tracegate-config-version.cmake COMPATIBILITY SameMinorVersion)

# The program finds the recorded traces from where it lies itself.
tg_relative(TG_DATA_FROM_PROGRAM ${CMAKE_INSTALL_BINDIR} ${data})
target_compile_definitions(tg_cli PRIVATE TG_DATA_FROM_PROGRAM="${TG_DATA_FROM_PROGRAM}")

# ---- what goes where ----
install(TARGETS tracegate DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${library} DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/tracegate DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(FILES ${PROJECT_BINARY_DIR}/tracegate.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_BINARY_DIR}/tracegate-config.cmake ${PROJECT_BINARY_DIR}/tracegate-config-version.cmake DESTINATION ${package})
install(DIRECTORY ${TG_PAGES_DIR}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${TG_PAGES_DIR}/tracegate.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME tracegate)
install(FILES ${TG_PAGES_DIR}/_tracegate DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${TG_PAGES_DIR}/tracegate.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY corpus/records corpus/cases DESTINATION ${data}/corpus)
install(FILES docs/columns.schema.json docs/manifest.schema.json docs/report.schema.json DESTINATION ${data})
# The examples of Global take their arithmetic from kernels/: they are for checkouts.
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.md PATTERN examples EXCLUDE)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md LICENSE-MIT LICENSE-APACHE DESTINATION ${CMAKE_INSTALL_DOCDIR})
