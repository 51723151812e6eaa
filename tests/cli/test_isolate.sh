#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Kernels that end the process, or never end, in a process of their own: a finding, and all goes on. The wrong program is the third
# argument; WRONG_SELECT chooses its bug.
corpus=$2
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Right kernels are right there too.
run 0 gate Select BaseAlu.main --seed 7 --nb-events 200 --actual host --isolate
says "verdict   match: traces compared 3 of 3"
quiet
refuse 2 "--isolate and --no-isolate exclude each other" gate Select --isolate --no-isolate
refuse 2 "--max-run-seconds and --no-isolate exclude each other" fuzz Select --max-run-seconds 5 --no-isolate

# A crash is a finding, with what there is to say of it, shrunk; the next trace is compared.
right=$program
program=$wrong
export WRONG_SELECT=trap
uniform="--seed 7 --profile uniform --nb-events 100 --actual host"
# shellcheck disable=SC2086 # a list of words
run 1 gate Select.main BaseAlu.main $uniform --isolate --save cases --json r.json --no-times
quiet
says "Select.main            host    FAILED"
says "the kernel of Select.main: its worker was ended by signal 4, SIGILL"
says "Select.main on host: 100 events, 128 rows, the plan's shape"
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

# generate: the kernel is named, nothing is written, and what was begun is removed.
hidden() { find . -maxdepth 1 -name '.traces*'; }
# cleared: what a program that was ended had begun to write is removed soon.
cleared() {
    for _ in $(seq 600); do
        [ -z "$(hidden)" ] && return
        sleep 0.1
    done
    return 1
}
shrink="--record $corpus/shrink --machine shrink --device host"
export WRONG_SELECT=trap
for more in "" "--device-chips Select" "--jobs 3 --permits 2"; do
    # shellcheck disable=SC2086 # words
    run 1 generate $shrink $more --isolate -o traces
    check "something on standard output" test ! -s "$out"
    complains "its process was ended by signal 4, SIGILL"
    complains "Select.main"
    check "a folder is left" test -z "$(hidden)"
    absent traces
done
# shellcheck disable=SC2086
run 1 generate $shrink --device-chips Select --isolate -o traces
complains "tracegate generate: the kernel of Select.main in 2 blocks of 32 threads: its process was ended by signal 4, SIGILL (1000 events, 1024 rows)"
complains "  key          Select.main/failed/crashed/the kernel under test failed"
complains "  again: tracegate generate --record $corpus/shrink --machine shrink --device-chips Select --device host --output traces --isolate"
# In this process it ends the program, however it does: what a sanitizer says more of is its own to say.
for bug in trap abort leave; do
    export WRONG_SELECT=$bug
    word=crashed
    [ "$bug" != leave ] || word=ended
    # shellcheck disable=SC2086
    "$program" generate $shrink -o traces >"$out" 2>"$err"
    code=$?
    if [ "$bug" = leave ] || not grep -q __asan_init "$program"; then
        check_code $code 1
        complains "tracegate: the kernel $word this process (the pipeline; --isolate says which kernel)"
        complains "  again: tracegate generate --record $corpus/shrink --machine shrink --device host --output traces"
    else
        check "the crash passed" test $code -ne 0
    fi
    check "a folder is left" cleared
    absent traces
done
export WRONG_SELECT=spin
# shellcheck disable=SC2086
run 1 generate $shrink --max-run-seconds 1 -o traces
complains "the kernel of Select.main in"
complains "has not ended within 1 s"
complains "  key          Select.main/failed/hung/"
check "a folder is left" test -z "$(hidden)"
# shellcheck disable=SC2086
refuse 2 "exclude each other" generate $shrink --isolate --no-isolate -o traces

# end SIGNAL CODE words...: the program is ended while its kernel spins.
end() {
    local signal=$1 code=$2 pid
    shift 2
    # A shell's background has no Ctrl-C.
    env --default-signal=INT "$program" "$@" >"$out" 2>"$err" </dev/null &
    pid=$!
    for _ in $(seq 600); do
        [ -n "$(hidden)" ] && break
        sleep 0.1
    done
    sleep 0.3
    check "nothing was begun" test -n "$(hidden)"
    kill "-$signal" "$pid"
    wait "$pid" 2>/dev/null
    check_code $? "$code"
    check "a folder is left behind $signal" cleared
    absent traces
}
for how in --isolate --no-isolate; do
    # shellcheck disable=SC2086
    end INT 130 generate $shrink $how -o traces
    # shellcheck disable=SC2086
    end TERM 143 generate $shrink $how -o traces
    # shellcheck disable=SC2086
    end KILL 137 generate $shrink $how -o traces
done
# Right kernels make the same in a process of its own.
unset WRONG_SELECT
program=$right
# shellcheck disable=SC2086
run 0 generate $shrink --isolate --no-times -o traces
quiet
# shellcheck disable=SC2086
run 0 generate $shrink --no-isolate --no-times -o other
check "a process of its own makes something else" diff -r traces other
finish
