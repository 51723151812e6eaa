#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# fuzz_standalone as a user calls it: what it runs, what it finds, how it ends.
#
#   test_standalone.sh FUZZ_STANDALONE WRONG_KERNEL
. "$(dirname -- "${BASH_SOURCE[0]}")/../cli/lib.sh"
wrong_kernel=${2:?the wrong kernel is missing}

run 0 --list
says "Select.main"
says "Global.main"
says "arithmetic"

# Wrong use, and nothing to run.
run 2
run 2 Select.main
run 2 --frobnicate here
run 2 Selekt.main .
complains "no fuzz target is called 'Selekt.main'"
run 2 Select.main nowhere
complains "nowhere"
mkdir empty .hidden
run 2 Select.main empty
complains "nothing to run"

# A case of one event is 12 bytes of head and the event; in1, the fourth word, is p - 1 in the second.
mkdir -p units/deep
printf '\1\0\0\0\0\0\3\0\0\0\0\0' >units/harmless
zeros 20 >>units/harmless
printf '\1\0\0\0\0\0\3\0\0\0\0\0' >units/deep/harmful
{ zeros 4 && printf '\7\0\0\0' && zeros 4 && printf '\0\0\0\177' && zeros 4; } >>units/deep/harmful
: >units/nothing
printf 'not looked at' >.hidden/unit
printf 'prose' >units/README.md
run 0 Select.main units .
says "Select.main: "
says "0 found"
run 0 npy units
says "npy: 3 files"

# A wrong kernel is found in the one that shows it, and what is found is saved and runs again.
export TG_FUZZ_KERNELS=$wrong_kernel
run 0 Select.main units/harmless units/nothing
run 1 Select.main units
says "vals.out1  (1)"
says "again: # not saved"
says "3 files, 0 saved cases, 1 found"
export TG_FUZZ_FINDINGS=$folder/found
run 1 Select.main units
case_folder=$(sed -n 's/^  again: tracegate gate Select.main --record \([^ ]*\) .*/\1/p' "$out")
check "no case was saved" test -e "$case_folder/case.json"
says "--actual host --block 3"
unset TG_FUZZ_FINDINGS
run 1 Select.main found
says "0 files, 1 saved cases, 1 found"
unset TG_FUZZ_KERNELS
run 0 Select.main found
says "0 files, 1 saved cases, 0 found"

# A case of another trace is passed over in a folder, and refused by name.
run 2 Global.main found
complains "nothing to run"
run 2 Global.main "$case_folder"
complains "a case of Select.main"
# One that is broken is said wherever it is.
printf '{' >"$case_folder/case.json"
run 2 Select.main found
complains "malformed JSON"
finish
