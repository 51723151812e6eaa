# SPDX-License-Identifier: MIT OR Apache-2.0
# One library a folder, and the arrows between them kept by the build: a folder sees only the headers of the folders that it
# links, because each library exports a directory that holds nothing but a link to its own folder.

# tg_folder(NAME SOURCES file... LINKS folder... LIBRARIES target...)
function(tg_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;LIBRARIES")
  set(view ${PROJECT_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${name} ${view}/${name} SYMBOLIC)
  add_library(tg_${name} STATIC ${arg_SOURCES})
  target_include_directories(tg_${name} PUBLIC ${view} PRIVATE ${TG_GENERATED_DIR})
  foreach(link IN LISTS arg_LINKS)
    target_link_libraries(tg_${name} PUBLIC tg_${link})
  endforeach()
  target_link_libraries(tg_${name} PRIVATE ${arg_LIBRARIES})
endfunction()
