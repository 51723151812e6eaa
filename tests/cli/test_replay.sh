#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# replay: cases, lines and reports again; what passes now says so; what is refused. The wrong program is the third argument: see
# test_triage.sh.
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
right=$program

program=$wrong
run 1 triage Select.main --seed 7
case=cases/select-main-a56f0e0a0485

# A case, in full.
run 1 replay $case
quiet
says "kept for  Select.main/eventful/permuted-columns/vals.out1"
says "from      shrunk from profile mixed, seed 0x7"
says "Select.main: 1 event, height by rule, grid by plan, block by plan"
says "  event 0: bit 1, out1 0, out2 1, in1 0, in2 0"
says "  * vals.out1  0 (0x00000000)           1 (0x01fffffe)"
says "    vals.in1   0 (0x00000000)           0 (0x00000000)"
says "  key          Select.main/eventful/permuted-columns/vals.out1 (a56f0e0a0485)"
says "verdict   MISMATCH"
run 1 replay $case --expected host --actual reference
says "reference against host"
# It passes with right kernels.
program=$right
run 0 replay $case
says "verdict   match: the case passes, 160 words compared"
says_not "*"
run 0 replay $case --verbose
says "row 31, padding"
program=$wrong

# One at a time.
refuse 2 "replay takes one case or report at a time" replay $case $case

# A line in quotes, as words, with another backend.
line='tracegate gate Select.main --profile mixed --seed 0x7 --nb-events 10 --actual host'
run 1 replay "$line"
says "line      $line"
says "row 9, event 9"
says "verdict   MISMATCH"
# shellcheck disable=SC2086 # words
run 1 replay -- $line
says "line      $line"
run 1 replay "$line" --actual reference --expected host
says "reference against host"
run 1 replay "  again: $line"
says "line      $line"
run 1 replay "/some/path/tracegate replay '$case'"
says "verdict   MISMATCH"
run 1 replay "tracegate triage Select.main --seed 7"
says "(a56f0e0a0485)"
program=$right
run 0 replay "$line"
says "verdict   match"

# A report: the line of each finding, or its case.
program=$wrong
run 1 diff $case/expected.trace.npy $case/actual.trace.npy --chip Select.main --json report.json
run 1 replay report.json
says "finding   1 of 1"
sed -i "s|\"again\": \"[^\"]*\"|\"again\": \"$line\"|" report.json
run 1 replay report.json
says "finding   1 of "
says "report    report.json: findings "
program=$right
run 0 replay report.json
says "verdict   match"

# Every finding is run, whatever became of those before it, and the worst is the exit code: bad input over a mismatch.
program=$wrong
run 1 gate Select --seed 7 --nb-events 50 --actual host --json gate.json
# change FILE SCRIPT TO: the report with its tree changed by a line of Python.
change() { python3 -c "import json,sys; d = json.load(open(sys.argv[1])); $2; json.dump(d, open(sys.argv[2], 'w'))" "$1" "$3"; }
twice="d['findings'] = [dict(d['findings'][0]), dict(d['findings'][0])]; d['summary'].update(nb_findings=2, nb_findings_listed=2)"
change gate.json "$twice; d['findings'][0].update(again='tracegate gate Select.main --seed')" two.json
run 2 replay two.json
says "finding   1 of 2: "
says "finding   2 of 2: "
says "verdict   MISMATCH"
says "report    two.json: findings 2, of which pass now 0"
complains "--seed"
run 2 triage two.json --save two
says "finding   2 of 2: "
says "saved "

# What cannot be run again never looks like a pass.
program=$right
run 0 gate Select --seed 7 --nb-events 50 --actual host --json match.json
for verb in replay triage; do
    run 3 $verb match.json
    complains "nothing to replay"
done
change gate.json "d['findings'] = []; d['summary'].update(nb_findings=0, nb_findings_listed=0); d['notes'] = ['Select.main: PLANTED \x1b[2J']" bare.json
for verb in replay triage; do
    run 3 $verb bare.json
    says "trace     Select.main: mismatch, and no finding to run again"
    says "note      Select.main: PLANTED ?[2J"
    check "a control character reached the terminal" not grep -q $'\x1b' "$out"
