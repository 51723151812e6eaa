# SPDX-License-Identifier: MIT OR Apache-2.0
# Chip libraries for the suites of them, and the file that a new chip is made from.
foreach(library fixture empty)
  add_library(chip_library_${library} MODULE ${CMAKE_CURRENT_SOURCE_DIR}/chip_library/${library}.c)
  target_link_libraries(chip_library_${library} PRIVATE tg_include)
endforeach()
foreach(suite test_chip_library test_chip_library_fault test_chip_library_reference test_api_chips test_api_fault)
  add_dependencies(${suite} chip_library_fixture chip_library_empty)
  target_compile_definitions(${suite} PRIVATE TG_CHIP_FIXTURE_LIBRARY="$<TARGET_FILE:chip_library_fixture>"
                                              TG_CHIP_EMPTY_LIBRARY="$<TARGET_FILE:chip_library_empty>")
endforeach()

# What new-chip reads, and its schema. Skipped where nothing that knows JSON schemas is installed (cmake/report-tools.sh).
if(TARGET tracegate)
  add_test(NAME new_chip_validate COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/validate/run.sh columns ${PROJECT_SOURCE_DIR} $<TARGET_FILE:tracegate>)
  set_tests_properties(new_chip_validate PROPERTIES SKIP_RETURN_CODE 3 TIMEOUT 600)
endif()
