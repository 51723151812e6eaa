#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Runs fuzz targets in turn, by slices of time; whoever found most new coverage in its last slice is sooner on again. Stops at the
# first finding: what was found is saved, and the line that runs it again is printed.
#
#   campaign.sh BUILD ROOT [NAME...] [--minutes N] [--jobs N] [--seed N] [--no-seeds]
#
# BUILD       build folder with the programs; corpora, findings and logs lie in it too, and stay for the next campaign
# ROOT        the tree, for its corpora
# NAME        a trace, a chip (all of its traces), or a file format; all targets if none is named
# --minutes   how long, all together (1); may have a fraction
# --jobs      processes at a time (1)
# --seed      of the first slice (1); slice number n has seed + n
# --no-seeds  begin with an empty corpus, or with what earlier campaigns left
#
# Exits 0 if nothing was found, 1 for a finding, 2 for wrong use and folders that cannot be written, 3 where the machine cannot,
# 130, 143, 129 after SIGINT, SIGTERM, SIGHUP: everything found until then is kept, and the next campaign goes on from it.
set -u

. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

[ $# -ge 2 ] || die 2 "usage: campaign.sh BUILD ROOT [NAME...] [--minutes N] [--jobs N] [--seed N] [--no-seeds]"
build=$1
root=$2
shift 2
help() {
    cat <<'TEXT'
usage: ./dev fuzz [NAME...] [--minutes N] [--jobs N] [--seed N] [--no-seeds]

Looks for events, counts, heights and launch shapes that break a kernel, or for files that break a reader: guided by coverage, on the
CPU, under AddressSanitizer and UndefinedBehaviorSanitizer. Stops at the first finding, with a case that replays.

  NAME         a trace or a chip, as 'tracegate list' shows them, or a file format; all targets if none is named
  --minutes N  how long, all targets together (1)
  --jobs N     targets at a time (1)
  --seed N     of libFuzzer (1)
  --no-seeds   begin without what is cut from the corpus

Exits 0 if nothing was found, 1 for a finding, 2 for wrong use and folders that cannot be written, 3 where the machine cannot do it.
Targets that there was no time for are named. docs/fuzzing.md says more.
TEXT
}

minutes=1
nb_jobs=1
seed=1
with_seeds=true
names=()
while [ $# -gt 0 ]; do
    word=$1
    shift
    value=
    case $word in
        --minutes=* | --jobs=* | --seed=*)
            value=${word#*=}
            word=${word%%=*}
            ;;
        --minutes | --jobs | --seed)
            [ $# -gt 0 ] || die 2 "$word needs a number"
            value=$1
            shift
            ;;
    esac
    case $word in
        --minutes)
            [[ $value =~ ^[0-9]+(\.[0-9]+)?$ ]] || die 2 "--minutes $value: write a number of minutes, such as 5 or 0.5"
            minutes=$value
            ;;
        --jobs)
            need_number --jobs "$value" 3
            nb_jobs=$value
            ;;
        --seed)
            need_number --seed "$value" 9
            seed=$value
            ;;
        --no-seeds) with_seeds=false ;;
        --help | -h)
            help
            exit 0
            ;;
        -*) die 2 "there is no option $word: use --minutes, --jobs, --seed, --no-seeds" ;;
        *) names+=("$word") ;;
    esac
done

# ---- folders ----

select_targets "${names[@]}"
corpora=$build/corpus
seeds=$build/seeds
findings=$build/findings
logs=$build/log

# Bytes that must be free where corpora and findings are written; and how often that is looked at, in seconds.
room=$((4 << 20))
look_s=5

# A file that a target removes when what it found has no room: fuzz/target.c knows its name.
reserve=$findings/.reserve

# Stop if a folder cannot take more files: units that are found must not be lost unnoticed, as libFuzzer would.
need_room() { # need_room FOLDER
    local free probe=$1/.room-$$
    if mkdir -p "$1" 2>/dev/null && printf x 2>/dev/null >"$probe" && [ -s "$probe" ]; then
        rm -f "$probe"
        free=$(df --output=avail -B 1 -- "$1" 2>/dev/null | tail -n 1 | tr -d ' ')
        # What does not say how much is free is taken at its word.
        if ! [[ $free =~ ^[0-9]+$ ]] || [ "$free" -ge $room ]; then return; fi
        say "cannot write to $1 much longer: $((free >> 10)) KiB are free there, of $((room >> 10)) that are wanted; make room." \
            "What was found until now is kept"
        return 1
    fi
    rm -f "$probe" 2>/dev/null
    say "cannot write to $1: no file can be made there by you, $(id -un); have the folder given to you, or make room." \
        "What was found until now is kept"
    return 1
}

