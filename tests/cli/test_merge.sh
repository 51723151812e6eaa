#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# merge: shards of a gate joined into one report; shards that are missing, foreign, broken or hostile.
# The wrong program, the third argument, has wrong kernels of Select.main.
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

holds() { check "no '$2' in $1" grep -qF -- "$2" "$1"; }

# shard INDEX TOTAL CODE FILE words...: one shard of a gate.
shard() {
    local index=$1 total=$2 code=$3 file=$4
    shift 4
    export TG_SHARD_INDEX=$index TG_SHARD_TOTAL=$total
    run "$code" gate "$@" --actual host --no-times --json "$file"
    unset TG_SHARD_INDEX TG_SHARD_TOTAL
}

# Three traces on two jobs: joined, they are the whole gate.
gate=(Select BaseAlu.main --seed 7 --nb-events 50)
shard 0 2 0 zero.json "${gate[@]}"
shard 1 2 0 one.json "${gate[@]}"
run 0 merge one.json zero.json --json joined.json --junit joined.xml --sarif joined.sarif --html joined.html
quiet
says "shard     0 of 2: zero.json, ok"
says "shard     1 of 2: one.json, ok"
for trace in Select.preprocessed Select.main BaseAlu.main; do
    check "no line that $trace matches" grep -Eq "^$trace .* match\$" "$out"
    check "$trace is in joined.json not once" test "$(grep -cF "\"trace\": \"$trace\"" joined.json)" -eq 1
    holds joined.html "$trace"
done
check "the last line is not the verdict" grep -q '^verdict   match: shards 2, traces 3, ' <(tail -n 1 "$out")
holds joined.json '"exit_code": 0'
holds joined.sarif '2.1.0'
check "the suites are not two" test "$(grep -c '<testsuite ' joined.xml)" -eq 2
# The order of the shards does not matter, and the result is a report that is no shard any more.
run 0 merge zero.json one.json --json again.json
check "the order of the shards matters" cmp -s joined.json again.json
run 0 gate "${gate[@]}" --actual host --no-times --json whole.json
traces() { sed -n '/"traces": \[/,$p' "$1"; }
check "traces and findings are not those of the whole gate" cmp -s <(traces joined.json) <(traces whole.json)

# What is missing, there twice, of another gate, or not sharded.
refuse 2 "" merge zero.json
refuse 2 "" merge one.json --json x.json
refuse 2 "zero.json" merge zero.json zero.json --json x.json
refuse 2 "zero.json" merge zero.json one.json zero.json --json x.json
shard 1 2 0 foreign.json Select BaseAlu.main --seed 8 --nb-events 50
refuse 2 "foreign.json" merge zero.json foreign.json --json x.json
# Other traces and other options are another gate, whatever else is the same.
shard 1 2 0 traces.json Select ExtAlu.main --seed 7 --nb-events 50
refuse 2 "another gate than zero.json: 'tracegate gate Select ExtAlu.main" merge zero.json traces.json --json x.json
shard 1 2 0 options.json "${gate[@]}" --max-cells 3
refuse 2 "--max-cells 3" merge zero.json options.json --json x.json
shard 1 3 0 other.json "${gate[@]}"
refuse 2 "other.json" merge zero.json other.json --json x.json
refuse 2 "whole.json" merge zero.json whole.json --json x.json
absent x.json

# One shard that found something is what the whole has found.
gate=(Select BaseAlu.main --seed 7 --nb-events 50)
for index in 0 1; do
    export TG_SHARD_INDEX=$index TG_SHARD_TOTAL=2
    "$wrong" gate "${gate[@]}" --actual host --no-times --json "bad-$index.json" >"$out" 2>"$err"
    echo $? >>codes
done
unset TG_SHARD_INDEX TG_SHARD_TOTAL
check "the exit codes of the shards are not 0 and 1" test "$(sort codes | tr '\n' ' ')" = "0 1 "
run 1 merge bad-0.json bad-1.json --json bad.json --junit bad.xml --github
quiet
says "finding   Select.main/"
says "  again: tracegate gate Select.main --profile mixed --seed 0x7 --nb-events 50 --actual host"
says "::error"
check "no line that Select.main differs" grep -Eq "^Select.main .* MISMATCH\$" "$out"
check "no verdict" grep -q '^verdict   MISMATCH: shards 2, ' "$out"
holds bad.json '"exit_code": 1'
holds bad.xml '<failure'

