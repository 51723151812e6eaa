#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# machines, and describe --machine.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

run 0 machines
quiet
check "not 6 machines" test "$(wc -l <"$out")" -eq 7
for line in 'all +11 +11 +1 +187' 'compress +8 +8 +1 +187' 'shrink +8 +8 +1 +187' 'wrap +9 +9 +1 +187' 'riscv +122 +1 +32 +160' \
    'riscv-mprotect +122 +1 +66 +176'; do
    check "no line $line" grep -Eq "^$line  [A-Za-z]" "$out"
done
run 0 machines --json
quiet
check "JSON has not 6 machines" test "$(grep -c '"id":' "$out")" -eq 6
says '"id": "recursion-compress"'
says '"nb_clusters": 66'
refuse 2 "one word too many" machines riscv

# Every machine can be described, by both of its names, with as many chips and clusters as it has.
"$program" machines | tail -n +2 >machines.txt
while read -r id nb_chips _ nb_clusters nb_values _; do
    run 0 describe --machine "$id"
    quiet
    says "clusters: "
    says "public values: $nb_values"
    check "a line is longer than 110 columns" not grep -qE '.{111}' "$out"
    sed -n '/^  chip /,/^clusters/p' "$out" >chips.txt
    check "not $nb_chips chips of $id" test "$(wc -l <chips.txt)" -eq $((nb_chips + 2))
    check "not $nb_clusters clusters of $id" test "$(sed '1,/^clusters/d;/^public/,$d' "$out" | grep -c '^  [0-9]')" -eq "$nb_clusters"
    run 0 describe --machine "$id" --json
    quiet
    check "not $nb_chips chips of $id in JSON" test "$(grep -c '"preprocessed_width":' "$out")" -eq "$nb_chips"
    check "not $nb_clusters clusters of $id in JSON" test "$(grep -c '"index":' "$out")" -eq "$nb_clusters"
done <machines.txt
run 0 describe --machine recursion-wrap
cp "$out" long.txt
run 0 describe --machine wrap
check "a short id describes another machine" cmp -s "$out" long.txt
check "MemoryVar of wrap is not MemoryVarV1 here" grep -Eq '^  MemoryVar +4 +2 .* MemoryVarV1 ' "$out"
says "152..165  global_cumulative_sum"

# One chip of a machine, also one that has no trace here.
run 0 describe --machine riscv KeccakPermute
quiet
check "no widths" grep -Eq '^  KeccakPermute +2640 +0 +- +- +own events$' "$out"
says "precompile:KeccakPermute+KeccakPermuteControl"
check "not one cluster" test "$(grep -c '^  [0-9]' "$out")" -eq 1
run 0 describe --machine riscv-mprotect KeccakPermute --json
quiet
says '"machine": "riscv-mprotect"'
says '"own": null'
check "not two clusters" test "$(grep -c '"index":' "$out")" -eq 2
run 0 describe Global --machine riscv
says "Global "

# With a kind of trace, too; and from a chip to its columns, or to the machine that has it.
for word in Global Global.main; do
    run 0 describe --machine riscv "$word"
    quiet
    check "no line of the chip" grep -Eq '^  Global +' "$out"
    says "its columns and events: tracegate describe Global"
done
run 0 describe --machine wrap MemoryVar.preprocessed
says "its columns and events: tracegate describe MemoryVarV1"
refuse 2 "KeccakPermute of machine riscv has no preprocessed trace: name the chip alone" describe --machine riscv KeccakPermute.preprocessed
refuse 2 "has no chip 'Select.side'" describe --machine wrap Select.side
for word in Add Add.main; do
    refuse 2 "no chip is called 'Add': machine riscv has one: 'tracegate describe --machine riscv Add'" describe "$word"
done
refuse 2 "no chip is called 'Adx': 'tracegate list'" describe Adx

refuse 2 "the nearest one is wrap" describe --machine wrp
refuse 2 "'tracegate machines' shows all" describe --machine 7
refuse 2 "the nearest one is Select" describe --machine wrap Selec
refuse 2 "has no chip 'Add'" describe --machine wrap Add
refuse 2 "CHIP[.KIND] is missing: name a chip, or a machine with --machine ID" describe
refuse 2 "CHIP[.KIND] is missing: name a chip, or a machine with --machine ID" describe --json
finish
