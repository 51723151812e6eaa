#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Records that the pipeline cannot take: what a user is told by the verbs that run it. No chip is named: they come from what is listed.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
corpus=$2

# refuse_all TEXT words...: all verbs that run the pipeline refuse what is given, with one line, before any device is opened.
refuse_all() {
    refuse 2 "$1" generate -o out "${@:2}"
    absent out
    refuse 2 "$1" bench --pipeline "${@:2}"
    refuse 2 "$1" gate --pipeline "${@:2}"
}

# Too few rows allowed: one error for all traces, with the option.
refuse_all "as 11 other traces have: give --max-log-rows 10" --record "$corpus/shrink" --machine shrink --max-log-rows 9
refuse_all "as 3 other traces have: give --max-log-rows 17" --record "$corpus/riscv/keccak-1" --machine riscv --max-log-rows 15
run 0 generate --device host --record "$corpus/shrink" --machine shrink --max-log-rows 10 -o out
rm -r out
run 0 bench --pipeline --device host --record "$corpus/shrink" --machine shrink --max-log-rows 10 --repeats 1
says "(no verdict, see below)"
says "no verdict: without a GPU"
refuse 2 "without --pipeline: --max-log-rows 10: leave them out" bench --max-log-rows 10

# All that the jagged form needs, at once: what is given then is enough, and no word less.
size=(--record "$corpus/shrink" --machine shrink --jagged -o out)
refuse 2 "needs 524288 words, of which 262144 preprocessed, and has a capacity of 1: give --capacity 524288" generate "${size[@]}" --capacity 1
refuse 2 "give --max-log-rows 10 and --capacity 524288" generate "${size[@]}" --capacity 524287 --max-log-rows 1
run 0 generate --device host "${size[@]}" --capacity 524288 --max-log-rows 10
rm -r out

# Records of single traces fit no machine; those of one machine are no other's.
for record in boundary upstream fixed-height/0-in-48 fixed-height/5-in-100 fixed-height/33-in-33; do
    while read -r machine _; do
        refuse_all "no machine has all chips of this record: it is for single traces" --record "$corpus/$record" --machine "$machine"
        complains " more, and machine "
        complains "has no such chips ($corpus/$record/record.json)"
    done < <("$program" machines | awk '$1 ~ /^(compress|wrap|riscv)$/')
done
without_machine() { sed -i 's/"machine": "[a-z]*"/"machine": null/' "$1/record.json"; }
cp -r "$corpus/executed/compress" other
without_machine other
refuse_all "name the machine that the record is of; these have all its chips: all, compress and shrink" --record other --machine wrap
rm -r other

# The machine's name of a chip in the place of ours, in a record without a machine and where chips are named.
while read -r of_machine own; do
    cp -r "$corpus/executed/wrap" other
    without_machine other
    sed -i "s/\"$own\\.\([a-z]*\)\"/\"$of_machine.\1\"/" other/record.json
    refuse_all "wrap's $of_machine.main is called $own.main here" --record other --machine wrap
    refuse_all "no chip '$own' (--device-chips): it is called $of_machine there" --record "$corpus/executed/wrap" --machine wrap --device-chips "$own"
    refuse 2 "no chip '$own': it is called $of_machine there" describe --machine wrap "$own"
    refuse 2 "it is called $of_machine there" describe --machine wrap "$own.main"
    rm -r other
done < <("$program" describe --machine wrap --json | sed -n 's/^ *"name": "\(.*\)",$/name \1/p; s/^ *"own": "\(.*\)"$/own \1/p' |
    awk '$1 == "name" { name = $2 } $1 == "own" && $2 != name { print name, $2 }' | tee names.txt)
check "no chip is called otherwise" test -s names.txt

# A trace that the record does not list, and a file that is not there.
trace=$(python3 - "$corpus/shrink" <<'EOF'
import json, os, sys
traces = json.load(open(sys.argv[1] + "/record.json"))["traces"]
names = [trace["trace"] for trace in traces if trace["height"] == 1024 and os.path.exists(f"{sys.argv[1]}/{trace['trace']}.events.npy")]
print([name for name in names if name.endswith(".main")][0].removesuffix(".main"))
EOF
)
cp -r "$corpus/shrink" other
sed -i "s/\"$trace\\.main\"/\"Unknown.main\"/" other/record.json
refuse_all "and machine recursion-shrink has no such chip (" --record other --machine shrink
list() { # list KIND: the record without that trace of the chip
    python3 - "$corpus/shrink/record.json" "$trace.$1" >other/record.json <<'EOF'
import json, sys
record = json.load(open(sys.argv[1]))
record["traces"] = [trace for trace in record["traces"] if trace["trace"] != sys.argv[2]]
json.dump(record, sys.stdout)
EOF
}
list main
refuse_all "has $trace.preprocessed with 1024 rows, and no $trace.main (other/record.json): add $trace.main to \"traces\", and the file \
$trace.main.events.npy" --record other --machine shrink
refuse 2 "and no $trace.main (" generate --jagged -o out --record other --machine shrink
list preprocessed
refuse_all "has $trace.main with 1024 rows, and no $trace.preprocessed (" --record other --machine shrink
cp "$corpus/shrink/record.json" other
rm "other/$trace.main.events.npy"
refuse_all "No such file or directory (other/$trace.main.events.npy)" --record other --machine shrink
rm -r other

