#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Every planted bug of tests/user/bugs, as a user's kernel: found, and told as bugs.def says; and with its mistake mended each file is
# right. Each bug is a check of its own.
#
#   bugs.sh PROGRAM BUGS [--device] [PART]
#
# BUGS      tests/user/bugs
# --device  through NVRTC on a GPU; else on the CPU, without sanitizers, for what they find has no words to be told by; and one bug of each
#           kernel, and the kernel with nothing planted, as a gate on the CPU is without options: under sanitizers
# PART      only bugs whose "file number" contains it
# TRACEGATE_BUGS_JOBS: processes at a time; as many as there are cores unless it is set
set -u
program=$(readlink -f -- "${1:?the program is missing}") || exit 1
bugs=$(readlink -f -- "${2:?the folder of bugs is missing}") || exit 1
shift 2
route="--host --no-sanitize"
by_default=true
if [ "${1:-}" = --device ]; then
    route="--actual cuda"
    by_default=false
    shift
fi
part=${1:-}
jobs=${TRACEGATE_BUGS_JOBS:-$(nproc)}
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
export TRACEGATE_CACHE=$work/cache
export OMP_NUM_THREADS=1

# Events for each profile that is tried, until one shows the bug so that it is told; what it was first told as is said. 203 is no multiple of a block or a warp, and its trace
# has padding; blocks of a second wave and rows of the upper bits of 16 need more.
profiles="mixed uniform boundary"
few=203
many=1500

# The ids of the causes of the first finding, in order.
causes_of() {
    sed -n '/^ *"findings": \[/,$p' "$1" | sed -n '/"causes": \[/,/^ *\]/{s/.*"id": "\([a-z-]*\)".*/\1/p;/^ *\]/q}' | tr "\n" " "
}

# gate TRACE KERNEL BUG PROFILE EVENTS REPORT [OPTION]: the program's exit code
gate() {
    # shellcheck disable=SC2086 # a list of words
    timeout 300 "$program" gate "$1" --kernel "$2" -D "BUG=$3" $route ${7:-} --profile "$4" --nb-events "$5" --seed 1 --json "$6" \
        >"$6.out" 2>"$6.err" </dev/null
}

# try_bug NAME TRACE KERNEL BUG CAUSES: one line, "ok NAME ..." or "FAILED NAME ..."
try_bug() {
    local name=$1 trace=$2 kernel=$3 bug=$4 causes=$5 report=$work/$1.json nb profile code found first second cause told=""
    for nb in $few $many; do
        for profile in $profiles; do
            gate "$trace" "$kernel" "$bug" "$profile" "$nb" "$report"
            code=$?
            [ $code -eq 0 ] && continue
            if [ $code -ne 1 ]; then
                echo "FAILED $name: exit code $code, not 1: $(tail -n 1 "$report.err")"
                return
            fi
            found=$(causes_of "$report")
            read -r first second _ <<<"$found"
            for cause in ${causes//,/ }; do
                if [ "$cause" = "$first" ] || [ "$cause" = "${second:-}" ]; then
                    echo "ok $name: $profile, $nb events: $found${told:+; first told as$told}"
                    return
                fi
            done
            told="$told '$found'"
        done
    done
    if [ -z "$told" ]; then
        echo "FAILED $name: not found"
    else
        echo "FAILED $name: told as$told, not as one of '$causes'"
    fi
}

# try_right NAME TRACE KERNEL: the same with nothing planted
try_right() {
    local name=$1 trace=$2 kernel=$3 report=$work/right-$1.json profile code nb
    for nb in $few $many; do
        for profile in $profiles; do
            # Where all is to be zero, only poison shows that it is written.
            gate "$trace" "$kernel" 0 "$profile" "$nb" "$report" --poison
            code=$?
            [ $code -eq 0 ] && continue
            echo "FAILED $name: the right kernel has exit code $code with $nb events of $profile: $(tail -n 1 "$report.err")"
            return
        done
    done
    echo "ok $name: right"
}

# try_by_default NAME TRACE KERNEL BUG: under sanitizers the bug is found, whatever it is told as, and the right kernel is right
try_by_default() {
    local name=$1 trace=$2 kernel=$3 bug=$4 report=$work/default-$1.json profile code nb route=--host
    gate "$trace" "$kernel" 0 mixed $few "$report" --poison
    code=$?
    if [ $code -ne 0 ]; then
        echo "FAILED $name: by default the right kernel has exit code $code: $(tail -n 1 "$report.err")"
        return
    fi
    for nb in $few $many; do
        for profile in $profiles; do
            gate "$trace" "$kernel" "$bug" "$profile" "$nb" "$report"
            code=$?
            [ $code -eq 0 ] && continue
            if [ $code -eq 1 ] && [ -n "$(causes_of "$report")" ]; then
                echo "ok $name: by default: $profile, $nb events: $(causes_of "$report")"
            else
                echo "FAILED $name: by default exit code $code, not 1: $(tail -n 1 "$report.err")"
            fi
            return
        done
    done
    echo "FAILED $name: by default not found"
}

# Lines of the list, as fields between tabs: file, kernel, trace, number, causes.
list() {
    sed -n 's/^USER_BUG(\([a-z0-9_]*\), "\([^"]*\)", "\([^"]*\)", \([0-9]*\), "\([^"]*\)", .*)$/\1\t\2\t\3\t\4\t\5/p' "$bugs/bugs.def"
}

wait_for_room() {
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
}

nb_bugs=0
nb_right=0
nb_default=0
seen=" "
while IFS=$'\t' read -r file kernel trace number causes; do
    [[ "$file $number" == *"$part"* ]] || continue
    nb_bugs=$((nb_bugs + 1))
    wait_for_room
    try_bug "$file-$number" "$trace" "$bugs/$file.cu:$kernel" "$number" "$causes" >"$work/said.$file-$number" &
    # One file has kernels of several traces.
    [[ "$seen" == *" $file/$kernel "* ]] && continue
    seen="$seen$file/$kernel "
    nb_right=$((nb_right + 1))
    wait_for_room
    try_right "$file-$nb_right" "$trace" "$bugs/$file.cu:$kernel" >"$work/said.right-$file-$nb_right" &
    $by_default || continue
    nb_default=$((nb_default + 1))
    wait_for_room
    try_by_default "default-$file-$nb_right" "$trace" "$bugs/$file.cu:$kernel" "$number" >"$work/said.default-$file-$nb_right" &
done < <(list)
wait
cat "$work"/said.* 2>/dev/null | sort
nb_ok=$(cat "$work"/said.* 2>/dev/null | grep -c '^ok ')
echo "$nb_bugs bugs and $nb_right right kernels, $nb_default of each by default, $nb_ok as they should be"
# Lines that the pattern above does not take would be left out unseen.
if [ -z "$part" ] && [ "$nb_bugs" -ne "$(grep -c '^USER_BUG(' "$bugs/bugs.def")" ]; then
    echo "bugs.def has lines that cannot be read"
    exit 1
fi
[ "$nb_bugs" -gt 0 ] && [ "$nb_ok" -eq $((nb_bugs + nb_right + nb_default)) ]
