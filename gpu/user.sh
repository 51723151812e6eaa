#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# What users' kernels want of a machine with a GPU: the program's own kernels as modules of every kind, gated and measured against the
# built-in ones; planted bugs, told as they are on the CPU; kernels that misbehave. It goes on behind whatever fails.
#
#   gpu/user.sh PROGRAM FOLDER MODULES [PART]
#
# PROGRAM is a tracegate that was built with CUDA; MODULES what the target user_modules made (build/user_modules). FOLDER receives what
# each step prints, <number>.txt, and table.txt, which is printed at the end. PART: modules, bugs or bad alone.
# Variables: NB_EVENTS the events of each trace where the speed is measured (2^20); MAX_RATIO how far from the built-in speed is well
# (0.03); MAX_SECONDS for all of it (570): what is left then does not run; BACKEND=host tries what runs without a GPU.
# Exits 0 if all is well, 1 if something differs or is not as it must be, 2 for wrong use, 3 if something could not run.
set -u

if [ $# -lt 3 ] || [ $# -gt 4 ] || [ ! -x "$1" ] || [ ! -d "$3" ]; then
    echo "usage: gpu/user.sh PROGRAM FOLDER MODULES [modules|bugs|bad]: MODULES is what the target user_modules makes" >&2
    exit 2
fi
program=$1
folder=$2
modules=$3
part=${4:-}
backend=${BACKEND:-cuda}
nb_events=${NB_EVENTS:-1048576}
max_ratio=${MAX_RATIO:-0.03}
max_seconds=${MAX_SECONDS:-570}
root=$(cd "$(dirname -- "$0")/.." && pwd) || exit 2
mkdir -p "$folder" || exit 2
# shellcheck source=gpu/lib.sh
. "$(dirname -- "$0")/lib.sh"
export TRACEGATE_CACHE="$work/cache"
if [ "$backend" = cuda ]; then
    route="--actual cuda"
    kinds="source ptx cubin fatbin symbols getters"
else
    route="--host --no-sanitize"
    kinds=source
fi

start=$(date +%s)
nb_steps=0
table=$folder/table.txt
: >"$table"

wants() { [ -z "$part" ] || [ "$part" = "$1" ]; }

# enter STEP CODE [NOTE]: a row of the table.
enter() {
    weigh "$2"
    printf '%-3s %4s s  exit %-3d  %s%s\n' "$nb_steps" "$(($(date +%s) - begun))" "$2" "$1" "${3:+: $3}" | tee -a "$table"
}

# step EXPECTED SECONDS NAME WORDS...: run a command, which must exit with that code; what it prints goes to a file, $said.
step() {
    expected=$1
    limit=$2
    name=$3
    shift 3
    nb_steps=$((nb_steps + 1))
    begun=$(date +%s)
    said=$folder/$nb_steps.txt
    left=$((max_seconds - begun + start))
    code=3
    if [ $left -le 0 ]; then
        : >"$said"
        enter "$name" 3 "not run: no time was left"
        return 1
    fi
    [ $left -ge "$limit" ] || limit=$left
    timeout -k 5 "$limit" "$@" >"$said" 2>&1
    code=$?
    if [ $code -eq "$expected" ]; then
        enter "$name" 0
        return 0
    fi
    # What could not run has not failed; what was to fail and did not, has.
    if [ $code -eq 3 ]; then
        enter "$name" 3 "not run: $(tail -n 1 "$said")"
    else
        enter "$name" 1 "exit code $code, not $expected"
    fi
    return 1
}

# says TEXT: the last step must have said it.
says() {
    grep -qF -- "$1" "$said" && return
    begun=$(date +%s)
    enter "  does not say '$1'" 1
}

"$program" doctor
"$program" gate --actual "$backend" --no-corpus --nb-events 1 >"$folder/0.txt" 2>&1
if [ $? -eq 3 ]; then
    echo "user: no GPU to run on:" >&2
    tail -n 3 "$folder/0.txt" >&2
    exit 3
fi

# ---- the program's own kernels as a user's ----
# A gate compares every cell with the reference: what matches there is what the built-in kernels make, which match too.
# ratios REPORT: each trace, and how fast it is, as a ratio to the built-in one
ratios() {
    awk '
        /"trace": / { trace = $0; sub(/.*"trace": "/, "", trace); sub(/".*/, "", trace) }
        /"ratio_to_built_in": / { ratio = $0; sub(/.*"ratio_to_built_in": */, "", ratio); sub(/[^0-9.e+-].*/, "", ratio); print trace, ratio }' "$1"
}

# slow RATIOS: the traces whose median is slower than it may be
slow() {
    sort -k 1,1 -k 2,2g "$1" | awk -v max="$max_ratio" '
        function judge() { if (nb > 0 && (of[int((nb + 1) / 2)] + of[int(nb / 2) + 1]) / 2 < 1 - max) print trace }
        $1 != trace { judge(); trace = $1; nb = 0 }
        { of[++nb] = $2 }
        END { judge() }'
}

# check_ratios REPORT MANIFEST: every trace is as fast as the built-in one. Of kernels of microseconds one measurement in twenty is off
# by more than what is asked for: what is slower is measured four times more by itself, and the median counts.
check_ratios() {
    ratios "$1" >"$work/ratios"
    if [ ! -s "$work/ratios" ]; then
        echo "no ratio"
        return 1
    fi
    for trace in $(slow "$work/ratios"); do
        for _ in 1 2 3 4; do
            "$program" bench "$trace" --kernels "$2" --backend "$backend" --nb-events "$nb_events" --json >"$work/again" 2>&1 || return 1
            ratios "$work/again" | grep "^$trace " >>"$work/ratios"
        done
    done
    awk '{ printf "  %-32s %s\n", $1, $2 }' "$work/ratios"
    left=$(slow "$work/ratios" | tr '\n' ' ')
    [ -z "$left" ] || {
        echo "slower by more than $max_ratio: $left"
        return 1
    }
}
if wants modules; then
    # shellcheck disable=SC2086 # words
    step 0 60 "built-in" "$program" gate --actual "$backend" --no-corpus --nb-events 1000 --seed 1
    for kind in $kinds; do
        nb=$(grep -c '"trace"' "$modules/$kind.json")
        # shellcheck disable=SC2086
        step 0 120 "gate $kind" "$program" gate --kernels "$modules/$kind.json" $route --nb-events 1000 --seed 1 &&
            says "verdict   match: traces compared $nb of $nb"
    done
    for way in chained recursive; do
        for nb in 0 1 256 257 512 513 300000; do
            # shellcheck disable=SC2086
            step 0 60 "scan $way, $nb events" "$program" gate --kernels "$root/docs/examples/global-$way.json" $route --nb-events $nb \
                --profile realistic --seed 1
        done
    done
    for kind in $kinds; do
        if step 0 120 "bench $kind" "$program" bench --kernels "$modules/$kind.json" --backend "$backend" --nb-events "$nb_events" --json; then
            nb_steps=$((nb_steps + 1))
            begun=$(date +%s)
            code=0
            check_ratios "$said" "$modules/$kind.json" >"$folder/$nb_steps.txt" || code=1
            enter "$kind: as fast as built-in, within $max_ratio" $code "$(tail -n 1 "$folder/$nb_steps.txt")"
        fi
    done
fi

# ---- planted bugs ----
if wants bugs; then
    where=
    [ "$backend" != cuda ] || where=--device
    # shellcheck disable=SC2086
    step 0 400 "planted bugs" bash "$root/tests/user/bugs.sh" "$program" "$root/tests/user/bugs" $where
    tail -n 1 "$said"
fi

# ---- kernels that misbehave ----
# Manifests of four kernels each: the second and the fourth are right.
if wants bad; then
    bad=$root/tests/user/bad
    # shellcheck disable=SC2086 # words
    step 1 120 "faults" "$program" gate --kernels "$bad/faults.json" $route --nb-events 100 --seed 1 && says "traces compared 2 of 4"
    # shellcheck disable=SC2086
    step 1 200 "without an end" "$program" gate --kernels "$bad/endless.json" $route --max-run-seconds 3 --nb-events 100 --seed 1 && {
        says "traces compared 2 of 4"
        nb=$(grep -c "^  key  .*/failed/hung/" "$said")
        begun=$(date +%s)
        [ "$nb" -eq 2 ] || enter "  $nb kernels of 2 are told to have no end" 1
    }
    # On a device lanes of a warp may leave a barrier that others do not reach: a finding, or wrong cells, or no end.
    # shellcheck disable=SC2086
    if step 1 200 "recursion, barriers" "$program" gate --kernels "$bad/stuck.json" $route --max-run-seconds 10 --nb-events 100 --seed 1; then
        grep -Eq "traces compared [23] of 4" "$said" || enter "  right kernels are not compared" 1
    fi
    # Built for another architecture: a finding that says which, and the next kernel runs.
    [ "$backend" != cuda ] || {
        step 1 60 "another architecture" "$program" gate --kernels "$modules/foreign.json" --actual cuda --nb-events 100 --seed 1 && {
            says "traces compared 1 of 2"
            says "architecture"
        }
    }
fi

if [ $nb_steps -eq 0 ]; then
    echo "user: '$part' is no part: modules, bugs or bad" >&2
    exit 2
fi
printf '\n%s steps in %s s; what each printed is in %s/<number>.txt\n' "$nb_steps" $(($(date +%s) - start)) "$folder"
cat "$table"
exit "$worst"
