# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of the tree itself: who includes what, headers that stand alone, what it takes to add a chip, where chips are named, how the
# script of the device sanitizers ends, what the report of coverage refuses.

set(structure ${CMAKE_CURRENT_SOURCE_DIR}/structure)
find_program(TG_SH sh REQUIRED)

# tg_structure_test(NAME arguments...): structure/<NAME>.sh; exit 3 is a skip.
function(tg_structure_test name)
  add_test(NAME structure_${name} COMMAND ${TG_SH} ${structure}/${name}.sh ${ARGN})
  set_tests_properties(structure_${name} PROPERTIES SKIP_RETURN_CODE 3 TIMEOUT 900)
endfunction()

set(nvcc_arguments)
if(TG_HAVE_CUDA)
  set(nvcc_arguments ${CMAKE_CUDA_COMPILER} sm_90 ${TG_CUDA_INCLUDE})
endif()
# Those that see the tree and a compiler, and nothing of the build but what it generates, say the same in every one: the plain build has
# them alone.
if(NOT TG_SANITIZE AND NOT TG_VERIFY)
  tg_structure_test(include_graph ${PROJECT_SOURCE_DIR})
  tg_structure_test(chip_names ${PROJECT_SOURCE_DIR})
  tg_structure_test(self_check ${PROJECT_SOURCE_DIR})
  tg_structure_test(sanitize_exit ${PROJECT_SOURCE_DIR})
  tg_structure_test(coverage_report ${PROJECT_SOURCE_DIR})
  tg_structure_test(headers ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${CMAKE_C_COMPILER} ${nvcc_arguments})
  tg_structure_test(toy_chip ${PROJECT_SOURCE_DIR} ${CMAKE_COMMAND} ${CMAKE_GENERATOR} ${CMAKE_C_COMPILER})
  # It builds with two jobs; another suite beside it would only wait.
  set_tests_properties(structure_toy_chip PROPERTIES PROCESSORS 2)
endif()
tg_structure_test(machine_tables ${PROJECT_SOURCE_DIR} $<TARGET_FILE:tg_machine_tables>)
if(TG_HAVE_CUDA AND TARGET tracegate)
  tg_structure_test(broken_driver ${PROJECT_SOURCE_DIR} ${CMAKE_C_COMPILER} $<TARGET_FILE:tracegate>)
endif()
