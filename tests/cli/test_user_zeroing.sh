#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# gate of users' kernels whose trace is zeroed first: that is said in every report; with --poison what relies on it is told apart from
# what is wrong. Reports name the user's source and the line of the kernel.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache

holds() { check "no '$2' in $1" grep -qF -- "$2" "$1"; }
lacks() { check "'$2' in $1" not grep -qF -- "$2" "$1"; }

# PAD: padding is written, too; WRONG: a cell is not; READS: a cell is what was there; CRASHES: over poison alone.
cat >mine.cu <<'EOF'
struct event { unsigned bit, out1, out2, in1, in2; };
typedef unsigned long long size;

extern "C" __global__ void rows(unsigned *trace, size height, const event *events, size nb)
{
    for (size i = blockIdx.x * (size)blockDim.x + threadIdx.x; i < height; i += gridDim.x * (size)blockDim.x) {
#ifdef CRASHES
        if (trace[i] != 0) __trap();
#endif
        if (i >= nb) {
#ifdef PAD
            for (int column = 0; column < 5; column++) trace[column * height + i] = 0;
#endif
            continue;
        }
        const event e = events[i];
        trace[i] = e.bit;
        trace[height + i] = e.out1;
        trace[2 * height + i] = e.out2;
#ifdef READS
        trace[3 * height + i] += e.in1;
#else
        trace[3 * height + i] = e.in1;
#endif
#ifdef WRONG
        if (i == 5) continue;
#endif
        trace[4 * height + i] = e.in2;
    }
}
EOF
gate=(gate Select.main --kernel mine.cu:rows --host --no-sanitize --profile uniform --seed 7 --nb-events 100)
unseen="zeroed before the first launch: what the kernel does not write reads as 0 and"

# ---- without poison ----

run 0 "${gate[@]}" --json r.json --junit r.xml --html r.html --sarif r.sarif --no-times
says "note      Select.main: $unseen"
says "verdict   match: "
says_not "skipped"
holds r.json "\"Select.main: $unseen cannot be seen; --poison shows it\""
holds r.json '"zeroing": {'
holds r.json '"is_tried": false'
holds r.xml "Select.main: $unseen"
holds r.html "$unseen"
holds r.sarif "$unseen"
# The program's own kernels write all of it.
run 0 gate Select.main --actual host --no-corpus --nb-events 20 --json own.json
says_not "zeroed"
holds own.json '"zeroing": null'
# So must one whose manifest says so.
cat >manifest.json <<'EOF'
{"version": 1, "modules": {"m": {"file": "mine.cu"}}, "kernels": [{"trace": "Select.main", "symbol": "rows", "zero_trace": false}]}
EOF
run 1 gate --kernels manifest.json --host --no-sanitize --profile uniform --nb-events 100 --json r.json
says_not "zeroed"
says "words were never written"
holds r.json '"zeroing": null'

# ---- with it ----

run 0 "${gate[@]}" --poison --json r.json --junit r.xml --html r.html --no-times
says "note      Select.main: relies on the zeroing: 140 cells in 1 of 1 cases, columns vals.bit,"
says "verdict   match: "
says "traces that rely on the zeroing 1"
says_not "MISMATCH"
holds r.json '"is_tried": true'
holds r.json '"nb_words": 140'
holds r.json '"vals.in2"'
holds r.json '"verdict": "match"'
holds r.json '"exit_code": 0'
holds r.xml 'relies on the zeroing: 140 cells'
holds r.html 'relies on the zeroing: 140 cells'
check "a failure in r.xml" not grep -q '<failure' r.xml

run 0 "${gate[@]}" --poison -D PAD --json r.json
says "note      Select.main: does not rely on the zeroing: over poison it makes the same"
says_not "traces that rely"
holds r.json '"nb_words": 0'

# Truly wrong cells stay wrong, and are not counted with the others.
run 1 "${gate[@]}" --poison -D WRONG -D PAD
says "1 of 500 cells wrong"
says "vals.in2  (4)    1 of 100"
says "does not rely on the zeroing"
run 1 "${gate[@]}" --poison -D WRONG
says "1 of 500 cells wrong"
says "relies on the zeroing: 140 cells"

# What is made of what was there before relies on it, too.
run 0 "${gate[@]}" --poison -D READS -D PAD
says "relies on the zeroing: 100 cells in 1 of 1 cases, column vals.in1"

