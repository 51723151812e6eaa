#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The campaign of ./dev fuzz with programs that only behave as libFuzzer's do: who is on, what is kept, how it ends.
source=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
. "$source/tests/cli/lib.sh"
program=$source/fuzz/campaign.sh

# Toy.main finds new units as long as it runs, Toy.preprocessed only at first; json finds what $folder/bug says.
mkdir -p build/fuzz build/targets tree/corpus/records
cat >build/fuzz/fuzz_standalone <<'END'
#!/bin/sh
printf '%s text\n' Toy.preprocessed Toy.main json
END
cat >build/fuzz/fuzz_seed_corpus <<'END'
#!/bin/sh
mkdir -p "$1/json" && echo seed >"$1/json/seed"
END
cat >build/targets/stub <<END
#!/usr/bin/env bash
# As a program with libFuzzer: units go to the first folder; options and statistics are libFuzzer's.
name=\${0##*/fuzz_}
echo "\$name \$\$ \$*" >>"$folder/calls"
[ -n "\${TG_FUZZ_EXPLAIN:-}" ] && { echo "json: explained"; echo "  again: explained \$1"; exit 0; }
corpus= seconds= prefix=
for word in "\$@"; do
    case \$word in
        -max_total_time=*) seconds=\${word#*=} ;;
        -artifact_prefix=*) prefix=\${word#*=} ;;
        -*) ;;
        *) [ -n "\$corpus" ] || corpus=\$word ;;
    esac
done
trap 'kill \$sleeper 2>/dev/null; echo "== libFuzzer: run interrupted; exiting"; exit 72' INT TERM
sleeper=
new=0
if [ "\$name" = Toy_main ] || [ ! -e "\$corpus/first" ]; then new=10; fi
: >"\$corpus/first"
: >"\$corpus/unit-\$RANDOM\$RANDOM"
if [ "\$name" = json ] && [ -e "$folder/bug" ]; then
    printf 'artifact' >"\${prefix}crash-1"
    cat "$folder/bug"
    echo "artifact_prefix='\$prefix'; Test unit written to \${prefix}crash-1"
    exit 77
