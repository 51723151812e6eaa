#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# What a user's kernel showed, run again: with a kernel that is given, and never with the program's own, which would pass for it. Every
# line that is printed runs, values that begin with '-' too.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache

cat >nothing.cu <<'SOURCE'
#include <stdint.h>
struct select_event { uint32_t bit, out1, out2, in1, in2; };
extern "C" __global__ void k(uint32_t *trace, uintptr_t height, const struct select_event *events, uintptr_t nb_events) {}
SOURCE
cat >right.cu <<'SOURCE'
#include <stdint.h>
struct select_event { uint32_t bit, out1, out2, in1, in2; };
extern "C" __global__ void k(uint32_t *trace, uintptr_t height, const struct select_event *events, uintptr_t nb_events)
{
    const uintptr_t stride = (uintptr_t)gridDim.x * blockDim.x;
    for (uintptr_t i = threadIdx.x + (uintptr_t)blockIdx.x * blockDim.x; i < nb_events; i += stride) {
        const uint32_t *words = (const uint32_t *)&events[i];
        for (int column = 0; column < 5; column++) trace[column * height + i] = words[column];
    }
}
SOURCE
cat >m.json <<'MANIFEST'
{"version": 1, "modules": {"mine": {"file": "nothing.cu"}}, "kernels": [{"trace": "Select.main", "module": "mine", "symbol": "k"}]}
MANIFEST
how=(--host --no-sanitize)
wrong=(--kernel nothing.cu:k "${how[@]}")
drawn=(--seed 7 --nb-events 20 --profile mixed)

# ---- reports with cases, and cases ----
run 1 gate Select.main "${wrong[@]}" "${drawn[@]}" --json r.json --save sav
case=$(echo sav/*)
check "no kernel in case.json" grep -qF '"kernel": "nothing.cu:k"' "$case/case.json"
for verb in replay triage; do
    run 2 $verb r.json
    complains "give --kernel nothing.cu:k, or --kernels with the manifest that has it"
    says_not "match"
    refuse 2 "give --kernel nothing.cu:k" $verb "$case"
    complains "$case"
    refuse 2 "give --kernel nothing.cu:k" $verb "$case" --actual host
    run 1 $verb "$case" "${wrong[@]}"
    run 1 $verb r.json "${wrong[@]}"
    run 0 $verb "$case" --kernel right.cu:k "${how[@]}"
    run 0 $verb r.json --kernel right.cu:k "${how[@]}"
    says "match"
done
run 0 gate Select.main --record "$case"
sed -i 's/"kernel": "[^"]*"/"kernel": ""/' "$case/case.json"
refuse 2 '"kernel" is empty' replay "$case" "${wrong[@]}"
# What the finding's line says counts, too, where its case says nothing.
sed -i '/"kernel"/d' "$case/case.json"
run 0 replay "$case"
for verb in replay triage; do
    run 2 $verb r.json
    complains "give --kernel nothing.cu:k"
done
# The same case of the program's own is another one.
run 2 triage "$case" "${wrong[@]}" --save sav
complains "there is another case of this failure already"

# ---- reports without cases, and a manifest ----
rm -rf sav cases
for verb in replay triage; do
    run 2 $verb r.json
    complains "give --kernel nothing.cu:k"
    run 1 $verb r.json "${wrong[@]}" "$([ $verb = triage ] && echo --save=cases || echo --verbose)"
    run 0 $verb r.json --kernel right.cu:k "${how[@]}"
done
rm -rf cases
run 1 gate --kernels m.json "${how[@]}" "${drawn[@]}" --json m-r.json
for verb in replay triage; do
    run 2 $verb m-r.json
    complains "give --kernels m.json, and its other options"
    run 1 $verb m-r.json --kernels m.json "${how[@]}"
done

# ---- a campaign's findings ----
run 1 fuzz Select.main "${wrong[@]}" --nb-events 500 --save found --json f.json
for verb in replay triage; do
    run 2 $verb f.json
    complains "give --kernel nothing.cu:k"
    run 2 $verb "$(echo found/* | cut -d ' ' -f 1)"
done

# ---- every line that is printed runs ----
cp nothing.cu ./-dash.cu
sed -i 's/__global__ void k(/__global__ void NAME(/' ./-dash.cu
again() { sed -n 's/^  again: //p' "$out" | head -n 1; }
odd=(--kernel=-dash.cu:k -DNAME=k --flag=-O1 --flag=-DOTHER=2 --include=./-headers --event-struct select_event "${how[@]}")
mkdir ./-headers
run 1 gate Select.main "${odd[@]}" "${drawn[@]}" --json odd.json --save odd
says "'--kernel=-dash.cu:k'"
says "'--flag=-O1' '--flag=-DOTHER=2'"
line=$(again)
run 1 replay "$line"
says "verdict   MISMATCH"
run 1 replay odd.json "${odd[@]}"
line=$(again)
check "no line of the replayed case" test -n "$line"
run 1 replay "$line"
run 1 triage Select.main "${odd[@]}" "${drawn[@]}" --save smallest
line=$(again)
run 1 replay "$line"
says "'--flag=-O1'"
run 1 fuzz Select.main "${odd[@]}" --nb-events 500 --save odd-found
line=$(again)
run 1 replay "$line"
finish