for target in "${targets[@]}"; do
    need_room "$corpora/$target" || exit 2
done
for folder in "$findings" "$logs"; do
    need_room "$folder" || exit 2
done
head -c $((1 << 20)) /dev/zero >"$reserve" || exit 2
if $with_seeds; then make_seeds "$logs/seeds.log"; fi
make_scratch

# ---- slices ----

declare -A pid_target=() pid_log=() nb_slices=() new_units=() nb_executions=()
for target in "${targets[@]}"; do
    nb_slices[$target]=0
    new_units[$target]=0
    nb_executions[$target]=0
done
end_s=$(awk -v now="$(date +%s)" -v minutes="$minutes" 'BEGIN { printf "%d", now + 60 * minutes + 0.5 }')
slice_number=0
look_pid= # of the process that waits until it is time to look for room

# Seconds of a slice: every target is on at least twice, where there is time.
slice_s=$(awk -v m="$minutes" -v j="$nb_jobs" -v t="${#targets[@]}" \
    'BEGIN { s = 60 * m * j / (2 * t); if (t <= j) s = 60 * m; if (s > 120) s = 120; if (s < 2) s = 2; printf "%d", s }')

# The target that is next: new units of its last slice against how often it was on; those that were not are first.
next_target() {
    local target score best='' best_score=-1
    for target in "${targets[@]}"; do
        score=$(((new_units[$target] + 1) * 1000 / (nb_slices[$target] + 1)))
        [ "${nb_slices[$target]}" -eq 0 ] && score=1000000000
        # Another process of one that is on now waits behind all that are not.
        case " ${pid_target[*]} " in *" $target "*) score=0 ;; esac
        if [ "$score" -gt "$best_score" ]; then
            best=$target
            best_score=$score
        fi
    done
    printf '%s' "$best"
}

start_slice() {
    local target=$1 seconds=$2 program log options folders
    program=$(program_of "$target")
    # In memory: what a finding says must not be lost where it is written, nor for want of room.
    log=$scratch/$target-$slice_number.log
    mapfile -t options < <(options_of "$target")
    folders=("$corpora/$target")
    if $with_seeds && [ -d "$seeds/$target" ]; then folders+=("$seeds/$target"); fi
    TMPDIR=$scratch TG_FUZZ_FINDINGS=$findings "$program" "${options[@]}" "-dict=$program.dict" "-max_total_time=$seconds" \
        "-seed=$((seed + slice_number))" -print_final_stats=1 "-artifact_prefix=$findings/$target-" "${folders[@]}" \
        >"$log" 2>&1 </dev/null &
    pid_target[$!]=$target
    pid_log[$!]=$log
    nb_slices[$target]=$((nb_slices[$target] + 1))
    slice_number=$((slice_number + 1))
}

end_slice() {
    local target=$1 log=$2 executions new
    executions=$(stat_of "$log" number_of_executed_units)
    new=$(stat_of "$log" new_units_added)
    nb_executions[$target]=$((nb_executions[$target] + ${executions:-0}))
    new_units[$target]=${new:-0}
    say "$target: ${executions:-0} executions, $(stat_of "$log" average_exec_per_sec)/s, ${new:-0} new units"
    rm -f "$log"
}

# Ask all processes to end, and wait for them. libFuzzer keeps what it has when it is told to. Not by an interrupt, which a shell's
# background processes begin with ignoring.
stop_all() {
    local pid
    for pid in "${!pid_target[@]}" $look_pid; do
        kill -TERM "$pid" 2>/dev/null
    done
    for pid in "${!pid_target[@]}"; do
        wait "$pid" 2>/dev/null
    done
    rm -rf "$scratch" "$reserve"
}

summary() {
    local target nb_units
    printf '%-36s %14s %10s %8s\n' target executions units slices
    for target in "${targets[@]}"; do
        nb_units=$(find "$corpora/$target" -type f | wc -l)
        printf '%-36s %14d %10d %8d\n' "$target" "${nb_executions[$target]}" "$nb_units" "${nb_slices[$target]}"
    done
    printf 'corpora: %s\n' "$corpora"
}

