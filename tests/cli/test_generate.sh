#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# generate, and gate --pipeline.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
corpus=$2

# A trace's file is the record's own, where it has cells, to the byte of the data.
same_cells() { # same_cells FOLDER RECORD
    local file nb=0
    for file in "$1"/*.trace.npy; do
        # MemoryVar of wrap is recorded by another name.
        local recorded=$2/$(basename -- "$file")
        [ -e "$recorded" ] || recorded=${recorded/.main/V1.main}
        [ -e "$recorded" ] || recorded=${recorded/.preprocessed/V1.preprocessed}
        cmp -s <(tail -c +129 "$file") <(tail -c +129 "$recorded") || return 1
        nb=$((nb + 1))
    done
    [ "$nb" -eq "$3" ]
}

# All splits, numbers of threads and permits give the recorded cells.
for how in '--device host' '--device host --device-chips all --threads 1' '--device host --device-chips none --threads 16' \
    '--device host --device-chips Select,BaseAlu --jobs 5 --permits 3' '--device host --no-overlap'; do
    # shellcheck disable=SC2086 # words
    run 0 generate --record "$corpus/shrink" --machine shrink $how -o out
    quiet
    says "cluster all: 8 chips, 0 virtual"
    says "out: 16 traces"
    check "a line is longer than 80 columns" not grep -qE '.{81}' "$out"
    check "cells are not the record's with $how" same_cells out "$corpus/shrink" 16
    check "not 16 digests" test "$(grep -c '"xxh3_128":' out/traces.json)" -eq 16
    rm -r out
done
says_not "runs at once"
says_not "stand-in"
says_not "no public values"
run 0 generate --record "$corpus/executed/wrap" --machine wrap --device host --jobs 2 -o out
says "2 runs at once made the same"
check "cells are not the record's" same_cells out "$corpus/executed/wrap" 18

# A folder of results is replaced on demand only, another one never.
refuse 2 "the output folder holds results" generate --record "$corpus/shrink" --machine shrink --device host -o out
check "results are gone" same_cells out "$corpus/executed/wrap" 18
run 0 generate --record "$corpus/shrink" --machine shrink --device host --force -o out/
check "results were not replaced" same_cells out "$corpus/shrink" 16
touch out/mine
refuse 2 "holds other files than results" generate --record "$corpus/shrink" --machine shrink --device host --force -o out
check "my file is gone" test -e out/mine
touch file
refuse 2 "something else is there" generate --record "$corpus/shrink" --machine shrink --device host -o file
check "temporary folders are left" test -z "$(find . -maxdepth 1 -name '.*-*')"
rm -r out file

# Shards: virtual traces have no file.
run 0 generate --record "$corpus/riscv/keccak-0" --machine riscv --device host -o out
quiet
says "cluster core: 34 chips, 2 virtual"
absent out/DivRem.main.trace.npy
nb_stand_ins=$(grep -cE ' stand-in [0-9a-f]{12}$' "$out")
check "no stand-in" test "$nb_stand_ins" -gt 0
check "a line is longer than 80 columns" not grep -qE '.{81}' "$out"
says "$nb_stand_ins of 35 traces are stand-ins: "
check "traces.json has other stand-ins" test "$(grep -c '"made_by": "stand-in"' out/traces.json)" -eq "$nb_stand_ins"
check "traces.json does not say what they are" test "$(grep -cE '"stand_in": "(zeros|cells)"' out/traces.json)" -eq "$nb_stand_ins"
check "public values are not said to be there" grep -q '"has_public_values": true' out/traces.json
check "not 2 virtual traces" test "$(grep -c '"is_virtual": true' out/traces.json)" -eq 2
rm -r out

# The jagged form: every column of a trace is where its index says.
run 0 generate --record "$corpus/shrink" --machine shrink --device host -o plain
run 0 generate --record "$corpus/shrink" --machine shrink --device host --jagged --capacity 1048576 --jobs 5 --permits 3 -o out
quiet
says "5 runs at once made the same"
check "other files than those of the form" test "$(cd out && echo *)" = \
    "col_index.npy dense.npy jagged.json start_indices.npy traces.json"
digests() { grep -o '"xxh3_128": "[0-9a-f]*"' "$1/traces.json" | sort; }
check "jagged.json and traces.json have other rows" test "$(grep -h '"max_log_rows":' out/*.json | sort -u | wc -l)" -eq 1
check "jagged.json has no rows" grep -q '"max_log_rows":' out/jagged.json
check "digests are not those of the traces" cmp -s <(digests out) <(digests plain)
check "dense is not of whole stacks" test $((($(stat -c %s out/dense.npy) - 128) / 4 % 262144)) -eq 0
check "not an index for every pair" test $(($(stat -c %s out/dense.npy) - 128)) -eq $((2 * ($(stat -c %s out/col_index.npy) - 128)))
# Without times the same bytes come out.
run 0 generate --record "$corpus/shrink" --machine shrink --device host --no-times -o one
run 0 generate --record "$corpus/shrink" --machine shrink --device host --no-times -o two
check "two runs without times differ" diff -r one two
check "there are no times without --no-times" grep -q '"times"' plain/traces.json
check "there are times with --no-times" not grep -q '"times"' one/traces.json
rm -r out plain one two

# Bad input: one clear error each, and nothing is written.
bad() { # bad CODE TEXT words...
    refuse "$1" "$2" generate --device host -o out "${@:3}"
    absent out
    check "temporary folders are left" test -z "$(find . -maxdepth 1 -name '.*-*')"
}
bad 2 "--permits" --record "$corpus/shrink" --machine shrink --permits 0
bad 2 "--permits has no effect without --jobs" --record "$corpus/shrink" --machine shrink --permits 2
bad 2 "is of machine recursion-shrink, not of recursion-wrap" --record "$corpus/shrink" --machine wrap
bad 2 "no machine is called 'shrinc': the nearest one is shrink" --record "$corpus/shrink" --machine shrinc
bad 2 "has no chip 'Selec' (--device-chips): the nearest one is Select" --record "$corpus/shrink" --machine shrink --device-chips MemoryVar,Selec
bad 2 "has no chip 'all' (--device-chips): give all alone" --record "$corpus/shrink" --machine shrink --device-chips all,Select
bad 2 "give names with one ','" --record "$corpus/shrink" --machine shrink --device-chips Select,
bad 2 "give Select: a chip's traces" --record "$corpus/shrink" --machine shrink --device-chips Select.main
bad 2 "has no chip 'Add' (--device-chips): leave it out: it is a chip of riscv and riscv-mprotect" --record "$corpus/shrink" \
    --machine shrink --device-chips Select,Add
bad 2 "Add has no kernels here" --record "$corpus/riscv/keccak-1" --machine riscv --device-chips Add
bad 2 "needs 524288 words, of which 262144 preprocessed, and has a capacity of 100000: give --capacity 524288" --record "$corpus/shrink" --machine shrink --jagged \
    --capacity 100000
bad 2 "has a capacity of 400000" --record "$corpus/shrink" --machine shrink --jagged --capacity 400000
bad 2 "--capacity has no effect without --jagged" --record "$corpus/shrink" --machine shrink --capacity 5
bad 2 "as 11 other traces have; the jagged form needs 524288 words, of which 262144 preprocessed, and has a capacity of 1000: give \
--max-log-rows 10 and --capacity 524288" --record "$corpus/shrink" --machine shrink --jagged --max-log-rows 9 --capacity 1000
bad 2 "no such chip" --record "$corpus/boundary" --machine compress
refuse 2 "no device 'gpu'" generate -o out --record "$corpus/shrink" --machine shrink --device gpu
bad 2 "record.json" --record "$corpus" --machine shrink
bad 2 "BaseAlu.preprocessed has 1024 rows, above the 2^9 of --max-log-rows, as 11 other traces have: give --max-log-rows 10" \
    --record "$corpus/shrink" --machine shrink --max-log-rows 9

# Records that contradict themselves.
changed() { # changed SED RECORD: a copy of a record with another record.json
    rm -rf bad
    cp -r "$2" bad
    sed -i "$1" bad/record.json
    check "nothing was changed" not cmp -s bad/record.json "$2/record.json"
}
flat() { tr -d '\n' <"$1/record.json" | sed 's/  */ /g' >flat && mv flat "$1/record.json"; }
cp -r "$corpus/shrink" one
flat one
changed 's/"machine": "shrink"/"machine": null/' one
refuse 2 "and machine recursion-wrap has no such chip" generate --device host -o out --record bad --machine wrap
changed 's/"height": 960, \("sha256": "[0-9a-f]*", "trace": "[A-Za-z]*.main"\)/"height": 992, \1/' one
refuse 2 "has 992 rows in the record and 960 in the program" generate --device host -o out --record bad --machine shrink
refuse 2 "has 992 rows in the record and 960 in the program" generate --device host -o out --record bad --machine shrink --jagged
changed 's/"height": 960/"height": 928/' one
refuse 2 "952" generate --device host -o out --record bad --machine shrink
cp -r "$corpus/riscv/keccak-1" shard
flat shard
changed 's/"chip": "KeccakPermuteControl", \("height": 32, "included": true\)/"chip": "Blake3", \1/' shard
refuse 2 "has no chip 'Blake3'" generate --device host -o out --record bad --machine riscv
changed 's/\("chip": "KeccakPermuteControl", "height": 32, "included": true, "preprocessed_width": 0[^}]*"width": \)634/\1246/; s/"KeccakPermuteControl"/"DivRem"/' shard
refuse 2 "cluster" generate --device host -o out --record bad --machine riscv
changed 's/"shard": 1/"global_dependencies_opt": true, "shard": 1/' shard
refuse 2 "global_dependencies_opt" generate --device host -o out --record bad --machine riscv
run 0 generate --device host -o out --record bad --machine riscv --jagged --capacity 8388608
check "Byte is as without the lookups" not grep -q e74413475a64f1 out/traces.json
rm -r out

# Public values that the record lacks are said.
copy_without_values() {
    rm -rf bad
    cp -r "$corpus/shrink" bad
    sed -i 's/"public_values_words"/"none"/' bad/record.json
}
copy_without_values
run 0 generate --device host -o out --record bad --machine shrink
says "the record has no public values: those that no trace makes are 0"
check "traces.json does not say so" grep -q '"has_public_values": false' out/traces.json
rm -r out
refuse 2 "cannot make the output folder: No such file" generate --device host -o none/out --record bad --machine shrink

# gate --pipeline: against the reference, cells, digests, side outputs, public values, the shard's chips.
gate() { # gate CODE words...
    run "$1" gate --pipeline --device host "${@:2}"
}
copy() { # copy RECORD: as bad
    rm -rf bad
    cp -r "$1" bad
}
gate 0 --record "$corpus/executed/compress" --machine compress
quiet
check "not 16 traces match cells" test "$(grep -cE ' match +cells +-$' "$out")" -eq 16
says "public values: 0 made, 187 carried through, 0 zero, 0 wrong"
says "with the reference: 16 traces, 89744 cells"
says "with the record: 16 traces, 89744 cells; 0 side outputs"
says "MATCH: 32 comparisons, 0 wrong"
check "a line is longer than 80 columns" not grep -vq '^record' <(grep -E '.{81}' "$out")
gate 0 --record "$corpus/riscv/keccak-0" --record "$corpus/riscv/keccak-2" --machine riscv
quiet
says "public values: 15 made, 145 carried through, 27 zero, 0 wrong"
says "chips of the shard: the record's 34 are the same"
says "shard.lookups.npy: not compared"
check "not 2 digests" test "$(grep -cE ' match +digest +3$' "$out")" -eq 2
check "not 2 virtual chips" test "$(grep -cE ' virtual +- +-$' "$out")" -eq 2
says "with the reference: 2 traces"
says "MATCH: 14 comparisons, 0 wrong"

# Bad records: the gate's check ends with the line that generate prints.
both() { # both TEXT MACHINE: of the record bad
    refuse 2 "$1" generate --device host -o out --record bad --machine "$2"
    absent out
    sed 's/^tracegate generate: //' "$err" >generate.err
    refuse 2 "$1" gate --pipeline --device host --record bad --machine "$2"
    check "gate and generate say different things" cmp -s generate.err <(sed 's/^tracegate gate: //' "$err")
}
copy_of() { # copy_of RECORD: as bad, and flat
    copy "$1"
    flat bad
}
changed 's/"events": 1000, \("height": [0-9]*, "sha256": "[0-9a-f]*", "trace": "Select.main"\)/"events": 500, \1/' one
both "need [500, 20]" shrink
copy one
rm bad/Select.main.events.npy
both "No such file" shrink
copy one
truncate -s -100 bad/Select.main.events.npy
both "the file is truncated" shrink
copy one
head -c 20000 /dev/zero | tr '\000' '\377' | dd of=bad/Select.main.events.npy bs=1 seek=128 conv=notrunc status=none
both "not a word below p" shrink
changed 's/"public_values_words": \[ *[0-9]*/"public_values_words": [4294967295/' one
both "which is out of range" shrink
changed 's/"public_values_words": \[ *[0-9]*,/"public_values_words": [/' one
both "has 186 numbers, where a shard has 187" shrink
copy "$corpus/riscv/keccak-2"
rm -r bad/whole
both "320 rows, where the shard has 7744" riscv
copy "$corpus/riscv/keccak-2"
truncate -s -100 bad/whole/Global.main.events.npy
both "the file is truncated" riscv
copy_of "$corpus/riscv/keccak-2"
sed -i 's/"chip": "Global", "height": 7744/"chip": "Global", "height": 8000/' bad/record.json
both "7744 rows, where the shard has 8000" riscv
changed 's/"machine": "shrink"/"fixed_height": 16, "machine": "shrink"/' one
both "height 16 of MemoryConst.main is below the 1000 rows that 1000 events need" shrink
changed 's/"machine": "shrink"/"machine": "none"/' one
both "no machine is called 'none'" shrink
copy one
both "is of machine recursion-shrink, not of recursion-compress" compress
copy "$corpus/riscv/keccak-1"
both "is of machine riscv, not of riscv-mprotect" riscv-mprotect
copy_of "$corpus/riscv/keccak-0"
sed -i 's/"chip": "DivRem", "height": 16/"chip": "DivRem", "height": 320/' bad/record.json
both '"height" of DivRem is 320, and the shard does not include it' riscv
# A list of chips that is not the cluster's.
copy_of "$corpus/riscv/keccak-0"
sed -i 's/{ "chip": "DivRem",[^}]*}, *//' bad/record.json
both "list of chips is not cluster core, the smallest with all that it includes; missing: DivRem; too many: none" riscv
# Whoever reads the report may go: nothing is said of it.
env --default-signal=PIPE "$program" gate --pipeline --device host --record "$corpus/shrink" --record "$corpus/shrink" \
    --machine shrink 2>"$err" | head -1 >"$out"
quiet
says "record $corpus/shrink"

# Every place that says a cumulative sum is looked at: all of them changed, then one that contradicts the others.
copy shard
sed -i 's/389044720/389044721/g' bad/record.json
gate 1 --record bad --machine riscv
says "public value 130, global_cumulative_sum[0], made: expected 389044721, actual 389044720"
check "the side output is not wrong" grep -qE '^  Global +main .* match +cells +WRONG$' "$out"
says "MISMATCH: 7 comparisons, 2 wrong"
changed 's/\("cumulative_sum": { *"x": \[ *\)389044720/\1389044721/' shard
refuse 2 "says 389044721 for cumulative_sum" gate --pipeline --device host --record bad --machine riscv
cp -r "$corpus/riscv/keccak-0" cut
flat cut
changed 's/\("cumulative_sum": { *"x": \[ *\)775514000/\1775514001/' cut
refuse 2 "says 775514001 for cumulative_sum" gate --pipeline --device host --record bad --machine riscv
changed 's/\("public_values": \[ *\)0/\15/' shard
gate 0 --record bad --machine riscv # carried through as it is

# The record's lookups: another counter, and no more lookups.
copy shard
printf '\063' | dd of=bad/Global.main.lookups.npy bs=1 seek=$(($(stat -c %s bad/Global.main.lookups.npy) - 4)) conv=notrunc status=none
check "nothing was changed" not cmp -s bad/Global.main.lookups.npy shard/Global.main.lookups.npy
gate 1 --record bad --machine riscv
says "side outputs, pipeline against recorded    MISMATCH"
says "  key          Global.main/side/side-outputs/lookups ("
says "MISMATCH: 7 comparisons, 1 wrong"

# What the record does not have is said; a record that has nothing to compare with is no match.
changed 's/, "xxh3_128": "[0-9a-f]*"//' shard
rm bad/Global.main.trace.npy
gate 0 --record bad --machine riscv
check "a record without cells has some" grep -qE '^  Global +main .* match +- +3$' "$out"
says "made, and not in the record: 1 trace"
says "with the record: 0 traces, 0 cells; 3 side outputs"
copy one
sed -i 's/"xxh3_128"/"none"/g' bad/record.json
rm bad/*.trace.npy
gate 3 --record bad --machine shrink
complains "nothing that was made is in the record to be compared"
says "NOT GATED: 16 comparisons, 0 wrong"
gate 0 --record "$corpus/executed/compress" --machine compress
says_not "preprocessed traces: not gated"
copy one
python3 - <<'END' 2>"$err" || check "the program was not taken out of the record" false
import json
record = json.load(open("bad/record.json"))
record["traces"] = [t for t in record["traces"] if t["trace"].endswith(".main")]
json.dump(record, open("bad/record.json", "w"))
END
gate 0 --record bad --machine shrink
says "preprocessed traces: not gated, the record has none"

# Other events than the recorded cells were made from.
copy "$corpus/shrink"
mv bad other
printf '\001\002\003\004' | dd of=other/Select.main.events.npy bs=1 seek=140 conv=notrunc status=none
gate 1 --record other --machine shrink --max-cells 2
quiet
check "no trace is wrong" grep -qE '^  Select +main .* match +WRONG +-$' "$out"
says "again"
says "MISMATCH: 32 comparisons, 1 wrong"

# Several records: all are checked before the first is gated, and each is gated whatever the others are.
refuse 2 "record.json" gate --pipeline --device host --record other --record "$corpus" --machine shrink
copy "$corpus/shrink"
printf '\001' | dd of=bad/Select.main.trace.npy bs=1 seek=200 conv=notrunc status=none
for isolate in --isolate --no-isolate; do
    gate 1 --record other --record bad --record "$corpus/shrink" --machine shrink $isolate
    says "MISMATCH: "
    complains "tracegate gate: bad: "
    check "a record was passed over" test "$(grep -c '^record ' "$out")" -eq 3
    check "the last one was not gated" grep -q "cluster all: 8 chips" <(tail -6 "$out")
done
gate 2 --record bad --record "$corpus/shrink" --machine shrink
says "NOT GATED: "

# A wrong kernel: the trace that it makes on the device is reported, and the same chip on the host is right.
program=$(readlink -f -- "$3")
WRONG_SELECT=more gate 1 --device-chips Select --record "$corpus/shrink" --machine shrink
says "Select.main            pipeline against reference    1000 events, height 1024    MISMATCH"
says "again: tracegate gate --record $corpus/shrink --pipeline --machine shrink --device-chips Select --device host"
check "the kernel's trace is right" grep -qE '^  Select +main .* WRONG +WRONG +-$' "$out"
says "MISMATCH: 32 comparisons, 2 wrong"
WRONG_SELECT=more gate 0 --device-chips none --record "$corpus/shrink" --machine shrink

# One that ends its process, or never ends, costs its record and no other.
WRONG_SELECT=trap gate 1 --device-chips Select --record "$corpus/shrink" --record "$corpus/shrink" --machine shrink
check "not 2 records are said to have failed" \
    test "$(grep -c 'the kernel of Select.main in .* blocks .* was ended by signal 4, SIGILL (1000 events, 1024 rows)' "$err")" -eq 2
check "not a key for each" test "$(grep -c '^  key          Select.main/failed/crashed/' "$err")" -eq 2
says "FAILED: 0 comparisons, 0 wrong; 2 of 2 records not gated to the end"
# Their lines are of the record that failed, and fail again.
again=$(sed -n 's/^  again: tracegate //p' "$err" | head -1)
check "a line names both records" test "$(grep -o "record[= ]$corpus/shrink" <<<"$again" | wc -l)" -eq 1
WRONG_SELECT=trap eval "run 1 $again"
complains "the kernel of Select.main"
WRONG_SELECT=spin gate 1 --device-chips Select --record "$corpus/shrink" --machine shrink --max-run-seconds 2
complains "the kernel of Select.main in"
complains "has not ended within 2 s"
complains "  key          Select.main/failed/hung/"
complains "  again: tracegate gate --record $corpus/shrink --max-run-seconds 2"
says "FAILED: 0 comparisons, 0 wrong; 1 of 1 record not gated to the end"
refuse 2 "exclude each other" gate --pipeline --record "$corpus/shrink" --machine shrink --max-run-seconds 2 --no-isolate
refuse 2 "--pipeline without --machine" gate --pipeline --record "$corpus/shrink"
refuse 2 "--pipeline without --record" gate --pipeline --machine shrink
refuse 2 "--pipeline writes no report files" gate --pipeline --record "$corpus/shrink" --machine shrink --json r.json
refuse 2 "--pipeline writes no report files" gate --pipeline --record "$corpus/shrink" --machine shrink --junit r.xml
absent r.json
# What is found of a record's events when they are used is one error, and no verdict.
copy "$corpus/shrink"
printf '\001\002\003\004' | dd of=bad/Poseidon2WideDeg3.main.events.npy bs=1 seek=140 conv=notrunc status=none
refuse 2 "event 0 of Poseidon2WideDeg3.main" gate --pipeline --device host --device-chips none --record bad --machine shrink
refuse 2 "no effect with --pipeline: --seed 0x5" gate --pipeline --record "$corpus/shrink" --machine shrink --seed 5
refuse 2 "no effect without --pipeline: --threads 3" gate --threads 3
finish
