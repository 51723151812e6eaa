#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# What to run on a machine with a GPU: the gate with every backend, the kernels at the event counts where they change their course and
# in odd launch shapes, planted bugs, and the speeds.
#
#   gpu/measure.sh PROGRAM FOLDER [gate options, such as --corpus DIR]
#
# PROGRAM is a tracegate that was built with CUDA; one file, it may come from another machine. FOLDER receives gate.txt, counts.txt,
# shapes.txt, self-test.txt, bench.txt (a table) and bench.json. Variables: TG_CUDA_DEVICE chooses the device, NB_BENCH_EVENTS the
# events of a measured trace (2^22), EVENT_COUNTS the counts to gate every trace at (a list in quotes), NB_JOBS how many of these gates
# run at a time, each a load beside the others (4). That repeated runs are the same to the bit is the suite test_device_repeat_here's
# to show. Exits 0 if everything matches, 1 if something differs, 2 for wrong use, 3 if there is no GPU to run on.
set -u

if [ $# -lt 2 ] || [ ! -x "$1" ]; then
    echo "usage: gpu/measure.sh PROGRAM FOLDER [gate options]: PROGRAM is a tracegate built with CUDA" >&2
    exit 2
fi
program=$1
folder=$2
shift 2
nb_bench_events=${NB_BENCH_EVENTS:-4194304}
nb_jobs=${NB_JOBS:-4}
# Around warps, blocks and the sections of a scan: 512 points a section, 512 sections; then more than one wave of blocks holds.
event_counts=${EVENT_COUNTS:-0 1 2 31 32 33 255 256 257 511 512 513 1023 1024 1025 262112 262144 262176 300000}
mkdir -p "$folder" || exit 2
# shellcheck source=gpu/lib.sh
. "$(dirname -- "$0")/lib.sh"

# Gates of cuda against the reference that need not wait for each other.
nb_begun=0
# begin STEP GATE-OPTIONS...
begin() {
    nb_begun=$((nb_begun + 1))
    printf '%s\n' "$1" >"$work/$nb_begun.step"
    shift
    (
        "$program" gate --actual cuda --no-corpus "$@" >"$work/$nb_begun.text" 2>&1
        echo $? >"$work/$nb_begun.code"
    ) &
    if [ $((nb_begun % nb_jobs)) -eq 0 ]; then wait; fi
}

# collect FILE: wait for all of them, note their ends and put their texts together.
collect() {
    wait
    i=1
    : >"$1"
    while [ $i -le $nb_begun ]; do
        cat "$work/$i.text" >>"$1"
        # A gate that left no code did not end by itself.
        note "$(cat "$work/$i.step")" "$(cat "$work/$i.code" 2>/dev/null || echo 255)"
        i=$((i + 1))
    done
    rm -f "$work"/*
    nb_begun=0
}

"$program" doctor
"$program" gate --actual cuda --no-corpus --nb-events 1 >"$folder/gate.txt" 2>&1
code=$?
if [ $code -eq 3 ]; then
    echo "measure: no GPU to run on:" >&2
    tail -n 3 "$folder/gate.txt" >&2
    exit 3
fi

# The backends against each other and against the corpus.
"$program" gate "$@" >"$folder/gate.txt" 2>&1
note "gate" $?
"$program" gate --actual cuda --self-test --no-corpus >"$folder/self-test.txt" 2>&1
note "gate --self-test" $?

for nb_events in $event_counts; do
    begin "gate, $nb_events events" --nb-events "$nb_events"
done
collect "$folder/counts.txt"

for shape in 1x1 1x32 3x33 7x64 2x1024; do
    for nb_events in 0 1 33 257 1000; do
        begin "gate $shape, $nb_events events" --nb-events "$nb_events" --grid "${shape%x*}" --block "${shape#*x}"
    done
done
collect "$folder/shapes.txt"

"$program" bench --backend cuda --nb-events "$nb_bench_events" --json >"$folder/bench.json"
note "bench --json" $?
"$program" bench --backend cuda --nb-events "$nb_bench_events" >"$folder/bench.txt"
note "bench" $?
cat "$folder/bench.txt"
exit "$worst"
