# SPDX-License-Identifier: MIT OR Apache-2.0
# The HTML report in a browser, where there is one.
add_executable(html_page ${CMAKE_CURRENT_LIST_DIR}/html_page.c)
target_link_libraries(html_page PRIVATE tg_harness tg_gpu tg_kernels tg_reference tg_files tg_model tg_suite)
add_test(NAME reports_html_browser
         COMMAND ${TG_SH} ${CMAKE_CURRENT_LIST_DIR}/html_browser.sh $<TARGET_FILE:html_page> ${PROJECT_BINARY_DIR}/shots)
set_tests_properties(reports_html_browser PROPERTIES SKIP_RETURN_CODE 3 TIMEOUT 600)
