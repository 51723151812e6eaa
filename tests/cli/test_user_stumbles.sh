#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# What a newcomer with a kernel of his own meets, on the CPU: one source of a manifest that does not compile, names and folders that are
# not there, a file that is no source, lines that are too long or come twice, Ctrl-C.
sources=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../user/bugs") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache
cp "$sources/select_main.cu" "$sources"/*.cuh .
kernel() { # kernel NAME BODY: a source with one kernel
    printf '#include "events.cuh"\nextern "C" __global__ void %s(uint32_t *trace, uintptr_t height, const void *events, uintptr_t nb_events)\n{\n%s\n}\n' \
        "$1" "$2" >"$1.cu"
}
kernel broken '    undeclared(3);'
kernel zero ''
kernel beyond '    trace[5 * height] = 1;'
kernel spins '    volatile int on = 1;
    while (on) {}'
mine=(Select.main --kernel 'select_main.cu:select_main<kb31_t>')
drawn=(--nb-events 100 --seed 1 --profile uniform)

# ---- one source does not compile: its traces are not run, the others are ----
cat >some.json <<'JSON'
{"version": 1, "modules": {"b": {"file": "broken.cu"}, "s": {"file": "select_main.cu"}, "z": {"file": "zero.cu"}}, "kernels": [
 {"trace": "ExtAlu.main", "module": "b", "symbol": "broken"},
 {"trace": "Select.main", "module": "s", "symbol": "select_main<kb31_t>"},
 {"trace": "BaseAlu.main", "module": "z", "symbol": "zero"}]}
JSON
run 1 gate --kernels some.json --host "${drawn[@]}" --json r.json
check "no match of Select.main" grep -Eq '^Select.main .* match ' "$out"
check "no mismatch of BaseAlu.main" grep -Eq '^BaseAlu.main .* MISMATCH ' "$out"
check "ExtAlu.main is not left out" grep -Eq '^ExtAlu.main .* NOT RUN ' "$out"
says "why          the source does not compile"
says "traces compared 2 of 3,"
complains "broken.cu:4"
check "the report does not say it" grep -q 'ExtAlu.main: not run: the source does not compile' r.json
run 2 gate Select.main ExtAlu.main --kernels some.json --host "${drawn[@]}" --junit r.xml --github
says "verdict   NOT ALL RUN: traces compared 1 of 2,"
says "title=ExtAlu.main::not run: the source does not compile (broken.cu)"
says_not "::malformed file"
check "JUnit has no reason" grep -qF '<error message="not run: the source does not compile (broken.cu)' r.xml
complains "tracegate gate: the source does not compile (broken.cu)"
run 0 gate Select.main --kernels some.json --host "${drawn[@]}"
says "verdict   match"
run 2 gate ExtAlu.main --kernels some.json --host "${drawn[@]}"
says_not "verdict"
# Verbs that need all of them do not begin; one that needs another goes on.
run 2 fuzz --kernels some.json --host --nb-events 100 --save found
says_not "verdict"
run 0 trace Select.main --kernels some.json --host "${drawn[@]}" -o select.npy
run 2 trace ExtAlu.main --kernels some.json --host "${drawn[@]}" -o ext.npy
absent ext.npy
# The same of a struct of events that the source does not have, and of a name that it lacks.
sed 's/"symbol": "zero"/"symbol": "nought"/' some.json >nought.json
run 2 gate Select.main BaseAlu.main --kernels nought.json --host "${drawn[@]}"
says "verdict   NOT ALL RUN: traces compared 1 of 2,"
complains "nought"
sed 's/"symbol": "zero"/&, "event": {"struct": "Nothing"}/' some.json >struct.json
run 2 gate Select.main BaseAlu.main --kernels struct.json --host "${drawn[@]}"
says "verdict   NOT ALL RUN: traces compared 1 of 2,"

# ---- what is not there, or is not what its name says ----
refuse 2 "the folder of headers 'nowhere' is not there: mend its name" gate "${mine[@]}" --host -I nowhere
refuse 2 "the folder of headers 'zero.cu' is no folder" gate "${mine[@]}" --host -I zero.cu
printf '\177ELF\2\1\1\0\0\0\0' >elf.cu
refuse 2 "this is an ELF file, and no source (elf.cu): name it .cubin" gate Select.main --kernel elf.cu:k --host
check "binary on the terminal" not grep -q $'\177' "$err"
refuse 2 "as in: tracegate gate Select.main --kernel f.cu:my_select_main ('tracegate list'" gate --kernel f.cu:my_select_main
refuse 2 "tracegate gate CHIP.KIND --kernel 'f.cu:k<1>'" gate --kernel 'f.cu:k<1>'
refuse 2 "tracegate gate CHIP.KIND --kernel /home/global/src/x.cu:k" gate --kernel /home/global/src/x.cu:k

# ---- lines ----
short() { # what is said of a failure fits
    grep -E '^  (failed|where|next) |^ {15}' "$out" >told
    check "nothing is said of the failure" test -s told
    check "a line is longer than 110 columns" not grep -qE '.{111}' told
}
run 1 gate Select.main --kernel beyond.cu:beyond --host "${drawn[@]}" --json beyond.json --save 'my cases'
short
check "failure, place and way are not a line each" test \
    "$(sed -n 's/^  \(failed\|where\|next\) .*/\1/p' "$out" | paste -sd ' ')" = "failed where next"
