#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# diff with reports: what a mismatch looks like, in text and in files; outputs that cannot be written.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

holds() { check "no '$2' in $1" grep -qF -- "$2" "$1"; }
holds_not() { check "'$2' in $1" not grep -qF -- "$2" "$1"; }

# set_word FILE OFFSET VALUE: a little-endian word of an .npy file, OFFSET words behind its header of 128 bytes.
set_word() {
    local bytes
    bytes=$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($3 & 255)) $(($3 >> 8 & 255)) $(($3 >> 16 & 255)) $(($3 >> 24 & 255)))
    # shellcheck disable=SC2059
    printf "$bytes" | dd of="$1" bs=1 seek=$((128 + 4 * $2)) conv=notrunc status=none
}

# Row r, column c of Select's trace is word 5 r + c. The words of out1 (column 1) and out2 are exchanged in all of 40 events.
run 0 gen Select.main --nb-events 40 --seed 7 -o events.npy
run 0 trace Select.main --events events.npy -o right.npy
check "the trace is not of 64 rows" test "$(stat -c %s right.npy)" -eq $((128 + 64 * 5 * 4))
cp right.npy wrong.npy
word() { od -An -tu4 -j $((128 + 4 * $2)) -N 4 "$1" | tr -d ' '; }
for row in $(seq 0 39); do
    set_word wrong.npy $((5 * row + 1)) "$(word right.npy $((5 * row + 2)))"
    set_word wrong.npy $((5 * row + 2)) "$(word right.npy $((5 * row + 1)))"
done
forms=(--json report.json --junit junit.xml --sarif report.sarif --html report.html)
run 1 diff right.npy wrong.npy --chip Select.main --events events.npy "${forms[@]}" --no-times
quiet
says "MISMATCH"
says "looks like   "
says "columns"
says "  key          Select.main/eventful/"
check "there is not one line that makes it again" test "$(grep -c '^  again: tracegate diff ' "$out")" -eq 1
key=$(sed -n 's/^  key          //p' "$out")
holds report.json "\"$key\""
holds report.json '"mismatch"'
holds report.json '"vals.out1"'
holds junit.xml '<testsuite '
holds junit.xml '<failure'
holds report.sarif '"kernels/select.cu"'
holds report.html '</html>'
holds report.html "$key"
only_files . .err .out events.npy junit.xml report.html report.json report.sarif right.npy wrong.npy

# What predicts the mismatch stands in every form.
run 0 gen Select.main --nb-events 40 --seed 7 --profile upstream -o bits.npy
run 0 trace Select.main --events bits.npy -o one.npy
cp one.npy bit.npy
for row in $(seq 0 39); do
    [ "$(word one.npy $((5 * row)))" -eq 0 ] || set_word bit.npy $((5 * row + 1)) 0
done
run 1 diff one.npy bit.npy --chip Select.main --events bits.npy --json bit.json --html bit.html
property=$(sed -n 's/^  property     //p' "$out")
check "no property was found" test -n "$property"
check "the prediction is missing" python3 -c 'import json, sys; p = json.load(open("bit.json"))["findings"][0]["prediction"]
assert p["text"].startswith(sys.argv[1][:40]) and "bit" in p["property"], p' "$property"
holds bit.html 'Which events'
rm bits.npy one.npy bit.npy bit.json bit.html

# The same again gives the same bytes, without times; with times it says how long it took.
mkdir again
run 1 diff right.npy wrong.npy --chip Select.main --events events.npy --json again/report.json --html again/report.html \
    --junit again/junit.xml --sarif again/report.sarif --no-times
for file in report.json report.html junit.xml report.sarif; do
    check "$file differs between two runs" cmp -s "$file" "again/$file"
done
run 1 diff right.npy wrong.npy --chip Select.main --json timed.json
holds timed.json '"cpu"'
holds_not report.json '"cpu"'

# A match has a report as well: one trace, no finding, exit code 0.
run 0 diff right.npy right.npy --chip Select.main --events events.npy --json match.json --junit match.xml --github
says "320 cells compared"
says_not "::error"
holds match.json '"exit_code": 0'
holds_not match.xml '<failure'

