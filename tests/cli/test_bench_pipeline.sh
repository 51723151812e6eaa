#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# bench --pipeline: the form of what it prints, that its figures follow from each other, bad options. How fast anything is is not looked
# at.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
corpus=$2

# value PATH: a number or text of the JSON in $out, its keys with dots between them.
value() {
    awk -v wanted="$1" '
        match($0, /"[a-z_]+": /) {
            key = substr($0, RSTART + 1, RLENGTH - 4)
            rest = substr($0, RSTART + RLENGTH)
            if (rest == "{") { path[++depth] = key; next }
            name = ""
            for (i = 1; i <= depth; i++) name = name path[i] "."
            sub(/,$/, "", rest)
            gsub(/"/, "", rest)
            if (name key == wanted) print rest
        }
        /^ *},?$/ { depth-- }' "$out"
}

# near A B: two numbers, equal but for what printing six digits loses.
near() {
    awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; exit !(a + 0 == a && b + 0 == b && d <= 2e-5 * b) }'
}
times() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.12g\n", a * b }'; }
larger() { awk -v a="$1" -v b="$2" 'BEGIN { print (a > b ? a : b) }'; }
smaller() { awk -v a="$1" -v b="$2" 'BEGIN { print (a < b ? a : b) }'; }
ordered() { awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN { exit !(a <= b && b <= c) }'; }
positive() { awk -v a="$1" 'BEGIN { exit !(a > 0) }'; }

is() { check "$1 is '$(value "pipeline.$1")', not '$2'" test "$(value "pipeline.$1")" = "$2"; }

# All figures that follow from others do.
consistent() {
    local series ratio
    for series in pipeline no_overlap host_in_turn host_in_a_call link; do
        check "times of $series have no order" ordered "$(value pipeline.times.$series.fastest)" \
            "$(value pipeline.times.$series.seconds)" "$(value pipeline.times.$series.slowest)"
    done
    for series in pipeline no_overlap link; do
        check "$series took no time" positive "$(value pipeline.times.$series.fastest)"
    done
    check "the link's speed is not its copy's" near "$(times "$(value pipeline.link_bytes_per_s)" "$(value pipeline.times.link.seconds)")" \
        "$(value pipeline.link_bytes)"
    check "seconds of the link are not its bytes'" near "$(times "$(value pipeline.link_seconds)" "$(value pipeline.link_bytes_per_s)")" \
        "$(value pipeline.uploaded_bytes)"
    check "the host's time is not the smaller one" near "$(value pipeline.host_seconds)" \
        "$(smaller "$(value pipeline.times.host_in_turn.seconds)" "$(value pipeline.times.host_in_a_call.seconds)")"
    check "the bound is not the larger one" near "$(value pipeline.bound_seconds)" \
        "$(larger "$(value pipeline.link_seconds)" "$(value pipeline.host_seconds)")"
    check "bound_by names another" near "$(value pipeline.bound_seconds)" "$(value "pipeline.$(value pipeline.bound_by)_seconds")"
    for ratio in "ratio bound_seconds pipeline" "no_overlap_ratio times.pipeline.seconds no_overlap"; do
        # shellcheck disable=SC2086 # words
        set -- $ratio
        check "$1 is not that of its times" near "$(times "$(value "pipeline.$1")" "$(value "pipeline.$2")")" \
            "$(value "pipeline.times.$3.seconds")"
    done
}

run 0 bench --pipeline --record "$corpus/shrink" --machine shrink --device host --threads 3 --repeats 4 --json
quiet
consistent
is machine recursion-shrink
is device host
is threads 3
is repeats 4
is has_preprocessed true
is device_traces 9
is host_traces 7
is stand_ins 0
is link_bytes 268435456
is aim 1.3
copied=$(value pipeline.uploaded_bytes)
check "the host's way is '$(value pipeline.host_by)'" test "$(value "pipeline.times.$(value pipeline.host_by).seconds")" = \
    "$(value pipeline.host_seconds)"

# The same bytes as a call of the same chips elsewhere.
run 0 generate --record "$corpus/shrink" --machine shrink --device host -o out
says "device host: $(awk -v nb="$copied" 'BEGIN { printf "%.1f MB copied", nb / 1e6 }')"
rm -r out

# Nothing on the host, nothing but the host; a machine's shard with stand-ins.
run 0 bench --pipeline --record "$corpus/shrink" --machine shrink --device host --device-chips all --repeats 1 --json
consistent
is host_traces 0
is host_seconds 0
is host_by null
is bound_by link
run 0 bench --pipeline --record "$corpus/executed/wrap" --machine wrap --device host --device-chips none --repeats 2 --json
consistent
is device_traces 0
is host_traces 18
run 0 bench --pipeline --record "$corpus/riscv/keccak-1" --machine riscv --device host --repeats 1 --json
consistent
is device_traces 1
is stand_ins "$(value pipeline.host_traces)"

# The table.
run 0 bench --pipeline --record "$corpus/shrink" --machine shrink --device host --repeats 2
quiet
says "machine recursion-shrink, device host"
says "a call makes 16 traces, preprocessed and main: 9 on the device, 7 on the host"
says_not "stand-ins"
check "not five rows of times" test "$(grep -cE '( +[0-9]+\.[0-9]{3}){3}$' "$out")" -eq 5
check "no ratio" grep -qE '^pipeline / bound: [0-9]+\.[0-9]{3} ' "$out"
check "no ratio of SP1's mode" grep -qE '^without overlap / pipeline: [0-9]+\.[0-9]{3}$' "$out"
says "medians of 2 repeats after a warm-up"
check "a line is longer than 80 columns" not grep -vq '^record' <(grep -E '.{81}' "$out")
run 0 bench --pipeline --record "$corpus/riscv/keccak-1" --machine riscv --device host --repeats 1
says "10 are stand-ins"
check "a line is longer than 80 columns" not grep -vq '^record' <(grep -E '.{81}' "$out")

# Bad options: one error each, and nothing is printed.
bad() { # bad TEXT words...
    refuse 2 "$1" bench --record "$corpus/shrink" "${@:2}"
}
bad "--pipeline without --machine" --pipeline
refuse 2 "--pipeline without --record" bench --pipeline --machine shrink
bad "no effect without --pipeline: --record" --machine shrink
refuse 2 "no effect without --pipeline: --repeats 3" bench --repeats 3
refuse 2 "no effect without --pipeline: --device-chips all --threads 2" bench Select.main --threads 2 --device-chips all
bad "no effect with --pipeline: --nb-events 5" --pipeline --machine shrink --nb-events 5
bad "no effect with --pipeline: Select.main --backend host --diff" --pipeline --machine shrink Select.main --diff --backend host
bad "--repeats" --pipeline --machine shrink --repeats 0
bad "--repeats" --pipeline --machine shrink --repeats 100
bad "--threads" --pipeline --machine shrink --threads 0
bad "no device 'gpu'" --pipeline --machine shrink --device gpu
bad "no machine is called 'shrinc'" --pipeline --machine shrinc --device host
bad "has no chip 'Selec'" --pipeline --machine shrink --device host --device-chips Selec --json
bad "is of machine recursion-shrink, not of recursion-wrap" --pipeline --machine wrap --device host --json
refuse 2 "record.json" bench --pipeline --record "$corpus" --machine shrink --device host --json

# An event that no trace can be made of, found in the warm-up.
cp -r "$corpus/shrink" bad
printf '\001\002\003\004' | dd of=bad/Poseidon2WideDeg3.main.events.npy bs=1 seek=140 conv=notrunc status=none
run 2 bench --pipeline --record bad --machine shrink --device host --device-chips none --json
complains "Poseidon2WideDeg3"
check "something on standard output" test ! -s "$out"

# In a process of its own it measures the same, and a kernel that ends it or never ends is a finding.
run 0 bench --pipeline --record "$corpus/shrink" --machine shrink --device host --isolate --repeats 2 --json
quiet
consistent
is device host
is device_traces 9
shrink="--pipeline --record $corpus/shrink --machine shrink --device host --repeats 2"
program=$(readlink -f -- "$3")
# shellcheck disable=SC2086 # words
WRONG_SELECT=trap run 1 bench $shrink --isolate
check "something on standard output" test ! -s "$out"
complains "Select.main"
complains "its process was ended by signal 4, SIGILL"
complains "  again: tracegate bench --pipeline --record $corpus/shrink --machine shrink --device host --repeats 2 --isolate"
# shellcheck disable=SC2086
WRONG_SELECT=spin run 1 bench $shrink --max-run-seconds 1
check "something on standard output" test ! -s "$out"
complains "the kernel of Select.main in"
complains "has not ended within 1 s"
refuse 2 "exclude each other" bench --pipeline --record "$corpus/shrink" --machine shrink --isolate --no-isolate
refuse 2 "no effect without --pipeline: --isolate" bench Select.main --isolate
finish
