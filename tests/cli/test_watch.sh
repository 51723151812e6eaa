#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# watch: gates at the start and at every save, however a file is saved; what is wrong is shown and watching goes on; nothing is left
# behind when it ends. How long a verdict takes is shown, and not looked at here.
sources=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../user/bugs") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache
MAX_WAIT_S=60
watcher=

# watch words...: start it
watch() {
    last_command="watch $*"
    : >"$out" # what an earlier one said is none of its verdicts
    "$program" watch "$@" >"$out" 2>"$err" </dev/null &
    watcher=$!
}

nb_verdicts() { grep -cE '^[A-Za-z ]+ +[^ ]+   [0-9.]+ s from (save|start) to verdict' "$out"; }

# await N WORD: the Nth verdict comes, and begins with WORD
await() {
    local deadline=$((SECONDS + MAX_WAIT_S)) n=$1
    while [ "$(nb_verdicts)" -lt "$n" ] && [ $SECONDS -lt $deadline ] && kill -0 "$watcher" 2>/dev/null; do sleep 0.02; done
    [ "$(nb_verdicts)" -ge "$n" ] || MAX_WAIT_S=5 # the next ones will not come, either
    check "verdict $n is not '$2'" grep -qE "^$2 " <(grep 'to verdict' "$out" | sed -n "${n}p")
}

# ends CODE: it ends with that exit code, and nothing that it started is left
ends() {
    wait "$watcher"
    check_code $? "$1"
    local deadline=$((SECONDS + 5))
    while pgrep -f -- "$folder/[k]ernels" >/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.02; done
    check "processes are left: $(pgrep -af -- "$folder/[k]ernels")" not pgrep -f -- "$folder/[k]ernels"
    check "work folders are left" not compgen -G "$TRACEGATE_CACHE/work-*"
}

stop() { # stop SIGNAL CODE
    kill "-$1" "$watcher"
    ends "$2"
}

mkdir kernels headers
source=$folder/kernels/mine.cu
cp "$sources"/*.cuh kernels
right() { cat "$sources/select_main.cu"; }
wrong() { sed 's/ BUG == 5/ BUG != 5/' "$sources/select_main.cu"; }
mine=(Select.main --kernel "$source:select_main<kb31_t>" --host --no-sanitize --no-corpus --nb-events 100)

# ---- every way to save; errors are shown, and the next save is gated ----
right >"$source"
watch "${mine[@]}"
await 1 match
says "s from start to verdict"
says " 1 case, 100 events,"
wrong >"$source"
await 2 MISMATCH
says "s from save to verdict   kernels/mine.cu"
says "Select.main/eventful/"
says "  again: tracegate gate Select.main "
says "  looks like  "
right >kernels/other.name
mv kernels/other.name "$source"
await 3 match
touch kernels/kb31.cuh
await 4 match
says "s from save to verdict   kernels/kb31.cuh"
{ right && echo 'this is no C++;'; } >"$source"
await 5 ERROR
says "mine.cu:$(wc -l <"$source"):1: error: "
says "tracegate gate: the source does not compile"
{ echo '#include "later.cuh"' && right; } >"$source"
await 6 ERROR
says "later.cuh: No such file"
echo '#pragma once' >kernels/later.cuh # was missing, and so in no list
await 7 match
ln -s "$source" kernels/unrelated.txt
touch kernels/unrelated.txt.swp kernels/notes.txt
sleep 0.5
check "a file that is not included was taken for a save" test "$(nb_verdicts)" -eq 7
check "a verdict is not the first line of its part" test "$(head -n 1 "$out" | grep -c 'to verdict')" -eq 1
quiet
stop INT 130

# ---- the code of the last verdict ----
wrong >"$source"
watch "${mine[@]}" --verdicts 1
ends 1
await 1 MISMATCH
right >"$source"
watch "${mine[@]}" --verdicts 2
await 1 match
echo '#error on purpose' >"$source"
ends 2
await 2 ERROR
says "#error on purpose"
right >"$source"
watch "${mine[@]}" --verdicts 1
ends 0

# ---- a save ends the gate that runs, whatever its kernel does; so does a signal ----
hang() {
    printf '#include "events.cuh"\nextern "C" __global__ void spin(uint32_t *trace, uintptr_t height, '
    printf 'const SelectEvent<kb31_t> *events, uintptr_t nb_events)\n{\n    for (volatile int x = 1; x != 0;) {}\n}\n'
}
await_run() { # until a worker runs the kernel: there are the gate, its helper, and the worker
    local deadline=$((SECONDS + MAX_WAIT_S)) nb=0
    while [ "$nb" -lt 3 ] && [ $SECONDS -lt $deadline ]; do
        sleep 0.02
        nb=$(pgrep -cf -- "^tracegate gate .*$folder/kernels")
    done
    check "no kernel runs" test "$nb" -ge 3
}
hang >"$source"
spin=(Select.main --kernel "$source:spin" --host --no-corpus --nb-events 100)
watch "${spin[@]}" --verdicts 1
await_run
sed 's/spin/other/' <(hang) >"$source"
ends 2
says "has no kernel 'spin'"
for signal in INT:130 TERM:143 HUP:129; do
    hang >"$source"
    watch "${spin[@]}"
    await_run
    stop "${signal%:*}" "${signal#*:}"
done
watch "${spin[@]}"
await_run
kill -KILL "$watcher"
ends 137

# ---- crashes, under sanitizers: with the line ----
sed 's/for (volatile.*/trace[5 * height] = 1;/' <(hang) >"$source"
watch "${spin[@]}" --verdicts 1
ends 1
says "  failed      "
says "mine.cu:4"

