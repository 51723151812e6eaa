#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# What to run on a machine with a GPU: the gate with every backend, the kernels in odd launch shapes, planted bugs, and the speeds.
#
#   gpu/measure.sh PROGRAM FOLDER [gate options, such as --corpus DIR]
#
# PROGRAM is a tracegate that was built with CUDA; one file, it may come from another machine. FOLDER receives gate.txt, shapes.txt,
# self-test.txt, bench.txt (a table) and bench.json. TG_CUDA_DEVICE chooses the device, NB_BENCH_EVENTS the events of a
# measured trace (2^22). Exits 0 if everything matches, 1 if something differs, 2 for wrong use, 3 if there is no GPU to run on.
set -u

if [ $# -lt 2 ] || [ ! -x "$1" ]; then
    echo "usage: gpu/measure.sh PROGRAM FOLDER [gate options]: PROGRAM is a tracegate built with CUDA" >&2
    exit 2
fi
program=$1
folder=$2
shift 2
nb_bench_events=${NB_BENCH_EVENTS:-4194304}
mkdir -p "$folder" || exit 2

worst=0
# 2 outweighs 1 outweighs 3 outweighs 0, as in the program itself; what no program of ours returns is a crash and outweighs all.
rank() {
    case $1 in
        0) echo 0 ;;
        3) echo 1 ;;
        1) echo 2 ;;
        2) echo 3 ;;
        *) echo 4 ;;
    esac
}

# note STEP CODE
note() {
    printf '%-28s exit %d\n' "$1" "$2"
    if [ "$(rank "$2")" -gt "$(rank "$worst")" ]; then worst=$2; fi
}

"$program" doctor
"$program" gate --actual cuda --no-corpus --nb-events 1 >"$folder/gate.txt" 2>&1
code=$?
if [ $code -eq 3 ]; then
    echo "measure: no GPU to run on:" >&2
    tail -n 3 "$folder/gate.txt" >&2
    exit 3
fi

# The backends against each other and against the corpus; then more events than one wave of blocks holds.
"$program" gate "$@" >"$folder/gate.txt" 2>&1
note "gate" $?
"$program" gate --actual cuda --no-corpus --nb-events 300000 >>"$folder/gate.txt" 2>&1
note "gate, 300000 events" $?
"$program" gate --actual cuda --self-test --no-corpus >"$folder/self-test.txt" 2>&1
note "gate --self-test" $?

: >"$folder/shapes.txt"
for shape in 1x1 1x32 3x33 7x64 2x1024; do
    grid=${shape%x*}
    block=${shape#*x}
    for nb_events in 0 1 33 257 1000; do
        "$program" gate --actual cuda --no-corpus --nb-events "$nb_events" --grid "$grid" --block "$block" \
            >>"$folder/shapes.txt" 2>&1
        note "gate $shape, $nb_events events" $?
    done
done

"$program" bench --backend cuda --nb-events "$nb_bench_events" --json >"$folder/bench.json"
note "bench --json" $?
"$program" bench --backend cuda --nb-events "$nb_bench_events" >"$folder/bench.txt"
note "bench" $?
cat "$folder/bench.txt"
exit "$worst"