# A kernel that fails over poison alone.
run 0 "${gate[@]}" --poison -D CRASHES -D PAD --json r.json
says "relies on the zeroing; over poison it fails in 1 of 1 cases:"
holds r.json '"nb_failed": 1'

# All cases are made both ways, and the sweep and the self-test go on behind it.
run 0 gate Select.main --kernel mine.cu:rows --host --no-sanitize --no-corpus --poison --sweep --self-test
says "relies on the zeroing: "
says "planted bugs found"
check "not all cases were made both ways" not grep -q "in 1 of 1 cases" "$out"

# Side outputs: one that does nothing is wrong, but what is 0 anyway is right over zeros alone.
cat >nothing.cu <<'EOF'
extern "C" __global__ void rows(unsigned *trace, unsigned long long height, const void *events, unsigned long long nb) {}
EOF
run 1 gate Global.main --kernel nothing.cu:rows --host --no-sanitize --profile uniform --nb-events 5 --poison --json r.json
says "MISMATCH"
says "relies on the zeroing: "
says " words in 1 of 1 cases"
holds r.json '"lookups"'

# ---- what is wrong over poison alone, beside the cells ----

# STRAY: behind the trace; EVENTS: an event; NOISE: another cell in each run; ALWAYS: over zeros, too.
cat >beside.cu <<'EOF'
#include <stdint.h>
__device__ uint32_t nb_runs;
extern "C" __global__ void rows(uint32_t *trace, uintptr_t height, const uint32_t *events, uintptr_t nb)
{
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < height; i += gridDim.x * (uintptr_t)blockDim.x) {
        const bool is_poisoned = trace[i] != 0;
        for (int column = 0; column < 5; column++) trace[column * height + i] = i < nb ? events[i * 5 + column] : 0;
#ifdef STRAY
        if (is_poisoned && i == 0) trace[5 * height + 2] = 1;
#endif
#ifdef NOISE
        if (is_poisoned && i == 0) trace[i] = ++nb_runs;
#endif
#ifdef EVENTS
        if (is_poisoned && i == 0 && nb != 0) const_cast<uint32_t *>(events)[0] ^= 1;
#endif
    }
#ifdef ALWAYS
    if (blockIdx.x == 0 && threadIdx.x == 0) trace[5 * height + 2] = 1;
#endif
}
EOF
beside=(gate Select.main --kernel beside.cu:rows --host --no-sanitize --no-corpus --profile uniform --seed 7 --nb-events 20)
run 0 "${beside[@]}" --poison
says "does not rely on the zeroing: over poison it makes the same"
run 0 "${beside[@]}" -D STRAY=1
run 1 "${beside[@]}" --poison -D STRAY=1 --json r.json --no-times
says "Select.main            host, over poison    WRONG CONDUCT"
says "out of bounds: 1 word written after the trace, the nearest at distance 2"
says "key          Select.main/conduct/strayed/after the trace"
says "not shrunk   it shows over poison alone"
says "does not rely on the zeroing; over poison alone it does wrong beside its cells in 1 of"
says_not "it makes the same"
says "mismatches 1,"
says "--poison"
holds r.json '"verdict": "mismatch"'
holds r.json '"nb_mismatches": 1'
run 1 "${beside[@]}" --poison --repeat 2 -D STRAY=1
says "out of bounds: 1 word written after the trace"
# The sanitizer sees the same.
run 1 gate Select.main --kernel beside.cu:rows --host --no-corpus --profile uniform --seed 7 --nb-events 20 --poison -D STRAY=1
says "Select.main            host, over poison    FAILED"
says_words "writes 4 bytes out of bounds at beside.cu:9 in rows"
says "(AddressSanitizer: use-after-poison)"
says "mismatches 1,"
run 0 "${beside[@]}" -D EVENTS
run 1 "${beside[@]}" --poison -D EVENTS
says "events changed: first in event 0, byte 0, in field bit"
run 0 "${beside[@]}" --poison -D NOISE
says "relies on the zeroing: 1 cell in 1 of 1 cases"
run 1 "${beside[@]}" --poison -D NOISE --repeat 2
says "differs between runs: 1 of 2 runs made something else than the first"
says "not deterministic: 1 cell changed between runs, the first in row 0, column vals.bit"
says "relies on the zeroing: 1 cell in 1 of 1 cases, column vals.bit; over poison alone it"
# What the run over zeros does, too, is told once.
run 1 "${beside[@]}" --poison -D ALWAYS
says "out of bounds: 1 word written after the trace"
says_not "over poison    WRONG CONDUCT"
says "mismatches 1,"
# Both: cells that rely on the zeroing, and a stray store.
run 1 "${gate[@]}" --poison -D CRASHES -D WRONG
says "1 of 500 cells wrong"
says "over poison it fails in 1 of 1 cases"