# ---- headers of other folders, manifests, links, folders that come and go ----
{ echo '#include <far.h>' && right; } >"$source"
echo '#define FAR 1' >headers/far.h
cat >kernels/manifest.json <<MANIFEST
{"version": 1, "modules": {"own": {"file": "mine.cu", "includes": ["../headers"]}},
 "kernels": [{"trace": "Select.main", "symbol": "select_main<kb31_t>"}]}
MANIFEST
watch --kernels "$folder/kernels/manifest.json" --host --no-sanitize --no-corpus --nb-events 100
await 1 match
echo '#error far' >headers/far.h
await 2 ERROR
says "#error far"
echo '#define FAR 2' >headers/far.h
await 3 match
cp kernels/manifest.json kept.json
echo '{' >kernels/manifest.json
await 4 ERROR
cp kept.json kernels/manifest.json
await 5 match
mv headers away
sleep 0.2
echo >>"$source"
await 6 ERROR
mkdir headers
cp away/far.h headers/far.h
await 7 match
stop TERM 143
mkdir elsewhere
mv "$source" elsewhere/real.cu
right >elsewhere/real.cu
ln -s ../elsewhere/real.cu "$source"
watch "${mine[@]}"
await 1 match
wrong >elsewhere/real.cu
await 2 MISMATCH
stop INT 130

# ---- nobody reads ----
watch_full() { "$program" watch "${mine[@]}" >/dev/full 2>"$err" </dev/null; }
last_command="watch >/dev/full"
watch_full &
watcher=$!
ends 2
complains "write"


# A socket has no error then, as a pipe has, but hangs up. Prints the exit code, -9 of one that does not end.
over_socket() {
    timeout 120 python3 - "$err" "$program" watch "$@" <<'PYTHON'
import socket, subprocess, sys
err, *words = sys.argv[1:]
ours, its = socket.socketpair()
process = subprocess.Popen(words, stdout=its, stderr=open(err, "w"), stdin=subprocess.DEVNULL)
its.close()
said = b""
while b"to verdict" not in said:
    got = ours.recv(65536)
    if not got: break
    said += got
ours.close()
try:
    print(process.wait(20))
except subprocess.TimeoutExpired:
    process.kill()
    print(process.wait())
PYTHON
}
last_command="watch, over a socket"
check "it does not end with its reader" test "$(over_socket "${mine[@]}")" = 141

# ---- what is refused at once ----
refuse 2 "there is nothing to watch: no kernel is given" watch
refuse 2 "there is nothing to watch" watch Select.main
refuse 2 "a chip with two is named" watch Select --kernel "$source:f" --host
refuse 2 "no profile is named" watch "${mine[@]}" --profile nope
refuse 2 "--verdicts" watch "${mine[@]}" --verdicts 0
refuse 2 "--isolate and --no-isolate exclude each other" watch "${mine[@]}" --isolate --no-isolate
finish
