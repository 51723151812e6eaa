# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of fuzzing and of kernels in shared objects: the shared object with a wrong kernel, the suites that open it, and scripts,
# tests/fuzz/test_<name>.sh, which are found, not listed.
add_library(test_wrong_kernel MODULE fuzz/wrong_kernel.cu)
set_source_files_properties(fuzz/wrong_kernel.cu PROPERTIES LANGUAGE C)
target_include_directories(test_wrong_kernel PRIVATE $<TARGET_PROPERTY:tg_kernels,INTERFACE_INCLUDE_DIRECTORIES>
                                                     $<TARGET_PROPERTY:tg_model,INTERFACE_INCLUDE_DIRECTORIES>)
# Its own names must not become the program's.
target_link_options(test_wrong_kernel PRIVATE -Wl,-Bsymbolic)
foreach(suite test_fuzz test_kernel_library)
  target_compile_definitions(${suite} PRIVATE TEST_WRONG_KERNEL="$<TARGET_FILE:test_wrong_kernel>")
  set_target_properties(${suite} PROPERTIES ENABLE_EXPORTS ON LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,tg_kernels")
  add_dependencies(${suite} test_wrong_kernel)
endforeach()

file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/test_*.sh)
foreach(script IN LISTS scripts)
  get_filename_component(name ${script} NAME_WE)
  string(REPLACE test_ test_fuzz_ name ${name})
  add_test(NAME ${name} COMMAND bash ${script} $<TARGET_FILE:fuzz_standalone> $<TARGET_FILE:test_wrong_kernel>)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endforeach()
