#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Runs gpu/sanitize.sh with a compute-sanitizer and a program that are scripts, and requires the exit code that its head promises
# for each course that a run can take.
#
#   sanitize_exit.sh ROOT
set -u
root=${1:?"usage: sanitize_exit.sh ROOT"}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
nb_failed=0

# The program exits with the code that PROGRAM_EXIT gives, and under the sanitizer, in call number ENDS, with the code that ENDS_WITH
# gives. The sanitizer finds something in call number FINDS, and can't watch the GPU from call number STOPS on.
cat >"$work/program" <<'END'
#!/bin/sh
exit "$PROGRAM_EXIT"
END
cat >"$work/sanitizer" <<'END'
#!/bin/sh
echo call >>"$CALLS"
nb=$(wc -l <"$CALLS")
if [ "$nb" -ge "$STOPS" ]; then
    echo '========= Error: Device not supported'
    exit 1
fi
if [ "$nb" -eq "$FINDS" ]; then
    echo '========= Invalid __global__ write of size 4 bytes'
    exit 99
fi
if [ "$nb" -eq "$ENDS" ]; then exit "$ENDS_WITH"; fi
END
chmod +x "$work/program" "$work/sanitizer" || exit 3

# course EXIT_CODE PROGRAM_EXIT FINDS STOPS CALLS [ENDS ENDS_WITH]
course() {
    : >"$work/calls"
    PROGRAM_EXIT=$2 FINDS=$3 STOPS=$4 ENDS=${6:-99} ENDS_WITH=${7:-0} CALLS=$work/calls COMPUTE_SANITIZER=$work/sanitizer \
        sh "$root/gpu/sanitize.sh" "$work/program" memcheck racecheck >"$work/text" 2>&1
    code=$?
    nb=$(wc -l <"$work/calls")
    if [ $code -ne "$1" ] || [ "$nb" -ne "$5" ]; then
        echo "sanitize_exit: exit $code after $nb calls, not $1 after $5 (program $2, finding in $3, stop at $4, end in ${6:-none} with ${7:-0}):" >&2
        cat "$work/text" >&2
        nb_failed=$((nb_failed + 1))
    fi
}

course 0 0 99 99 16
course 1 0 1 99 16
course 1 0 16 99 16
course 3 3 99 99 0
course 3 0 99 1 1
course 3 0 99 9 9
# What was found before the GPU could no longer be watched stays found.
course 1 0 2 9 9
# What no tool finds and goes wrong all the same: input, environment, the gate's own finding, a crash, each of which outweighs those
# before it.
course 2 0 99 99 16 4 2
course 3 0 99 99 16 4 3
course 1 0 99 99 16 4 1
course 139 0 99 99 16 4 139
course 3 0 99 9 9 4 2
course 1 0 2 99 16 4 3
course 139 0 2 99 16 4 139

sh "$root/gpu/sanitize.sh" "$work/no-such-program" >"$work/text" 2>&1
[ $? -eq 2 ] || {
    echo "sanitize_exit: a program that is not there is no wrong use" >&2
    nb_failed=$((nb_failed + 1))
}
[ $nb_failed -eq 0 ] || exit 1
echo "every course of gpu/sanitize.sh ends with its exit code"
