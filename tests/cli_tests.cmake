# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of cli/: its suites, and command-line tests, tests/cli/test_<name>.sh, which run the program as a user does. The latter are
# found, not listed.
if(TARGET tracegate)
  # The program with wrong kernels of Select, which stand before those of the library.
  add_executable(tracegate_wrong ${PROJECT_SOURCE_DIR}/cli/main.c cli/wrong_select.c)
  target_link_libraries(tracegate_wrong PRIVATE tg_cli)
  target_compile_definitions(tracegate_wrong PRIVATE TG_VERSION="${PROJECT_VERSION}")
  foreach(suite test_stop test_supervise test_supervise_fault test_template test_new_chip test_new_chip_fault test_options test_apart test_apart_fault test_launches test_gate_pipeline test_gate_pipeline_fault test_shard_sizes_fault test_out_folder test_json_out test_document_files test_document_files_fault test_verbs_fault test_watch_files test_watch_files_fault)
    target_link_libraries(${suite} PRIVATE tg_cli)
  endforeach()
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/test_*.sh)
  foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    string(REPLACE test_ test_cli_ name ${name})
    add_test(NAME ${name} COMMAND bash ${script} $<TARGET_FILE:tracegate> ${PROJECT_SOURCE_DIR}/corpus/records
             $<TARGET_FILE:tracegate_wrong>)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  endforeach()
endif()
