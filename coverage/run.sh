#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Counts what the tests, the corpus and the fuzz seeds run, and holds it against coverage/thresholds and coverage/exclusions.
#
#   run.sh BUILD ROOT
#
# BUILD   build folder of preset coverage; gets the report, html/index.html, unreached.txt, every line and branch that did not run, and
#         event-coverage.json, all classes of events that the default gate reached or did not
# ROOT    the tree
#
# Prints the classes of events that drawn events and the corpus reached in the default gate, and a table of the folders.
# Exits 0 if every folder is above its threshold and every exclusion is needed, 1 if not or if a test failed, 2 for wrong use, 3
# where the machine cannot.
set -u

say() { printf 'coverage: %s\n' "$*" >&2; }
die() { # die CODE WORDS...
    local code=$1
    shift
    say "$*"
    exit "$code"
}

[ $# -eq 2 ] || die 2 "usage: run.sh BUILD ROOT (./dev coverage takes no words)"
build=$(readlink -e -- "$1") || die 2 "there is no folder $1"
root=$(readlink -e -- "$2") || die 2 "there is no folder $2"
for program in lcov genhtml gcov; do
    command -v "$program" >/dev/null || die 3 "$program is missing: apt-get install lcov gcc"
done
[ -x "$build/tracegate" ] || die 3 "there is no program in $build: ./dev coverage builds it"
log=$build/coverage-log
mkdir -p "$log" || die 3 "cannot write to $build"

# What is not run: tests of the tree and of scripts run none of this build's code, what is installed is what other tests run, devices'
# tests have no device, and planted bugs are kernels that were compiled without counting, users' wrong kernels (user_bugs) among them.
# Others take long when they are counted, and what they reach, other tests do too: guides run verbs that have tests of their own;
# test_cli_output draws 20 million events, three times, to be killed while it writes them; test_pipeline_records makes seven recorded
# shards in thirty setups each; the rest is programs that judge reports, and a browser.
left_out='^(structure_|planted|user_bugs$|guide_|reports_|install|test_cli_dev$|test_cli_output$|test_pipeline_records$|test_fuzz_campaign$)|_here$'
# The host grid's own tests have several workers; all others one, which the counts of chips' kernels need (cmake/coverage.cmake).
with_threads='^test_(host_grid|host_grid_fault|host_grid_limits|port)$'

# ---- counts ----

# Files of builds before this one that would count lines that are gone.
ninja -C "$build" -t cleandead >"$log/cleandead.log" 2>&1
find "$build" -name '*.gcda' -delete
while IFS= read -r -d '' notes; do
    [ -e "${notes%.gcno}.o" ] || rm -f -- "$notes"
done < <(find "$build" -name '*.gcno' -print0)

# Tests run the program as another user too, who may add to the counts where the files are there for all. /tmp can be entered by
# all, which the tree may not be.
counts=$(mktemp -d) || die 3 "no temporary folder can be made"
gate=
trap '[ -z "$gate" ] || kill "$gate" 2>/dev/null; rm -rf -- "$counts"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$counts"
(cd "$build" && find . -name '*.gcno' -printf '%h\n' | sort -u | (cd "$counts" && xargs -d '\n' mkdir -p) &&
    find . -name '*.gcno' -printf '%P\n' | sed 's/gcno$/gcda/' | (cd "$counts" && xargs -d '\n' touch -- && xargs -d '\n' -a <(
        find . -name '*.gcda') chmod 666 --)) || die 3 "cannot write to $counts"
slashes=${build//[^\/]/}
export GCOV_PREFIX=$counts GCOV_PREFIX_STRIP=${#slashes}
# Programs that cannot write their counts would say so on standard error, which tests read.
: >"$counts/errors" && chmod 666 "$counts/errors"
export GCOV_ERROR_FILE=$counts/errors

# ---- what is run ----

export OMP_WAIT_POLICY=passive
has_failed=false
# One more than cores: some tests wait for time to pass.
nb_jobs=$(($(nproc) + 1))
run_tests() { # run_tests NAME ctest's words...
    local name=$1
    shift
    ctest --test-dir "$build" -j "$nb_jobs" --no-tests=error --output-on-failure "$@" >"$log/$name.log" 2>&1 && return
    has_failed=true
    sed -n '/^The following tests FAILED:/,/^Errors while/p' "$log/$name.log" | sed '1d;$d' >&2
    say "tests failed; their output: $log/$name.log"
}
# The gate goes on beside the tests: one of them, longer than the others, would leave a core idle at the end.
say "running the default gate"
OMP_THREAD_LIMIT=1 "$build/tracegate" gate --coverage "$build/event-coverage.json" >"$log/gate.log" 2>&1 &
gate=$!
say "running the tests, the corpus and the fuzz seeds"
OMP_THREAD_LIMIT=1 run_tests tests -E "$left_out|$with_threads"
run_tests tests-with-threads -R "$with_threads"
wait "$gate"
gate_code=$?
gate=
if [ "$gate_code" -ne 0 ]; then
    has_failed=true
    tail -n 20 "$log/gate.log" >&2
    say "the gate failed; its output: $log/gate.log"
fi
cp -- "$counts/errors" "$log/errors.log"
(cd "$counts" && find . -name '*.gcda' -size +0 -exec cp --parents -t "$build" -- {} +) || die 3 "cannot copy counts to $build"

# ---- the report ----

capture() { # capture NAME lcov's words...
    local name=$1
    shift
    lcov --rc lcov_branch_coverage=1 --capture "$@" --output-file "$build/$name.info" >"$log/$name.log" 2>&1 && return
    tail -n 20 "$log/$name.log" >&2
    die 3 "lcov failed: $log/$name.log and $log/errors.log"
}
folders=()
while read -r folder _; do
    case $folder in '' | '#'*) continue ;; esac
    folders+=(--directory "$build/$folder")
done <"$root/coverage/thresholds"
# Files that nothing runs count too.
capture none --initial "${folders[@]}"
capture all --directory "$build"

printf '\n'
sed -n '/^classes of events reached/,/^$/p' "$log/gate.log"
awk -v root="$root" -v filtered="$build/coverage.info" -v unreached="$build/unreached.txt" -f "$root/coverage/report.awk" \
    "$root/coverage/thresholds" "$root/coverage/exclusions" "$build/none.info" "$build/all.info"
code=$?
[ "$code" -le 1 ] || exit "$code"
rm -rf -- "$build/html"
if ! genhtml --branch-coverage --prefix "$root" --title tracegate --output-directory "$build/html" "$build/coverage.info" \
    >"$log/genhtml.log" 2>&1; then
    tail -n 20 "$log/genhtml.log" >&2
    die 3 "genhtml failed: $log/genhtml.log"
fi
printf '\nlines:  %s\nreport: %s\n' "$build/unreached.txt" "$build/html/index.html"
if $has_failed; then
    say "FAILED: tests failed, whatever was covered; the log is $log/tests.log"
    exit 1
fi
[ "$code" -eq 0 ] || say "FAILED: see above"
exit "$code"
