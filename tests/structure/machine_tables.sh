#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Checks that the program which makes the tables of machines refuses a list whose parts do not fit together, and that it then leaves
# no table behind.
#
#   machine_tables.sh ROOT PROGRAM
#
# Exits 0 if all is right, 1 if not.
set -u
root=${1:?"usage: machine_tables.sh ROOT PROGRAM"}
program=${2:?}
list=$root/model/machines.json
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
nb_checked=0
nb_wrong=0

# refuses TEXT SCRIPT: the list after this sed script is refused with this text.
refuses() {
    nb_checked=$((nb_checked + 1))
    sed "$2" "$list" >"$work/changed.json"
    if cmp -s "$list" "$work/changed.json"; then
        echo "machine_tables: '$2' changes nothing"
        nb_wrong=$((nb_wrong + 1))
    elif "$program" "$work/changed.json" "$work/tables.h" >"$work/text" 2>&1 || ! grep -qF -- "$1" "$work/text" ||
        [ -e "$work/tables.h" ]; then
        echo "machine_tables: after '$2' no \"$1\", but:"
        cat "$work/text"
        nb_wrong=$((nb_wrong + 1))
    fi
}

"$program" "$list" "$work/tables.h" || exit 1
grep -q '^static const tg_machine machines\[\]' "$work/tables.h" || exit 1
rm "$work/tables.h"
refuses "line 2, column" '1s/{/[/'
refuses "duplicate object key" '/^ "about"/s/about/chips/'
refuses "the file: " '/^ "sets"/s/sets/groups/'
refuses "riscv, chip 0: " '/"name": "Program"/s/"width"/"widht"/'
refuses "riscv, chip 1: " '/"name": "ShaExtend"/s/"width": 128/"width": "128"/'
refuses "ShaExtend: width or height out of range" '/"name": "ShaExtend"/s/"width": 128/"width": 0/'
refuses "Byte: width or height out of range" '/"name": "Byte"/s/"height": 65536/"height": -1/'
refuses "ShaExtend: \"included\" is \"sometimes\"" '/"name": "ShaExtend"/s/own events/sometimes/'
refuses "riscv: ShaExtend stands twice" 's/"name": "ShaCompress"/"name": "ShaExtend"/'
refuses "riscv: no name: \"Sha Extend\"" 's/"name": "ShaExtend"/"name": "Sha Extend"/'
refuses "no chip of ours is called MemoryVarV2" 's/MemoryVarV1/MemoryVarV2/'
refuses "\"device\" is \"preprocessed\"" 's/main and preprocessed/preprocessed/'
refuses "cluster precompile:EdAddAssign of riscv: EdAddAsign is neither a set nor a chip" \
    's/"precompile", "EdAddAssign"/"precompile", "EdAddAsign"/'
refuses "cluster precompile:EdAddAssign of riscv has Global twice" 's/"precompile", "EdAddAssign"/"precompile", "Global"/'
refuses "cluster precompile:EdAddAssign of riscv is empty" 's/"of": \["tables", "precompile", "EdAddAssign"\]/"of": []/'
refuses "\"clusters\" has no list \"riscv-users\"" 's/"riscv-user"\]/"riscv-users"]/'
refuses "\"chips\" has no list \"recursion-warp\"" 's/"chips": "recursion-wrap"/"chips": "recursion-warp"/'
refuses "riscv: vk has 0 values" 's/\["empty", 4\]/["vk", 0]/'
refuses "more than 187 public values" 's/\["proof_nonce", 4\]/["proof_nonce", 40]/'
refuses "machine riscv stands twice" 's/"id": "riscv-mprotect"/"id": "riscv"/'
refuses "machine all stands twice" 's/"short_id": "wrap"/"short_id": "all"/'
refuses "machine riscv stands twice" 's/"short_id": "riscv-mprotect"/"short_id": "riscv"/'
refuses "riscv: cluster core stands twice" 's/"id": "core-special"/"id": "core"/'
refuses "riscv-mprotect: cluster memory-boundary stands twice" 's/"id": "memory-boundary-user"/"id": "memory-boundary"/'
refuses "recursion: digest stands twice" 's/\["exit_code", 1\], *$/["digest", 1],/'
refuses "\"sets\": nothing uses \"cord\"" '/^ "sets"/s/{/{"cord": ["Nothing"],/'
refuses "\"sets\": nothing uses \"none\"" '/^ "sets"/s/{/{"none": [],/'
refuses "\"clusters\": nothing uses \"other\"" '/^ "clusters"/s/{/{"other": [{"id": "x", "of": ["Nothing"]}],/'
refuses "\"chips\": nothing uses \"other\"" '/^ "chips"/s/{/{"other": [],/'
refuses "\"public_values\": nothing uses \"other\"" '/^ "public_values"/s/{/{"other": [["pc", 1]],/'
refuses "set Global: the word stands for something else already" '/^ "sets"/s/{/{"Global": ["Byte"],/'
refuses "set all chips: the word stands for something else already" '/^ "sets"/s/{/{"all chips": ["Byte"],/'
[ "$nb_checked" -ge 30 ] || exit 1
echo "$nb_checked wrong lists, $nb_wrong not refused as they should be"
[ "$nb_wrong" -eq 0 ]
