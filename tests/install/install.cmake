# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of what is installed, in a folder of their own: the library through pkg-config and through CMake, man pages, completions.
target_compile_definitions(test_api PRIVATE TG_VERSION="${PROJECT_VERSION}")

if(TARGET tracegate_library)
  set(sanitized no)
  if(TG_SANITIZE)
    set(sanitized yes)
  elseif(TG_TSAN)
    set(sanitized thread)
  endif()
  add_test(NAME install COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/install/test_install.sh ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}
                                ${CMAKE_COMMAND} ${CMAKE_GENERATOR} ${CMAKE_C_COMPILER} ${PROJECT_VERSION} ${sanitized})
  add_test(NAME install_pages COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/install/test_pages.sh $<TARGET_FILE:tracegate> ${TG_PAGES_DIR})
  set_tests_properties(install install_pages PROPERTIES TIMEOUT 600)
endif()
