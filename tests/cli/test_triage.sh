#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# triage: a wrong kernel shrunk to one event, saved once, replaced by force alone; reports; bad input. The wrong program is the third
# argument: its Select.main has out1 and out2 exchanged wherever bit is not 0.
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
right=$program
records=$2

# Right kernels: nothing to shrink.
run 0 triage Select BaseAlu.main --nb-events 200
says "verdict   match: cases 3, nothing to shrink"
quiet
absent cases

program=$wrong
run 1 triage Select.main --seed 7
quiet
says "Select.main            host against reference    1000 events    MISMATCH"
says "  events       profile mixed, seed 0x7"
says "  smallest     1 event, height 32; "
says "event 0: bit 1, out1 0, out2 1, in1 0, in2 0"
says "  shows in     1 row, 2 columns: vals.out1, vals.out2"
says "  key          Select.main/eventful/permuted-columns/vals.out1 (a56f0e0a0485)"
says "  saved        cases/select-main-a56f0e0a0485"
says "  again: tracegate replay cases/select-main-a56f0e0a0485 --actual host"
says "verdict   MISMATCH: cases 1, of which differ 1"
case=cases/select-main-a56f0e0a0485
only_files $case Select.main.events.npy actual.trace.npy case.json expected.trace.npy record.json
check "nobody says why it is kept" grep -qF '"why": "Select.main/eventful/permuted-columns/vals.out1"' $case/case.json

# A report, in any form, that replays; "-" is standard output.
run 1 triage Select.main --seed 7 --json t.json --junit t.xml --sarif t.sarif --html t.html --github
says "::error file=kernels/select.cu"
check "the report lacks the finding" python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); f, = d["findings"]; t, = d["traces"]
assert d["recipe"]["verb"] == "triage" and t["verdict"] == "mismatch" and t["nb_events"] == 1000, d
assert f["totals"]["wrong"]["eventful"] > 100 and f["smallest"]["nb_events"] == 1 and f["again"].startswith("tracegate replay cases/"), f' t.json
run 1 replay t.json
says "  again: tracegate replay $case --actual host"
run 1 triage Select.main --seed 7 --json - --no-times
check "standard output is no report" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$out"
complains "verdict   MISMATCH"
refuse 2 "would replace" triage t.json --json t.json
# Findings with one key are triaged once; a finding, its line and its case are of one trace.
change() { python3 -c "import json,sys; d = json.load(open(sys.argv[1])); $2; json.dump(d, open(sys.argv[2], 'w'))" "$1" "$3"; }
run 1 gate Select.main --seed 7 --actual host --json gate.json
change gate.json "d['findings'] = [d['findings'][0]] * 3; d['summary'].update(nb_findings=3, nb_findings_listed=3)" thrice.json
run 1 triage thrice.json --json once.json
check "the key was not triaged once" test "$(grep -c 'has the key of finding 1' "$out")" -eq 2
check "the report has more than one finding" test "$(grep -c '"key": ' once.json)" -eq 1
change gate.json "d['findings'][0].update(again='tracegate gate BaseAlu.main --seed 7')" foreign.json
change gate.json "d['findings'][0].update(again='tracegate gate --seed 7')" whole.json
for verb in replay triage; do
    run 2 $verb foreign.json
    complains "the finding is of Select.main, the line of 'BaseAlu.main'"
    says "foreign.json, findings[0]"
    run 2 $verb whole.json
    complains "the line of 'every trace'"
done
change t.json "d['findings'][0].update(trace='BaseAlu.main', chip='BaseAlu', key='BaseAlu.main/eventful/negated/x', key_id='000000000000'); d['traces'][0]['trace'] = 'BaseAlu.main'" key.json
refuse 2 "findings[0]" replay key.json

# The same bug in other events has the same key; the same case is left as it is.
before=$(stat -c '%i' $case)
for words in "--seed 8" "--profile uniform --nb-events 64" "--profile boundary" "--height 5000 --grid 3 --block 96"; do
    # shellcheck disable=SC2086 # words
    run 1 triage Select.main $words
    says "(a56f0e0a0485)"
done
run 1 triage $case
says "1 event, height 32"
check "the case was written again" test "$before" = "$(stat -c '%i' $case)"
check "there is something beside the case" test "$(find cases -mindepth 1 -maxdepth 1 | wc -l)" -eq 1

# Another case of this name: not without --force, and then whole.
sed -i 's/"grid": 0/"grid": 5/' $case/case.json
cp $case/case.json before.json
run 2 triage Select.main --seed 7
says "NOT SAVED"
says "(a56f0e0a0485)"
complains "--force"
check "it was written over" cmp -s before.json $case/case.json
run 1 triage Select.main --seed 7 --force
check "it was not replaced" grep -q '"grid": 0' $case/case.json
check "there is something beside the case" test "$(find cases -mindepth 1 -maxdepth 1 | wc -l)" -eq 1
touch $case/mine
run 2 triage Select.main --seed 7 --force --save cases
check "a file of others is gone" test -e $case/mine
rm $case/mine

# Killed at any moment while it replaces a case: the old one or the new one is there, whole.
for ((i = 0; i < 12; i++)); do
    last_command="triage --force, killed"
    "$program" triage Select.main --seed $i --force >"$out" 2>"$err" &
    victim=$!
    sleep 0.0$((i * 8 % 10))$((i % 10))
    kill -KILL $victim 2>/dev/null
    wait $victim 2>/dev/null
    check "the case is not whole" test -f $case/case.json
    run 1 replay $case
done
# Which seed wrote last is chance.
rm -rf cases

# Records, every trace of a chip, other sides.
run 1 triage Select --record "$records/upstream" --save other
says "Select.main/eventful/"
says_not "Select.preprocessed"
run 1 triage Select.main --seed 7 --expected host --actual reference
says "reference against host"
says "again: tracegate replay cases/select-main-a56f0e0a0485 --expected host --actual reference"

# A report: every finding by its line.
run 1 diff $case/expected.trace.npy $case/actual.trace.npy --chip Select.main --json report.json
run 3 triage report.json
says "cannot be shrunk"
sed -i 's|"again": "[^"]*"|"again": "tracegate gate Select.main --seed 7 --nb-events 100 --actual host"|' report.json
run 1 triage report.json --save reported
says "finding   1 of 1: Select.main/eventful/"
says "  saved        reported/select-main-a56f0e0a0485"
program=$right
run 0 triage report.json
says "verdict   match"

# Bad input.
refuse 2 "is missing" triage
refuse 2 "nosuch.json" triage nosuch.json
refuse 2 "cases/nosuch" triage cases/nosuch
refuse 2 "no chip is called 'nosuch'" triage nosuch
refuse 2 "recorded makes no traces" triage Select --actual recorded
refuse 2 "on both sides" triage Select --actual reference
refuse 2 "says itself which events" triage $case --seed 7
refuse 2 "says itself which events" triage report.json --nb-events 3
refuse 2 "a readable case.json" triage .
head -c 300 report.json >cut.json
refuse 2 "cut.json" triage cut.json
sed 's/"version": 1,/"version": 9,/' report.json >version.json
refuse 2 "version" triage version.json
sed 's/"version": 1/"version": 2/' -i $case/case.json
refuse 2 '"version" is 2' triage $case
refuse 2 "one report or case at a time" triage Select.main $case
: >$case/case.json
refuse 2 "case.json" triage $case
: >file
program=$wrong
run 2 triage Select.main --seed 7 --save file/cases
complains "make the folder of cases"
says "NOT SAVED"
finish
