#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# list, describe and doctor.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

run 0 list
quiet
says "Select.main "
says "Poseidon2WideDeg3.preprocessed"
check "not a line for each trace" test "$(wc -l <"$out")" -eq "$(($(grep -c '\.\(main\|preprocessed\) ' "$out") + 1))"
check "no backend reference for Select.main" grep -Eq '^Select.main +5 +20 +reference host' "$out"
check "MemoryConst.main has events" grep -Eq '^MemoryConst.main +1 +0 ' "$out"
nb_traces=$(grep -c '\.\(main\|preprocessed\) ' "$out")
run 0 list --json
quiet
check "JSON has not as many traces" test "$(grep -c '"name":' "$out")" -eq "$nb_traces"
says '"width": 179'

# Every trace can be described, and has as many column names as columns.
"$program" list | tail -n +2 >traces.txt
while read -r name width event_size _; do
    run 0 describe "$name"
    quiet
    says "$name"
    says "columns by number:"
    run 0 describe "$name" --json
    says "\"width\": $width"
    says "\"event_size\": $event_size"
    nb_names=$(sed -n '/"columns": \[/,/^ *\]/p' "$out" | grep -c '^ *"[^"]*",\{0,1\}$')
    check "$nb_names column names of $width" test "$nb_names" -eq "$width"
done <traces.txt

run 0 describe Select
says "Select.preprocessed"
says "Select.main"
run 0 describe Select.main
says "vals.bit"
says "Montgomery word below p"
says "event i is row i"
run 0 describe Poseidon2WideDeg3.main
says "external_rounds_state[8][16]"
run 0 describe BaseAlu.preprocessed
says "0 AddF, 1 SubF, 2 MulF, 3 DivF"
run 0 describe ExtFeltConvert.preprocessed
says "0 or 1"
says "belongs to no field"
run 0 describe PrefixSumChecks.main
says "the trace ignores it"
run 0 describe MemoryVar.main
says "row i / 2, column block i % 2"
run 0 describe PublicValues.main
says "always 16"
run 0 describe MemoryConst.main
says "none, only their number"
run 0 describe Global
says "a row of its own, in all rows the same"
says "16 without events; fixed heights are ignored"
says "the first of 256 candidates that will do, none is an error; --max-candidates tries fewer"
says "residue below p; for a proof [0] < 2^24, [7] < 2^16"
says "number below 64"
says "side output cumulative_sum: 14 words, public values 130 to 143; by number:"
check "no words of the sum" grep -Eq '^ +7\.\.13 +y\[7\] +residue below p$' "$out"
says "side output event_count: 1 word, public value 129; any number"
says "side output lookups: a multiset of byte lookups, a count for each of 524288"
check "lines are too long" not grep -Eq '^.{111}' "$out"
run 0 describe Global --json
says '"public_value": 130'
says '"max_candidates": 256'
says '"below": 16777216'
says '"form": "byte lookups"'
says '"x[6]"'

run 0 doctor
says "reference   works"
says "host        works"
says "cuda"
says "OpenMP threads"
check "no compiler of users' kernels" grep -q '^c++  *[a-z].*[0-9]' "$out"
check "no runtime of the sanitizers" grep -q '^sanitizers  */.*asan' "$out"
quiet
(
    # Tools that others ask for, and no compiler.
    export PATH=$folder/none
    "$program" doctor >"$out" 2>"$err" </dev/null
)
check_code $? 0
check "no line that installs a compiler" grep -q '^c++ .*apt-get install g++' "$out"
CXX=/bin/false run 0 doctor
check "a compiler that does not run is taken for one" grep -q '^c++ .*does not tell its version' "$out"
run 0 doctor --json
says '"c++": "'
says '"backends": {'
finish
