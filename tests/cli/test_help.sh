#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Help and version, of the program and of every verb.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

verbs="list describe machines gen trace gate watch fuzz diff bench doctor"

run 0 --help
quiet
for verb in $verbs; do
    says "  $verb "
done
says "Exit codes"
run 0 -h
says "usage: tracegate VERB"
cp "$out" help.txt
run 0 help
check "help is not --help" cmp -s "$out" help.txt
refuse 2 "did you mean 'gate'" help gatte
run 0 --version
says "tracegate "
quiet

for verb in $verbs; do
    run 0 "$verb" --help
    quiet
    says "usage: tracegate $verb"
    says "options:"
    says "examples:"
    says "--help"
    check "fewer than 2 examples of $verb" test "$(grep -c "^  tracegate $verb" "$out")" -ge 2
    check "a line of help is longer than 132 columns" not grep -qE '.{133}' "$out"
    cp "$out" help.txt
    run 0 help "$verb"
    quiet
    check "help $verb is not $verb --help" cmp -s "$out" help.txt
    # Help is help wherever it stands, and --help wins over what is missing.
    run 0 "$verb" -h
    says "usage: tracegate $verb"
done

# Every option that the documented syntax names is in the help of its verb.
run 0 gate --help
for option in --record --corpus --no-corpus --nb-events --seed --profile --height --expected --actual --grid --block --max-cells --self-test; do
    says "$option"
done
run 0 trace --help
says "(--events FILE.npy | --record DIR | --seed S)"
for option in --nb-events --height --backend --canonical --output; do
    says "$option"
done

# Profiles, backends and defaults come from their one list.
profiles=$(sed -n 's/^ *P(TG_PROFILE_[A-Z0-9_]*, "\([^"]*\)".*/\1/p' "$(dirname -- "${BASH_SOURCE[0]}")/../../harness/generator.h")
check "no two profiles are listed" test "$(wc -w <<<"$profiles")" -ge 2
for verb in gen trace gate; do
    run 0 "$verb" --help
    for profile in $profiles; do
        says "                $profile: "
    done
done
for verb in trace gate; do
    run 0 "$verb" --help
    for backend in reference host cuda recorded; do
        check "$backend is listed not once" test "$(grep -c "^ *$backend: " "$out")" -eq 1
    done
done
says "(default: 0xdeadbeef)"
says "(default: reference)"
says "(default: 3)"

# Results that nobody can read are an error.
"$program" --help >/dev/full 2>"$err"
check_code $? 2
complains "standard output"
"$program" list >/dev/full 2>"$err"
check_code $? 2
check "more or less than one line on standard error" one_line
finish
