# SPDX-License-Identifier: MIT OR Apache-2.0
# Planted bugs: wrong kernels, which the gate must find and triage explain (docs/planted-bugs.md). The plain build does it alone:
# what sanitizers and invariants find in right code does not depend on wrong kernels.
file(GLOB planted_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
add_executable(planted ${planted_sources})
target_link_libraries(planted PRIVATE tg_harness tg_gpu tg_kernels tg_reference tg_files tg_model openmp)
# The bugs' shared objects take the host grid from the program, all of it, whatever the program itself uses.
target_link_options(planted PRIVATE "LINKER:--whole-archive,$<TARGET_FILE:tg_kernels>,--no-whole-archive")
set_target_properties(planted PROPERTIES ENABLE_EXPORTS ON)

if(NOT TG_SANITIZE AND NOT TG_VERIFY)
  set(planted_objects ${PROJECT_BINARY_DIR}/planted)
  # -O1: they are compiled for one run. -fwrapv: wrong kernels may overflow, which wraps on a device.
  add_test(NAME planted_build
           COMMAND ${TG_SH} ${CMAKE_CURRENT_LIST_DIR}/build.sh ${PROJECT_SOURCE_DIR} ${planted_objects} ${CMAKE_C_COMPILER} -O1 -fwrapv
                   -D_POSIX_C_SOURCE=200809L ${TG_WARNINGS})
  add_test(NAME planted COMMAND planted ${CMAKE_CURRENT_LIST_DIR} ${planted_objects} ${PROJECT_SOURCE_DIR}/corpus/records)
  add_test(NAME planted_triage
           COMMAND planted --triage ${CMAKE_CURRENT_LIST_DIR} ${planted_objects} ${PROJECT_SOURCE_DIR}/corpus/records)
  add_test(NAME planted_self_check
           COMMAND ${TG_SH} ${CMAKE_CURRENT_LIST_DIR}/self_check.sh ${PROJECT_SOURCE_DIR} $<TARGET_FILE:planted> ${CMAKE_C_COMPILER})
  set_tests_properties(planted_self_check PROPERTIES TIMEOUT 600)
  set_tests_properties(planted_build PROPERTIES FIXTURES_SETUP planted TIMEOUT 900)
  set_tests_properties(planted planted_triage PROPERTIES FIXTURES_REQUIRED planted TIMEOUT 1800)
  # Each starts as many processes as there are cores.
  cmake_host_system_information(RESULT nb_cores QUERY NUMBER_OF_LOGICAL_CORES)
  set_tests_properties(planted_build planted planted_triage PROPERTIES PROCESSORS ${nb_cores})
endif()
