#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# What to run of the trace generator on a machine with a GPU: its suites, the gate of a shard with chips split in every way between host
# and device, several shards at once, the jagged form, and the speeds.
#
#   gpu/pipeline.sh PROGRAM FOLDER RECORD MACHINE
#
# PROGRAM is a tracegate that was built with CUDA; RECORD and MACHINE are what --record and --machine take. FOLDER receives suites.txt,
# gate.txt, generate.txt, bench.txt (a table) and bench.json. Variables: TG_CUDA_DEVICE chooses the GPU; SUITES the folder of the suites
# test_*_here (tests beside PROGRAM; they are left out where there are none); NB_JOBS how many shards are made at once (5), NB_REPEATS of
# how many the speeds are medians (9); DEVICE=host tries all this without a GPU. Exits 0 if everything matches, 1 if something differs, 2
# for wrong use, 3 if there is no GPU to run on.
set -u

if [ $# -ne 4 ] || [ ! -x "$1" ]; then
    echo "usage: gpu/pipeline.sh PROGRAM FOLDER RECORD MACHINE: PROGRAM is a tracegate built with CUDA" >&2
    exit 2
fi
program=$1
folder=$2
record=$3
machine=$4
device=${DEVICE:-cuda}
suites=${SUITES:-$(dirname -- "$program")/tests}
nb_jobs=${NB_JOBS:-5}
nb_repeats=${NB_REPEATS:-9}
mkdir -p "$folder" || exit 2
# shellcheck source=gpu/lib.sh
. "$(dirname -- "$0")/lib.sh"

# on_shard VERB OPTIONS...: the program on the shard.
on_shard() {
    verb=$1
    shift
    "$program" "$verb" --record "$record" --machine "$machine" --device "$device" "$@"
}

# gate STEP OPTIONS...
gate() {
    step=$1
    shift
    printf '\n---- %s\n' "$step" >>"$folder/gate.txt"
    on_shard gate --pipeline "$@" >>"$folder/gate.txt" 2>&1
    note "gate, $step" $?
}

# generate STEP OPTIONS...: must make what the step before it made, to the digest.
generate() {
    step=$1
    shift
    rm -rf "$work/out"
    printf '\n---- %s\n' "$step" >>"$folder/generate.txt"
    on_shard generate -o "$work/out" "$@" >>"$folder/generate.txt" 2>&1
    code=$?
    if [ $code -eq 0 ]; then
        grep -o '"xxh3_128": "[0-9a-f]*"' "$work/out/traces.json" | sort >"$work/digests"
        [ -s "$work/digests" ] || code=1
        if [ -e "$work/first" ] && ! cmp -s "$work/digests" "$work/first"; then
            echo "its traces are others than before" >>"$folder/generate.txt"
            code=1
        fi
        [ -e "$work/first" ] || mv "$work/digests" "$work/first"
    fi
    note "generate, $step" $code
}

# every_second FIRST: every second chip with a generator here, as --device-chips takes them; from the gate's table.
every_second() {
    awk -v first="$1" '$2 == "main" && ($5 == "match" || $5 == "WRONG") && nb++ % 2 == first { list = list "," $1 }
        END { print substr(list, 2) }' "$work/table"
}

on_shard gate --pipeline --device-chips none >"$work/table" 2>&1
code=$?
if [ $code -eq 3 ]; then
    echo "pipeline: no GPU to run on:" >&2
    tail -n 3 "$work/table" >&2
    exit 3
fi
cp "$work/table" "$folder/gate.txt"
note "gate, no chip on the device" $code
if [ $code -eq 2 ]; then
    tail -n 3 "$work/table" >&2
    exit 2
fi
half=$(every_second 0)
other_half=$(every_second 1)

# One that is skipped has not passed.
: >"$folder/suites.txt"
for suite in "$suites"/test_*_here; do
    [ -x "$suite" ] || continue
    printf '\n---- %s\n' "${suite##*/}" >>"$folder/suites.txt"
    "$suite" >>"$folder/suites.txt" 2>&1
    note "${suite##*/}" $?
done
[ -s "$folder/suites.txt" ] || echo "suites: not run: $suites has none"

for nb_threads in 1 2 16; do
    gate "chips as SP1, threads: $nb_threads" --threads "$nb_threads"
    for chips in none all; do
        gate "chips: $chips, threads: $nb_threads" --device-chips $chips --threads "$nb_threads"
    done
    gate "half the chips, threads: $nb_threads" --device-chips "$half" --threads "$nb_threads"
    # Of one chip there is no other half.
    [ -z "$other_half" ] || gate "the other half, threads: $nb_threads" --device-chips "$other_half" --threads "$nb_threads"
done
gate "without overlap" --no-overlap

: >"$folder/generate.txt"
for permits in 1 3; do
    for chips in none all; do
        generate "chips: $chips, $nb_jobs at once, permits: $permits" --device-chips $chips --jobs "$nb_jobs" --permits "$permits"
    done
    generate "half the chips, $nb_jobs at once, permits: $permits" --device-chips "$half" --jobs "$nb_jobs" --permits "$permits"
    if grep -q ' preprocessed ' "$work/table"; then
        generate "jagged, $nb_jobs at once, permits: $permits" --jagged --jobs "$nb_jobs" --permits "$permits"
    else
        echo "generate, jagged: not run: the record has no program"
    fi
done

on_shard bench --pipeline --repeats "$nb_repeats" --json >"$folder/bench.json"
note "bench --json" $?
on_shard bench --pipeline --repeats "$nb_repeats" >"$folder/bench.txt"
note "bench" $?
cat "$folder/bench.txt"
exit "$worst"