# Without --chip nothing is known of the traces but their cells.
run 1 diff right.npy wrong.npy --json unknown.json --junit unknown.xml --sarif unknown.sarif --html unknown.html
says "looks like   "
holds unknown.json '"column 1"'
holds unknown.xml '<failure'
holds unknown.html 'column 1'

# Other dimensions, one wrong cell, and annotations.
run 0 trace Select.main --events events.npy --height 96 -o taller.npy
run 1 diff right.npy taller.npy --chip Select.main --events events.npy --json taller.json
says "looks like   other dimensions"
cp right.npy one.npy
set_word one.npy $((5 * 63)) 1
run 1 diff right.npy one.npy --chip Select.main --events events.npy --github --html one.html
says "::error"
says "file=kernels/select.cu"
says "  key          Select.main/padding/"

# Residues, a word that is not below p.
run 0 trace Select.main --events events.npy --canonical -o residues.npy
run 1 diff residues.npy right.npy --chip Select.main --canonical --json residues.json
says "looks like   Montgomery form where the residue is due"
holds residues.json '"canonical": true'

# A property of the events.
run 0 gen Select.main --nb-events 400 --seed 8 -o many.npy
run 0 trace Select.main --events many.npy -o many-right.npy
cp many-right.npy many-wrong.npy
nb=0
for row in $(seq 0 399); do
    [ "$(word many-right.npy $((5 * row)))" -ne 0 ] || continue
    set_word many-wrong.npy $((5 * row + 3)) 5
    nb=$((nb + 1))
done
check "no event has a bit" test "$nb" -gt 20
run 1 diff many-right.npy many-wrong.npy --chip Select.main --events many.npy
check "no property is named" grep -q '^  property     .*bit' "$out"

# Side outputs.
run 0 trace Global.main --seed 1 --nb-events 33 -o global.npy --side-outputs .
cp Global.main.cumulative_sum.npy sum.npy
set_word sum.npy 3 17
run 1 diff Global.main.cumulative_sum.npy sum.npy --chip Global.main.cumulative_sum --json sum.json --junit sum.xml \
    --sarif sum.sarif --html sum.html
quiet
says "looks like   "
says "  key          Global.main/side/"
says "again: tracegate diff --chip Global.main.cumulative_sum"
holds sum.json '"side"'
holds sum.json '"cumulative_sum"'
holds sum.xml '<failure'
run 0 diff Global.main.cumulative_sum.npy Global.main.cumulative_sum.npy --chip Global.main.cumulative_sum --json sum.json
holds sum.json '"exit_code": 0'

# Outputs are looked at before the inputs are, and no input is replaced.
cp right.npy copy.npy
diff=(diff right.npy wrong.npy --chip Select.main --events events.npy)
refuse 2 "nosuch" "${diff[@]}" --json nosuch/x.json
refuse 2 "nosuch" diff absent.npy absent.npy --json nosuch/x.json
refuse 2 "--json and --html have one path" "${diff[@]}" --json x --html ./x
refuse 2 "would replace" "${diff[@]}" --json right.npy
refuse 2 "would replace" "${diff[@]}" --sarif ./wrong.npy
refuse 2 "would replace" "${diff[@]}" --html "$PWD/events.npy"
run 1 "${diff[@]}" --json - --no-times
check "standard output is no report" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$out"
complains "  key          Select.main/"
refuse 2 "--json and --html would both be on standard output" "${diff[@]}" --json - --html -
refuse 2 "--github and --junit would both be on standard output" "${diff[@]}" --github --junit -
refuse 2 "--no-times" "${diff[@]}" --no-times
refuse 2 "--no-times" "${diff[@]}" --no-times --github
refuse 2 "absent.npy" diff right.npy absent.npy --json x.json
refuse 2 "columns" diff right.npy wrong.npy --chip BaseAlu.main --json x.json
refuse 2 "is for traces" diff sum.npy sum.npy --chip Global.main.cumulative_sum --canonical --json x.json
absent x
absent x.json
check "an input was replaced" cmp -s right.npy copy.npy

# A disk that is full: what was there stays, in all forms.
printf old >old.json
limited 1 "${diff[@]}" --json old.json --html new.html >"$out" 2>"$err"
check_code $? 2
check "the old file has changed" test "$(cat old.json)" = old
absent new.html
finish
