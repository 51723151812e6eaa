#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# What someone new reads when a kernel of his own fails on the CPU: what to look at, a key that tells failures apart, and how a call is mended.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache
unset ASAN_OPTIONS UBSAN_OPTIONS CXX
cd "$folder" || exit 1
# A program that was built with sanitizers sees faults of all kernels.
is_sanitized=false
grep -q __asan_init "$program" && is_sanitized=true

cat >mine.cu <<'EOF'
#include <stdint.h>
#include <stdlib.h>
#include <assert.h>
struct event { uint32_t bit, out1, out2, in1, in2; };
#define ARGUMENTS uint32_t *trace, uintptr_t height, const event *events, uintptr_t nb_events
#define ROW const uintptr_t row = (uintptr_t)blockIdx.x * blockDim.x + threadIdx.x
static __device__ void store(uint32_t *trace, uintptr_t height, const event *events, uintptr_t row, int nb)
{
    const uint32_t *words = (const uint32_t *)&events[row];
    for (int i = 0; i < nb; i++) {
        const uint32_t word = words[i % 5]; // LINE reads
        trace[i * height + row] = word; // LINE writes
    }
}
template <class WORD, int NB> __global__ void rows(WORD *trace, uintptr_t height, const event *events, uintptr_t nb_events) // LINE rows
{
    ROW;
    if (row < nb_events) store(trace, height, events, row, NB);
}
extern "C" {
__global__ void good(ARGUMENTS) { ROW; if (row < nb_events) store(trace, height, events, row, 5); }
__global__ void reads(ARGUMENTS) { ROW; if (row < height) store(trace, height, events, row, 5); }
__global__ void writes(ARGUMENTS) { ROW; if (row < nb_events) store(trace, height, events, row, 6); }
__global__ void shifts(ARGUMENTS) { ROW; if (row < nb_events) trace[row] = 1u << (40 + threadIdx.x); } // LINE shifts
__global__ void leaves(ARGUMENTS) { ROW; row < 1 ? (void)0 : exit(0); } // LINE leaves
__global__ void aborts(ARGUMENTS) { abort(); } // LINE aborts
__global__ void asserts(ARGUMENTS) { ROW; assert(row < 5); } // LINE asserts
__global__ void unset(ARGUMENTS)
{
    __shared__ uint32_t words[64];
    ROW;
    if (row < nb_events) trace[row] = words[threadIdx.x]; // LINE unset
}
__global__ void divided(ARGUMENTS) { ROW; if (row < nb_events) __syncthreads(); } // LINE divided
__global__ void dynamic(ARGUMENTS)
{
    extern __shared__ uint32_t words[];
    ROW;
    if (row >= nb_events) return;
    words[threadIdx.x] = events[row].bit; // LINE dynamic
    store(trace, height, events, row, 5);
}
__global__ void named(ARGUMENTS)
{
    extern __shared__ uint32_t words[];
    ROW;
    if (row < nb_events && (height != 0 || words[0] != 0)) store(trace, height, events, row, 5);
}
__global__ void three(uint32_t *, uintptr_t, const event *) {}
__global__ void nothing(ARGUMENTS) {}
void elsewhere(int how);
__global__ void calls(ARGUMENTS) { elsewhere(1); }
}
int main() { exit(0); }
EOF
line_of() { grep -n "LINE $1\$\|LINE $1 " mine.cu | head -n 1 | cut -d: -f1; }
short=(--nb-events 100 --profile uniform)
gate() { # gate CODE SYMBOL words...
    local code=$1 symbol=$2
    shift 2
    run "$code" gate Select.main --kernel "mine.cu:$symbol" --host "${short[@]}" --flag=elsewhere.o "$@"
}
# The text of a line of the report, which may go on in others.
part() { awk -v label="  $1 " 'index($0, label) == 1 { on = 1 } on && index($0, label) != 1 && $0 !~ /^               / { on = 0 } on' "$out" |
    tr -s ' \n' ' '; }
told() { check "'$1' does not say '$2'" grep -qF -- "$2" <(part "$1"); }
keyed() { told key "Select.main/failed/$1 ("; }
cat >elsewhere.c <<'EOF'
#include <stdlib.h>
#include <unistd.h>
void elsewhere(int how) { how ? exit(7) : _exit(4); }
EOF
cc -fPIC -c elsewhere.c || exit 1

# ---- keys ----

# Of one kind each in its place, the same from two draws.
for seed in 1 2; do
    gate 1 reads --seed $seed
    keyed "out-of-bounds/read at mine.cu:$(line_of reads)"
    gate 1 writes --seed $seed
    keyed "out-of-bounds/write at mine.cu:$(line_of writes)"
    gate 1 shifts --seed $seed
    keyed "undefined/shift exponent at mine.cu:$(line_of shifts)"
