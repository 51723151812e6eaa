#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Runs every fuzz target for a time of its own, some side by side, each from its seeds, and prints a table of what they did. A finding
# ends its target and no other.
#
#   all_targets.sh BUILD ROOT [--seconds N] [--time NAME=SECONDS]... [--jobs N] [--seed N] [--no-seeds] [NAME...]
#
# BUILD       build folder with the programs (./dev fuzz makes it), or what pack.sh made of one
# ROOT        the tree, for its corpora
# --seconds   of each target (60)
# --time      of the targets that NAME means, in the place of those
# --jobs      targets at a time (1); as many as there are cores at the most, since seconds are the wall's
# --seed      of all (1)
# --no-seeds  begin with an empty corpus
# NAME        a trace, a chip (all of its traces), or a file format; all targets if none is named
#
# The columns: seconds and executions a second are of CPU time; coverage, what the seeds reach and what was reached at the end, in
# edges; units, what was added to the corpus. Corpora are thrown away; findings lie in BUILD/findings. Longer times begin first.
# Exits 0 if nothing was found, 1 for a finding, 2 for wrong use and folders that cannot be written, 3 where a target could not run.
set -u
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

usage="usage: all_targets.sh BUILD ROOT [--seconds N] [--time NAME=SECONDS]... [--jobs N] [--seed N] [--no-seeds] [NAME...]"
[ $# -ge 2 ] || die 2 "$usage"
build=$(readlink -f -- "$1") || die 2 "$usage"
root=$(readlink -f -- "$2") || die 2 "$usage"
shift 2
seconds=60
nb_jobs=1
seed=1
with_seeds=true
names=()
times=()
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --jobs | --seed)
            [ $# -gt 1 ] || die 2 "$1 needs a number"
            need_number "$1" "$2" 6
            case $1 in
                --seconds) seconds=$2 ;;
                --jobs) nb_jobs=$2 ;;
                --seed) seed=$2 ;;
            esac
            shift
            ;;
        --time)
            if [ $# -lt 2 ] || [ "$2" = "${2#*=}" ]; then die 2 "--time needs NAME=SECONDS"; fi
            need_number --time "${2#*=}" 6
            times+=("$2")
            shift
            ;;
        --no-seeds) with_seeds=false ;;
        -*) die 2 "there is no option $1; $usage" ;;
        *) names+=("$1") ;;
    esac
    shift
done

# ---- targets and their times ----

declare -A seconds_of=()
for time in "${times[@]}"; do
    select_targets "${time%%=*}"
    for target in "${targets[@]}"; do seconds_of[$target]=${time#*=}; done
done
select_targets "${names[@]}"
findings=$build/findings
mkdir -p "$findings" 2>/dev/null
[ -w "$findings" ] || die 2 "cannot write to $findings: make room or have the folder given to you"
make_scratch
trap 'rm -rf "$scratch"' EXIT
if $with_seeds; then make_seeds "$scratch/seeds.log"; fi
mapfile -t targets < <(for target in "${targets[@]}"; do
    printf '%s %s\n' "${seconds_of[$target]:-$seconds}" "$target"
done | sort -s -k 1,1nr | cut -d ' ' -f 2)

# ---- runs ----

# What became of a target: nothing, or what its log says of a finding.
outcome_of() { # outcome_of LOG CODE
    if [ "$2" -eq 0 ]; then
        printf 'nothing found'
    elif grep -qE '^==== |Test unit written to' "$1"; then
        printf 'FOUND: %s' "$(sed -n 's/^==== //p;s/^SUMMARY: //p' "$1" | head -n 1 | cut -c 1-80)"
    else
        printf 'NOT RUN, exit code %s: %s' "$2" "$(tail -n 1 "$1" | cut -c 1-80)"
    fi
}

# Run a target and print its line. Exits as the program does.
run_target() {
    local target=$1 work=$scratch/$1 log program code times executions cpu_s options folders
    program=$(program_of "$target")
    log=$work/log
    mkdir -p "$work/corpus"
    mapfile -t options < <(options_of "$target")
    folders=("$work/corpus")
    if $with_seeds && [ -d "$build/seeds/$target" ]; then folders+=("$build/seeds/$target"); fi
    TIMEFORMAT='%U %S'
    times=$({
        time TMPDIR=$work TG_FUZZ_FINDINGS=$findings "$program" "${options[@]}" "-dict=$program.dict" "-seed=$seed" \
            "-max_total_time=${seconds_of[$target]:-$seconds}" -print_final_stats=1 "-artifact_prefix=$findings/$target-" \
            "${folders[@]}" >"$log" 2>&1 </dev/null
        printf '%s' $? >"$work/code"
    } 2>&1)
    code=$(<"$work/code")
    cpu_s=$(awk '/^[0-9.]+ [0-9.]+$/ { print $1 + $2 }' <<<"$times")
    executions=$(stat_of "$log" number_of_executed_units)
    [ -n "$executions" ] || executions=$(grep -oE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#')
    printf '%-36s %8.0f %12d %8d %6s -> %-6s %7s  %s\n' "$target" "$cpu_s" "${executions:-0}" \
        "$(awk -v n="${executions:-0}" -v s="$cpu_s" 'BEGIN { print (s > 0) ? int(n / s) : 0 }')" \
        "$(coverage_of "$log" head)" "$(coverage_of "$log" tail)" "$(stat_of "$log" new_units_added)" "$(outcome_of "$log" "$code")"
    if [ "$code" -ne 0 ]; then
        cp "$log" "$findings/$target.log"
        sed -n '/^==== /,$p' "$log" | sed '/^==[0-9][0-9]*==/,$d;/^artifact_prefix/,$d;s/^/    /'
    fi
    rm -rf "$work/corpus"
    exit "$code"
}

printf '%-36s %8s %12s %8s %16s %7s  %s\n' target seconds executions per-s coverage units outcome
nb_running=0
worst=0
count_one() { # wait for one target to end
    wait -n
    case $? in
        0) ;;
        1 | 2 | 3) [ "$worst" -eq 1 ] || worst=3 ;;
        *) worst=1 ;;
    esac
    nb_running=$((nb_running - 1))
}
for target in "${targets[@]}"; do
    while [ "$nb_running" -ge "$nb_jobs" ]; do count_one; done
    run_target "$target" &
    nb_running=$((nb_running + 1))
done
while [ "$nb_running" -gt 0 ]; do count_one; done
exit "$worst"
