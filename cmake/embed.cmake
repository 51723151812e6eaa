# SPDX-License-Identifier: MIT OR Apache-2.0
# Files of the tree as C arrays, so that the program needs none of them beside it.

# tg_embed(OUTPUT HEADER header NAME file...): writes the C file OUTPUT, which includes header and defines, for each pair of NAME and
# file, NAME as a text that ends with a zero.
function(tg_embed output)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER" "")
  set(pairs ${arg_UNPARSED_ARGUMENTS})
  set(content "/* Made by cmake/embed.cmake. */\n#include \"${arg_HEADER}\"\n")
  while(pairs)
    list(POP_FRONT pairs name file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} bytes HEX)
    # A char may be signed: what is not ASCII has no place in one as a plain number.
    if(bytes MATCHES "^(..)*[89a-f].")
      message(FATAL_ERROR "${file} holds bytes that are not ASCII")
    endif()
    # 32 bytes a line.
    string(REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND content "\nconst char ${name}[] = {\n${bytes}0};\n")
  endwhile()
  file(CONFIGURE OUTPUT ${output} CONTENT "${content}" @ONLY)
endfunction()