done
# A ledger's entry of one excuses no other.
cat >known.json <<EOF
{"version": 1, "failures": [{"chip": "Select", "kind": "main", "until": "2999-12-31", "why": "is to be mended",
 "key": "Select.main/failed/out-of-bounds/read at mine.cu:$(line_of reads)"}]}
EOF
# Nothing was compared, but nothing new is wrong either.
gate 3 reads --ledger known.json
says "KNOWN FAILURE until 2999-12-31"
gate 1 writes --ledger known.json
keyed "out-of-bounds/write at mine.cu:$(line_of writes)"

# ---- cases that are there already ----

gate 1 writes --save cases
told saved "cases/select-main-"
says_not "saved before"
gate 1 writes --save cases
says "  saved before cases/select-main-"
run 1 triage cases/* --kernel mine.cu:writes --host --flag=elsewhere.o --save cases
says "  saved before cases/select-main-"

# ---- what to look at ----

gate 1 leaves
told failed "calls exit()"
told where "mine.cu:$(line_of leaves), "
told "look for" "a call of exit"
says_not "exit code"
says_not "preset"
keyed "exited/mine.cu:$(line_of leaves)"
gate 1 aborts
told failed "calls abort()"
keyed "exited/mine.cu:$(line_of aborts)"
gate 1 calls
told failed "or what it calls, called exit"
told next "look for exit"
keyed "exited/the kernel under test failed"
gate 1 asserts
told "looks like" "an assertion of the kernel failed"
told "look for" "what the condition takes for granted"
keyed "asserted/mine.cu:$(line_of asserts)"
gate 1 unset
told "look for" "a missing __syncthreads()"
keyed "unset-shared/mine.cu:$(line_of unset)"
gate 1 divided
told "look for" "a barrier, shuffle or vote in a branch"
keyed "barrier/mine.cu:$(line_of divided)"
gate 1 three
told next "(trace, height, events, nb_events)"
told "look for" "the kernel's parameters"
gate 1 nothing
told "looks like" "all of it is zero, as if nothing was written (100%)"
told "look for" "a body that is still to be written"

# ---- dynamic shared memory that no launch gives ----

gate 1 dynamic
told failed "uses dynamic shared memory, and its launch gives it 0 bytes at mine.cu:$(line_of dynamic) in dynamic"
told next "shared_bytes\`, in a manifest"
keyed "no-shared-memory/mine.cu:$(line_of dynamic)"
gate 1 dynamic --no-sanitize
told failed "uses dynamic shared memory, and its launch gives it 0 bytes"
$is_sanitized || says_not "SIGSEGV"
cat >shared.json <<'EOF'
{"version": 1, "modules": {"mine": {"file": "mine.cu", "flags": ["elsewhere.o"]}},
 "kernels": [{"trace": "Select.main", "symbol": "dynamic", "shared_bytes": "4 * block"}]}
EOF
run 0 gate --kernels shared.json --host "${short[@]}"
# To name it is no mistake yet.
gate 0 named

# ---- templates ----

gate 2 rows
complains "kernel 'rows' is a template, named without its arguments (mine.cu:$(line_of rows))"
complains "'mine.cu:rows<uint32_t, 4>'"
check "the compiler is heard" not grep -q "compiler says" "$err"
sed 's/"dynamic"/"rows"/' shared.json >rows.json
run 2 gate --kernels rows.json --host "${short[@]}"
complains '"symbol": "rows<uint32_t, 4>" in a manifest'
gate 0 "rows<uint32_t, 5>"

# ---- options ----

run 2 gate Selct.main --host
complains "no chip is called 'Selct': the nearest name is Select.main"
run 2 fuzz Selct.main --host
complains "no chip is called 'Selct'"
run 2 gate Select.main --host
complains "--host is for kernels of yours"
# The user's flags come last, behind the program's own.
cat >compiler <<'EOF'
#!/bin/sh
echo "$@" >>words
exec c++ "$@"
EOF
chmod +x compiler
for how in "" --no-sanitize; do
    rm -f words
    CXX=./compiler gate 0 good --flag=-O0 ${how:+"$how"}
    check "-O0 is not the last of its kind" test "$(grep -e -shared words | grep -oE -- ' -O[0-9]' | tail -n 1)" = " -O0"
done

# ---- whose words they are ----

echo 'extern "C" __global__ void asm_(unsigned *, unsigned long, const void *, unsigned long) { asm("mov;"); surf1Dread(1); }' >ptx.cu
run 2 gate Select.main --kernel ptx.cu:asm_ --host
complains "tracegate: what the host grid does not take of ptx.cu:"
complains "ptx.cu:1: error: inline PTX (asm) is not supported"
complains "(ptx.cu:1): mend it there, and what the other messages name"
check "the compiler is blamed" not grep -q "compiler says" "$err"
echo 'extern "C" __global__ void no(unsigned *) { return 1 }' >wrong.cu
run 2 gate Select.main --kernel wrong.cu:no --host
complains "tracegate: the compiler says of wrong.cu:"

finish
