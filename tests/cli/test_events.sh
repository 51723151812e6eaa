#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Events that no chip could have left, counts and heights that do not fit, through the command line.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# event NAME SIZE: the header of a file with one event.
event() { npy "$1" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (1, $2), }"; }
refused() { # refused TEXT CHIP.KIND: bad.npy is refused by trace and diff
    refuse 2 "$1" trace "$2" --events bad.npy -o out.npy
    complains "event 0 of $2"
    complains "bad.npy"
}

# Select.main: five words; the third is p.
event bad.npy 20
{ zeros 8 && printf '\x01\x00\x00\x7f' && zeros 8; } >>bad.npy
refused "out2" Select.main
# p - 1 is a word like any other.
event bad.npy 20
{ zeros 8 && printf '\x00\x00\x00\x7f' && zeros 8; } >>bad.npy
run 0 trace Select.main --events bad.npy -o good.npy

# BaseAlu.preprocessed: opcode 4 of 4.
event bad.npy 20
{ printf '\x04\x00\x00\x00' && zeros 16; } >>bad.npy
refused "opcode" BaseAlu.preprocessed
event bad.npy 20
{ printf '\x00\x01\x00\x00' && zeros 16; } >>bad.npy
refused "opcode" BaseAlu.preprocessed

# ExtFeltConvert.preprocessed: the flag at byte 40; what lies behind it belongs to no field.
event bad.npy 44
{ zeros 40 && printf '\x02\x00\x00\x00'; } >>bad.npy
refused "ext2felt" ExtFeltConvert.preprocessed
event bad.npy 44
{ zeros 40 && printf '\x01\xff\xff\xff'; } >>bad.npy
run 0 trace ExtFeltConvert.preprocessed --events bad.npy -o good.npy

# MemoryConst.preprocessed: kind 2 of 2 at byte 24.
event bad.npy 28
{ zeros 24 && printf '\x02\x00\x00\x00'; } >>bad.npy
refused "kind" MemoryConst.preprocessed

# Poseidon2SBox.preprocessed: a multiplicity that is not 1.
event bad.npy 16
zeros 16 >>bad.npy
refused "multiplicity must be 1" Poseidon2SBox.preprocessed

# Poseidon2WideDeg3.main: zeros are not the permutation of zeros; only the reference can tell.
event bad.npy 128
zeros 128 >>bad.npy
refuse 2 "event 0" trace Poseidon2WideDeg3.main --events bad.npy -o out.npy

# Counts: the first N of a file, and no more than it has.
run 0 gen Select.main --nb-events 40 -o events.npy
run 0 trace Select.main --events events.npy --nb-events 33 -o first.npy
says "33 events"
says "64 rows"
run 0 gen Select.main --nb-events 33 -o events33.npy
run 0 trace Select.main --events events33.npy -o second.npy
check "the first 33 events are not the first 33 events" cmp -s first.npy second.npy
refuse 2 "40" trace Select.main --events events.npy --nb-events 41 -o out.npy
run 0 trace Select.main --events events.npy --nb-events 0 -o none.npy
says "16 rows"

# Heights: exactly what is asked for, at least what is needed.
run 0 trace Select.main --events events.npy --height 41 -o out41.npy
says "41 rows"
run 0 trace Select.main --events events.npy --height 40 -o out40.npy
says "40 rows"
refuse 2 "40" trace Select.main --events events.npy --height 39 -o out.npy
run 0 trace MemoryVar.main --seed 3 --nb-events 80 --height 40 -o var.npy
refuse 2 "height" trace MemoryVar.main --seed 3 --nb-events 81 --height 40 -o out.npy
run 0 trace PublicValues.main --seed 3 --nb-events 1 --height 64 -o pv.npy
says "16 rows"
complains "ignored"
refuse 2 "rows" trace Select.main --seed 3 --nb-events 67108865 -o out.npy
refuse 2 "rows" gate Select.main --nb-events 67108865
refuse 2 "height" gate Select.main --nb-events 1000 --height 999

# A profile that makes fewer events than are asked for says so, on standard error.
run 0 gen PublicValues.main --profile upstream --nb-events 50 -o pv.npy
says "1 event of PublicValues.main"
complains "1 event of PublicValues.main is drawn, not 50: profile upstream has no more"
check "more or less than one line on standard error" one_line
run 0 trace PublicValues.main --profile upstream --seed 1 --nb-events 50 -o pv.npy
complains "is drawn, not 50"
run 0 gen PublicValues.main --profile upstream --nb-events 1 -o pv.npy
quiet
run 0 gen PublicValues.main --nb-events 50 -o pv.npy
says "50 events"
quiet

# MemoryConst.main: its number of events is all it needs.
run 0 trace MemoryConst.main --nb-events 33 -o const.npy
says "64 rows"
run 0 trace MemoryConst.main --nb-events 0 -o const0.npy
says "16 rows"
absent out.npy
finish
