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
    says "  cumulative_sum x [266970452, 1228296046, 26374561, 1489510986, 263709556, 133378229, 38332264]"
    says "                 y [1004641254, 804607641, 507132123, "
    says "  event_count 1000"
    says "  lookups 9000, of which 2604 are different"
    says "sides/Global.main.cumulative_sum.npy: cumulative_sum"
    complains "note      Global.main: 997 of 1000 events have message[0] >= 2^24, the first is event 0: legal for a trace, no"
    complains "          proof accepts them"
    only_files sides Global.main.cumulative_sum.npy Global.main.event_count.npy Global.main.lookups.npy
    mv sides "$backend" && mkdir sides
    check "words of $backend differ" cmp -s "$backend/Global.main.cumulative_sum.npy" reference/Global.main.cumulative_sum.npy
    check "counts of $backend differ" cmp -s "$backend/Global.main.event_count.npy" reference/Global.main.event_count.npy
done
run 0 diff reference/Global.main.cumulative_sum.npy host/Global.main.cumulative_sum.npy
says "1 rows, 14 columns"

# They are shown without the option too, and nothing else is written. No events have the start point as their sum.
mkdir nothing
run 0 trace Global.main --nb-events 0 --seed 1 -o none.npy --side-outputs nothing
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

# All files or none: where one cannot be written, all stay as they were and nothing is left beside them.
mkdir mixed
run 0 trace Global.main --seed 1 --nb-events 3 -o mixed/out.npy --side-outputs mixed
cp -r mixed before
mkdir blocked blocked/Global.main.lookups.npy
refuse 2 "this is a folder" trace Global.main --seed 2 --nb-events 4 -o mixed/out.npy --side-outputs blocked
only_files blocked Global.main.lookups.npy
refuse 2 "this is a folder" trace Global.main --seed 2 --nb-events 4 -o mixed --side-outputs mixed
check "a file of those that stay has changed" diff -r mixed before
# A file that grows beyond a limit, as on a full disk: the trace is the largest.
limited 4 trace Global.main --seed 2 --nb-events 96 -o mixed/out.npy --side-outputs mixed >"$out" 2>"$err"
check_code $? 2
complains "mixed/out.npy"
check "a file has changed without room" diff -r mixed before
limited 100 trace Global.main --seed 2 --nb-events 96 -o mixed/out.npy --side-outputs mixed >"$out" 2>"$err"
check_code $? 0
check "nothing has changed where there was room" not diff -rq mixed before
rm -r mixed/* && cp before/* mixed

# No two outputs in one file, and none in the place of what the trace is made from.
refuse 2 "two outputs have one path" trace Global.main --seed 1 --nb-events 3 -o mixed/Global.main.lookups.npy --side-outputs mixed
refuse 2 "two outputs have one path" trace Global.main --seed 1 --nb-events 3 -o mixed/../mixed/Global.main.event_count.npy --side-outputs mixed
run 0 gen Global.main --nb-events 4 -o events.npy
cp events.npy kept.npy
refuse 2 "would replace what the trace is made from (events.npy)" trace Global.main --events events.npy -o ./events.npy
check "the events are gone" cmp -s events.npy kept.npy
cp -r "$records/counts/3" own
for name in events trace; do
    refuse 2 "own/Global.main.$name.npy" trace Global.main --record own -o "own/Global.main.$name.npy"
done
refuse 2 "own/record.json" trace Global.main --record own -o own/record.json
refuse 2 "own/Global.main.lookups.npy" trace Global.main --record own -o out.npy --side-outputs own
check "the record has changed" diff -r own "$records/counts/3"
run 0 trace Global.main --record own -o own/other.npy
# Nor in the place of what is printed.
"$program" trace Global.main --seed 1 --nb-events 3 -o /dev/stdout >printed.txt 2>"$err"
check_code $? 2
complains "standard output goes to this file"
check "the file of standard output was replaced" test ! -s printed.txt
rm -r before blocked own printed.txt events.npy kept.npy

# A record with a digest only has no cells to write.
cp -r "$records/counts/3" digest && rm digest/Global.main.trace.npy
refuse 2 "the record has only a digest of the trace" trace Global.main --record digest --backend recorded -o out.npy
sed -i '/xxh3_128/d; s/\("width": [0-9]*\),$/\1/' digest/record.json
refuse 2 "the record has the events of the trace" trace Global.main --record digest --backend recorded -o out.npy
rm -r digest

# Side outputs in files against each other.
run 0 diff mixed/Global.main.lookups.npy mixed/Global.main.lookups.npy --chip Global.main.lookups
says "equal: Global.main.lookups, 524288 lookup counters compared"
run 1 diff mixed/Global.main.lookups.npy reference/Global.main.lookups.npy --chip Global.main.lookups --max-cells 1
says "  Global.main.lookups: "
says "    U8Range a 0, b 0, c 0: expected count "
says "more lookups (--max-cells lists more)"
says "  again: tracegate diff --chip Global.main.lookups --max-cells 1 mixed/Global.main.lookups.npy reference/Global.main.lookups.npy"
run 1 diff mixed/Global.main.cumulative_sum.npy host/Global.main.cumulative_sum.npy --chip Global.main.cumulative_sum
says "  Global.main.cumulative_sum: 14 of 14 words differ"
says "    x[0]: expected "
says "actual 266970452"
run 0 diff reference/Global.main.event_count.npy reference/Global.main.event_count.npy --chip Global.main.event_count
says "equal: Global.main.event_count, 1 word compared"
refuse 2 "is no Global.main.event_count" diff mixed/Global.main.event_count.npy mixed/Global.main.cumulative_sum.npy --chip Global.main.event_count
refuse 2 "is no lookups" diff mixed/Global.main.lookups.npy mixed/out.npy --chip Global.main.lookups
refuse 2 "--nb-events is for traces" diff mixed/Global.main.lookups.npy mixed/out.npy --chip Global.main.lookups --nb-events 3
refuse 2 "chip Global has no trace" diff mixed/out.npy mixed/out.npy --chip Global.main.lookup
# Two that count nothing are equal multisets, and as arrays they have nothing that could be compared.
refuse 3 "both files are empty: they are equal" diff nothing/Global.main.lookups.npy nothing/Global.main.lookups.npy
run 0 diff nothing/Global.main.lookups.npy nothing/Global.main.lookups.npy --chip Global.main.lookups
rm -r mixed nothing

# A record that lacks a side output.
mkdir record
cp "$records/counts/3/record.json" "$records"/counts/3/Global.main.*.npy record
run 0 gate Global --record record
says ", side words 30,"
says "lookup counters 1048576, "
rm record/Global.main.lookups.npy
run 0 gate Global --record record
says "golden traces without Global.main.lookups, which was not compared: 1"
run 0 trace Global.main --record record --backend recorded -o out.npy --side-outputs sides
says "  lookups is not in the record"
says_not "lookups.npy"
rm out.npy

# A side output that differs is a mismatch, even where all cells are right.
cp record/record.json right.json
sed -i 's/742646150/742646151/' record/record.json
run 1 gate Global --record record
says "eventful     0 of 723 cells"
says "  Global.main.cumulative_sum: 1 of 14 words differs"
says "    x[0]: expected 742646150 (0x2c43e186), actual 742646151"
says "  again: tracegate gate Global.main --record "
# Keys that contradict each other are bad input.
sed -i 's/"event_count": 3/"event_count": 4/' record/record.json
refuse 2 '"event_count"' gate Global --record record
cp right.json record/record.json
sed -i '0,/"cumulative_sum_x": \[/{/"cumulative_sum_x": \[/{n;s/[0-9][0-9]*/5/}}' record/record.json
refuse 2 "public_values_nonzero[0]" gate Global --record record
complains "record.json, Global.main"

