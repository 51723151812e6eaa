# SPDX-License-Identifier: MIT OR Apache-2.0
# Compiler flags of every C file of the project.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_definitions(_POSIX_C_SOURCE=200809L $<$<BOOL:${TG_VERIFY}>:TG_VERIFY>)
set(TG_WARNINGS -Wall -Wextra -Wundef -Wshadow -Wconversion -Wstrict-prototypes)
if(TG_WERROR)
  list(APPEND TG_WARNINGS -Werror)
endif()
add_compile_options("$<$<COMPILE_LANGUAGE:C>:${TG_WARNINGS}>")
if(TG_SANITIZE)
  # What gcc unrolls at -O3 it checks as often: the field's arithmetic takes four times as long to compile, and finds the same.
  add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:C>,$<CONFIG:Release>>:-O2>")
  add_compile_options("$<$<COMPILE_LANGUAGE:C>:-fsanitize=address,undefined;-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
  add_link_options(-fsanitize=address,undefined)
endif()
if(TG_TSAN)
  if(TG_SANITIZE OR TG_FUZZ)
    message(FATAL_ERROR "TG_TSAN goes with neither TG_SANITIZE nor TG_FUZZ: use a build folder of its own (--preset tsan)")
  endif()
  add_compile_options("$<$<COMPILE_LANGUAGE:C>:-fsanitize=thread;-fno-omit-frame-pointer>")
  add_link_options(-fsanitize=thread)
endif()