# ---- where all is to be zero ----

cat >zeros.cu <<'EOF'
#include <stdint.h>
extern "C" __global__ void rows(uint32_t *trace, uintptr_t height, const void *, uintptr_t)
{
#ifndef NOTHING
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < height; i += gridDim.x * (uintptr_t)blockDim.x) trace[i] = 0;
#endif
}
EOF
zeros=(gate MemoryConst.main --host --no-sanitize --no-corpus --nb-events 4)
run 3 "${zeros[@]}" --kernel zeros.cu:rows -D NOTHING --json r.json --no-times
says "skipped   MemoryConst.main: not compared: all is to be 0, and was before the first launch;"
says " 'tracegate gate --poison' shows whether anything is written"
says "verdict   NOT ALL RUN: traces compared 0 of 1, comparisons 0, cells 0,"
says "NOTHING"
holds r.json '"verdict": "nothing compared"'
holds r.json '"exit_code": 3'
run 3 "${zeros[@]}" --kernel zeros.cu:rows
run 3 "${zeros[@]}" --kernel zeros.cu:rows -D NOTHING --poison
says "not compared: all is to be 0, and was before the first launch; over poison nothing"
run 0 "${zeros[@]}" --kernel zeros.cu:rows --poison
says "does not rely on the zeroing: over poison it makes the same"
says_not "not compared"
# A gate of others with it has not passed either, and a mismatch is one.
cat >both.json <<'EOF'
{"version": 1, "modules": {"b": {"file": "beside.cu"}, "z": {"file": "zeros.cu"}}, "kernels": [
 {"trace": "Select.main", "module": "b", "symbol": "rows"}, {"trace": "MemoryConst.main", "module": "z", "symbol": "rows"}]}
EOF
run 3 gate --kernels both.json --host --no-sanitize --no-corpus --profile uniform --nb-events 20
says "verdict   NOT ALL RUN: traces compared 1 of 2, comparisons 1, cells 160,"
run 0 gate --kernels both.json --host --no-sanitize --no-corpus --profile uniform --nb-events 20 --poison
# Events that are all zero show nothing either, and an event that is not shows all.
printf '{"version": 1, "modules": {"m": {"file": "nothing.cu"}}, "kernels": [{"trace": "Select.main", "symbol": "rows"}]}' >m.json
run 3 gate --kernels m.json --host --no-sanitize --no-corpus --profile uniform --nb-events 0
says "Select.main: not compared: all is to be 0"
run 1 gate --kernels m.json --host --no-sanitize --no-corpus --profile uniform --nb-events 1

# ---- the other verbs: nothing was compared there either ----

