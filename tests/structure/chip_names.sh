#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Checks that no source outside a chip's own files knows a chip: neither its id as (a part of) an identifier nor its name as a
# string. Comments may name chips, and so does model/machines.json, the list of machines; so may longer strings of files/ and cli/,
# whose help and advice give examples. An id that the list of machines has as a key (public_values) is a word of its own, and the
# chip's only behind a prefix.
#
#   chip_names.sh ROOT
#
# Exits 0 if all is right, 1 if a chip is named, 2 if there was nothing to look at.
set -u
root=${1:?"usage: chip_names.sh ROOT"}
cd "$root" || exit 2
list=model/chips.def
if ! grep -q '^TG_CHIP(' $list 2>/dev/null; then
    echo "chip_names: no chips in $root/$list" >&2
    exit 2
fi

# shellcheck disable=SC2046,SC2086 # lists of words; paths of this tree have no spaces
set -- $(find CMakeLists.txt cmake model files reference kernels gpu modules harness api pipeline cli pages fuzz -type f 2>/dev/null | LC_ALL=C sort)
awk '
function own_file(path,    name, file) {
    name = path
    sub(/^[a-z]+\//, "", name)
    sub(/_plan\.h$/, "", name)
    sub(/\.[a-z]+$/, "", name)
    if (name in files) return 1
    for (file in files)
        if (index(name, file "_") == 1) return 1
    return 0
}
# The line without comments; keeps track of those that go on.
function code_of(line,    result, at) {
    result = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (at == 0) return result
            line = substr(line, at + 2)
            in_comment = 0
            continue
        }
        at = match(line, /\/\*|\/\/|"([^"\\]|\\.)*"/)
        if (at == 0) return result line
        result = result substr(line, 1, RSTART - 1)
        if (substr(line, RSTART, 1) == "\"") {
            result = result substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
        } else if (substr(line, RSTART, 2) == "//") {
            return result
        } else {
            line = substr(line, RSTART + 2)
            in_comment = 1
        }
    }
    return result
}
function names_chip(code,    folder, id, name, rest, bare) {
    folder = FILENAME
    sub(/\/.*/, "", folder)
    bare = code
    if (FILENAME !~ /(\.cmake|\.txt)$/) gsub(/"([^"\\]|\\.)*"/, "\"\"", bare)
    for (id in ids) {
        if (bare ~ "(^|[^A-Za-z0-9_])((tg|TG|krn|ref|CHIP)_)" (id in keys ? "+" : "*") id "(_(main|preprocessed|event|instr|row))?([^A-Za-z0-9_]|$)") return id
        if (bare ~ "_" id "_(main|preprocessed)") return id
    }
    for (name in names) {
        if (code ~ "\"" name "(\\.(main|preprocessed))?\"") return name
        rest = folder == "cli" || folder == "files" ? bare : code
        if (rest ~ "(^|[^A-Za-z0-9_])" name "([^A-Za-z0-9_]|$)") return name
    }
    return ""
}
FNR == 1 { in_comment = 0; nb_files++ }
FILENAME == "model/chips.def" {
    if (match($0, /^TG_CHIP\(/)) next
}
FILENAME != "model/chips.def" && FILENAME != "model/machines.json" && !own_file(FILENAME) {
    code = FILENAME ~ /(\.cmake|\.txt)$/ ? $0 : code_of($0)
    if (FILENAME ~ /(\.cmake|\.txt)$/) sub(/#.*/, "", code)
    chip = names_chip(code)
    if (chip != "") { printf "%s:%d: names %s: %s\n", FILENAME, FNR, chip, $0; nb_wrong++ }
}
BEGIN {
    while ((getline line < "model/chips.def") > 0) {
        if (line !~ /^TG_CHIP\(/) continue
        gsub(/[()",]/, " ", line)
        split(line, words, " ")
        ids[words[2]] = 1
        files[words[3]] = 1
        names[words[4]] = 1
    }
    close("model/chips.def")
    while ((getline line < "model/machines.json") > 0)
        for (id in ids)
            if (index(line, "\"" id "\": ") != 0) keys[id] = 1
    close("model/machines.json")
}
END {
    if (nb_files < 50) { printf "chip_names: only %d files were seen\n", nb_files; exit 2 }
    printf "%d files, %d lines that name a chip\n", nb_files, nb_wrong
    exit nb_wrong != 0
}' "$@"
