#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Verbs with a user's kernel on the CPU: what trace, bench and fuzz make of it, and which options are refused, with what to do instead.
sources=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../user/bugs") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache
has_gpu=false
"$program" doctor | grep -q '^cuda *works' && has_gpu=true

cp "$sources/select_main.cu" "$sources"/*.cuh .
mine=(--kernel 'select_main.cu:select_main<kb31_t>')

# ---- trace ----
drawn=(--seed 7 --nb-events 100 --profile mixed)
run 0 trace Select.main "${drawn[@]}" -o reference.npy
run 0 trace Select.main "${mine[@]}" --host "${drawn[@]}" -o mine.npy
says "Select.main of 100 events by host"
check "the kernel's trace is not the reference's" cmp -s reference.npy mine.npy
run 0 trace Select.main "${mine[@]}" --host --no-sanitize --backend host "${drawn[@]}" -o plain.npy
check "the trace without sanitizers is another" cmp -s reference.npy plain.npy
# What it makes is the user's kernel's, and not the program's own.
run 0 trace Select.main "${mine[@]}" -DBUG=5 --host "${drawn[@]}" -o wrong.npy
check "a wrong kernel makes the reference's trace" not cmp -s reference.npy wrong.npy
cat >end.cu <<'SOURCE'
#include "events.cuh"
extern "C" __global__ void end(uint32_t *trace, uintptr_t height, const SelectEvent<kb31_t> *events, uintptr_t nb_events)
{
    trace[5 * height + 2] = 1;
}
SOURCE
run 1 trace Select.main --kernel end.cu:end --host "${drawn[@]}" -o end.npy
absent end.npy
complains "end.cu:4"

# ---- bench ----
run 0 bench Select.main "${mine[@]}" --host --nb-events 3000 --json
says '"kernel": "select_main<kb31_t>"'
says '"ratio_to_built_in": '
check "not two items" test "$(grep -c '"nb_events": 3000' "$out")" -eq 2
# shellcheck disable=SC2016 # awk's own
check "the ratio is not that of the times" awk -F': ' '/"seconds"/ {s[++n] = $2 + 0} /"ratio_to_built_in"/ {r = $2 + 0}
    END {exit !(n >= 3 && r > 0 && r * s[3] / s[1] > 0.999 && r * s[3] / s[1] < 1.001)}' "$out"
complains "nothing is compared"
complains "without sanitizers"
run 0 bench Select.main "${mine[@]}" --backend host --nb-events 1000
check "no ratio" grep -Eq '^  ratio to built-in +[0-9]+\.[0-9]{3}$' "$out"
check "no row of the kernel" grep -Eq '^  select_main<kb31_t> +host +1000 ' "$out"
check "a line is longer than 110 columns" not grep -qE '.{111}' "$out"
cat >ends.cu <<'SOURCE'
#include "events.cuh"
extern "C" __global__ void ends(uint32_t *trace, uintptr_t height, const SelectEvent<kb31_t> *events, uintptr_t nb_events)
{
    __trap();
}
extern "C" __global__ void stores(uint32_t *trace, uintptr_t height, const SelectEvent<kb31_t> *events, uintptr_t nb_events)
{
    *(volatile uint32_t *)8 = 1;
}
SOURCE
run 1 bench Select.main --kernel ends.cu:ends --host --nb-events 100
complains "Select.main on host"
run 1 bench Select.main --kernel ends.cu:stores --host --nb-events 100
complains "tracegate bench: what was measured " # was ended by a signal; under a sanitizer, ended its process
complains "'tracegate gate' finds kernels that fault"
refuse 2 "no effect with --gate: --kernel" bench --gate Select.main "${mine[@]}"
refuse 2 "no effect with --pipeline: Select.main --kernel" bench --pipeline Select.main "${mine[@]}"

# ---- fuzz: a campaign goes on with its own kernels only ----
run 0 fuzz Select.main "${mine[@]}" --host --no-sanitize --nb-events 2000 --state mine.json --save found
check "no kernels in the state" grep -qF '"kernels": "--kernel '"'select_main.cu:select_main<kb31_t>'"' --host --no-sanitize"' mine.json
cp mine.json before.json
refuse 2 "has other kernels: --kernel 'select_main.cu:select_main<kb31_t>' --host --no-sanitize" \
    fuzz --resume mine.json --nb-events 4000 --save found
refuse 2 "has other kernels" fuzz Select.main "${mine[@]}" --host --resume mine.json --nb-events 4000 --save found
refuse 2 "has other kernels" fuzz Select.main "${mine[@]}" -DBUG=0 --host --no-sanitize --resume mine.json --nb-events 4000 --save found
check "a refused campaign has changed its state" cmp -s mine.json before.json
run 0 fuzz Select.main "${mine[@]}" --host --no-sanitize --resume mine.json --nb-events 4000 --save found
says "resumed behind"
run 0 fuzz Select.main --nb-events 1000 --state own.json --save found
check "kernels in the state of the program's own" not grep -q '"kernels"' own.json
refuse 2 "has other kernels: the built-in ones" fuzz Select.main "${mine[@]}" --host --resume own.json --nb-events 4000 --save found
run 1 fuzz Select.main "${mine[@]}" -DBUG=5 --host --no-sanitize --nb-events 2000 --save found
says "--define 'BUG=5'"

# ---- gate: failures can be left out behind some, and shrinking ended ----
run 1 gate Select.main --kernel end.cu:end --host --max-failures 2 --shrink-seconds 1
says "it failed in 2 runs, and cases behind them were left out"
says "MISMATCH"
says "mismatches 2,"
refuse 2 "--max-failures and --ledger exclude each other" gate Select.main --max-failures 1 --ledger none.txt

# ---- options that exclude each other, or have nothing to act on ----
for verb in gate fuzz trace bench watch; do
    rest=()
    [ $verb = trace ] && rest=(--seed 1 --nb-events 1 -o x.npy)
    refuse 2 "--kernel and --kernels exclude each other" $verb Select.main "${mine[@]}" --kernels m.json "${rest[@]}"
    if [ $verb != watch ]; then
        refuse 2 "--host is for kernels of yours, and none is given" $verb Select.main --host "${rest[@]}"
        refuse 2 "--define is for a --kernel, and none is given" $verb Select.main -DA=1 "${rest[@]}"
        refuse 2 "--poison is for kernels of yours" $verb Select.main --poison "${rest[@]}"
        refuse 2 "--warnings is for kernels of yours" $verb Select.main --warnings "${rest[@]}"
    fi
    refuse 2 "--include is for --kernel; a manifest says it itself" $verb Select.main --kernels m.json -I. "${rest[@]}"
    refuse 2 "the file's name does not say what it is: k.txt: known are .cu" $verb Select.main --kernel k.txt:main --host "${rest[@]}"
    refuse 2 "this names no kernel: 'select_main.cu': write FILE:SYMBOL" $verb Select.main --kernel select_main.cu --host "${rest[@]}"
done
refuse 2 "--no-sanitize is for kernels of yours" gate Select.main --no-sanitize
refuse 2 "--kernel wants the trace that the kernel makes, and none is named" gate "${mine[@]}" --host
refuse 2 "a chip with two is named: name it: Select.main" gate Select "${mine[@]}" --host
refuse 2 "several are named" gate Select.main ExtAlu.main "${mine[@]}" --host
refuse 2 "the nearest name is Select.main" gate Slect.main "${mine[@]}" --host
refuse 2 "did you mean 'select_main'?" gate Select.main --kernel select_main.cu:selekt_main --host
refuse 2 "No such file" gate Select.main --kernel nothere.cu:main --host
refuse 2 "No such file" gate --kernels nothere.json --host

# ---- who is compared with whom ----
refuse 2 "--host and the backend cuda exclude each other" gate Select.main "${mine[@]}" --host --actual cuda
refuse 2 "backend reference does not run the kernels that are given: leave it out: they run on host" \
    gate Select.main "${mine[@]}" --host --expected recorded --actual reference
refuse 2 "backend reference does not run the kernels" trace Select.main "${mine[@]}" --host --backend reference "${drawn[@]}" -o x.npy
refuse 2 "backend reference does not run the kernels" bench Select.main "${mine[@]}" --host --backend host --backend reference
refuse 2 "backend cuda does not run the kernels" gate Select.main "${mine[@]}" --actual host --actual cuda --host
refuse 2 "the expected backend host launches kernels" gate Select.main "${mine[@]}" --host --expected host
absent x.npy

# ---- what the CPU cannot run ----
for ending in ptx cubin fatbin so; do
    touch "k.$ending"
    refuse 2 "the host grid runs kernels from their source (k.$ending): name the .cu file" gate Select.main --kernel "k.$ending:main" --host
    $has_gpu || {
        run 3 gate Select.main --kernel "k.$ending:main"
        complains "kernels of a compiled file need a GPU (k.$ending): name the .cu file, which runs on the CPU, too (--host)"
    }
done
if ! $has_gpu; then
    refuse 3 "run the kernels' sources on the CPU, --host" gate Select.main "${mine[@]}" --actual cuda
    check "a remedy of the C API" not grep -q TRACEGATE_HOST "$err"
    run 0 gate Select.main "${mine[@]}" --nb-events 100
    check "not one note of where it runs" test "$(grep -c 'the kernels run on the CPU (--host)' "$err")" -eq 1
fi
# ---- launch shapes: the description's, unless others are asked for ----
cat >once.cu <<'SOURCE'
#include "events.cuh"
extern "C" __global__ void once(uint32_t *trace, uintptr_t height, const SelectEvent<kb31_t> *events, uintptr_t nb_events)
{
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    if (i >= nb_events) return;
    const uint32_t *words = (const uint32_t *)&events[i];
    for (int column = 0; column < 5; column++) trace[column * height + i] = words[column];
}
SOURCE
run 0 gate Select.main --kernel once.cu:once --host --no-sanitize
run 1 gate Select.main --kernel once.cu:once --host --no-sanitize --sweep --nb-events 200
says "depends on the launch shape"
run 0 fuzz Select.main --kernel once.cu:once --host --no-sanitize --nb-events 20000 --seed 3 --save once-cases
# ---- what kernels are made from is not written over ----
cp once.cu kept.cu
for command in "gate --json" "gate --coverage" "fuzz --nb-events 100 --json" "fuzz --nb-events 100 --stats" "trace -o"; do
    # shellcheck disable=SC2086 # several words
    for file in once.cu events.cuh; do
        cp "$file" before
        run 2 ${command%% *} Select.main --kernel once.cu:once --host --no-sanitize ${command#* } "$file"
        check "$command: $file is another" cmp -s "$file" before
    done
done
finish
