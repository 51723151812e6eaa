# SPDX-License-Identifier: MIT OR Apache-2.0
# Third-party libraries, linked statically so that the program is one file that runs on a bare machine.

# tg_static_library(TARGET archive header package): an imported target, or an error that says what to install.
function(tg_static_library target archive header package)
  find_library(${target}_ARCHIVE ${archive})
  find_path(${target}_INCLUDE ${header})
  if(NOT ${target}_ARCHIVE OR NOT ${target}_INCLUDE)
    message(FATAL_ERROR "${archive} or ${header} is missing: apt-get install ${package} (./dev does it)")
  endif()
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${${target}_ARCHIVE}
                                             INTERFACE_INCLUDE_DIRECTORIES ${${target}_INCLUDE})
endfunction()

tg_static_library(jansson libjansson.a jansson.h libjansson-dev)
tg_static_library(xxhash libxxhash.a xxhash.h libxxhash-dev)

find_path(RANDOM123_INCLUDE Random123/philox.h)
if(NOT RANDOM123_INCLUDE)
  message(FATAL_ERROR "Random123/philox.h is missing: apt-get install librandom123-dev (./dev does it)")
endif()
add_library(random123 INTERFACE)
target_include_directories(random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE})

# Fuzz builds have one thread (cmake/fuzz.cmake).
if(TG_FUZZ)
  return()
endif()

# ThreadSanitizer does not see what gcc's OpenMP library does to order its threads: pragmas are ignored, and the threads that are
# watched are the project's own.
if(TG_TSAN)
  find_package(Threads REQUIRED)
  add_library(openmp INTERFACE)
  target_include_directories(openmp SYSTEM INTERFACE ${PROJECT_SOURCE_DIR}/fuzz/no_openmp)
  target_compile_options(openmp INTERFACE $<$<COMPILE_LANGUAGE:C>:-Wno-unknown-pragmas>)
  target_link_libraries(openmp INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
  return()
endif()

# CMake's own OpenMP package would link libgomp.so, which a bare machine may lack.
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libgomp.a OUTPUT_VARIABLE gomp OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT IS_ABSOLUTE "${gomp}")
  message(FATAL_ERROR "libgomp.a is missing beside ${CMAKE_C_COMPILER}: apt-get install gcc (./dev does it)")
endif()
find_package(Threads REQUIRED)
add_library(openmp INTERFACE)
target_compile_options(openmp INTERFACE $<$<COMPILE_LANGUAGE:C>:-fopenmp>)
target_link_libraries(openmp INTERFACE ${gomp} Threads::Threads ${CMAKE_DL_LIBS})
