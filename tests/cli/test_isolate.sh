#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Kernels that end the process, or never end, in a process of their own: a finding, and all goes on. The wrong program is the third
# argument; WRONG_SELECT chooses its bug.
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Right kernels are right there too.
run 0 gate Select BaseAlu.main --seed 7 --nb-events 200 --actual host --isolate
says "verdict   match: traces compared 3 of 3"
quiet
refuse 2 "--isolate and --no-isolate exclude each other" gate Select --isolate --no-isolate
refuse 2 "--max-run-seconds and --no-isolate exclude each other" fuzz Select --max-run-seconds 5 --no-isolate

# A crash is a finding, with what there is to say of it, shrunk; the next trace is compared.
program=$wrong
export WRONG_SELECT=trap
uniform="--seed 7 --profile uniform --nb-events 100 --actual host"
# shellcheck disable=SC2086 # a list of words
run 1 gate Select.main BaseAlu.main $uniform --isolate --save cases --json r.json --no-times
quiet
says "Select.main            host    FAILED"
says "the kernel of Select.main: its worker was ended by signal 4, SIGILL (Select.main on host: 100 events, 128 rows, the plan's shape"
says "  smallest     1 event, height 32"
says "  again: tracegate gate Select.main --profile uniform --seed 0x7 --nb-events 100 --actual host --isolate"
says_not "--max-run-seconds"
check "the other trace was not compared" grep -Eq '^BaseAlu.main .* match ' "$out"
case=$(echo cases/*)
run 1 replay "$case" --isolate
says "ended by signal 4, SIGILL"
run 1 replay r.json --isolate
says "ended by signal 4, SIGILL"
run 1 triage r.json --isolate --save more
says "  smallest     1 event, height 32"
# What crashed is isolated without being asked for, unless it must not be.
run 1 replay "$case"
says "ended by signal 4, SIGILL"
run 1 replay r.json
says "ended by signal 4, SIGILL"
run 1 triage "$case" --save more
says "ended by signal 4, SIGILL"
run 1 triage r.json --save more
says "  again: tracegate replay $(echo more/*) --actual host --isolate"
"$program" replay "$case" --no-isolate >"$out" 2>"$err"
check "the crash passed" test $? -ne 0
says_not "verdict"
run 1 triage Select.main --nb-events 50 --isolate --save most
says "signal 4, SIGILL"
# Without a worker it ends the program.
# shellcheck disable=SC2086
"$program" gate Select.main $uniform >"$out" 2>"$err"
check "the crash passed" test $? -ne 0

# So is a run that does not end, which is not tried again and again.
export WRONG_SELECT=spin
# shellcheck disable=SC2086
run 1 gate Select.main BaseAlu.main $uniform --max-run-seconds 1
says "the kernel of Select.main has not ended within 1 s"
says_not "smallest"
check "the other trace was not compared" grep -Eq '^BaseAlu.main .* match ' "$out"
# Its line has the limit, and is run again from the report with it, or with another one.
# shellcheck disable=SC2086
run 1 gate Select.main $uniform --max-run-seconds 1 --json hung.json
line="tracegate gate Select.main --profile uniform --seed 0x7 --nb-events 100 --actual host --isolate --max-run-seconds 1"
says "  again: $line"
says_not "compared nothing"
says_not "skipped"
run 1 replay hung.json
says "line      $line"
says "the kernel of Select.main has not ended within 1 s"
run 1 replay hung.json --max-run-seconds 2
says "the kernel of Select.main has not ended within 2 s"
run 1 triage hung.json --max-run-seconds 1 --max-seconds 1 --save hangs
says "  again: tracegate replay $(echo hangs/*) --actual host --isolate --max-run-seconds 1"
run 1 replay "$(echo hangs/*)" --max-run-seconds 1
says "  again: tracegate replay $(echo hangs/*) --actual host --max-run-seconds 1"

# What is right in the plan's launch shape only is found with --sweep, and known again by its key.
export WRONG_SELECT=divide
key='key          Select.main/eventful/launch-shape/vals.bit (22cef4a51c0f)'
# shellcheck disable=SC2086
run 0 gate Select.main $uniform --repeat 3
# shellcheck disable=SC2086
run 1 gate Select.main BaseAlu.main $uniform --sweep --save shapes --json shapes.json --no-times
says "$key"
says "  wrong in     block 1, grid 1 with block 1, "
says "  right in     the plan's shape, "
says "  again: tracegate gate Select.main --profile uniform --seed 0x7 --nb-events 100 --actual host --block 1 --sweep"
check "the other trace was not compared" grep -Eq '^BaseAlu.main .* match ' "$out"
# shellcheck disable=SC2086
run 1 gate Select.main $uniform --grid 1 --block 1 --sweep
says "$key"
run 1 replay shapes.json
says "kept for  Select.main/eventful/launch-shape/vals.bit"
run 1 triage shapes.json --save shapes2
says "$key"
run 1 triage "$(echo shapes/*)" --save shapes3
says "$key"
# shellcheck disable=SC2086
run 0 gate Select.main $uniform --block 64 --sweep
refuse 2 "--sweep is for kernels, and none are under test" gate Select.main --seed 7 --actual recorded --sweep
refuse 2 "--sweep is for a launch shape, and none is given" triage Select.main --seed 7 --sweep
refuse 2 "'1' is no number from 2 to" gate Select.main --repeat 1

# A campaign goes on behind both.
export WRONG_SELECT=trap
run 1 fuzz Select.main BaseAlu.main --nb-events 500 --keep-going --isolate --save found --seed 3
says "ended by signal 4, SIGILL"
check "no case" test -e "$(echo found/select-main-*)/case.json"
export WRONG_SELECT=spin
run 1 fuzz Select.main --nb-events 100 --max-run-seconds 1 --save found --seed 3
says "has not ended within 1 s"
finish
