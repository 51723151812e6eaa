#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# gen --paired: a drawn program as a record, which the gate takes; what is refused.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

for machine in compress wrap; do
    run 0 gen --paired --machine $machine --seed 7 --nb-events 300 -o $machine
    says "$machine: a program of 300 drawn instructions"
    says "machine $machine, seed 0x7"
    quiet
    run 0 gate --record $machine --expected reference --actual host
    says "mismatches 0"
    # The same command, the same bytes.
    run 0 gen --paired --machine=$machine --seed=0x7 --nb-events 300 -o again
    check "the same program differs" diff -r $machine again
    rm -r again
done
run 0 gate --record compress --expected reference --actual host
says "traces compared 16"
run 0 gate --record wrap --expected reference --actual host
says "traces compared 18"

# compress is the machine where none is named.
run 0 gen --paired --seed 7 --nb-events 300 -o unnamed
check "the machine is not compress" diff -r compress unnamed
run 0 gen --paired --nb-events 0 -o empty
says "0 drawn instructions, 0 events"

refuse 2 "name a folder that is not there yet" gen --paired --seed 8 --nb-events 3 -o wrap
check "the record of before is gone" grep -q '"seed": "0x7"' wrap/record.json
refuse 2 "missing/record" gen --paired --nb-events 3 -o missing/record
refuse 2 "too long" gen --paired --nb-events 4194305 -o out
refuse 2 "use one of the machines: compress wrap" gen --paired --machine riscv --nb-events 3 -o out
refuse 2 "leave Select.main out" gen Select.main --paired --nb-events 3 -o out
refuse 2 "add --paired" gen Select.main --machine wrap --nb-events 3 -o out
refuse 2 "does not go with --paired" gen --paired --profile uniform --nb-events 3 -o out
refuse 2 "CHIP.KIND is missing" gen --nb-events 3 -o out
refuse 2 "-" gen --paired --nb-events 3 -o -
absent out

finish
