#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# A user's kernel is launched as it says and in no other shape, unless one is asked for: what is right in its own shape is a match.
records=$(readlink -f -- "${2:?the records are missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache

# Right with blocks of 64 threads, one for each row, and with nothing else.
cat >tile.cu <<'SOURCE'
#include <stdint.h>
extern "C" __global__ void rows(uint32_t *trace, uintptr_t height, const uint32_t *events, uintptr_t nb_events)
{
    __shared__ uint32_t tile[64 * 5];
    const uintptr_t row = blockIdx.x * (uintptr_t)64 + threadIdx.x;
    for (int i = 0; i < 5 && row < nb_events && threadIdx.x < 64; i++) tile[threadIdx.x * 5 + i] = events[row * 5 + i];
    __syncthreads();
    for (int i = 0; i < 5 && row < nb_events && threadIdx.x < 64; i++) trace[i * height + row] = tile[threadIdx.x * 5 + i];
}
SOURCE
mine=(Select.main --kernel tile.cu:rows --host --no-sanitize)

run 0 gate "${mine[@]}" --corpus "$records" --seed 1
says "and besides: every case of a scripted profile, few events, a fixed height"
says_not "one block"
says "verdict   match: traces compared 1 of 1"
run 0 fuzz "${mine[@]}" --seed 1 --seconds 2
says "verdict   match"

# Asked for, other shapes show what they show.
run 1 gate "${mine[@]}" --no-corpus --nb-events 200 --seed 1 --grid 1
says "Select.main/eventful/"
run 1 gate "${mine[@]}" --no-corpus --nb-events 200 --seed 1 --sweep
says "launch-shape"

# The program's own kernels are right in every shape, and gated in some.
run 0 gate Select.main --actual host --no-corpus
says "a fixed height, one block"

# ---- descriptions that give no launch ----

# manifest NAME ENTRIES: of the kernel above
manifest() { printf '{"version": 1, "modules": {"m": {"file": "tile.cu"}}, "kernels": [%s]}\n' "$2" >"$1"; }
alone=(--host --no-sanitize --no-corpus --profile uniform --seed 1 --nb-events 20)

# What launches nothing has not made what was there before.
manifest none.json '{"trace": "Select.main", "steps": [{"repeat": 0, "steps": [{"symbol": "rows"}]}]}'
run 1 gate --kernels none.json "${alone[@]}"
says "no step was launched at height 32: each repeats 0 times"
says "mend the formulas of \`repeat\` in the launch description"
manifest none.json '{"trace": "MemoryConst.main", "steps": [{"repeat": "height / 64", "steps": [{"symbol": "rows"}]}]}'
run 1 gate --kernels none.json "${alone[@]}"
says "no step was launched at height 32"

# One trace without a launch leaves the others' verdicts alone; the whole is bad input, unless something differs.
two() { manifest two.json "{\"trace\": \"BaseAlu.main\", \"symbol\": \"rows\", $1}, {\"trace\": \"Select.main\", \"symbol\": \"rows\"}"; }
for wrong in '"grid": "height - 100"' '"grid": 0' '"block": 1025' '"grid": "pow(2, 31)"' '"shared_bytes": "pow(2, 40)"' \
    '"arguments": ["trace", "height", "events", {"u8": "height * 8"}]'; do
    two "$wrong"
    run 2 gate --kernels two.json "${alone[@]}" --json r.json --no-times
    says "BaseAlu.main           host    NOT RUN"
    says "BaseAlu.main                       host                     1       20          32          0  NOT RUN"
    says "Select.main                        host                     1       20          32        160  match"
    says "verdict   NOT ALL RUN: traces compared 1 of 2, comparisons 1, cells 160, mismatches 0, not run 1,"
    complains "tracegate gate: "
    check "draws are blamed for $wrong" not grep -q "draws" "$out" "$err"
    check "r.json has no verdict of $wrong" grep -qF '"exit_code": 2' r.json
    check "r.json has no note of $wrong" grep -qF '"BaseAlu.main: not run: ' r.json
done
two '"steps": [{"repeat": 257, "steps": [{"symbol": "rows"}]}]'
sed -i 's/"symbol": "rows", "steps"/"steps"/' two.json
run 2 gate --kernels two.json "${alone[@]}"
says "the description asks for more than 256 launches"
says "match"
# Each trace's first is printed, and only that.
two '"grid": "height - 100000"'
run 2 gate --kernels two.json --host --no-sanitize --no-corpus
check "more than one line for the trace" test "$(grep -c 'NOT RUN$' "$out")" -eq 1
complains 'the formula "height - 100000" has no value'
manifest two.json '{"trace": "BaseAlu.main", "symbol": "rows", "grid": 0}, {"trace": "Select.main", "symbol": "rows", "arguments": ["trace", "height", "events", {"u64": 0}]}'
run 1 gate --kernels two.json "${alone[@]}"
says "verdict   MISMATCH: "
says "not run 1,"
finish
