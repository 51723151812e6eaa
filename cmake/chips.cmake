# SPDX-License-Identifier: MIT OR Apache-2.0
# Reads model/chips.def, the one list of chips, for the build: sets
#   TG_CHIP_FILES   the file names, each once
# and writes, below ${TG_GENERATED_DIR},
#   chip_headers.h  includes model/<file>.h of every chip
#   chip_draws.h    TG_DRAWS_OF_<file>: the chip's own draws where harness/<file>.c exists, NULL elsewhere
#   chip_coverages.h TG_COVERAGE_OF_<file>: the chip's own coverage where harness/<file>_coverage.c exists, NULL elsewhere
#   chip_programs.h TG_PROGRAM_OF_<id>: the chip in drawn programs where harness/<file>_program.c exists, NULL elsewhere
# A chip whose required files are missing stops the configuration: half a chip can't land.

set(TG_GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/model/chips.def)

file(STRINGS ${PROJECT_SOURCE_DIR}/model/chips.def lines REGEX "^TG_CHIP\\(")
set(TG_CHIP_FILES)
set(ids)
set(programs "/* Made by cmake/chips.cmake from model/chips.def. */\n")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^TG_CHIP\\(([a-z0-9_]+), ([a-z0-9_]+), \"([A-Za-z0-9]+)\", (BOTH|MAIN)\\)$")
    message(FATAL_ERROR "model/chips.def: this line is not of the form TG_CHIP(id, file, \"Name\", BOTH|MAIN): ${line}")
  endif()
  set(id ${CMAKE_MATCH_1})
  set(file ${CMAKE_MATCH_2})
  set(kinds ${CMAKE_MATCH_4})
  if(id IN_LIST ids)
    message(FATAL_ERROR "model/chips.def: id ${id} stands twice")
  endif()
  list(APPEND ids ${id})
  list(APPEND TG_CHIP_FILES ${file})
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/harness/${file}_program.c)
    string(APPEND programs "#define TG_PROGRAM_OF_${id} NULL\n")
  elseif(kinds STREQUAL "BOTH")
    string(APPEND programs "extern const tg_chip_program tg_program_${id};\n#define TG_PROGRAM_OF_${id} (&tg_program_${id})\n")
  else()
    message(FATAL_ERROR "harness/${file}_program.c: a chip without a preprocessed trace (${id}) has no instructions to draw")
  endif()
endforeach()
list(REMOVE_DUPLICATES TG_CHIP_FILES)
if(NOT TG_CHIP_FILES)
  message(FATAL_ERROR "model/chips.def lists no chip")
endif()

set(headers "/* Made by cmake/chips.cmake from model/chips.def. */\n")
set(draws "${headers}")
set(coverages "${headers}")
foreach(file IN LISTS TG_CHIP_FILES)
  foreach(required model/${file}.h reference/${file}.c kernels/${file}.cu)
    if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${required})
      message(FATAL_ERROR "model/chips.def names ${file}, but ${required} is missing: a chip needs model/<file>.h, "
                          "reference/<file>.c and kernels/<file>.cu (docs/adding-a-chip.md)")
    endif()
  endforeach()
  string(APPEND headers "#include \"model/${file}.h\"\n")
  if(EXISTS ${PROJECT_SOURCE_DIR}/harness/${file}.c)
    string(APPEND draws "extern const tg_draws tg_draws_${file};\n#define TG_DRAWS_OF_${file} (&tg_draws_${file})\n")
  else()
    string(APPEND draws "#define TG_DRAWS_OF_${file} NULL\n")
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/harness/${file}_coverage.c)
    string(APPEND coverages "extern const tg_chip_coverage tg_coverage_${file};\n#define TG_COVERAGE_OF_${file} (&tg_coverage_${file})\n")
  else()
    string(APPEND coverages "#define TG_COVERAGE_OF_${file} NULL\n")
  endif()
endforeach()
file(CONFIGURE OUTPUT ${TG_GENERATED_DIR}/chip_headers.h CONTENT "${headers}" @ONLY)
file(CONFIGURE OUTPUT ${TG_GENERATED_DIR}/chip_draws.h CONTENT "${draws}" @ONLY)
file(CONFIGURE OUTPUT ${TG_GENERATED_DIR}/chip_coverages.h CONTENT "${coverages}" @ONLY)
file(CONFIGURE OUTPUT ${TG_GENERATED_DIR}/chip_programs.h CONTENT "${programs}" @ONLY)
