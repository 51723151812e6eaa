#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Residues instead of words: a word that is not below p has none, and is refused rather than reduced.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

corpus=$2

# set_word INDEX BYTES: overwrite a word of the recorded trace, which is row-major.
set_word() {
    # shellcheck disable=SC2059 # the bytes are escapes
    printf "$2" | dd of=record/Select.main.trace.npy bs=1 seek=$((128 + 4 * $1)) conv=notrunc status=none
}

mkdir record
cp "$corpus/counts/65/Select.main.events.npy" "$corpus/counts/65/Select.main.trace.npy" record
chmod -R u+w record
cat >record/record.json <<END
{"traces": [{"trace": "Select.main", "events": 65, "height": 96, "width": 5}]}
END
words=(trace Select.main --record record --backend recorded)

run 0 "${words[@]}" --canonical -o good.npy
says "residues"
run 0 trace Select.main --record record --canonical -o reference.npy
check "the recorded trace has other residues" cmp -s good.npy reference.npy

# Row 2, column 1: p itself, whose residue would be 0.
set_word 11 '\x01\x00\x00\x7f'
refuse 2 "2130706433" "${words[@]}" --canonical -o bad.npy
complains "Select.main by recorded, row 2, column "
complains "out1"
complains "without --canonical"
absent bad.npy
run 0 "${words[@]}" -o words.npy

# The greatest word there is, in the last cell; an old output stays.
set_word 11 '\x00\x00\x00\x7f'
run 0 "${words[@]}" --canonical -o edge.npy
set_word 479 '\xff\xff\xff\xff'
printf old >old.npy
refuse 2 "4294967295" "${words[@]}" --canonical -o old.npy
complains "row 95"
complains "in2"
check "the old file has changed" test "$(cat old.npy)" = old
finish
