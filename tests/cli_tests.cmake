# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of cli/: its suites, and command-line tests, tests/cli/test_<name>.sh, which run the program as a user does. The latter are
# found, not listed.
if(TARGET tracegate)
  foreach(suite test_options test_json_out test_verbs_fault)
    target_link_libraries(${suite} PRIVATE tg_cli)
  endforeach()
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/test_*.sh)
  foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    string(REPLACE test_ test_cli_ name ${name})
    add_test(NAME ${name} COMMAND bash ${script} $<TARGET_FILE:tracegate> ${PROJECT_SOURCE_DIR}/corpus/records)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  endforeach()
endif()