fi
if [ -e "$folder/fills" ]; then rm -rf "\$corpus"; : >"\$corpus"; fi
if [ -e "$folder/slow" ]; then sleep "\$seconds" & sleeper=\$!; wait \$!; else sleep 0.2; fi
echo "stat::number_of_executed_units: 100"
echo "stat::average_exec_per_sec: 50"
echo "stat::new_units_added: \$new"
END
chmod +x build/fuzz/* build/targets/stub
for name in Toy_preprocessed Toy_main json; do
    cp build/targets/stub "build/targets/fuzz_$name"
    printf '[libfuzzer]\nmax_len = 77\n' >"build/targets/fuzz_$name.options"
    : >"build/targets/fuzz_$name.dict"
done
campaign() { # campaign CODE words...
    local code=$1
    shift
    : >calls
    run "$code" "$folder/build" "$folder/tree" "$@"
}
nb_calls() { grep -c "^$1 " calls; }
wait_until() { # wait_until COMMAND...: ten seconds at the most
    local i
    for ((i = 0; i < 100; i++)); do
        "$@" && return
        sleep 0.1
    done
    check "not within ten seconds: $*" false
}

# Wrong use.
run 2
for words in "--minutes" "--minutes x" "--minutes=-1" "--jobs 0" "--jobs x" "--seed 0" "--frobnicate" "Selekt"; do
    # shellcheck disable=SC2086 # words
    campaign 2 $words
    check "a target was on" test ! -s calls
done
complains "no target is called 'Selekt'"

# All targets, in turn; whoever finds more is on more often.
campaign 0 --minutes 0.1
check "Toy.preprocessed was not on" test "$(nb_calls Toy_preprocessed)" -ge 1
check "json was not on" test "$(nb_calls json)" -ge 1
check "what finds more was not on more often" test "$(nb_calls Toy_main)" -gt "$(nb_calls Toy_preprocessed)"
says "Toy.main "
complains "nothing found"
check "the options are not used" grep -q -- "-max_len=77" calls
check "the seeds are not used" grep -q "build/seeds/json" calls
check "no seed number follows the other" grep -q -- "-seed=2 " calls
check "units are not kept" test "$(find build/corpus/Toy.main -name 'unit-*' | wc -l)" -ge 2
check "the log of a slice stays" test -z "$(find build/log -name 'Toy*')"

# A chip is all of its traces; one target in two processes.
campaign 0 Toy --minutes 0.02 --no-seeds
check "json was on" test "$(nb_calls json)" -eq 0
check "the seeds are used" not grep -q "build/seeds" calls
: >slow
campaign 0 json --minutes 0.02 --jobs 2
check "there were not two processes" test "$(nb_calls json)" -ge 2
rm slow

# A finding stops everything: it is said as the target said it.
printf '==== found by json: text\njson: the case\n  again: the line\n==123==ERROR: libFuzzer: deadly signal\n  #0 stack\n' >bug
campaign 1 json --minutes 1
says "json: the case"
says "  again: the line"
says "under sanitizers: $folder/build/targets/fuzz_json $folder/build/findings/json-crash-1"
says_not "#0 stack"
complains "found by json"
# What libFuzzer stops itself is explained afterwards.
printf '==123==ERROR: libFuzzer: timeout after 25 seconds\n' >bug
campaign 1 json --minutes 1
says "again: explained $folder/build/findings/json-crash-1"
says "libFuzzer: timeout"
# A machine that cannot is no finding.
cp build/targets/fuzz_json kept
printf '#!/bin/sh\necho "json: no memory"\nexit 3\n' >build/targets/fuzz_json
campaign 3 json --minutes 1
complains "no memory"
# Nor is one that ends the process from outside, as it does where memory is short.
printf '#!/bin/sh\nkill -9 $$\n' >build/targets/fuzz_json
campaign 3 json --minutes 1
complains "signal 9"
says_not "under sanitizers"
mv kept build/targets/fuzz_json
rm bug

# Interrupted: all processes end, what was found is kept, and the next campaign goes on.
start_campaign() {
    : >calls
    # A process of its own: what a shell starts in the background would ignore the interrupt.
    (
        trap - INT
        exec env --default-signal=INT "$program" "$folder/build" "$folder/tree" Toy --minutes 5 --jobs 2
    ) >"$out" 2>"$err" </dev/null &
    campaign_pid=$!
    wait_until both_run
}
# shellcheck disable=SC2317 # it is called by name
both_run() { [ "$(nb_calls Toy_main)" -ge 1 ] && [ "$(nb_calls Toy_preprocessed)" -ge 1 ] && [ "$(nb_units)" -gt "$nb_before" ]; }
# Send a signal to all targets that were called; fails if none is there any more.
tell_targets() {
    local pid code=1
    for pid in $(cut -d ' ' -f 2 calls); do
        kill -"$1" "$pid" 2>/dev/null && code=0
    done
    return $code
}
nb_units() { find build/corpus -type f | wc -l; }
: >slow
for signal in INT TERM HUP; do
    nb_before=$(nb_units)
    start_campaign
    kill -"$signal" $campaign_pid
    wait $campaign_pid
    check_code $? "$((128 + $(kill -l $signal)))"
    complains "all that was found is kept"
    says "Toy.main"
    check "units were lost" test "$(nb_units)" -gt "$nb_before"
    check "a target still runs" not tell_targets 0
    check "room is still reserved" test ! -e build/findings/.reserve
done
# Killed: the targets' slices go on, what they found is there, and the next campaign takes nothing away.
nb_before=$(nb_units)
start_campaign
check "no room is reserved" test -s build/findings/.reserve
kill -9 $campaign_pid
wait $campaign_pid 2>/dev/null
nb_before=$(nb_units)
tell_targets TERM
rm slow
campaign 0 Toy --minutes 0.02
check "units were lost" test "$(nb_units)" -gt "$nb_before"

# Room that is gone during a slice: said at its end at the latest.
: >fills
campaign 2 Toy --minutes 1
complains "cannot write to $folder/build/corpus/Toy."
rm -r fills build/corpus
mkdir -p build/corpus

# A corpus that cannot be written: said before anything runs. Root may write everywhere, so a file is in the way.
mv build/corpus kept
: >build/corpus
campaign 2 Toy --minutes 0.02
complains "cannot write to $folder/build/corpus"
check "a target was on" test ! -s calls
rm build/corpus
mv kept build/corpus
finish