interrupted() { # interrupted CODE
    trap '' INT TERM HUP
    stop_all
    summary
    say "interrupted: all that was found is kept; the next ./dev fuzz goes on from there"
    exit "$1"
}
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
trap 'interrupted 129' HUP

# Keep a log behind the campaign's end, where there is room.
keep_log() { # keep_log LOG
    rm -f "$reserve"
    cp "$1" "$logs/" && kept=$logs/${1##*/} || kept="none, for want of room"
}

# Print what a target found, from its log.
print_finding() { # print_finding TARGET LOG
    local artifact program
    program=$(program_of "$1")
    artifact=$(sed -n 's/^.*Test unit written to \(.*\)$/\1/p' "$2" | tail -n 1)
    sed -n '/^==== /,$p' "$2" | sed '/^==[0-9][0-9]*==/,$d;/^artifact_prefix/,$d'
    # What libFuzzer stopped itself, for time or memory, or what left no room to speak, is explained now.
    if ! grep -q '^ *again: ' "$2" && [ -n "$artifact" ]; then
        TG_FUZZ_EXPLAIN=1 TG_FUZZ_FINDINGS=$findings "$program" "$artifact" 2>&1 </dev/null |
            sed '/^INFO:/d;/^Running: /d;/^Executed /d;/^\*\*\*/d;/: Running 1 inputs/d'
    fi
    grep -E '^(==[0-9]+==ERROR|SUMMARY:|.*runtime error:)' "$2" | grep -v 'libFuzzer: deadly signal' | head -n 4
    [ -n "$artifact" ] && printf 'under sanitizers: %s %s\n' "$program" "$artifact"
}

# A process has ended otherwise than by the end of its time: a finding, or the machine.
report() { # report TARGET LOG CODE
    local target=$1 log=$2 code=$3 kept
    trap '' INT TERM HUP
    keep_log "$log"
    if [ "$code" -gt 3 ] && grep -qE '^==== |Test unit written to' "$log"; then
        print_finding "$target" "$log"
        printf 'log: %s\n' "$kept"
        stop_all
        die 1 "found by $target; it stops here"
    fi
    tail -n 3 "$log" >&2
    stop_all
    # libFuzzer's code where somebody has told it to end; from 128 on, the signal that ended it.
    if [ "$code" -eq 72 ]; then die 143 "$target was told to end; what was found is kept. Its log: $kept"; fi
    if [ "$code" -gt 128 ]; then
        die 3 "$target was ended by signal $((code - 128)): is there too little memory? What was found is kept. Its log: $kept"
    fi
    die $((code <= 3 ? code : 3)) "$target ended with code $code. Its log: $kept"
}

# ---- the campaign ----

say "${#targets[@]} targets, $minutes minutes, $nb_jobs processes, seed $seed, slices of $slice_s s; corpora in $corpora"
while :; do
    left=$((end_s - $(date +%s)))
    while [ "$left" -gt 0 ] && [ ${#pid_target[@]} -lt "$nb_jobs" ]; do
        start_slice "$(next_target)" $((left < slice_s ? left : slice_s))
    done
    [ ${#pid_target[@]} -gt 0 ] || break
    if [ -z "$look_pid" ]; then
        sleep $look_s 9>&- >/dev/null 2>&1 &
        look_pid=$!
    fi
    pid=
    wait -n -p pid "${!pid_target[@]}" "$look_pid"
    code=$?
    # A signal that is trapped ends wait before anything has ended.
    [ -n "$pid" ] || continue
    if [ "$pid" = "$look_pid" ]; then
        look_pid=
        # Findings lie where corpora do.
        need_room "$findings" && continue
        stop_all
        exit 2
    fi
    target=${pid_target[$pid]}
    log=${pid_log[$pid]}
    unset "pid_target[$pid]" "pid_log[$pid]"
    [ "$code" -eq 0 ] || report "$target" "$log" "$code"
    end_slice "$target" "$log"
    if ! need_room "$corpora/$target"; then
        stop_all
        exit 2
    fi
done
stop_all
summary
idle=()
for target in "${targets[@]}"; do
    [ "${nb_executions[$target]}" -gt 0 ] || idle+=("$target")
done
if [ ${#idle[@]} -gt 0 ]; then
    say "nothing found; but ${#idle[@]} of ${#targets[@]} targets did not run, for want of time: ${idle[*]}; give more --minutes"
    exit 0
fi
say "nothing found"