done
change gate.json "d['summary']['nb_findings'] += 3" more.json
run 3 replay more.json
says "and 3 more findings, which the report does not list"
run 3 triage more.json --save more
refuse 2 "asks for help" replay "tracegate gate --help"
refuse 2 "asks for help" replay "tracegate gate Select -h"
refuse 2 "lines with this verb" replay "tracegate help gate"

# A report's line may say what is made and compared, and nothing else; its traces are names.
mkdir -p gate.d
cp two.json e_rec.json
for words in "Select.main --json x" "Select.main --junit=x" "Select.main --sarif x" "Select.main --html x" "Select.main --coverage x" \
    "Select.main --save x" "Select.main --force" "Select.main --ledger x" "Select.main -v" "./e_rec.json" "Select.main -- gate.d" \
    "--seed 7 gate.json" "--help"; do
    change gate.json "d['findings'] = d['findings'][:1]; d['summary'].update(nb_findings=1, nb_findings_listed=1); d['findings'][0].update(case=None, again='tracegate gate $words')" file.json
    for verb in replay triage; do
        run 2 $verb file.json
        complains "a line out of a file is not run"
        absent x
        absent cases/x
    done
done
for line in "fuzz Select.main --batch 3 --state x" "fuzz Select.main --resume x" "fuzz Select.main --save x --batch 1" "fuzz Select.main"; do
    change gate.json "d['findings'] = d['findings'][:1]; d['summary'].update(nb_findings=1, nb_findings_listed=1); d['findings'][0].update(case='e_rec.json', again='tracegate $line')" file.json
    for verb in replay triage; do
        run 2 $verb file.json
        complains "a line out of a file is not run"
        absent x
    done
done
# A case that is no folder is none, least of all a report.
change gate.json "d['findings'] = d['findings'][:1]; d['summary'].update(nb_findings=1, nb_findings_listed=1); d['findings'][0].update(case='loop.json', again='tracegate fuzz Select.main --batch 0')" loop.json
run 3 triage loop.json
complains "cannot be shrunk"
change gate.json "d['findings'] = d['findings'][:1]; d['summary'].update(nb_findings=1, nb_findings_listed=1); d['findings'][0].update(case=None, again='tracegate gate Select.main --seed 7 --nb-events 9 --max-cells 3')" fine.json
run 0 replay fine.json
# Texts of a file are printed without control characters; keys are keys.
change gate.json "d['findings'][0].update(key='\x1b[2J/eventful/negated/x')" key.json
refuse 2 "findings[0].key" replay key.json
change gate.json "d['findings'][0].update(case=None, again='tracegate gate Select.main --corpus \x1b]0;x')" escape.json
run 2 replay escape.json
check "a control character reached the terminal" not grep -q $'\x1b' "$out" "$err"

# Bad input; nothing but these verbs, and no shell.
refuse 2 "is missing" replay
refuse 2 "nosuch" replay nosuch
refuse 2 "lines with this verb" replay "tracegate list"
refuse 2 "lines with this verb" replay "tracegate trace Select.main --output x"
refuse 2 "no command line of tracegate" replay "rm -rf x"
refuse 2 "only a shell" replay "tracegate gate Select; touch x"
# shellcheck disable=SC2016 # no shell is to expand it
refuse 2 "only a shell" replay 'tracegate gate $(touch x)'
refuse 2 "has no end" replay "tracegate gate 'Select"
absent x
sed 's/"again": "tracegate gate/"again": "tracegate list/' report.json >hostile.json
run 2 replay hostile.json
complains "lines with this verb"
sed 's|"again": "[^"]*"|"again": "tracegate replay endless.json"|' report.json >endless.json
run 2 replay endless.json
complains "case of this finding"
head -c 500 report.json >cut.json
refuse 2 "cut.json" replay cut.json
head -c 100 $case/case.json >short.json && cp short.json $case/case.json
refuse 2 "case.json" replay $case
finish
