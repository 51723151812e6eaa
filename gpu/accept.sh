#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# What to run once on a machine with a GPU, in one call of less than nine minutes: the suites that want a GPU, the gate of everything
# there, whole shards, the speeds, and compute-sanitizer over small runs. It goes on behind whatever fails.
#
#   gpu/accept.sh PROGRAM FOLDER RECORDS
#
# PROGRAM is a tracegate that was built with CUDA; RECORDS a folder of records, such as corpus/records. FOLDER receives what each step
# prints, <number>.txt, and table.txt, which is printed at the end. Variables: TG_CUDA_DEVICE chooses the GPU; SUITES the folder of the
# suites test_*_here (tests beside PROGRAM); NB_EVENTS the events of each trace where the gate is measured (2^20), NB_PAIRS in how many
# rounds (1), NB_REPEATS of how many calls the pipeline's speeds are medians (5); MAX_SECONDS for all of it (510): what is left then
# does not run; COMPUTE_SANITIZER names one that is not in PATH; BACKEND=host tries all this without a GPU. Exits 0 if all is well, 1
# if something differs or is found, 2 for wrong use, 3 if something could not run; with the code of the worst step, and at once with 3
# if there is no GPU.
set -u

if [ $# -ne 3 ] || [ ! -x "$1" ] || [ ! -d "$3" ]; then
    echo "usage: gpu/accept.sh PROGRAM FOLDER RECORDS: PROGRAM is a tracegate built with CUDA, RECORDS a folder of records" >&2
    exit 2
fi
program=$1
folder=$2
records=$3
backend=${BACKEND:-cuda}
suites=${SUITES:-$(dirname -- "$program")/tests}
nb_events=${NB_EVENTS:-1048576}
nb_pairs=${NB_PAIRS:-1}
nb_repeats=${NB_REPEATS:-5}
max_seconds=${MAX_SECONDS:-510}
sanitizer=${COMPUTE_SANITIZER:-compute-sanitizer}
mkdir -p "$folder" || exit 2
# shellcheck source=gpu/lib.sh
. "$(dirname -- "$0")/lib.sh"

start=$(date +%s)
nb_steps=0
table=$folder/table.txt
: >"$table"

# enter STEP SECONDS CODE [NOTE]: a row of the table.
enter() {
    weigh "$3"
    printf '%-3s %4s s  exit %-3d  %s%s\n' "$nb_steps" "$2" "$3" "$1" "${4:+: $4}" | tee -a "$table"
}

# not_run STEP WHY: a row of what there is nothing to run for.
not_run() {
    nb_steps=$((nb_steps + 1))
    enter "$1" 0 3 "not run: $2"
}

# step SECONDS WORDS...: run a command for so long at the most; what it prints goes to a file.
step() {
    limit=$1
    shift
    nb_steps=$((nb_steps + 1))
    begun=$(date +%s)
    left=$((max_seconds - begun + start))
    name=$(echo "$*" | sed "s|$program|tracegate|g; s|$records/||g; s|$suites/||g; s|$folder/||g; s|$work/||g")
    if [ $left -le 0 ]; then
        enter "$name" 0 3 "not run: no time was left"
        return
    fi
    is_cut=false
    if [ $left -lt "$limit" ]; then
        limit=$left
        is_cut=true
    fi
    timeout -k 5 "$limit" "$@" >"$folder/$nb_steps.txt" 2>&1
    code=$?
    why=
    if [ $code -eq 124 ] || [ $code -eq 137 ]; then why="ended after $limit s"; fi
    # It had less time than it may take: that says nothing of what it does.
    if [ -n "$why" ] && $is_cut; then
        code=3
        why="$why: no more time was left"
    fi
    enter "$name" $(($(date +%s) - begun)) $code "$why"
}

"$program" doctor
"$program" gate --actual "$backend" --no-corpus --nb-events 1 >"$folder/0.txt" 2>&1
code=$?
if [ $code -eq 3 ]; then
    echo "accept: no GPU to run on:" >&2
    tail -n 3 "$folder/0.txt" >&2
    exit 3
fi

# One that is skipped has not passed.
for suite in "$suites"/test_*_here; do
    if [ -x "$suite" ]; then step 120 "$suite"; else not_run "suites" "$suites has none"; fi
done

step 200 "$program" gate --actual "$backend" --corpus "$records"
step 60 "$program" gate --actual "$backend" --no-corpus
step 60 "$program" gate --actual "$backend" --no-corpus --self-test

# Shards: of each record that names its machine. One with a program is run under compute-sanitizer, too.
nb_shards=0
program_shard=
program_machine=
find "$records" -name record.json | sort >"$work/shards"
while read -r file; do
    machine=$(sed -n 's/^ *"machine": *"\([^"]*\)".*/\1/p' "$file" | head -n 1)
    [ -n "$machine" ] || continue
    shard=$(dirname -- "$file")
    nb_shards=$((nb_shards + 1))
    step 60 "$program" gate --pipeline --record "$shard" --machine "$machine" --device "$backend" </dev/null
    if [ -z "$program_shard" ] && grep -q ' preprocessed ' "$folder/$nb_steps.txt"; then
        program_shard=$shard
        program_machine=$machine
    fi
    step 60 "$program" bench --pipeline --record "$shard" --machine "$machine" --device "$backend" --repeats "$nb_repeats" </dev/null
done <"$work/shards"
[ $nb_shards -ne 0 ] || not_run "shards" "$records has no record of a machine"

step 180 "$program" bench --gate --backend "$backend" --nb-events "$nb_events" --pairs "$nb_pairs"
measured=$nb_steps
trace=$("$program" list --json | sed -n 's/^ *"\(name\|trace\)": *"\([^"]*\.main\)".*/\2/p' | head -n 1)
step 60 "$program" bench "$trace" --backend "$backend" --diff

# The comparison's and the pipeline's kernels, at sizes that leave tiles partly filled; in the process that is watched.
if [ "$backend" = cuda ] && ! command -v "$sanitizer" >/dev/null && [ -x /usr/local/cuda/bin/compute-sanitizer ]; then
    sanitizer=/usr/local/cuda/bin/compute-sanitizer
fi
if command -v "$sanitizer" >/dev/null; then
    for tool in memcheck racecheck initcheck; do
        step 60 "$sanitizer" --tool $tool --error-exitcode 1 "$program" gate --actual "$backend" --no-corpus --no-isolate --nb-events 33
        [ -z "$program_shard" ] || step 60 "$sanitizer" --tool $tool --error-exitcode 1 "$program" generate --no-isolate --jagged \
            --record "$program_shard" --machine "$program_machine" --device "$backend" -o "$work/made-$tool"
    done
    # Unlike the gate's, its traces differ: lists are made.
    [ ! -x "$suites/test_diff_device_here" ] || step 60 env CK_FORK=no "$sanitizer" --tool memcheck --error-exitcode 1 \
        "$suites/test_diff_device_here"
else
    not_run "compute-sanitizer" "there is none; install the CUDA Toolkit's, or name one with COMPUTE_SANITIZER"
fi

printf '\nthe gate against its bound:\n'
tail -n 6 "$folder/$measured.txt"
printf '\n%s steps in %s s; what each printed is in %s/<number>.txt\n' "$nb_steps" $(($(date +%s) - start)) "$folder"
cat "$table"
exit "$worst"