check "the failure is said twice" test "$(grep -c 'out of bounds at beyond.cu:4' "$out")" -eq 1
run 1 replay beyond.json --kernel beyond.cu:beyond --host
check "the finding is announced twice" test "$(grep -c '^finding   1 of 1' "$out")" -eq 1
check "the failure is said twice" test "$(grep -c 'out of bounds at beyond.cu:4' "$out")" -eq 1
short
run 1 replay "tracegate gate Select.main --kernel beyond.cu:beyond --host ${drawn[*]}"
check "the line is shown twice" test "$(grep -c '^line ' "$out")" -eq 1
run 1 triage beyond.json --kernel beyond.cu:beyond --host
check "the finding is announced twice" test "$(grep -c '^finding   1 of 1' "$out")" -eq 1
check "the failure is said twice" test "$(grep -c 'out of bounds at beyond.cu:4' "$out")" -eq 1
short
run 1 gate "${mine[@]}" -DBUG=5 --host "${drawn[@]}" --save own
refuse 2 "give --kernel 'select_main.cu:select_main<kb31_t>', or" replay "$(echo own/*)"

# ---- watch: on one screen, what a finding is; and it ends with its reader ----
run 1 watch "${mine[@]}" -DBUG=5 --host "${drawn[@]}" --verdicts 1
check "a line is longer than 110 columns" not grep -qE '.{111}' <(grep -v '^  again: ' "$out")
check "not all that is known" test \
    "$(sed -n 's/^  \(looks like\|look for\|smallest\|key\) .*/\1/p' "$out" | paste -sd ' ')" = "looks like look for smallest key"
check "no event of the smallest case" grep -Eq '^ +event 0: bit [01], out1 ' "$out"
run 1 watch Select.main --kernel beyond.cu:beyond --host "${drawn[@]}" --verdicts 1
check "the failure is said twice" test "$(grep -c 'out of bounds at beyond.cu:4' "$out")" -eq 1
# Without a save there is no second verdict: it ends nevertheless.
last_command="watch | head -1"
timeout 60 "$program" watch "${mine[@]}" --host "${drawn[@]}" 2>"$err" </dev/null | head -n 1 >"$out"
codes=("${PIPESTATUS[@]}")
check_code "${codes[0]}" 141
says "s from start to verdict"
quiet