# What --nb-events leaves of a record has no recorded trace, and the gate says whose doing that is.
run 0 gate Global --record "$records/counts/3" --nb-events 2
says "sets of events without a recorded trace: 1; --nb-events cuts records"
run 0 gate Global --record "$records/counts/3" --seed 4 --nb-events 2 --height 128
says "--height for Global.main: it ignores fixed heights and has 32 rows"

# A search that ends too soon names the event: from the trusted side and from trace it is bad input, from a backend under test a
# finding.
run 2 gate Global --profile upstream --nb-events 20 --max-candidates 1
complains "event 0 of Global.main: its only candidate will not do: give a larger --max-candidates"
complains "--max-candidates"
run 2 trace Global.main --seed 3 --nb-events 20 --max-candidates 1 -o out.npy
complains "of Global.main"
absent out.npy
run 2 trace Global.main --seed 3 --nb-events 20 --max-candidates 1 --backend host -o out.npy
complains "of Global.main: its only candidate will not do: give a larger --max-candidates"
absent out.npy
run 2 trace Global.main --seed 3 --nb-events 20 --max-candidates 2 --backend host -o out.npy
complains "none of its 2 candidates will do: give a larger --max-candidates"
refuse 2 "--max-candidates 257: Global.main has 256 candidates" trace Global.main --seed 3 --nb-events 2 --max-candidates 257 -o out.npy
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
refuse 2 "kind 64 (0x00000040) is not below 64" trace Global.main --events bad.npy -o out.npy
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
