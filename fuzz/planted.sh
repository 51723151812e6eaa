#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Lets each fuzz target look for the planted bugs of its trace (tests/planted), from an empty corpus, and says how long it takes.
#
#   planted.sh BUILD ROOT [--seconds N] [--jobs N] [--seed N] [--build] [NAME...]
#
# BUILD      build folder with the programs (./dev fuzz makes it), or what pack.sh made of one; the bugs are in it too, and are built
#            there, with the targets' sanitizers, where they are missing or not those of ROOT
# --seconds  of CPU time for each bug, at the most (60): a busy machine finds what an idle one does
# --jobs     bugs at a time (1)
# --seed     of libFuzzer (1)
# --build    build the bugs and try none
# NAME       <file>/<bug>, or <file> for all of its bugs; all bugs if none is named
#
# Prints a line for each bug: found, after how many seconds of CPU time and executions, by the comparison or by a sanitizer; or not
# found. Exits 0 if all were found, 1 if not, 2 for wrong use, 3 where the bugs cannot be built. What is built needs no compiler.
set -u
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

usage="usage: planted.sh BUILD ROOT [--seconds N] [--jobs N] [--seed N] [--build] [NAME...]"
[ $# -ge 2 ] || die 2 "$usage"
build=$(readlink -f -- "$1") || die 2 "$usage"
root=$(readlink -f -- "$2") || die 2 "$usage"
shift 2
limit=60
nb_jobs=1
seed=1
only_builds=false
names=()
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --jobs | --seed)
            [ $# -gt 1 ] || die 2 "$1 needs a number"
            need_number "$1" "$2" 6
            case $1 in
                --seconds) limit=$2 ;;
                --jobs) nb_jobs=$2 ;;
                --seed) seed=$2 ;;
            esac
            shift
            ;;
        --build) only_builds=true ;;
        -*) die 2 "there is no option $1; $usage" ;;
        *) names+=("$1") ;;
    esac
    shift
done

# ---- bugs ----

objects=$build/planted
# What the objects are made of, in one number.
digest=$(cd "$root" && find kernels model tests/planted/build.sh tests/planted/*/*.patch -type f | LC_ALL=C sort |
    xargs sha256sum | sha256sum) || die 2 "$root has no kernels or no planted bugs"
if [ "$(cat "$objects/built" 2>/dev/null)" != "$digest" ]; then
    command -v clang-14 >/dev/null ||
        die 3 "the planted bugs are not built, or not those of $root, and clang is missing: apt-get install clang-14 libclang-rt-14-dev"
    rm -f "$objects/built"
    # As cmake/fuzz.cmake compiles the kernels. Signed overflow wraps, as on a device: a bug is to be found by what it does. The
    # built-in variables of a kernel are the thread's: without the model, a shared object calls a function for each of them. No -g:
    # the lines would be those of a copy that is gone.
    "$root/tests/planted/build.sh" "$root" "$objects" clang-14 -O2 -D_POSIX_C_SOURCE=200809L -fwrapv -ftls-model=initial-exec \
        -fsanitize=fuzzer-no-link \
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
        -fno-sanitize-coverage=trace-cmp,stack-depth,indirect-calls >&2 || exit 3
    printf '%s\n' "$digest" >"$objects/built"
fi
if $only_builds; then exit 0; fi

# The bugs that are wanted, "<file>/<bug>".
bugs=()
for patch in "$root"/tests/planted/*/*.patch; do
    bug=${patch#"$root/tests/planted/"}
    bug=${bug%.patch}
    for name in "${names[@]:-$bug}"; do
        case $bug in
            "$name" | "$name"/*)
                bugs+=("$bug")
                break
                ;;
        esac
    done
done
[ ${#bugs[@]} -gt 0 ] || die 2 "no planted bug is called ${names[*]}: use the names of tests/planted/<file>/<bug>.patch"

# ---- tries ----

# How a log says that something was found; nothing if it was not.
how_found() {
    if grep -q '^==== found by' "$1"; then
        printf 'comparison: %s' "$(sed -n 's/^==== found by [^:]*: //p' "$1")"
    elif grep -q '^==== a sanitizer' "$1"; then
        printf 'sanitizer: %s' "$(sed -n 's/^SUMMARY: //p' "$1" | head -n 1 | cut -c 1-60)"
    elif grep -q 'libFuzzer: timeout' "$1"; then
        printf 'it does not end'
    fi
}

# Run the target of one bug and print the line for it; exits 0 if it was found.
try_bug() {
    local bug=$1 trace work log times seconds executions how options
    trace=$(sed -n 's/^trace: //p' "$root/tests/planted/$bug.patch" | head -n 1)
    work=$(mktemp -d "$scratch/XXXXXX") && mkdir "$work/corpus" || exit 2
    log=$work/log
    mapfile -t options < <(options_of "$trace")
    TIMEFORMAT='%U %S'
    times=$({
        time (
            # The limit of CPU time is the shell's; libFuzzer counts the wall's. No exec, which the shell would not measure.
            ulimit -t "$limit"
            TG_FUZZ_KERNELS=$objects/$bug.so TMPDIR=$work "$(program_of "$trace")" "${options[@]}" -timeout=60 "-seed=$seed" \
                -print_final_stats=1 "-artifact_prefix=$work/" "$work/corpus" >"$log" 2>&1 </dev/null
            echo "exit code $?" >>"$log"
        )
    } 2>&1)
    seconds=$(awk '/^[0-9.]+ [0-9.]+$/ { printf "%.1f", $1 + $2 }' <<<"$times")
    executions=$(stat_of "$log" number_of_executed_units)
    [ -n "$executions" ] || executions=$(grep -oE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#')
    how=$(how_found "$log")
    if [ -n "$how" ]; then
        printf '%-46s %-28s found %6s s %9s executions  %s\n' "$bug" "$trace" "$seconds" "${executions:-?}" "$how"
    else
        printf '%-46s %-28s NOT FOUND %s s %s executions  %s\n' "$bug" "$trace" "$seconds" "${executions:-?}" \
            "$(tail -n 2 "$log" | cut -c 1-90 | paste -sd ';')"
    fi
    rm -rf "$work"
    [ -n "$how" ]
}

# Room for the shared memory of kernels that are opened late, which is the thread's as well.
export GLIBC_TUNABLES=glibc.rtld.optional_static_tls=262144
make_scratch
trap 'rm -rf "$scratch"' EXIT
nb_running=0
nb_found=0
count_one() { # wait for one try to end
    if wait -n; then nb_found=$((nb_found + 1)); fi
    nb_running=$((nb_running - 1))
}
for bug in "${bugs[@]}"; do
    while [ "$nb_running" -ge "$nb_jobs" ]; do count_one; done
    try_bug "$bug" &
    nb_running=$((nb_running + 1))
done
while [ "$nb_running" -gt 0 ]; do count_one; done
printf '%d of %d planted bugs found, each within %d s of CPU time\n' "$nb_found" ${#bugs[@]} "$limit"
[ "$nb_found" -eq ${#bugs[@]} ]
