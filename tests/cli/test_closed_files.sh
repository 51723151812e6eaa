#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# A program that is started with standard files closed, or with a full output: no file of its own takes their place, and what is said
# is what is wrong.
corpus=$2
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

shrink="--record $corpus/shrink --machine shrink --device host"
# shellcheck disable=SC2086 # a list of words
run 0 generate $shrink --no-times -o traces
gate="gate Select.main --seed 7 --nb-events 200 --actual host --isolate"
for closed in 0 1 2 "0 1 2"; do
    # closing words...: the program without these standard files; results that nobody can read are an error.
    closing() {
        local code=0
        last_command="$* (without standard files $closed)"
        case $closed in
        0) "$program" "$@" >"$out" 2>"$err" <&- ;;
        1) "$program" "$@" >&- 2>"$err" </dev/null ;;
        2) "$program" "$@" >"$out" 2>&- </dev/null ;;
        *) "$program" "$@" >&- 2>&- <&- ;;
        esac
        code=$?
        case $closed in
        *1*) check_code $code 2 ;;
        *) check_code $code 0 ;;
        esac
    }
    # shellcheck disable=SC2086
    closing $gate
    # shellcheck disable=SC2086
    closing gate --pipeline $shrink
    # shellcheck disable=SC2086
    closing generate $shrink --no-times --isolate -o "closed"
    check "the results differ" diff -r traces closed
    rm -rf closed
done
check "something is left" test -z "$(find . -maxdepth 1 -name '.closed*')"

# A device that is not there is no reason for a full output.
for how in --isolate --no-isolate; do
    last_command="gate --pipeline $how >/dev/full"
    "$program" gate --pipeline $how --record "$corpus/shrink" --machine shrink >/dev/full 2>"$err" </dev/null
    check_code $? 2
    complains "the results cannot be written: No space left on device"
    check "another error is said" not grep -q CUDA "$err"
    check "it is said more than once" test "$(grep -c written "$err")" -eq 1
done
finish
