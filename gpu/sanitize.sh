#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Runs the four tools of compute-sanitizer over the kernels of all chips, at odd sizes and shapes.
# initcheck also watches measurements: these leave scratch as it is, which the gate fills.
#
#   gpu/sanitize.sh PROGRAM [TOOL...]      default: memcheck racecheck initcheck synccheck
#
# PROGRAM is a tracegate that was built with CUDA. compute-sanitizer comes with the toolkit, or from PyPI's
# nvidia-cuda-sanitizer-api; COMPUTE_SANITIZER names one that is not in PATH. No finding is suppressed. Exits 0 if no tool finds
# anything, 1 if one does, 2 for wrong use, 3 if there is no GPU, no compute-sanitizer, or none that can watch this GPU; with the worst
# code of all if a run under a tool ends otherwise.
set -u

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: gpu/sanitize.sh PROGRAM [TOOL...]: PROGRAM is a tracegate built with CUDA" >&2
    exit 2
fi
program=$1
shift
[ $# -gt 0 ] || set -- memcheck racecheck initcheck synccheck

absent() {
    printf 'sanitize: not run: %s\n' "$*" >&2
    exit 3
}

sanitizer=${COMPUTE_SANITIZER:-compute-sanitizer}
if ! command -v "$sanitizer" >/dev/null; then
    if [ -x /usr/local/cuda/bin/compute-sanitizer ]; then
        sanitizer=/usr/local/cuda/bin/compute-sanitizer
    else
        absent "there is no compute-sanitizer: install the CUDA Toolkit's, or pip install nvidia-cuda-sanitizer-api"
    fi
fi
# shellcheck source=gpu/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck disable=SC2154 # lib.sh's
log=$work/log

"$program" gate --actual cuda --no-corpus --nb-events 1 >"$log" 2>&1
if [ $? -eq 3 ]; then
    absent "no GPU to run on: $(tail -n 1 "$log")"
fi

# Exit code of compute-sanitizer for findings; no code of the program's.
found=99

# watch TOOL WORDS...: one run of the program under a tool.
watch() {
    tool=$1
    shift
    "$sanitizer" --tool "$tool" --error-exitcode "$found" "$program" "$@" >"$log" 2>&1
    code=$?
    if grep -q 'Device not supported' "$log"; then
        # What was found before stays found.
        weigh 3
        printf 'sanitize: %s stops here: it cannot watch this GPU: %s\n' "$sanitizer" \
            "$(grep -m 1 'Device not supported' "$log")" >&2
        exit "$worst"
    fi
    [ $code -ne $found ] || code=1
    note "$tool $*" $code
    [ $code -eq 0 ] || grep -m 20 '=========' "$log" || tail -n 20 "$log"
}

# gate TOOL GATE-OPTIONS...: in the process that is watched.
gate() {
    tool=$1
    shift
    watch "$tool" gate --actual cuda --no-corpus --no-isolate "$@"
}

for tool in "$@"; do
    # None; around a warp, and a section of a scan, the last tile partly filled.
    for nb_events in 0 1 33 513 1000; do
        gate "$tool" --nb-events "$nb_events"
    done
    gate "$tool" --nb-events 20 --height 33
    gate "$tool" --nb-events 700 --grid 3 --block 33
    gate "$tool" --nb-events 700 --grid 1 --block 1024
    if [ "$tool" = initcheck ]; then
        watch "$tool" bench --backend cuda --nb-events 33
        watch "$tool" bench --backend cuda --nb-events 513
    fi
done
exit "$worst"
