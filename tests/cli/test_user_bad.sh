#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Users' kernels that misbehave, on the CPU: each is a finding that says what it did and where, and the next kernel of the manifest runs.
sources=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../user/bad") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache
unset ASAN_OPTIONS UBSAN_OPTIONS
bad=$sources/misbehaving.cu
cp "$bad" bad.cu
# A program that was built with sanitizers has the C++ library loaded, and sees faults of all kernels.
is_sanitized=false
grep -q __asan_init "$program" && is_sanitized=true

line_of() { grep -n "LINE $1 " bad.cu | cut -d: -f1; }

# A manifest of kernels: TRACE:SYMBOL[:MORE]...
manifest() {
    local entry trace symbol more comma=""
    echo '{"version": 1, "modules": {"bad": {"file": "bad.cu"}}, "kernels": ['
    for entry in "$@"; do
        IFS=: read -r trace symbol more <<<"$entry"
        printf '%s{"trace": "%s", "symbol": "%s"%s}\n' "$comma" "$trace" "$symbol" "${more:+, $more}"
        comma=,
    done
    echo ']}'
}

matches() { check "no match of $1" grep -Eq "^$1 .* match " "$out"; }
# finding TRACE TEXT: the failure of that trace says so, however its lines are broken
finding() {
    check "the failure of $1 does not say '$2'" grep -qF -- "$(tr -s ' ' <<<"$2")" <(sed -n "/^$1 .*FAILED/,/^  again:/p" "$out" | tr -s ' \n' ' ')
}
# keyed TRACE CAUSE
keyed() { check "no key $1/failed/$2" grep -qF "  key          $1/failed/$2/" "$out"; }
none_of_it() { check "'$1' on standard error" not grep -qF -- "$1" "$err"; }

# ---- under sanitizers: what is accessed, and where ----
manifest ExtAlu.main:reads_behind BaseAlu.main:good_base_alu Select.main:writes_before Poseidon2SBox.main:faults \
    PrefixSumChecks.main:shared_index 'ExtFeltConvert.main:dynamic_index:"shared_bytes": 128' MemoryVarV1.main:good_memory_var >one.json
run 1 gate --kernels one.json --host --nb-events 100 --seed 1 --profile uniform --json one.report --html one.html
matches BaseAlu.main
matches MemoryVarV1.main
finding ExtAlu.main "the kernel of ExtAlu.main reads 4 bytes out of bounds at bad.cu:$(line_of reads_behind) in reads_behind"
finding Select.main "the kernel of Select.main writes 4 bytes out of bounds at bad.cu:$(line_of writes_before) in store"
finding Select.main "called at bad.cu:$(line_of calls_store) in writes_before"
finding Poseidon2SBox.main "the kernel of Poseidon2SBox.main"
finding Poseidon2SBox.main " at bad.cu:$(line_of faults) in faults"
finding PrefixSumChecks.main " out of bounds for type 'unsigned int [32]', at bad.cu:$(line_of shared_index):"
finding ExtFeltConvert.main "reads 4 bytes out of bounds at bad.cu:$(line_of dynamic_index) in dynamic_index"
for trace in ExtAlu.main Select.main Poseidon2SBox.main PrefixSumChecks.main ExtFeltConvert.main; do keyed $trace out-of-bounds; done
says "an access out of bounds (100%)"
says "traces compared 2 of 7"
# What the sanitizers print besides is left to --no-isolate.
none_of_it AddressSanitizer
none_of_it "#0"
for file in one.report one.html; do
    check "$file has no line" grep -qF "bad.cu:$(line_of reads_behind) in reads_behind" $file
    check "$file has no cause" grep -qF "out-of-bounds" $file
done
"$program" gate Select.main --kernel bad.cu:writes_before --host --nb-events 100 --no-isolate >"$out" 2>"$err"
check "the access passed" test $? -ne 0
complains "AddressSanitizer: use-after-poison"
# Nor can a kernel end the program as if all were well, whatever its exit code, or the verb that runs it.
cat >ends.cu <<'SOURCE'
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
extern "C" __global__ void ends(uint32_t *, uintptr_t, const void *, uintptr_t) { syscall(SYS_exit_group, 0); }
SOURCE
ends=(gate Select.main --kernel ends.cu:ends --host --no-sanitize --nb-events 100 --no-isolate)
run 2 "${ends[@]}"
says_not "verdict   "
complains "tracegate gate: there is no verdict, whatever was printed; code that runs in its process ended it with exit code 0"
run 2 replay -- tracegate "${ends[@]}"
complains "tracegate replay: there is no verdict"
# The smallest case shows it again, and its line has what that takes.
run 1 gate Select.main --kernel bad.cu:writes_before --host --nb-events 100 --save cases
run 1 replay "$(echo cases/*)" --kernel bad.cu:writes_before --host
says "writes 4 bytes out of bounds at bad.cu:$(line_of writes_before)"

# ---- under sanitizers: all else ----
manifest Select.main:shifts BaseAlu.main:good_base_alu PrefixSumChecks.main:diverges ExtAlu.main:recurses Poseidon2SBox.main:asserts \
    ExtFeltConvert.main:throws MemoryVarV1.main:good_memory_var >two.json
