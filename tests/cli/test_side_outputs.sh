#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# What a trace gives besides its cells, through the command line: shown, written, compared; bounds, limits of a search, counts.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
records=$2

# What SP1 recorded comes out byte for byte, by every backend that makes it.
mkdir sides
for backend in reference host recorded; do
    run 0 trace Global.main --record "$records/upstream" --backend "$backend" -o trace.npy --side-outputs sides
    check "lookups of $backend differ" cmp -s sides/Global.main.lookups.npy "$records/upstream/Global.main.lookups.npy"
    check "cells of $backend differ" cmp -s trace.npy "$records/upstream/Global.main.trace.npy"
    says "  cumulative_sum x [266970452, 1228296046, 26374561, 1489510986, 263709556, 133378229, 38332264],"
    says "  event_count 1000"
    says "  lookups 9000, of which 2604 are different"
    says "sides/Global.main.cumulative_sum.npy: cumulative_sum"
    complains "997 of 1000 events have message[0] >= 2^24, the first is event 0: legal for a trace, no proof accepts them"
    only_files sides Global.main.cumulative_sum.npy Global.main.event_count.npy Global.main.lookups.npy
    mv sides "$backend" && mkdir sides
    check "words of $backend differ" cmp -s "$backend/Global.main.cumulative_sum.npy" reference/Global.main.cumulative_sum.npy
    check "counts of $backend differ" cmp -s "$backend/Global.main.event_count.npy" reference/Global.main.event_count.npy
done
run 0 diff reference/Global.main.cumulative_sum.npy host/Global.main.cumulative_sum.npy
says "1 rows, 14 columns"

# They are shown without the option too, and nothing else is written. No events have the start point as their sum.
run 0 trace Global.main --nb-events 0 --seed 1 -o none.npy
says "  event_count 0"
says "  lookups 0, of which 0 are different"
says "16 rows"
only_files sides

# Residues change the cells only.
run 0 trace Global.main --record "$records/counts/3" --canonical -o residues.npy --side-outputs sides
run 0 trace Global.main --record "$records/counts/3" -o words.npy --side-outputs reference
check "--canonical changes side outputs" cmp -s sides/Global.main.cumulative_sum.npy reference/Global.main.cumulative_sum.npy

touch good.txt
# A folder that is not there, a trace without side outputs, a trace that searches nothing.
refuse 2 "nowhere" trace Global.main --seed 1 --nb-events 3 -o out.npy --side-outputs nowhere
absent out.npy
refuse 2 "good.txt" trace Global.main --seed 1 --nb-events 3 -o out.npy --side-outputs good.txt
refuse 2 "Select.main has none" trace Select.main --seed 1 --nb-events 3 -o out.npy --side-outputs sides
refuse 2 "Select.main searches nothing" trace Select.main --seed 1 --nb-events 3 -o out.npy --max-candidates 3
refuse 2 "none of those asked for does" gate Select --nb-events 3 --max-candidates 3
absent out.npy

# A record that lacks a side output.
mkdir record
cp "$records/counts/3/record.json" "$records"/counts/3/Global.main.*.npy record
run 0 gate Global --record record
says "side words 30, lookups 1048576"
rm record/Global.main.lookups.npy
run 0 gate Global --record record
says "golden traces without Global.main.lookups, which was not compared: 1"
run 0 trace Global.main --record record --backend recorded -o out.npy --side-outputs sides
says "  lookups is not in the record"
says_not "lookups.npy"
rm out.npy

# A side output that differs is a mismatch, even where all cells are right.
sed -i 's/"event_count": 3/"event_count": 4/' record/record.json
run 1 gate Global --record record
says "eventful     0 of 723 cells"
says "  Global.main.event_count: 1 of 1 word differs"
says "    expected 3, actual 4"
says "  again: tracegate gate Global.main --record "
# Keys that contradict each other are bad input.
sed -i '0,/"cumulative_sum_x": \[/{/"cumulative_sum_x": \[/{n;s/[0-9][0-9]*/5/}}' record/record.json
refuse 2 "public_values_nonzero[0]" gate Global --record record
complains "record.json, Global.main"

# A search that ends too soon names the event: from the trusted side and from trace it is bad input, from a backend under test a
# finding.
run 2 gate Global --profile upstream --nb-events 20 --max-candidates 1
complains "event 0 of Global.main: none of its 1 candidates"
complains "--max-candidates"
run 2 trace Global.main --seed 3 --nb-events 20 --max-candidates 1 -o out.npy
complains "of Global.main"
absent out.npy
run 2 trace Global.main --seed 3 --nb-events 20 --max-candidates 1 --backend host -o out.npy
complains "of Global.main"
absent out.npy
run 1 gate Global --record "$records/upstream" --expected recorded --max-candidates 1
says "FAILED"
says "  recorded makes all of these events"
says "--expected recorded --actual reference"
says "--max-candidates 1"
run 0 gate Global --nb-events 20 --max-candidates 200

# Bad events are named, and nothing is written.
npy bad.npy 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 36), }"
cp bad.npy head.npy
{ zeros 36 && printf '\x01\x00\x00\x7f' && zeros 32; } >>bad.npy
refuse 2 "message[0] 2130706433" trace Global.main --events bad.npy -o out.npy
complains "event 1 of Global.main"
{ cat head.npy && zeros 36 && zeros 32 && printf '\x02\x00\x00\x00'; } >bad.npy
refuse 2 "is_receive 2" trace Global.main --events bad.npy -o out.npy
{ cat head.npy && zeros 36 && zeros 33 && printf '\x40\x00\x00'; } >bad.npy
refuse 2 "kind 64" trace Global.main --events bad.npy -o out.npy
{ cat head.npy && zeros 36 && zeros 34 && printf '\xff\xff'; } >good.npy
run 0 trace Global.main --events good.npy -o out.npy
quiet
rm out.npy

# Counts above 2^26 rows are refused before memory is taken for them: these run in the little that is allowed, except under
# sanitizers, which take terabytes of addresses for themselves.
little=400000
(ulimit -v "$little" && "$program" list >/dev/null 2>&1) || little=unlimited
(
    ulimit -v "$little"
    nb_failed=0
    for verb in gen trace; do
        refuse 2 "need more than 67108864 rows" "$verb" Global.main --seed 1 --nb-events 67108865 -o out.npy
    done
    refuse 2 "need more than 67108864 rows" gate Global --nb-events 67108865
    exit "$nb_failed"
)
check "large counts are not refused" test $? -eq 0
sed -i 's/"events": 3,/"events": 67108865,/' record/record.json
run 2 gate Global --record record
run 2 trace Global.main --record record -o out.npy
absent out.npy
finish