nothing=(--kernel zeros.cu:rows -D NOTHING --host --no-sanitize)
unshown="MemoryConst.main: not compared: all is to be 0, and was before the first launch"
run 3 fuzz MemoryConst.main "${nothing[@]}" --nb-events 100 --json r.json --no-times --stats s.json --state state
says "skipped   $unshown; 'tracegate gate --poison' shows"
says "verdict   NOTHING COMPARED: batches"
complains "$unshown"
holds r.json '"verdict": "nothing compared"'
holds r.json '"exit_code": 3'
holds r.json "$unshown"
# One that goes on has compared no more.
run 3 fuzz MemoryConst.main --resume state --kernel zeros.cu:rows -D NOTHING --host --no-sanitize --nb-events 100
says "verdict   NOTHING COMPARED"
run 1 fuzz MemoryConst.main "${nothing[@]}" --poison --nb-events 100 --save poisoned
run 0 fuzz MemoryConst.main --kernel zeros.cu:rows --host --no-sanitize --poison --nb-events 100
# Beside others that were compared.
run 3 fuzz --kernels both.json --host --no-sanitize --nb-events 1000
says "verdict   NOT ALL RUN: batches"
run 3 triage MemoryConst.main "${nothing[@]}" --nb-events 4 --save none --json r.json --no-times
says "skipped   $unshown"
says "verdict   NOT ALL COMPARED: cases 1, nothing to shrink"
holds r.json '"verdict": "nothing compared"'
# What triage looks for is what a gate calls a mismatch.
run 3 triage MemoryConst.main "${nothing[@]}" --poison --nb-events 4 --save none
folder_of=(poisoned/*)
run 3 replay "${folder_of[0]}" "${nothing[@]}"
says "verdict   NOT COMPARED: all is to be 0, and was before the first launch; 'tracegate gate"
run 1 replay "${folder_of[0]}" "${nothing[@]}" --poison
run 0 replay "${folder_of[0]}" --kernel zeros.cu:rows --host --no-sanitize --poison
run 3 triage "${folder_of[0]}" "${nothing[@]}" --save none
says "verdict   NOT ALL COMPARED"
# The program's own kernel writes over poison.
run 0 fuzz MemoryConst.main --nb-events 100
run 0 triage MemoryConst.main --nb-events 4 --actual host --save none
says "verdict   match"

# ---- races ----

run 0 "${beside[@]}"
says "note      races between threads are not seen here: --sweep shows some, a GPU with --repeat others"
run 0 gate Select.main --kernel beside.cu:rows --host --no-sanitize --no-corpus --sweep
says "note      races between threads are seen in part: the shapes that were swept show some, a GPU with"
run 0 gate Select.main --actual host --no-corpus --nb-events 20
says_not "races between"

# ---- where the kernel stands ----

run 1 "${gate[@]}" -D WRONG --json r.json --sarif r.sarif --github --no-times
holds r.json '"kernel": "mine.cu"'
holds r.json '"kernel_line": 4'
holds r.sarif '"uri": "mine.cu"'
holds r.sarif '"startLine": 4'
says "::error file=mine.cu,line=4,title=Select.main differs::"
lacks r.json 'kernels/select.cu'
# A path from the root is no path below the sources.
run 1 gate Select.main --kernel "$folder/mine.cu:rows" --host --no-sanitize --nb-events 100 -D WRONG --sarif r.sarif --json r.json
holds r.sarif "\"uri\": \"file://$folder/mine.cu\""
lacks r.sarif 'uriBaseId'
holds r.json "\"kernel\": \"$folder/mine.cu\""
run 1 gate Select.main --kernel mine.cu:rows --host --no-sanitize --nb-events 100 -D WRONG --save cases
run 1 triage cases/* --kernel mine.cu:rows --host --no-sanitize -D WRONG --json r.json
holds r.json '"kernel": "mine.cu"'
holds r.json '"kernel_line": 4'
run 1 fuzz Select.main --kernel mine.cu:rows --host --no-sanitize --nb-events 1000 -D WRONG --json r.json
holds r.json '"kernel": "mine.cu"'
holds r.json '"kernel_line": 4'
# A kernel in a header: the source, without a line.
printf '#include "mine.cu"\n' >outer.cu
run 1 gate Select.main --kernel outer.cu:rows --host --no-sanitize --nb-events 100 -D WRONG --json r.json --github
holds r.json '"kernel": "outer.cu"'
holds r.json '"kernel_line": null'
says "::error file=outer.cu,title=Select.main differs::"
# ---- a case that is kept for a failure: where the kernel does not fail any more, that is what was asked ----

cat >kept.cu <<'EOF'
#include <stdint.h>
extern "C" __global__ void rows(uint32_t *trace, uintptr_t height, const uint32_t *events, uintptr_t nb_events)
{
    const uintptr_t row = (uintptr_t)blockIdx.x * blockDim.x + threadIdx.x;
#ifdef TRAPS
    __trap();
#endif
    for (int i = 0; i < 5 && row < nb_events; i++) trace[i * height + row] = events[row * 5 + i];
}
EOF
mended=(--kernel kept.cu:rows --host --no-sanitize)
run 1 gate Select.main "${mended[@]}" -D TRAPS --no-corpus --profile uniform --nb-events 20 --save kept --json kept.json --no-times
folder_of=(kept/*)
holds "${folder_of[0]}/case.json" "Select.main/failed/asserted/"
run 1 replay "${folder_of[0]}" "${mended[@]}" -D TRAPS
run 0 replay "${folder_of[0]}" "${mended[@]}"
says "verdict   match: the case passes"
run 0 replay kept.json "${mended[@]}"
run 0 triage kept.json "${mended[@]}"
run 1 gate Select.main "${mended[@]}" -D TRAPS --cases kept
run 0 gate Select.main "${mended[@]}" --cases kept
says "verdict   match: traces compared 1 of 1, comparisons 1,"
# Beside others that show nothing it says no more of the trace than of itself.
run 3 gate Select.main "${mended[@]}" --cases kept --profile uniform --nb-events 0

finish