run 1 gate --kernels two.json --host --nb-events 100 --seed 1 --profile uniform
matches BaseAlu.main
matches MemoryVarV1.main
finding Select.main "is too large for 32-bit type 'unsigned int', at bad.cu:$(line_of shifts):"
keyed Select.main undefined
finding PrefixSumChecks.main "threads of a block wait for each other for ever: 32 in __syncthreads, 32 in __syncwarp"
finding PrefixSumChecks.main "bad.cu:$(line_of diverges), thread 0"
keyed PrefixSumChecks.main barrier
finding ExtAlu.main "the kernel of ExtAlu.main ran out of stack, as recursion without an end does"
keyed ExtAlu.main crashed
finding Poseidon2SBox.main "assertion failed: height == 0 where bad.cu:$(line_of asserts), block 0 of 2, thread 0"
if $is_sanitized; then
    finding ExtFeltConvert.main "ended by signal 6, SIGABRT"
else
    finding ExtFeltConvert.main "the kernel of ExtFeltConvert.main throws an exception at bad.cu:$(line_of throws) in throws"
fi
none_of_it AddressSanitizer
none_of_it "runtime error"

# What nobody wrote to shared memory is a poison there: its read is a finding, and without sanitizers the cell that it gets to.
run 1 gate MemoryVarV1.main --kernel bad.cu:reads_unset --host --nb-events 200 --seed 1 --profile uniform
finding MemoryVarV1.main "reads shared memory that the block has not written where $folder/bad.cu:$(line_of reads_unset), block 0 of 4, thread "
run 1 gate MemoryVarV1.main --kernel bad.cu:reads_unset --host --no-sanitize --nb-events 200 --seed 1 --profile uniform
says "words of an earlier run, or of memory that was not set (100%) - 100 of 100 wrong cells hold"
says "MemoryVarV1.main/eventful/stale/"

# ---- without them: ends of the process ----
manifest Select.main:exits BaseAlu.main:good_base_alu PrefixSumChecks.main:ends ExtAlu.main:aborts Poseidon2SBox.main:throws \
    ExtFeltConvert.main:faults MemoryVarV1.main:good_memory_var >three.json
# Two threads that throw at once say it in pieces.
OMP_NUM_THREADS=1 run 1 gate --kernels three.json --host --no-sanitize --nb-events 100 --seed 1 --profile uniform
matches BaseAlu.main
matches MemoryVarV1.main
finding Select.main "calls exit()"
finding PrefixSumChecks.main "calls _exit()"
finding ExtAlu.main "calls abort()"
finding Poseidon2SBox.main "ended by signal 6, SIGABRT, and printed last: '  what():  thrown by a kernel'"
if $is_sanitized; then
    keyed ExtFeltConvert.main out-of-bounds
else
    finding ExtFeltConvert.main "ended by signal 11, SIGSEGV"
    keyed ExtFeltConvert.main crashed
fi
for trace in Select.main PrefixSumChecks.main ExtAlu.main; do keyed $trace exited; done
keyed Poseidon2SBox.main crashed

# ---- processes of a kernel's own ----
# Whoever answers in the worker's place is not heard, and what is left behind ends with the worker.
manifest Select.main:hands_on BaseAlu.main:forks ExtAlu.main:good_ext_alu >forks.json
for nb in 1 3; do
    OMP_NUM_THREADS=$nb run 1 gate --kernels forks.json --host --no-sanitize --nb-events 100 --seed 1 --profile uniform
    finding Select.main "ended its worker with exit code 0"
    matches ExtAlu.main
    left=$(sed -n 's/.*process \([0-9]*\) is here.*/\1/p' "$err")
    check "no process was forked" test -n "$left"
    for number in $left; do
        check "process $number is left behind" not grep -qs '^State:.[^ZX]' "/proc/$number/status"
    done
done

# ---- without an end ----
manifest Select.main:spins BaseAlu.main:good_base_alu PrefixSumChecks.main:prints ExtFeltConvert.main:floods ExtAlu.main:good_ext_alu >four.json
run 1 gate --kernels four.json --host --no-sanitize --max-run-seconds 1 --nb-events 100 --seed 1 --profile uniform
matches BaseAlu.main
matches ExtAlu.main
for trace in Select.main PrefixSumChecks.main ExtFeltConvert.main; do
    finding $trace "the kernel of $trace has not ended within 1 s"
    keyed $trace hung
done
complains "line 7 of a kernel that prints without an end"
complains "tracegate: what this run prints beyond this is left out"
check "more than 40000 bytes are shown" test "$(wc -c <"$err")" -lt 40000
check "what a kernel prints is among the results" not grep -q "prints without" "$out"

# ---- all of memory ----
manifest Select.main:allocates BaseAlu.main:good_base_alu >five.json
run 1 gate --kernels five.json --host --no-sanitize --nb-events 100 --seed 1 --profile uniform
matches BaseAlu.main
finding Select.main "the kernel of Select.main took more than 4 GiB of memory"

# ---- what cannot be run is no finding ----
printf '\177ELF\2\1\1' >foreign.cubin
refuse 2 "the host grid runs kernels from their source" gate Select.main --kernel foreign.cubin:anything --host
refuse 2 "did you mean 'good_select'?" gate Select.main --kernel bad.cu:good_selekt --host --no-sanitize
finish