# Heights that disagree, of two chips.
cp -r "$corpus/shrink" other
python3 - other/record.json <<'EOF'
import json, sys
record = json.load(open(sys.argv[1]))
higher = [trace for trace in record["traces"] if trace["trace"].endswith(".main") and trace["height"] == 1024][:2]
for trace in higher:
    trace["height"] = 1056
json.dump(record, open(sys.argv[1], "w"))
EOF
refuse_all "has 1056 rows in the record and 1024 in the program: they do not belong together; 1 other chip disagrees, too" \
    --record other --machine shrink
names=$(python3 - other/record.json <<'EOF'
import json, sys
names = sorted(trace["trace"] for trace in json.load(open(sys.argv[1]))["traces"] if trace["height"] == 1056)
print(f"{names[0]} and of {names[0].removesuffix('.main')}.preprocessed")
EOF
)
complains "\"height\" of $names in \"traces\" must be the same"
rm -r other

# change PYTHON RECORD: the record as `other`, its record.json changed; what the change prints is in names.txt.
change() {
    rm -rf other
    cp -r "$corpus/$2" other
    python3 -c "
import json
record = json.load(open('other/record.json'))
listed = {chip['chip']: chip for chip in record.get('chips', [])}
made = [trace for trace in record['traces'] if trace['trace'].endswith('.main')]
$1
json.dump(record, open('other/record.json', 'w'))" >names.txt || check "the record was not changed" false
}

# Heights that the machine, the list of chips or the program's shape do not have, by their keys.
change "record['fixed_height'] = 512" shrink
refuse_all '"fixed_height" is 512: raise it' --record other --machine shrink
change "record['fixed_height'] = 64" riscv/keccak-1
refuse_all '"fixed_height" is 64, and machine riscv has no fixed heights (other/record.json): leave it out' --record other --machine riscv
change "
chip = made[0]['trace'].removesuffix('.main')
listed[chip]['height'] = 32
print(chip)" riscv/keccak-1
refuse_all "fill 64 rows, where the shard has 32 of them (other/record.json): \"height\" of the chip in \"chips\" and of \
$(cat names.txt).main in \"traces\" must fit" --record other --machine riscv

# What only the jagged form takes, and lists that are not the cluster's: said before anything of another record.
of_gate() { refuse 2 "$1" gate --pipeline --device host --record "$corpus/riscv/keccak-1" --record other --machine riscv; }
change "record['global_dependencies_opt'] = True" riscv/keccak-1
refuse_all "(other/record.json): only 'tracegate generate --jagged' takes it" --record other --machine riscv
of_gate '"global_dependencies_opt"'
change "
out = next(name for name in listed if not listed[name]['included'])
record['chips'].remove(listed[out])
print(out)" riscv/keccak-0
refuse 2 "missing: $(cat names.txt); too many: none (other/record.json)" generate -o out --record other --machine riscv
of_gate "missing: $(cat names.txt); too many: none (other/record.json)"
change "
full = json.load(open('$corpus/riscv/keccak-0/record.json'))['chips']
record['chips'].append(next(chip for chip in full if chip['included'] and chip['chip'] not in listed))" riscv/keccak-1
of_gate "(other/record.json): without "
complains "no cluster of riscv has all of these 9 chips: "
refuse 2 "(other/record.json): without " generate -o out --record other --machine riscv

# More permits than one are of no use to a gate.
refuse 2 "no effect with --pipeline: --permits 3" gate --pipeline --record "$corpus/shrink" --machine shrink --permits 3

# What is wrong has a line that makes it again, and a key where it is a trace's.
change "
trace = [trace for trace in made if trace['events'] == 1000 and trace.get('xxh3_128')][0]
trace['xxh3_128'] = '0' * 32
print(trace['trace'])" shrink
trace=$(cat names.txt)
rm -f "other/$trace.trace.npy"
run 1 gate --pipeline --device host --record other --machine shrink
says "pipeline against recorded digest    1000 events    MISMATCH"
check "not the record's digest" grep -Eq '^  recorded  [0-9]+ rows, [0-9]+ columns, 0{32}$' "$out"
check "not the pipeline's digest" grep -Eq '^  pipeline  [0-9]+ rows, [0-9]+ columns, [0-9a-f]{32}$' "$out"
says "  again: tracegate gate --record other --pipeline --machine shrink --device host"
says "  key          $trace/digest/digest/- ("
# The line of one of two records is as a user would write it.
run 1 gate --pipeline --device host --record "$corpus/shrink" --record other --machine shrink
says "  again: tracegate gate --record other "
says_not "'--record"
change "print(record['public_values'][130])" riscv/keccak-1
sed -i "s/\\b$(cat names.txt)\\b/$(($(cat names.txt) - 1))/g" other/record.json
run 1 gate --pipeline --device host --record other --machine riscv
says "public values: 15 made, 145 carried through, 27 zero, 1 wrong"
check "no line behind public values" test "$(grep -A1 '^public values: ' "$out" | grep -c '^  again: tracegate gate --record other')" -eq 1
finish
