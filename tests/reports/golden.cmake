# SPDX-License-Identifier: MIT OR Apache-2.0
# Golden reports of planted bugs. The shared objects are those of the test `planted`, which the plain build has alone. Run in the
# tree's root, so that paths in reports are the same everywhere.
#
# Reports that change on purpose are written anew, and then read, with
#   BUILD/tests/golden --update tests/planted BUILD/planted tests/reports/golden
set(planted_folder ${CMAKE_CURRENT_LIST_DIR}/../planted)
add_executable(golden ${CMAKE_CURRENT_LIST_DIR}/golden.c ${planted_folder}/bugs.c ${planted_folder}/trials.c ${planted_folder}/triage.c
                      ${planted_folder}/document.c)
target_include_directories(golden PRIVATE ${planted_folder})
target_link_libraries(golden PRIVATE tg_harness tg_gpu tg_kernels tg_reference tg_files tg_model openmp)
target_link_options(golden PRIVATE "LINKER:--whole-archive,$<TARGET_FILE:tg_kernels>,--no-whole-archive")
set_target_properties(golden PROPERTIES ENABLE_EXPORTS ON)

if(NOT TG_SANITIZE AND NOT TG_VERIFY)
  add_test(NAME reports_golden COMMAND golden tests/planted ${planted_objects} tests/reports/golden WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(reports_golden PROPERTIES FIXTURES_REQUIRED planted TIMEOUT 600)
endif()
