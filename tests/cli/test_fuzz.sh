#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Campaigns as a user runs them: limits, the same seed twice, one batch, signals, kill -9, resuming, what is found, folders and files
# that cannot be written. The wrong program is the third argument: see test_triage.sh.
wrong=$(readlink -f -- "${3:?the wrong program is missing}") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Two traces: one with side outputs and searches, one that is quick.
traces=(Global.main Select.main)

# The state of a campaign that nobody interrupts; it has no times in it, so that the same campaign leaves the same bytes.
run 0 fuzz "${traces[@]}" --seed 5 --nb-events 40000 --state whole.json
says "verdict   match: batches "
says "ended     after the events that were asked for"
says "campaign  seed 0x5, 2 traces"
says "coverage  Select.main "
says "M events/s"
quiet
only_files cases
run 0 fuzz "${traces[@]}" --seed 5 --nb-events 40000 --state again.json
check "the same campaign has another state" cmp -s whole.json again.json
run 0 fuzz "${traces[@]}" --seed 6 --nb-events 40000 --state other.json
check "another seed has the same state" not cmp -s whole.json other.json

# Killed in any way at any time, and resumed: at the end the state is the same.
batches() { sed -n 's/^"batches": \([0-9]*\),$/\1/p' "$1" 2>/dev/null; }
state=1
for signal in INT TERM KILL; do
    last_command="fuzz, ended by $signal"
    # A shell has its background jobs ignore INT.
    env --default-signal=INT "$program" fuzz "${traces[@]}" --seed 5 --nb-events 40000 --state "$state.json" >"$out" 2>"$err" &
    victim=$!
    for ((i = 0; i < 200; i++)); do
        [ -s "$state.json" ] && break
        sleep 0.01
    done
    sleep 0.2
    kill "-$signal" "$victim" 2>/dev/null
    wait "$victim" 2>/dev/null
    code=$?
    # It may have been quick; else it ends well by what can be caught, before or behind its first batch, or is killed.
    if [ "$signal" = KILL ]; then
        check "exit code $code" test "$code" -eq 137 -o "$code" -eq 0
    else
        [ "$signal" = INT ] && by_signal=130 || by_signal=143
        check "exit code $code" test "$code" -eq 0 -o "$code" -eq $by_signal
        [ "$code" -ne $by_signal ] || [ "$(batches "$state.json")" -eq 0 ] || says "ended     stopped by a signal"
    fi
    check "there is no state" test -s "$state.json"
    before=$(batches "$state.json")
    run 0 fuzz --resume "$state.json" --nb-events 40000
    says "resumed behind $before batches"
    check "killed by $signal, it ends with another state" cmp -s whole.json "$state.json"
    state=$((state + 1))
done
only_files cases

# The end of a time, JSON, one batch alone.
run 0 fuzz Select.main --seconds 1 --stats -
check "no JSON" python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
assert d["status"] == "ok" and d["nb_findings"] == 0 and d["findings"] == [] and d["nb_cells"] > 0, d
assert d["events_per_s"] > 0 and d["traces"][0]["coverage"]["nb_reached"] > 30, d
groups = {g["name"]: g for g in d["traces"][0]["coverage"]["groups"]}
assert "zero" in groups["in1"]["reached"] + groups["in1"]["not_reached"], groups' "$out"
complains "verdict   match"
run 0 fuzz BaseAlu.preprocessed --batch 3
says "ended     after the one batch that was asked for"
says "batches 1,"
run 0 fuzz BaseAlu.preprocessed --batch 3 --verbose
says "fields   "

