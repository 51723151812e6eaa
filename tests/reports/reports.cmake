# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of reports by programs that know their formats. Skipped where these are not installed (cmake/report-tools.sh, which
# `./dev test` runs).
add_executable(report_samples reports/samples.c)
target_link_libraries(report_samples PRIVATE tg_harness tg_gpu tg_kernels tg_reference tg_files tg_model tg_suite)
target_include_directories(report_samples PRIVATE ${TG_GENERATED_DIR})
add_test(NAME reports_validate COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/validate/run.sh reports ${PROJECT_SOURCE_DIR}
                                       $<TARGET_FILE:report_samples>)
set_tests_properties(reports_validate PROPERTIES SKIP_RETURN_CODE 3 TIMEOUT 600)
include(${CMAKE_CURRENT_SOURCE_DIR}/reports/golden.cmake)
