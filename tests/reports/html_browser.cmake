# SPDX-License-Identifier: MIT OR Apache-2.0
# The HTML report in a browser, where there is one. The plain build has it alone: it is one page, whose bytes are the same in every
# build, and test_document_html writes it under sanitizers.
add_executable(html_page ${CMAKE_CURRENT_LIST_DIR}/html_page.c)
target_link_libraries(html_page PRIVATE tg_harness tg_gpu tg_kernels tg_reference tg_files tg_model tg_suite)
if(NOT TG_SANITIZE AND NOT TG_VERIFY)
  add_test(NAME reports_html_browser
           COMMAND ${TG_SH} ${CMAKE_CURRENT_LIST_DIR}/html_browser.sh $<TARGET_FILE:html_page> ${PROJECT_BINARY_DIR}/shots)
  set_tests_properties(reports_html_browser PROPERTIES SKIP_RETURN_CODE 3 TIMEOUT 600)
endif()