# A finding, told as a gate tells it, under the key that a triage of other events gives it, and its case, which replays.
right=$program
program=$wrong
key=Select.main/eventful/permuted-columns/vals.out1
run 1 triage Select.main --seed 7 --save triaged
says "key          $key (a56f0e0a0485)"
run 1 fuzz Select.main --seed 5 --keep-going --nb-events 20000 --save found --state found.json
says "looks like   the right words in other columns of the row"
says "smallest     1 event, height 32"
says "key          $key (a56f0e0a0485)"
says "saved        found/select-main-a56f0e0a0485"
says "again: tracegate replay found/select-main-a56f0e0a0485 --actual host"
says "finding   $key (a56f0e0a0485)"
says "findings 1 in "
quiet
check "more than one case" test "$(ls found)" = select-main-a56f0e0a0485
check "another case than the triage's" cmp -s {found,triaged}/select-main-a56f0e0a0485/Select.main.events.npy
check "another expected trace than the triage's" cmp -s {found,triaged}/select-main-a56f0e0a0485/expected.trace.npy
run 1 replay found/select-main-a56f0e0a0485 --actual host
run 1 fuzz --resume found.json --nb-events 40000 --save found --keep-going --stats stats.json --json report.json --junit report.xml --html report.html --sarif report.sarif
check "no JSON of the finding" python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
assert d["status"] == "mismatch" and d["nb_resumed_batches"] > 0 and len(d["findings"]) == 1, d
f = d["findings"][0]
assert f["trace"] == "Select.main" and f["key"] == sys.argv[2] and f["key_id"] == "a56f0e0a0485", f
assert f["causes"][0]["id"] == "permuted-columns" and f["causes"][0]["evidence"] and 0 < f["causes"][0]["confidence"] <= 100, f
assert f["smallest"] == {"nb_events": 1, "height": 32, "fixed_height": None, "launch": None, "is_cut": False, "is_unstable": False}, f
assert f["prediction"] is None or f["prediction"]["nb_wrong_with"] <= f["prediction"]["nb_wrong"], f
assert f["case"] == "found/select-main-a56f0e0a0485" and f["again"].startswith("tracegate replay found/"), f
assert f["nb_batches"] == d["nb_findings"] > 10 and f["nb_events"] == 1 and not f["is_once"], f' stats.json "$key"
# Its report holds what the runs before found, and is one that is read.
check "the report lacks the finding" python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
f, = d["findings"]; t, = d["traces"]
assert f["key"] == sys.argv[2] and f["case"] == "found/select-main-a56f0e0a0485" and f["prediction"] is None or f["prediction"]["property"], f
assert d["recipe"]["verb"] == "fuzz" and t["verdict"] == "mismatch" and t["nb_mismatches"] > 10, d
assert any(n.startswith("resumed behind ") for n in d["notes"]), d["notes"]' report.json "$key"
run 1 replay report.json
run 1 fuzz Select.main --seed 5 --save found --json full.json --no-times
check "the finding is not told in full" python3 -c 'import json, sys; f, = json.load(open(sys.argv[1]))["findings"]
assert f["totals"] and f["cells"] and f["picture"] and f["smallest"]["nb_events"] == 1 and "MISMATCH" in f["text"], f' full.json
# A campaign that ended at a difference goes on behind it, keeps what it found, and ends at the next one.
run 1 fuzz Select.main --seed 5 --save found --state ended.json
before=$(batches ended.json)
run 1 fuzz --resume ended.json --save found --json ended-report.json
says "resumed behind $before batches"
check "no batch was run behind the finding" test "$(batches ended.json)" -gt "$before"
says "finding   $key (a56f0e0a0485)"
refuse 2 "would take the place of the state file" fuzz Select.main --state one --json one
refuse 2 "--stats and --json have one path" fuzz Select.main --stats one --json one
refuse 2 "both be on standard output" fuzz Select.main --stats - --json -
absent one
program=$right
run 0 replay found/select-main-a56f0e0a0485
sed 's/"campaign": 2/"campaign": 1/' found.json >old.json
refuse 2 "\"campaign\" is 1, and this program goes on with 2" fuzz --resume old.json

# The gate states what it reached of the same classes, by source of events.
run 0 gate Select.main --coverage coverage.json
says "classes of events reached "
check "no coverage" python3 -c 'import json, sys; d = {e["source"]: e for e in json.load(open(sys.argv[1]))["coverage"]}
assert list(d) == ["drawn", "records", "both"] and all(e["trace"] == "Select.main" for e in d.values()), d
reached = [{(g["name"], c) for g in e["groups"] for c in g["reached"]} for e in d.values()]
assert reached[2] == reached[0] | reached[1] and len(reached[0]) == d["drawn"]["nb_reached"] > 30, d' coverage.json
refuse 2 "nosuch/coverage.json" gate Select.main --coverage nosuch/coverage.json
refuse 2 "'Selekt'" gate Selekt --coverage none.json
check "a gate that did not run has left a file" not test -e none.json

# What makes no sense.
refuse 2 "'Selekt'" fuzz Selekt
refuse 2 "--seconds and --minutes exclude each other" fuzz --seconds 1 --minutes 1
refuse 2 "--state and --resume exclude each other" fuzz --state a.json --resume b.json
refuse 2 "--batch and --seconds exclude each other" fuzz Select.main --batch 1 --seconds 1
refuse 2 "a batch is one of one trace" fuzz Select --batch 1
refuse 2 "reference is on both sides" fuzz --actual reference
refuse 2 "recorded has no traces for drawn events" fuzz --actual recorded
refuse 2 "nosuch.json" fuzz --resume nosuch.json
head -c 200 whole.json >cut.json
refuse 2 "cut.json" fuzz --resume cut.json
refuse 2 "another seed" fuzz --resume whole.json --seed 6
sed 's/"batches": [0-9]*/"batches": 1/' whole.json >changed.json
refuse 2 "another" fuzz --resume changed.json

# Outputs that cannot be written, before anything runs.
: >file
refuse 2 "this is no folder" fuzz --save file
refuse 2 "make the folder of cases" fuzz --save nosuch/cases
refuse 2 "nosuch/state.json" fuzz --state nosuch/state.json
refuse 2 "there is a file of this name already (whole.json)" fuzz --state whole.json
refuse 2 "/dev/full" fuzz --state /dev/full
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked && chmod 555 locked
    refuse 2 "no cases can be put into this folder" fuzz --save locked
fi
# A disk without room for the state, as far as this process can tell: the old state stays.
run 0 fuzz --nb-events 1000 --state kept.json
check "the state is too small for this test" test "$(wc -c <kept.json)" -gt 2048
cp kept.json before.json
limited 2 fuzz --resume kept.json --nb-events 1000000 2>"$err" </dev/null | cat >"$out"
check_code "${PIPESTATUS[0]}" 2
complains "kept.json"
check "the old state has changed" cmp -s before.json kept.json
finish
