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
says "  again: tracegate gate Select.main --profile uniform --seed 0x7 --nb-events 100 --actual host"
check "the other trace was not compared" grep -Eq '^BaseAlu.main .* match ' "$out"
case=$(echo cases/*)
run 1 replay "$case" --isolate
says "ended by signal 4, SIGILL"
run 1 replay r.json --isolate
says "ended by signal 4, SIGILL"
run 1 triage r.json --isolate --save more
says "  smallest     1 event, height 32"
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

# A campaign goes on behind both.
export WRONG_SELECT=trap
run 1 fuzz Select.main BaseAlu.main --nb-events 500 --keep-going --isolate --save found --seed 3
says "ended by signal 4, SIGILL"
check "no case" test -e "$(echo found/select-main-*)/case.json"
export WRONG_SELECT=spin
run 1 fuzz Select.main --nb-events 100 --max-run-seconds 1 --save found --seed 3
says "has not ended within 1 s"
finish