# Broken reports are refused with their name, and nothing is written or lost.
printf old >old.json
broken() { # broken TEXT FILE: as the second of two shards, it must be refused
    refuse 2 "$1" merge zero.json "$2" --json old.json --html new.html
    complains "$2"
    check "the old file has changed" test "$(cat old.json)" = old
    absent new.html
}
size=$(stat -c %s one.json)
for part in 0 1 2 10 $((size / 3)) $((size / 2)) $((size - 3)); do
    head -c "$part" one.json >cut.json
    broken "malformed JSON" cut.json
done
sed 's/"version": 1,/"version": 2,/' one.json >version.json
broken "version" version.json
sed 's/"schema": "[^"]*"/"schema": "another"/' one.json >schema.json
broken "schema" schema.json
sed '0,/"nb_cells": [0-9]*/s//"nb_cells": -1/' one.json >negative.json
broken "nb_cells" negative.json
sed 's/"traces": \[/"traces": [7, /' one.json >types.json
broken "traces" types.json
sed 's/"notes": \[/"surprise": 0, "notes": [/' one.json >unknown.json
broken "surprise" unknown.json
sed 's/"notes": /"motes": /' one.json >misspelt.json
broken "otes" misspelt.json
printf '{"schema": "\\u001b[2J"}' >escape.json
broken "escape.json" escape.json
check "a control character reached the terminal" not grep -q $'\x1b' "$err"
head -c 5000000 /dev/zero >zeros.json
broken "zeros.json" zeros.json
printf '%0100000d' 0 | tr 0 '[' >deep.json
broken "malformed JSON" deep.json
head -c 3000 /dev/urandom >noise.json
broken "malformed JSON" noise.json
mkfifo pipe.json
broken "pipe.json" pipe.json
mkdir folder.json
broken "folder.json" folder.json
broken "absent.json" absent.json

# Green by hand: the verdict follows from the rest.
sed 's/"status": "mismatch", "exit_code": 1/"status": "ok", "exit_code": 0/' bad-0.json >green-0.json
sed 's/"status": "mismatch", "exit_code": 1/"status": "ok", "exit_code": 0/' bad-1.json >green-1.json
refuse 2 "verdict.status" merge green-0.json green-1.json --json x.json
# Sums that are no numbers.
for count in nb_cells nb_findings nb_notes; do
    for index in zero one; do
        sed -E "s/\"$count\": [0-9]+/\"$count\": 9223372036854775807/" "$index.json" >"large-$index.json"
    done
    refuse 2 "$count" merge large-zero.json large-one.json --json x.json
done
absent x.json

# A hostile text is printed without its control characters, wherever it stands.
note='"\\u001b[2Jwiped\\n::error::forged"'
sed -E 's/"notes": \[\]/"notes": ['"$note"']/; t; s/"notes": \[/&'"$note"', /' one.json >hostile.json
run 0 merge zero.json hostile.json --html hostile.html --github
says "note      ?[2Jwiped?::error::forged"
check "a control character reached the terminal" not grep -q $'\x1b' "$out" hostile.html

# Options: inputs stay, outputs are looked at first.
cp zero.json copy.json
refuse 2 "would replace" merge zero.json one.json --json zero.json
refuse 2 "would replace" merge zero.json one.json --html ./one.json
refuse 2 "one path" merge zero.json one.json --json x --junit x
refuse 2 "nosuch" merge absent.json one.json --json nosuch/x
refuse 2 "SHARD" merge
refuse 2 "--no-times" merge zero.json one.json --no-times
check "an input was replaced" cmp -s zero.json copy.json

# Killed or out of room, it leaves what was there.
limited 1 merge zero.json one.json --json old.json --html new.html >"$out" 2>"$err"
check_code $? 2
check "the old file has changed" test "$(cat old.json)" = old
absent new.html
finish
