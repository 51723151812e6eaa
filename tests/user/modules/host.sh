#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The program's own kernels, as a user's sources on the CPU, with and without sanitizers: all are right.
#
#   host.sh PROGRAM OWN_MODULES ROOT
set -u
program=${1:?the program is missing}
own=${2:?own_modules is missing}
root=${3:?the root is missing}
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
export TRACEGATE_CACHE=$work/cache
unset ASAN_OPTIONS UBSAN_OPTIONS
"$own" source "$root" >"$work/source.json" || exit 1
nb=$(grep -c '"trace"' "$work/source.json")
for how in --no-sanitize ""; do
    # shellcheck disable=SC2086 # a word or none
    "$program" gate --kernels "$work/source.json" --host $how --nb-events 203 --seed 1 >"$work/out" 2>&1
    code=$?
    grep -q "verdict   match: traces compared $nb of $nb" "$work/out" && [ $code -eq 0 ] && continue
    echo "${how:-sanitized}: exit code $code, and no match of all $nb traces"
    head -n 60 "$work/out"
    exit 1
done
echo "$nb traces match, with and without sanitizers"
[ "$nb" -gt 0 ]
