#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The scripts that let targets look for planted bugs, and that run all targets, with programs that only behave as libFuzzer's do: what
# is run, for how long, what the lines say, and how it ends.
source=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
. "$source/tests/cli/lib.sh"

# Toy.main finds what is planted, or what $folder/bug says; json runs and finds nothing.
mkdir -p build/fuzz build/targets bin tree/kernels tree/model tree/tests/planted/toy tree/corpus/records
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
name=\${0##*/fuzz_}
echo "\$name \${TG_FUZZ_KERNELS:-} \$*" >>"$folder/calls"
echo "#1 INITED cov: 5 ft: 6 corp: 1/1b"
bug=\${TG_FUZZ_KERNELS:-$folder/bug}
if [ "\$name" = Toy_main ] && [ -e "\$bug" ]; then cat "\$bug"; echo "#7 NEW cov: 8 ft: 9 corp: 2/2b"; exit 77; fi
if [ "\$name" = Toy_main ] && [ -e "$folder/sick" ]; then echo "no memory"; exit 3; fi
echo "#100 DONE cov: 9 ft: 9 corp: 2/2b"
echo "stat::number_of_executed_units: 100"
echo "stat::new_units_added: 4"
END
chmod +x build/fuzz/* build/targets/stub
for name in Toy_preprocessed Toy_main json; do
    cp build/targets/stub "build/targets/fuzz_$name"
    printf '[libfuzzer]\nmax_len = 77\n' >"build/targets/fuzz_$name.options"
    : >"build/targets/fuzz_$name.dict"
done
nb_calls() { grep -c "^$1 " calls; }

# ---- planted bugs ----

program=$source/fuzz/planted.sh
planted() { # planted CODE words...
    local code=$1
    shift
    : >calls
    PATH=$folder/bin:$PATH run "$code" "$folder/build" "$folder/tree" "$@"
}
# The bugs' objects are what the target says of them.
cat >tree/tests/planted/build.sh <<'END'
#!/bin/sh
mkdir -p "$2/toy"
echo "$*" >>"$2/../builds"
printf '==== found by Toy.main: cells differ\n' >"$2/toy/easy.so"
printf '==== a sanitizer stops Toy.main\nSUMMARY: AddressSanitizer: it\n' >"$2/toy/wild.so"
printf 'nothing to see\n' >"$2/toy/hard.so"
END
chmod +x tree/tests/planted/build.sh
for bug in easy wild hard; do printf 'trace: Toy.main\nwhat: it\nshows: all\n' >tree/tests/planted/toy/$bug.patch; done
: >tree/kernels/toy.cu
: >tree/model/toy.h
printf '#!/bin/sh\n' >bin/clang-14
chmod +x bin/clang-14

run 2
run 2 "$folder/build"
planted 2 --seconds
planted 2 --jobs 0
planted 2 --frobnicate
planted 2 no_such_file
complains "no planted bug is called no_such_file"

# What is missing is built once, and again when it is no longer what the tree has.
planted 0 --build
check "the bugs were built more than once" test "$(wc -l <build/builds)" -eq 1
: >tree/kernels/more.cuh
planted 0 --build
check "bugs of other kernels were kept" test "$(wc -l <build/builds)" -eq 2

# Found or not, by what, and how many.
planted 1 --jobs 2 --seed 5 --seconds 7
check "not every bug was tried" test "$(nb_calls Toy_main)" -eq 3
check "the seed is not used" grep -q -- "-seed=5" calls
check "the options are not used" grep -q -- "-max_len=77" calls
check "the object is not used" grep -q "$folder/build/planted/toy/wild.so" calls
says "2 of 3 planted bugs found, each within 7 s"
check "easy" grep -qE "^toy/easy +Toy.main +found .* 7 executions +comparison: cells differ" "$out"
check "wild" grep -qE "^toy/wild .* found .*sanitizer: AddressSanitizer: it" "$out"
check "hard" grep -qE "^toy/hard .* NOT FOUND .*nothing|NOT FOUND .*exit code 77" "$out"
planted 0 toy/easy toy/wild
says "2 of 2 planted bugs found"
check "what is built was built again" test "$(wc -l <build/builds)" -eq 2

# ---- all targets ----

program=$source/fuzz/all_targets.sh
all_targets() { # all_targets CODE words...
    local code=$1
    shift
    : >calls
    run "$code" "$folder/build" "$folder/tree" "$@"
}
run 2
all_targets 2 --seconds x
all_targets 2 --time json
all_targets 2 --time json=0
all_targets 2 --time Selekt=5
all_targets 2 Selekt
complains "no target is called 'Selekt'"

all_targets 0 --seconds 3 --time json=9 --jobs 2
check "not every target was on once" test "$(wc -l <calls)" -eq 3
check "json did not have its time" grep -q "^json .*-max_total_time=9 " calls
check "Toy.main did not have the time of all" grep -q "^Toy_main .*-max_total_time=3 " calls
check "the seeds are not used" grep -q "^json .*build/seeds/json" calls
check "the line of json" grep -qE "^json +[0-9]+ +100 +[0-9]+ +5 -> 9 +4  nothing found" "$out"
all_targets 0 Toy --no-seeds
check "json was on" test "$(nb_calls json)" -eq 0

# A finding ends its target alone, and what could not run is no success.
printf '==== found by Toy.main: cells differ\n' >bug
all_targets 1
check "not every target was on" test "$(wc -l <calls)" -eq 3
check "the finding is not in the table" grep -qE "^Toy.main .* FOUND: found by Toy.main: cells differ" "$out"
check "its log is not kept" test -s build/findings/Toy.main.log
rm bug
: >sick
all_targets 3
check "it is not said" grep -qE "^Toy.main .* NOT RUN, exit code 3: no memory" "$out"
finish
