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
check "digests are not those of the traces" cmp -s <(digests out) <(digests plain)
check "dense is not of whole stacks" test $((($(stat -c %s out/dense.npy) - 128) / 4 % 262144)) -eq 0
check "not an index for every pair" test $(($(stat -c %s out/dense.npy) - 128)) -eq $((2 * ($(stat -c %s out/col_index.npy) - 128)))
rm -r out plain

# Bad input: one clear error each, and nothing is written.
bad() { # bad CODE TEXT words...
    refuse "$1" "$2" generate --device host -o out "${@:3}"
    absent out
    check "temporary folders are left" test -z "$(find . -maxdepth 1 -name '.*-*')"
}
bad 2 "--permits" --record "$corpus/shrink" --machine shrink --permits 0
bad 2 "and machine recursion-wrap has no such chip" --record "$corpus/shrink" --machine wrap
bad 2 "no machine is called 'shrinc': the nearest one is shrink" --record "$corpus/shrink" --machine shrinc
bad 2 "has no chip 'Selec' (--device-chips): the nearest one is Select" --record "$corpus/shrink" --machine shrink --device-chips MemoryVar,Selec
bad 2 "Add has no kernels here" --record "$corpus/riscv/keccak-1" --machine riscv --device-chips Add
bad 2 "needs 262144 words, and has a capacity of 100000: give more with --capacity" --record "$corpus/shrink" --machine shrink --jagged \
    --capacity 100000
bad 2 "has a capacity of 400000" --record "$corpus/shrink" --machine shrink --jagged --capacity 400000
bad 2 "--capacity has no effect without --jagged" --record "$corpus/shrink" --machine shrink --capacity 5
bad 2 "a trace has at most 2^9" --record "$corpus/shrink" --machine shrink --jagged --max-log-rows 9
bad 2 "no such chip" --record "$corpus/boundary" --machine compress
refuse 2 "no device 'gpu'" generate -o out --record "$corpus/shrink" --machine shrink --device gpu
bad 2 "record.json" --record "$corpus" --machine shrink
run 2 generate --record "$corpus/shrink" --machine shrink --device host --max-log-rows 9 -o out
complains "1024 rows, where a trace has 1 to 2^9"
absent out

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

# gate --pipeline: against the reference, cells, digests, public values, the shard's chips.
run 0 gate --pipeline --device host --record "$corpus/executed/compress" --machine compress
quiet
check "not 16 traces match cells" test "$(grep -cE ' match +cells$' "$out")" -eq 16
says "MATCH: 33 comparisons, 0 wrong"
check "a line is longer than 80 columns" not grep -vq '^record' <(grep -E '.{81}' "$out")
run 0 gate --pipeline --device host --record "$corpus/riscv/keccak-0" --record "$corpus/riscv/keccak-2" --machine riscv
quiet
says "public values: 187 compared, 0 wrong"
says "chips of the shard: the record's 34 are the same"
check "not 2 digests" test "$(grep -cE ' match +digest$' "$out")" -eq 2
check "not 2 virtual chips" test "$(grep -cE ' virtual +-$' "$out")" -eq 2
rm -rf bad
cp -r shard bad
sed -i 's/"public_values": \[ 0, 0, 0/"public_values": [ 0, 0, 0/; s/389044720/389044721/g' bad/record.json
run 1 gate --pipeline --device host --record bad --machine riscv
says "public value 130, global_cumulative_sum[0]: expected 389044721, actual 389044720"
says "MISMATCH"

# Other events than the recorded cells were made from.
rm -rf bad
cp -r "$corpus/shrink" bad
printf '\001\002\003\004' | dd of=bad/Select.main.events.npy bs=1 seek=140 conv=notrunc status=none
run 1 gate --pipeline --device host --record bad --machine shrink --max-cells 2
quiet
check "no trace is wrong" grep -qE '^  Select +main .* match +WRONG$' "$out"
says "again"
says "MISMATCH: 33 comparisons, 1 wrong"

# A wrong kernel: the trace that it makes on the device is reported, and the same chip on the host is right.
program=$(readlink -f -- "$3")
WRONG_SELECT=more run 1 gate --pipeline --device host --device-chips Select --record "$corpus/shrink" --machine shrink
says "Select.main            pipeline against reference    1000 events, height 1024    MISMATCH"
says "again: tracegate gate --record $corpus/shrink --pipeline --machine shrink --device-chips Select --device host"
check "the kernel's trace is right" grep -qE '^  Select +main .* WRONG +WRONG$' "$out"
says "MISMATCH: 33 comparisons, 2 wrong"
WRONG_SELECT=more run 0 gate --pipeline --device host --device-chips none --record "$corpus/shrink" --machine shrink
refuse 2 "--pipeline without --machine" gate --pipeline --record "$corpus/shrink"
refuse 2 "--pipeline without --record" gate --pipeline --machine shrink
refuse 2 "no effect with --pipeline: --seed 0x5" gate --pipeline --record "$corpus/shrink" --machine shrink --seed 5
refuse 2 "no effect without --pipeline: --threads 3" gate --threads 3
finish
