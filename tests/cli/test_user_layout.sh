#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The layout probe: a kernel that takes events of another layout is one finding, and is not launched.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache

holds() { check "no '$2' in $1" grep -qF -- "$2" "$1"; }

mkdir inc
cat >inc/event.h <<'EOF'
namespace mine {
template <class T> struct event {
    T bit;
#ifdef MORE
    T more;
#endif
    T out1, out2, in1, in2;
};
struct renamed { unsigned flag, out1, out2; struct { unsigned in1, in2; } in; };
}
EOF
cat >mine.cu <<'EOF'
#include <event.h>
typedef unsigned long long size;
template <class E> __global__ void rows(unsigned *trace, size height, const E *events, size nb)
{
    const unsigned *words = (const unsigned *)events;
    for (size i = blockIdx.x * (size)blockDim.x + threadIdx.x; i < nb; i += gridDim.x * (size)blockDim.x)
        for (int column = 0; column < 5; column++) trace[column * height + i] = words[i * 5 + column];
}
__global__ void traps(unsigned *trace, size height, const void *events, size nb) { __trap(); }
EOF
how=(--host --no-sanitize --no-corpus)
gate=(gate Select.main --kernel "mine.cu:rows<mine::event<unsigned>>" -I inc "${how[@]}")

# ---- options ----

run 0 "${gate[@]}" --event-struct "mine::event<unsigned>"
says "verdict   match: "
refuse 2 "event-struct is for a --kernel" gate Select.main --actual host --event-struct x
refuse 2 "names no struct: 'a;b'" "${gate[@]}" --event-struct "a;b"
refuse 2 "MemoryConst.main has no events" gate MemoryConst.main --kernel "mine.cu:traps" -I inc "${how[@]}" --event-struct x
run 2 "${gate[@]}" --event-struct mine::evnt
complains "mine::evnt"
complains "the compiler says of mine.cu:"
complains "the compiler knows no struct 'mine::evnt' for events of Select.main (mine.cu)"
check "something on standard output" test ! -s "$out"

# ---- a difference ----

run 1 "${gate[@]}" --event-struct "mine::event<unsigned>" -D MORE --json r.json --junit r.xml --html r.html --sarif r.sarif --github --no-times
says "Select.main            host    FAILED"
says "another layout: mine::event<unsigned> has 24 bytes, not 20; out1 at byte 8, not 4; and 3 more (mine.cu)"
says "    field: offset, size           yours                 the model's"
says "    sizeof                        24                    20"
says "    in2                           20, 4 bytes           16, 4 bytes"
says "the struct of events is laid out otherwise (100%)"
says "  key          Select.main/failed/event-layout/"
check "more than one finding" test "$(grep -c '^Select.main .*FAILED' "$out")" -eq 1
says "mismatches 1,"
says "comparisons 0,"
says_not "zeroed"
says "--event-struct 'mine::event<unsigned>'"
says "::error file=mine.cu,line=3,title=Select.main differs::"
holds r.json '"id": "event-layout"'
holds r.json 'out1 at byte 8, not 4'
holds r.json '    in2                           20, 4 bytes'
holds r.xml 'type="event-layout"'
holds r.xml 'field: offset, size'
holds r.sarif '"ruleId": "event-layout"'
holds r.html 'field: offset, size'

# No launch is made: this kernel would crash.
run 1 gate Select.main --kernel mine.cu:traps -I inc -D MORE "${how[@]}" --event-struct "mine::event<unsigned>"
says "event-layout"
says_not "crashed"
# The same from where findings are made again.
run 1 fuzz Select.main --kernel mine.cu:traps -I inc -D MORE --host --no-sanitize --nb-events 1000 --event-struct "mine::event<unsigned>"
says "event-layout"
says_not "crashed"

# ---- manifests ----

manifest() { # manifest EVENT: manifest.json with it
    printf '{"version": 1, "modules": {"m": {"file": "mine.cu", "includes": ["inc"]}}, "kernels": [{"trace": "Select.main", "symbol": "%s", "event": %s}, {"trace": "BaseAlu.main", "symbol": "traps"}]}\n' \
        "rows<mine::renamed>" "$1" >manifest.json
}

manifest '{"struct": "mine::renamed", "members": {"bit": "flag", "in1": "in.in1", "in2": "in.in2"}}'
run 0 gate Select.main --kernels manifest.json "${how[@]}"
# What differs takes nothing from the manifest's other kernels.
manifest '{"struct": "mine::renamed", "members": {"bit": "flag"}}'
run 1 gate --kernels manifest.json "${how[@]}"
says_words "another layout: mine::renamed has no member in1; mine::renamed has no member in2"
says "    in1                           none                  12, 4 bytes"
says "BaseAlu.main           host    FAILED"
says "traces compared 0 of 2,"
manifest '{"struct": "mine::renamed", "members": {"in1": "in.in1", "in2": "in.in2", "bit": "in.flag"}}'
run 1 gate Select.main --kernels manifest.json "${how[@]}"
says_words "has no member in.flag (the model's bit)"
says "(your in.flag)"
manifest '{"struct": "a{}"}'
refuse 2 "this names no struct: a{}" gate Select.main --kernels manifest.json "${how[@]}"
manifest '{"struct": "outer", "header": "outer.h"}'
printf '#include <event.h>\nstruct outer : mine::event<unsigned> {};\n' >outer.h
run 0 gate Select.main --kernels manifest.json "${how[@]}"
manifest '{"struct": "outer", "header": "nowhere.h"}'
refuse 2 "nowhere.h" gate Select.main --kernels manifest.json "${how[@]}"

# ---- C ----

cat >mine.c <<'EOF'
struct event { unsigned bit, out1, out2, in1; unsigned short fifth, sixth; };
__global__ void rows(unsigned *trace, unsigned long long height, const struct event *events, unsigned long long nb) { __trap(); }
EOF
run 1 gate Select.main --kernel mine.c:rows "${how[@]}" --event-struct "struct event"
says "another layout: struct event has no member in2"
run 2 gate Select.main --kernel mine.c:rows "${how[@]}" --event-struct event
complains "in C with the word struct"
finish
