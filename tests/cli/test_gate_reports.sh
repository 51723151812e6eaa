#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# gate, where a kernel is wrong: causes, key, reports, saved cases, known failures, shards, cases as regression tests. The wrong program
# is the third argument: its Select.main has out1 and out2 exchanged wherever bit is not 0.
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
records=$(readlink -f -- "${2:?the records are missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
right=$program
key=Select.main/eventful/permuted-columns/vals.out1
id=a56f0e0a0485
gate=(gate Select --seed 7 --nb-events 100 --actual host)

holds() { check "no '$2' in $1" grep -qF -- "$2" "$1"; }

ledger() { # ledger UNTIL [KEY]: known-failures.json with one entry
    printf '{"version": 1, "failures": [{"chip": "Select", "kind": "main", "key": "%s", "until": "%s", "why": "the ticket is open"}]}\n' \
        "${2:-$key}" "$1" >known-failures.json
}

# ---- reports ----

program=$wrong
run 1 "${gate[@]}" --json r.json --junit r.xml --sarif r.sarif --html r.html --github --no-times
quiet
says "  looks like   "
says "  smallest     1 event, height 32; "
says "  key          $key ($id)"
says "::error file=kernels/select.cu,title=Select.main"
says "verdict   MISMATCH: "
holds r.json "\"key\": \"$key\""
holds r.xml '<testcase name="Select.main"'
holds r.sarif "$id"
holds r.html 'Select.main'
check "the test case of Select.preprocessed failed" test "$(grep -c '<failure' r.xml)" -eq 1
cp r.json before.json
run 1 "${gate[@]}" --json r.json --no-times
check "the same gate gave another report" cmp -s r.json before.json

# What is found is told before it is shrunk: a kernel that ends the process meanwhile hides nothing.
WRONG_SELECT=crash "$program" gate Select.main --seed 7 --profile uniform --nb-events 100 --actual host >"$out" 2>"$err"
check "the crash passed" test $? -ne 0
says "MISMATCH"
says "  again: tracegate gate Select.main --profile uniform --seed 0x7 --nb-events 100 --actual host"
# A sanitizer says in its own words what happened.
grep -q Sanitizer "$err" || complains "tracegate gate Select.main --profile uniform"

# Two bugs are two findings, though one of them comes first.
WRONG_SELECT=more run 1 gate Select.main --actual host --no-corpus --json two.json --no-times
check "there are no two keys" test "$(grep -c '"key": ' two.json)" -ge 2

# An output never replaces what is read.
mkdir rec && cp "$records"/counts/3/* rec/ && chmod u+w rec/* && cp rec/record.json kept.json
refuse 2 "rec/record.json" gate Select.main --record rec --json rec/record.json
refuse 2 "rec/record.json" gate Select.main --record rec --coverage rec/record.json
check "the record was overwritten" cmp -s rec/record.json kept.json

# Right kernels have no findings.
program=$right
run 0 "${gate[@]}" --json r.json --junit r.xml --no-times
holds r.json '"findings": []'
check "something failed" not grep -q '<failure' r.xml

# A file that cannot be written is found before anything runs; one that is there stays if the disk is full.
refuse 2 "--json" "${gate[@]}" --json no/such/folder/r.json
refuse 2 "have one path" "${gate[@]}" --json both --html ./both
absent both
cp r.json before.json
limited 1 "${gate[@]}" --json r.json >"$out" 2>"$err"
check_code $? 2
check "the report of before is gone" cmp -s r.json before.json
refuse 2 "--force is for --save" "${gate[@]}" --force

# ---- cases ----

program=$wrong
run 1 "${gate[@]}" --save cases
says "  saved        cases/select-main-$id"
only_files cases/select-main-$id Select.main.events.npy actual.trace.npy case.json expected.trace.npy record.json
# The very same case is left alone; another one that lies there only gives way to --force, and nothing else ever does.
events=cases/select-main-$id/Select.main.events.npy
cp $events events.npy
run 1 "${gate[@]}" --save cases
says "  saved before cases/select-main-$id"
printf '\x02\x00\x00\x00' | dd of=$events bs=1 seek=$(($(stat -c %s $events) - 4)) conv=notrunc status=none
cp $events other.npy
run 1 "${gate[@]}" --save cases
says "case not saved: "
check "another case was overwritten" cmp -s $events other.npy
run 1 "${gate[@]}" --save cases --force
check "the case was not replaced" cmp -s $events events.npy
program=$right
run 0 gate Select.main --record cases/select-main-$id
says "match"

# A folder of cases is gated like the corpus: what was mended once stays mended.
run 0 gate Select.main --cases cases --actual host
says "cases     1"
run 0 gate Select.main --cases cases --seed 3 --nb-events 10
says "cases     1"
refuse 2 "no/such" gate --cases no/such
refuse 2 "exclude each other" gate --cases cases --no-corpus
program=$wrong
run 1 gate Select.main --cases cases --actual host
says "  key          $key ($id)"

# ---- known failures ----

program=$wrong
ledger 2030-01-02
export SOURCE_DATE_EPOCH=1893456000 # 2030-01-01
run 0 "${gate[@]}" --ledger known-failures.json --json r.json --junit r.xml
says "KNOWN FAILURE until 2030-01-02"
says "the ticket is open"
says "verdict   match: "
says "known failures 1"
holds r.json '"verdict": "expected failure"'
holds r.json '"is_expected": true'
check "a known failure is red" not grep -q '<failure' r.xml
# Every form says that it is known, until when and why.
run 0 "${gate[@]}" --ledger known-failures.json --json r.json --junit r.xml --sarif r.sarif --html r.html --github
holds r.json '"ledger_until": "2030-01-02"'
for form in r.xml r.html; do
    holds $form "known failure until 2030-01-02: the ticket is open"
done
holds r.sarif '"justification": "known failure until 2030-01-02: the ticket is open"'
says "::notice file=kernels/select.cu"
says "known failure until 2030-01-02: the ticket is open"
# An entry of one backend excuses that one, and passes only where that ran.
sed 's/"until"/"backend": "host", "until"/' known-failures.json >host.json
run 0 "${gate[@]}" --ledger host.json
sed 's/"until"/"backend": "cuda", "until"/' known-failures.json >cuda.json
run 1 "${gate[@]}" --ledger cuda.json
says_not "KNOWN FAILURE"
sed 's/"until"/"backend": "gpu", "until"/' known-failures.json >gpu.json
refuse 2 '"backend" is none that there is: gpu' "${gate[@]}" --ledger gpu.json
# The day after its last one it is as if it were not listed.
SOURCE_DATE_EPOCH=1893628800 run 1 "${gate[@]}" --ledger known-failures.json --github
says "known failure until 2030-01-02, which is over: the ticket is open"
says "KNOWN FAILURE IS OVER"
says "verdict   MISMATCH: "
# Another one is never hidden by it.
ledger 2030-01-02 Select.main/eventful/permuted-columns/vals.out2
run 1 "${gate[@]}" --ledger known-failures.json
says "MISMATCH"
says "  key          $key ($id)"
# Nor is what else is wrong in the same rows, be it in the same comparison.
ledger 2030-01-02
WRONG_SELECT=more run 1 "${gate[@]}" --ledger known-failures.json
says "vals.in1"
says "verdict   MISMATCH: "
# One that passes is to be taken out; a gate of few events does not say so, and of a trace that was not gated nothing is known.
program=$right
run 1 gate Select --actual host --ledger known-failures.json --json r.json --junit r.xml
says "KNOWN FAILURE PASSES"
says "verdict   MISMATCH: "
holds r.json '"verdict": "known failure passes"'
holds r.json "Select.main: known failure $key passes"
run 0 "${gate[@]}" --ledger known-failures.json
says "known failures that were not met: 1"
run 0 gate Select.preprocessed --seed 7 --nb-events 100 --ledger known-failures.json
printf '{"version": 1, "failures": [' >known-failures.json
refuse 2 "known-failures.json" "${gate[@]}" --ledger known-failures.json
refuse 2 "no/such" "${gate[@]}" --ledger no/such
ledger 2030-01-02
cp known-failures.json before.json
refuse 2 "known-failures.json" "${gate[@]}" --ledger known-failures.json --json known-failures.json
check "the ledger was overwritten" cmp -s known-failures.json before.json
unset SOURCE_DATE_EPOCH

# ---- shards ----

TG_SHARD_INDEX=1 TG_SHARD_TOTAL=2 run 0 "${gate[@]}"
says "shard     1 of 2"
says_not "Select.preprocessed"
TG_SHARD_INDEX=2 TG_SHARD_TOTAL=2 refuse 2 "do not name a shard" "${gate[@]}"
TG_SHARD_INDEX=1 refuse 2 "do not name a shard" "${gate[@]}"
TG_SHARD_INDEX=x TG_SHARD_TOTAL=2 refuse 2 "TG_SHARD_INDEX is 'x'" "${gate[@]}"
TG_SHARD_INDEX=-1 TG_SHARD_TOTAL=2 refuse 2 "TG_SHARD_INDEX is '-1'" "${gate[@]}"
TG_SHARD_INDEX=2 TG_SHARD_TOTAL=3 refuse 2 "shard 2 of 3 has none of 2 traces" "${gate[@]}"

finish
