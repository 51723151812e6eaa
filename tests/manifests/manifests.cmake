# SPDX-License-Identifier: MIT OR Apache-2.0
# Test of manifests by a program that knows JSON schemas. Skipped where it is not installed (cmake/report-tools.sh).
add_executable(manifest_verdicts manifests/verdicts.c)
target_link_libraries(manifest_verdicts PRIVATE tg_modules tg_gpu tg_kernels tg_files tg_model tg_suite)
target_compile_definitions(manifest_verdicts PRIVATE TG_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_test(NAME manifests_validate COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/validate/run.sh manifests ${PROJECT_SOURCE_DIR}
                                         $<TARGET_FILE:manifest_verdicts>)
set_tests_properties(manifests_validate PROPERTIES SKIP_RETURN_CODE 3 TIMEOUT 600)
