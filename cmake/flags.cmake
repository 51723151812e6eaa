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
  add_compile_options("$<$<COMPILE_LANGUAGE:C>:-fsanitize=address,undefined;-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
  add_link_options(-fsanitize=address,undefined)
endif()
