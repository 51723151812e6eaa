#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# trace, diff and gate together: what they make and say, and their exit codes 0, 1 and 3.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

corpus=$(cd "$OLDPWD" && readlink -f -- "${2:?the corpus is missing}") || exit 1

# Both CPU backends make the same file; canonical files differ from it and from each other not at all.
run 0 gen Select.main --nb-events 1000 --seed 0x7 -o events.npy
says "1000 events of Select.main"
run 0 trace Select.main --events events.npy -o reference.npy
says "1024 rows, 5 columns"
run 0 trace Select.main --events events.npy --backend host -o host.npy
check "reference and host differ" cmp -s reference.npy host.npy
run 0 trace Select.main --seed 7 --nb-events 1000 -o seeded.npy
check "a file of seeded events and the seed differ" cmp -s reference.npy seeded.npy
run 0 trace Select.main --events events.npy --canonical -o residues.npy
check "residues and Montgomery words are the same" not cmp -s reference.npy residues.npy
run 0 diff reference.npy host.npy
quiet
says "5120 cells compared"
run 0 diff reference.npy host.npy --chip Select.main --events events.npy
says "5000 eventful, 120 padding"

# One wrong byte: row 17, column 1, in a file whose data begin at byte 128.
cp reference.npy wrong.npy
at=$((128 + (17 * 5 + 1) * 4))
check "the header is not of 128 bytes" test "$(stat -c %s reference.npy)" -eq $((128 + 5120 * 4))
byte=$(od -An -tu1 -j $at -N 1 wrong.npy | tr -d ' ')
# shellcheck disable=SC2059
printf "\\x$(printf %02x $((byte ^ 1)))" | dd of=wrong.npy bs=1 seek=$at conv=notrunc status=none
run 1 diff reference.npy wrong.npy
says "row 17"
run 1 diff reference.npy wrong.npy --chip Select.main --events events.npy
says "MISMATCH"
says "vals.out1"
says "row 17, event 17"
says "event: bit"
says "again: tracegate diff --chip Select.main --events events.npy reference.npy wrong.npy"
cp wrong.npy "it's \$HOME; wrong.npy"
run 1 diff reference.npy "it's \$HOME; wrong.npy" --nb-events 1000 --chip Select.main
again=$(sed -n 's/^  again: tracegate //p' "$out")
cp "$out" first.out
eval "run 1 $again"
check "the line that makes the report again makes another" cmp -s "$out" first.out
# So it does where names are not what a shell takes for one word, or look like options.
cp wrong.npy "it's \$(wrong).npy"
cp events.npy ./"-events 1.npy"
cp reference.npy ./-reference.npy
run 1 diff --chip Select.main "--events=-events 1.npy" --max-cells 1 -- -reference.npy "it's \$(wrong).npy"
again=$(sed -n 's/^  again: tracegate //p' "$out")
cp "$out" first.out
eval "run 1 $again"
check "the line that makes the report again makes another: $again" cmp -s "$out" first.out
run 1 diff reference.npy wrong.npy --chip Select.main
says "vals.out1"
says_not "padding  "
says_not "event: "
run 1 diff residues.npy reference.npy --canonical

# Dimensions that differ are a finding; a chip that the trace is not of is wrong use.
run 0 trace Select.main --events events.npy --height 1056 -o taller.npy
run 1 diff reference.npy taller.npy --chip Select.main --events events.npy
says "1056"
refuse 2 "columns" diff reference.npy host.npy --chip BaseAlu.main
refuse 2 "height" diff reference.npy host.npy --chip Select.main --nb-events 1025
refuse 2 "--chip" diff reference.npy host.npy --events events.npy
refuse 2 "--nb-events" diff reference.npy host.npy --chip MemoryConst.main --events events.npy
npy nothing.npy 1 "{'descr': '<u4', 'fortran_order': False, 'shape': (0, 5), }"
refuse 3 "nothing was compared" diff nothing.npy nothing.npy

# Records: events, counts, golden traces.
run 0 trace Select.main --record "$corpus/counts/33" -o record.npy
says "33 events"
run 0 trace Select.main --record "$corpus/counts/33" --backend recorded -o golden.npy
check "the reference differs from the golden trace" cmp -s record.npy golden.npy
run 0 trace Select.main --record "$corpus/counts/33" --nb-events 2 -o two.npy
says "2 events"
refuse 2 "33" trace Select.main --record "$corpus/counts/33" --nb-events 34 -o out.npy
refuse 2 "--nb-events" trace Select.main --record "$corpus/counts/33" --nb-events 2 --backend recorded -o out.npy
refuse 2 "--record" trace Select.main --seed 1 --nb-events 2 --backend recorded -o out.npy
refuse 2 "record.json" trace Select.main --record . -o out.npy
run 0 trace MemoryConst.main --record "$corpus/counts/33" -o const.npy
says "33 events"

# The gate: a match, its last line, and the words that choose what is gated.
run 0 gate Select.main --nb-events 100
says "100 events a trace, profile mixed"
says "seed 0xdeadbeef"
check "records were gated" not grep -q '^records ' "$out"
check "the last lines have no verdict" grep -q '^verdict   match' <(tail -n 2 "$out")
run 0 gate Select.main --seed 3 --actual host --grid 3 --block 33
says "seed 0x3"
run 0 gate Select --record "$corpus/counts/33"
says_not "seed"
says "recorded"
run 0 gate Select.main --record "$corpus/counts/33" --nb-events 2
run 0 gate Select.main --corpus "$corpus"
run 0 gate Select.main --no-corpus
says "seed 0xdeadbeef"
run 0 gate Select.main --no-corpus --self-test
run 0 gate PublicValues.main --nb-events 1 --height 100
run 2 gate --corpus nosuch
run 2 gate --record nosuch
run 2 gate --record "$corpus/counts/33" --nb-events 0
run 0 bench Select.main --backend host --nb-events 1000
says "Select.main"
run 0 bench Select.main --backend host --nb-events 1000 --json
says '"events_per_s"'

# A GPU that is asked for by name and is not there is exit 3; where there is one, it is gated.
if "$program" doctor | grep -q '^cuda *works'; then
    run 0 gate Select.main --nb-events 1000 --actual cuda
else
    for words in "gate Select.main --actual cuda" "gate Select.main --expected cuda" "bench Select.main --backend cuda" \
        "trace Select.main --seed 1 --nb-events 3 --backend cuda -o out.npy"; do
        # shellcheck disable=SC2086
        run 3 $words
        check "more or less than one line on standard error" one_line
    done
fi
absent out.npy
finish
