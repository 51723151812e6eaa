# SPDX-License-Identifier: MIT OR Apache-2.0
# The planted bugs of tests/user/bugs as users' kernels, on the CPU; gpu/user.sh has them on a GPU. The plain build does it alone, as
# with the planted bugs of the program's own kernels.
if(TARGET tracegate AND NOT TG_SANITIZE AND NOT TG_VERIFY)
  add_test(NAME user_bugs COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/user/bugs.sh $<TARGET_FILE:tracegate> ${CMAKE_CURRENT_LIST_DIR}/user/bugs)
  cmake_host_system_information(RESULT nb_cores QUERY NUMBER_OF_LOGICAL_CORES)
  set_tests_properties(user_bugs PROPERTIES TIMEOUT 600 PROCESSORS ${nb_cores})
endif()

# The program's own kernels as modules of every kind a user may have, for gpu/user.sh. Made on request: ninja user_modules.
add_executable(own_modules ${CMAKE_CURRENT_LIST_DIR}/user/modules/own_modules.c)
target_link_libraries(own_modules PRIVATE tg_gpu tg_kernels tg_model)
if(TARGET tracegate)
  add_test(NAME user_own_modules COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/user/modules/host.sh $<TARGET_FILE:tracegate> $<TARGET_FILE:own_modules>
                                         ${PROJECT_SOURCE_DIR})
  set_tests_properties(user_own_modules PROPERTIES TIMEOUT 600)
endif()
if(TG_HAVE_CUDA)
  # A cubin runs on one generation of devices, unlike the program's own code.
  set(TG_USER_MODULES_ARCHITECTURE 90 CACHE STRING "Architecture of the modules that the target user_modules makes: of the device that gpu/user.sh runs on")
  add_custom_target(user_modules
                    COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/user/modules/build.sh $<TARGET_FILE:own_modules> ${PROJECT_SOURCE_DIR}
                            ${PROJECT_BINARY_DIR}/user_modules ${TG_USER_MODULES_ARCHITECTURE} ${CMAKE_CUDA_COMPILER} -std=c++17 -O3 VERBATIM)
endif()
