# SPDX-License-Identifier: MIT OR Apache-2.0
# Fuzzing. Sets TG_FUZZ_TARGETS, the names of all fuzz targets: those of traces from model/chips.def, the others from fuzz/kinds.def.
#
# With TG_FUZZ everything is compiled by clang for libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer, and fuzz/ makes a
# program a target. Where the environment has LIB_FUZZING_ENGINE, as OSS-Fuzz sets it, CFLAGS say how to compile, and that is what
# the programs are linked with.

option(TG_FUZZ "Build the fuzz targets with clang, libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/kinds.def)
set(TG_FUZZ_TARGETS)
file(STRINGS ${PROJECT_SOURCE_DIR}/model/chips.def lines REGEX "^TG_CHIP\\(")
foreach(line IN LISTS lines)
  # cmake/chips.cmake refuses lines of another form.
  if(line MATCHES "\"([A-Za-z0-9]+)\", (BOTH|MAIN)\\)$")
    set(name ${CMAKE_MATCH_1})
    if(CMAKE_MATCH_2 STREQUAL "BOTH")
      list(APPEND TG_FUZZ_TARGETS ${name}.preprocessed)
    endif()
    list(APPEND TG_FUZZ_TARGETS ${name}.main)
  endif()
endforeach()
file(STRINGS ${PROJECT_SOURCE_DIR}/fuzz/kinds.def lines REGEX "^TG_FUZZ_KIND\\(")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^TG_FUZZ_KIND\\(([a-z0-9_]+)\\)$")
    message(FATAL_ERROR "fuzz/kinds.def: this line is not of the form TG_FUZZ_KIND(name): ${line}")
  endif()
  list(APPEND TG_FUZZ_TARGETS ${CMAKE_MATCH_1})
endforeach()

if(NOT TG_FUZZ)
  return()
endif()

if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "TG_FUZZ needs clang, and the compiler is ${CMAKE_C_COMPILER}: "
                      "configure with -DCMAKE_C_COMPILER=clang-14 (./dev fuzz does it)")
endif()
if(DEFINED ENV{LIB_FUZZING_ENGINE})
  separate_arguments(TG_FUZZ_ENGINE UNIX_COMMAND "$ENV{LIB_FUZZING_ENGINE}")
  # Engines are C++ and want the C++ library that CXXFLAGS name.
  enable_language(CXX)
else()
  include(CheckCSourceCompiles)
  set(CMAKE_REQUIRED_FLAGS -fsanitize=fuzzer)
  set(CMAKE_TRY_COMPILE_TARGET_TYPE EXECUTABLE)
  check_c_source_compiles("#include <stddef.h>\nint LLVMFuzzerTestOneInput(const unsigned char *b, size_t n);
    int LLVMFuzzerTestOneInput(const unsigned char *b, size_t n) { return n > 8 && b[0] == 7 ? 0 : 0; }" TG_HAVE_LIBFUZZER)
  unset(CMAKE_REQUIRED_FLAGS)
  if(NOT TG_HAVE_LIBFUZZER)
    message(FATAL_ERROR "libFuzzer is missing beside ${CMAKE_C_COMPILER}: apt-get install libclang-rt-14-dev (./dev fuzz does it)")
  endif()
  set(TG_FUZZ_ENGINE -fsanitize=fuzzer)
  # Not the checks that only C++ has, and what is found ends the execution.
  set(TG_FUZZ_SANITIZERS -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # Comparisons are traced where bytes are parsed, and not where words are computed: tracing takes longer than the arithmetic, and
  # no comparison of a kernel has an operand that the mutator does not know. Fibers have stacks of their own, whose depth tells
  # nothing, and the calls through pointers are those of every thread of a grid.
  add_compile_options("$<$<COMPILE_LANGUAGE:C>:-fsanitize=fuzzer-no-link;${TG_FUZZ_SANITIZERS}>"
                      "$<$<COMPILE_LANGUAGE:C>:-fno-sanitize-coverage=trace-cmp,stack-depth,indirect-calls>")
  add_link_options(-fsanitize=address,undefined)
endif()
# gcc's -Wconversion, which the code is written for, does not look at signs.
add_compile_options("$<$<COMPILE_LANGUAGE:C>:-Wno-sign-conversion>")

# One thread and no library (fuzz/no_openmp/omp.h); pragmas are read and ignored.
add_library(openmp INTERFACE)
target_include_directories(openmp SYSTEM INTERFACE ${PROJECT_SOURCE_DIR}/fuzz/no_openmp)
target_compile_options(openmp INTERFACE $<$<COMPILE_LANGUAGE:C>:-Wno-unknown-pragmas> $<$<COMPILE_LANGUAGE:C>:-Wno-source-uses-openmp>)
find_package(Threads REQUIRED)
target_link_libraries(openmp INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