# ---- Ctrl-C: what was done is said, and nothing is left ----
# stopped SIGNAL CODE AWAITED TEXT words...: the verb gets the signal once standard error, or output, has AWAITED, and says TEXT
stopped() {
    local signal=$1 expected=$2 awaited=$3 text=$4 deadline=$((SECONDS + 60)) pid
    shift 4
    last_command="$* (SIG$signal)"
    : >"$out"
    : >"$err"
    # A background process of a script ignores SIGINT, and so does the program then: env gives it back.
    env --default-signal=INT "$program" "$@" >"$out" 2>"$err" </dev/null &
    pid=$!
    until grep -qF -- "$awaited" "$out" "$err" || [ $SECONDS -ge $deadline ]; do sleep 0.05; done
    sleep 0.3
    kill "-$signal" "$pid"
    wait "$pid"
    check_code $? "$expected"
    says "STOPPED by SIG$signal: $text"
    says_not "verdict   match"
    deadline=$((SECONDS + 5))
    while pgrep -f -- "$program $*" >/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
    check "processes are left" not pgrep -f -- "$program $*"
}
cat >two.json <<'JSON'
{"version": 1, "modules": {"b": {"file": "beyond.cu"}, "s": {"file": "spins.cu"}}, "kernels": [
 {"trace": "BaseAlu.main", "module": "b", "symbol": "beyond"}, {"trace": "Select.main", "module": "s", "symbol": "spins"}]}
JSON
spins=(Select.main --kernel spins.cu:spins --host --no-sanitize)
run 0 trace Select.main --kernels some.json --host "${drawn[@]}" -o select.npy # has what kernels are built with
stopped INT 130 "  key          BaseAlu.main/" "traces compared 0 of 2, comparisons 0, cells 0, mismatches 1 so far" \
    gate --kernels two.json --host "${drawn[@]}" --json stopped.json
absent stopped.json
says "BaseAlu.main           host    FAILED"
stopped TERM 143 "drawn " "traces compared 0 of 1, comparisons 0, cells 0, mismatches 0 so far" gate "${spins[@]}" "${drawn[@]}"
stopped INT 130 "line " "traces compared 0 of 1" replay "tracegate gate ${spins[*]} ${drawn[*]}"
stopped INT 130 "nothing is compared" "nothing was measured to its end" bench "${spins[@]}" --nb-events 100

# catches MASK: until the verb that has just been started, or a child in which it runs, catches these signals
catches() {
    local deadline=$((SECONDS + 60)) mask=0 child caught
    while (((mask & $1) != $1)) && [ $SECONDS -lt $deadline ]; do
        sleep 0.05
        for child in "$!" $(pgrep -P "$!"); do
            caught=$(sed -n 's/^SigCgt:\s*//p' "/proc/$child/status" 2>/dev/null)
            mask=$((mask | 16#${caught:-0}))
        done
    done
    check "the signals are not caught" test $((mask & $1)) -eq "$1"
}
# Nobody reads what it prints: it ends nevertheless, and was not killed.
mkfifo full
exec {reader}<>full
dd if=/dev/zero of=full bs=4096 oflag=nonblock 2>/dev/null
last_command="bench ${spins[*]} >full"
env --default-signal=INT "$program" bench "${spins[@]}" --nb-events 100 >full 2>"$err" </dev/null &
catches $((16#4002))
kill -INT $!
deadline=$((SECONDS + 20))
while kill -0 $! 2>/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
kill -KILL $! 2>/dev/null
wait $!
check_code $? 130
exec {reader}<&-
# What is ignored from the start, as SIGINT is here, does not end it.
last_command="gate ${spins[*]} (SIGINT, ignored)"
"$program" gate "${spins[@]}" "${drawn[@]}" >"$out" 2>"$err" </dev/null &
catches $((16#4000))
kill -INT $!
sleep 0.5
kill -TERM $!
wait $!
check_code $? 143
says "STOPPED by SIGTERM: "
says_not "SIGINT"
finish
