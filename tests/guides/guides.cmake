# SPDX-License-Identifier: MIT OR Apache-2.0
# The guides of docs/, from top to bottom, as a reader goes. They are found, not listed. What a reader builds is a release build: other
# builds would only say the same, later.
if(TARGET tracegate_library AND NOT TG_SANITIZE AND NOT TG_VERIFY AND NOT TG_TSAN)
  file(GLOB guides CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/guide-*.md)
  foreach(guide IN LISTS guides)
    get_filename_component(name ${guide} NAME_WE)
    string(MAKE_C_IDENTIFIER ${name} name)
    add_test(NAME ${name} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/guides/test_guide.sh ${guide} ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
  endforeach()
endif()
