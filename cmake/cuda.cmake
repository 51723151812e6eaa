# SPDX-License-Identifier: MIT OR Apache-2.0
# Finds a CUDA Toolkit and readies CMake for it. Sets
#   TG_HAVE_CUDA   ON if the cuda backend is built
# and, where it is, the library cuda_runtime: the CUDA runtime, linked statically. The driver's library is not linked: the runtime
# opens it at run time, so that the program starts on a machine without a GPU and says what it lacks.

set(TG_CUDA_ARCHITECTURES "" CACHE STRING
    "As CMake's CMAKE_CUDA_ARCHITECTURES; empty: 80, 90 and 100 where the toolkit knows them, and PTX of the newest")

# A toolkit that `./dev cuda` made.
set(TG_CUDA_WHEELS ${PROJECT_SOURCE_DIR}/build/cuda)

# tg_cuda_check(VARIABLE nvcc): empty if the toolkit can be used, else what is wrong with it.
function(tg_cuda_check variable nvcc)
  set(${variable} "" PARENT_SCOPE)
  execute_process(COMMAND ${nvcc} --version OUTPUT_VARIABLE text ERROR_QUIET RESULT_VARIABLE code)
  if(NOT code EQUAL 0 OR NOT text MATCHES "release ([0-9]+)\\.([0-9]+)")
    set(${variable} "${nvcc} does not run" PARENT_SCOPE)
  elseif(CMAKE_MATCH_1 LESS 12)
    set(${variable} "${nvcc} is of CUDA ${CMAKE_MATCH_1}.${CMAKE_MATCH_2}, and 12 or newer is needed" PARENT_SCOPE)
  endif()
endfunction()

# tg_find_nvcc(VARIABLE PROBLEM): the compiler that the user names, or the first that can be used of the system's and the one from
# wheels; where there is none, what is wrong with the first that was found.
function(tg_find_nvcc variable problem)
  set(found)
  if(CMAKE_CUDA_COMPILER)
    list(APPEND found ${CMAKE_CUDA_COMPILER})
  elseif(DEFINED ENV{CUDACXX})
    list(APPEND found $ENV{CUDACXX})
  else()
    find_program(in_path nvcc HINTS $ENV{CUDA_HOME}/bin $ENV{CUDA_PATH}/bin NO_CACHE)
    foreach(candidate ${in_path} /usr/local/cuda/bin/nvcc ${TG_CUDA_WHEELS}/bin/nvcc)
      if(EXISTS ${candidate})
        list(APPEND found ${candidate})
      endif()
    endforeach()
  endif()
  set(${problem} "there is no nvcc in PATH, /usr/local/cuda or ${TG_CUDA_WHEELS}" PARENT_SCOPE)
  foreach(candidate IN LISTS found)
    tg_cuda_check(fault ${candidate})
    if(fault STREQUAL "")
      set(${variable} ${candidate} PARENT_SCOPE)
      set(${problem} "" PARENT_SCOPE)
      return()
    elseif(NOT DEFINED first_fault)
      set(first_fault "${fault}")
      set(${problem} "${fault}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# tg_cuda_architectures(VARIABLE nvcc): machine code for each of 80, 90, 100 that the compiler knows, PTX of the newest of them,
# which the driver compiles for GPUs that come later.
function(tg_cuda_architectures variable nvcc)
  execute_process(COMMAND ${nvcc} --list-gpu-code OUTPUT_VARIABLE known COMMAND_ERROR_IS_FATAL ANY)
  set(list)
  foreach(architecture 80 90 100)
    if(known MATCHES "sm_${architecture}([^0-9a-z]|$)")
      list(APPEND list ${architecture}-real)
      set(newest ${architecture})
    endif()
  endforeach()
  if(NOT list)
    message(FATAL_ERROR "${nvcc} knows none of sm_80, sm_90, sm_100: set TG_CUDA_ARCHITECTURES")
  endif()
  list(APPEND list ${newest}-virtual)
  set(${variable} ${list} PARENT_SCOPE)
endfunction()

set(TG_HAVE_CUDA OFF)
# A preset hands over an environment variable that may not be set: as AUTO.
if(NOT TG_CUDA MATCHES "^(AUTO|ON|OFF)?$")
  message(FATAL_ERROR "TG_CUDA is ${TG_CUDA}: use AUTO, ON or OFF")
endif()
if(NOT TG_CUDA STREQUAL "OFF")
  tg_find_nvcc(nvcc problem)
  set(mend "./dev cuda installs a toolkit into ${TG_CUDA_WHEELS}, or apt-get install nvidia-cuda-toolkit where that is 12 or newer")
  if(problem STREQUAL "")
    set(TG_HAVE_CUDA ON)
  elseif(TG_CUDA STREQUAL "ON")
    message(FATAL_ERROR "TG_CUDA is ON, but: ${problem}. ${mend}, or configure with -DTG_CUDA=OFF")
  else()
    message(STATUS "The cuda backend is not built: ${problem}. ${mend}")
  endif()
endif()

if(TG_HAVE_CUDA)
  set(CMAKE_CUDA_COMPILER ${nvcc})
  if(TG_CUDA_ARCHITECTURES STREQUAL "")
    tg_cuda_architectures(CMAKE_CUDA_ARCHITECTURES ${nvcc})
  else()
    set(CMAKE_CUDA_ARCHITECTURES ${TG_CUDA_ARCHITECTURES})
  endif()
  enable_language(CUDA)
  set(CMAKE_CUDA_STANDARD 17)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  set(toolkit_libraries ${CMAKE_CUDA_HOST_IMPLICIT_LINK_DIRECTORIES} ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES})
  # Programs are linked by the C compiler: device code here needs neither the C++ library nor device linking, and the program must
  # run where there is no libstdc++. The runtime comes from the library below.
  set(CMAKE_CUDA_RUNTIME_LIBRARY None)
  set(CMAKE_CUDA_IMPLICIT_LINK_LIBRARIES "")
  set(CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES "")
  set(CMAKE_CUDA_LINKER_PREFERENCE 1)
  set(CMAKE_CUDA_LINKER_PREFERENCE_PROPAGATES 0)

  # The host half of each file is C++ that nvcc writes; the warnings of the C build see the same sources. -Wpedantic objects to
  # nvcc's line markers, so it is not asked for. The stubs that nvcc writes would need libstdc++ for exceptions and for thread-safe
  # statics; no stub is ever called, since kernels are launched by cudaLaunchKernel.
  set(TG_CUDA_FLAGS -Xcompiler=-Wall,-Wextra,-Wshadow -Xcompiler=-fno-exceptions,-fno-rtti,-fno-threadsafe-statics)
  if(TG_WERROR)
    list(APPEND TG_CUDA_FLAGS -Werror=all-warnings)
  endif()

  find_path(TG_CUDA_INCLUDE cuda_runtime_api.h HINTS ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
  find_library(TG_CUDART_STATIC libcudart_static.a HINTS ${toolkit_libraries})
  if(NOT TG_CUDA_INCLUDE OR NOT TG_CUDART_STATIC)
    message(FATAL_ERROR "cuda_runtime_api.h or libcudart_static.a is missing beside ${nvcc}: ${mend}")
  endif()
  add_library(cuda_runtime INTERFACE)
  target_include_directories(cuda_runtime SYSTEM INTERFACE ${TG_CUDA_INCLUDE})
  target_link_libraries(cuda_runtime INTERFACE ${TG_CUDART_STATIC} Threads::Threads ${CMAKE_DL_LIBS} rt)
  message(STATUS "The cuda backend is built by ${nvcc} for ${CMAKE_CUDA_ARCHITECTURES}")
endif()
