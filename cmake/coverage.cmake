# SPDX-License-Identifier: MIT OR Apache-2.0
# Counting what runs (coverage/run.sh reads the counts): gcc's --coverage in every C file.

option(TG_COVERAGE "Count which lines and branches run (./dev coverage reports them)" OFF)
if(NOT TG_COVERAGE)
  return()
endif()
if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "TG_COVERAGE needs gcc and its gcov, and the compiler is ${CMAKE_C_COMPILER}: configure with -DCMAKE_C_COMPILER=gcc")
endif()
if(TG_VERIFY OR TG_SANITIZE OR TG_FUZZ)
  message(FATAL_ERROR "TG_COVERAGE counts the code as it is: the branches of checks that must not fail (TG_VERIFY), of sanitizers and "
                      "of libFuzzer would be counted too; configure without them")
endif()

# -O0: the branches of the source, none joined and none turned into arithmetic, and a function of a header has the same ones in
# every file. -fkeep-inline-functions: those that nobody calls are there, and count as not run.
add_compile_options(--coverage -O0 -fkeep-inline-functions)
add_link_options(--coverage)
# Processes that leave without what others do at their end keep their counts by themselves.
add_compile_definitions(TG_COVERAGE)
# Where threads run side by side, counts that are not atomic get lost, and what gcov derives from others may then be off by as many. With
# atomic ones code takes up to five times as long, so that only the host grid has them, and suites, whose threads it runs. Reference
# and chips' kernels are run by one thread (coverage/run.sh); campaigns have a second one, and the thresholds of what it runs leave
# room for a branch that is off.
add_compile_options(-fprofile-update=atomic)
list(TRANSFORM TG_CHIP_FILES REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/kernels/\\1.cu" OUTPUT_VARIABLE coverage_kernels)
function(tg_coverage_single)
  set_source_files_properties(${coverage_kernels} DIRECTORY ${PROJECT_SOURCE_DIR}/kernels PROPERTIES COMPILE_OPTIONS -fprofile-update=single)
  foreach(target tg_model tg_files tg_reference tg_harness tg_cli tg_fuzz)
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE -fprofile-update=single)
    endif()
  endforeach()
  # Suites compile the kernels' headers.
  if(TG_TESTS)
    get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR}/tests PROPERTY BUILDSYSTEM_TARGETS)
    list(FILTER targets INCLUDE REGEX "^test_kernels")
    foreach(target IN LISTS targets)
      target_compile_options(${target} PRIVATE -fprofile-update=single)
    endforeach()
  endif()
endfunction()
# Deferred: folders and targets have to be known.
cmake_language(DEFER CALL tg_coverage_single)
