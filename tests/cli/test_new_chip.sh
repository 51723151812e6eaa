# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
# A chip from its columns to a match, as a user goes: new-chip, build, the honest failure, reference and kernel written, a bug.
#
#   test_new_chip.sh PROGRAM RECORDS
. "$(dirname "$0")/lib.sh" "$1"
root=$(cd -- "$(dirname -- "$2")/.." && pwd)
given=$root/tests/new_chip
export XDG_CACHE_HOME=$folder/cache

# ---- the files ----
run 0 new-chip MyChip --from "$given/columns.json"
quiet
says "mychip/reference.c"
only_files mychip CMakeLists.txt README.md corpus corpus/README.md description.c kernels.json mychip.cu mychip.h reference.c
refuse 2 "there is a file already, and nothing is replaced (mychip/mychip.h)" new-chip MyChip --from "$given/columns.json"
run 0 new-chip MyChip --from "$given/columns.json" -o other
check "two runs differ" diff -r mychip other
# The example of the documents.
# shellcheck disable=SC2016 # a pattern
sed -n '/^```json$/,/^```$/{/^```/d;p}' "$root/docs/new-chip.md" >example.json
run 0 new-chip Example --from example.json
check "the example has other columns" grep -q "uint32_t in\[2\];" example/example.h
refuse 2 "--from" new-chip MyChip
refuse 2 "there is a chip" new-chip "$("$program" list | sed -n '2s/[. ].*//p')" --from "$given/columns.json"
printf '{"version": 1, "traces": [{"colums": ["a"]}]}' >bad.json
refuse 2 "did you mean columns" new-chip MyChip --from bad.json -o bad
absent bad

# ---- built by its own CMakeLists.txt ----
library=mychip/build/libmychip.so
generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
# shellcheck disable=SC2317 # check calls it
configure() { cmake "${generator[@]}" -S mychip -B mychip/build -DTRACEGATE_INCLUDE="$root/include" -DTRACEGATE_PROGRAM="$program" "$@" >"$out" 2>&1; }
# shellcheck disable=SC2317
build() { cmake --build mychip/build >"$out" 2>&1; }
check "the new chip does not configure" configure -DCMAKE_C_FLAGS="-Wall -Wextra -Wconversion -Wstrict-prototypes -Werror"
check "the new chip does not build" build
cmake "${generator[@]}" -S other -B other/build -DTRACEGATE_INCLUDE="$folder" -DTRACEGATE_PROGRAM="$program" >"$out" 2>&1
check "it configures without tracegate" test $? -ne 0
check "it does not say what is missing" grep -q "tracegate is not found: install it" "$out"

run 0 list --chip-library $library
says "MyChip.preprocessed                      4          12"
says "MyChip.main                              5          16"
run 0 describe MyChip --chip-library $library
says "entries[1].addrs.out"
says "0 Add, 1 Sub"

# ---- nothing is green before the reference is written ----
for trace in MyChip.main MyChip.preprocessed; do
    run 2 gate $trace --chip-library $library --host --no-sanitize
    complains "the reference of $trace is not written yet: $(pwd -P)/mychip/reference.c:"
    run 2 gate $trace --chip-library $library --host --no-sanitize --nb-events 0
    complains "the reference of $trace is not written yet"
    run 2 fuzz $trace --chip-library $library --host --no-sanitize --seconds 5
    complains "is not written yet"
done
ctest --test-dir mychip/build --output-on-failure >"$out" 2>&1
check "the chip's own test passes with nothing written" test $? -ne 0
says "is not written yet"

# Nor where the reference leaves all at zero, as the kernels do that are not written.
cp mychip/reference.c stub.c
sed -i 's/return TRACEGATE_NOT_WRITTEN/return NULL/' mychip/reference.c
check "the reference of zeros does not build" build
run 3 gate MyChip --chip-library $library --host --no-sanitize
says "MyChip.preprocessed, MyChip.main: not compared: all is to be 0"
says "verdict   NOT ALL RUN: traces compared 0 of 2, comparisons 0,"
run 3 gate MyChip --chip-library $library --host --no-sanitize --poison
says "over poison nothing is written"
mv stub.c mychip/reference.c

# ---- reference written, kernel not ----
cp "$given/reference.c" mychip/
check "the written reference does not build" build
run 1 gate MyChip.main --chip-library $library --host --no-sanitize
says "MISMATCH"

# ---- both: a match, in the chip's own test under the sanitizers too ----
cp "$given/mychip.cu" mychip/
run 0 gate MyChip --chip-library $library --host --no-sanitize
says "verdict   match: traces compared 2 of 2"
run 0 gate MyChip.main --chip-library $library --kernel mychip/mychip.cu:mychip_main --host --no-sanitize
says "verdict   match: traces compared 1 of 1"
ctest --test-dir mychip/build --output-on-failure >"$out" 2>&1
check_code $? 0
check "the chip's own test did not run" grep -q "100% tests passed.* out of 1" "$out"

# ---- a bug, in the chip's words; the line that makes it again does ----
run 1 gate MyChip.main --chip-library $library --kernel mychip/mychip.cu:mychip_main --host --no-sanitize -DBUG --save mychip/corpus \
    --json report.json
says "out"
says "operation"
says "MyChip.main/eventful/"
again=$(sed -n 's/^  again: tracegate //p' "$out" | head -n 1)
check "the line has no chip library" grep -q -- "--chip-library $library" <<<"$again"
eval "run 1 $again"
says "MyChip.main"

# The saved case is gated by the chip's own test from now on; replay and triage take it.
case=$(find mychip/corpus -mindepth 1 -maxdepth 1 -type d | head -n 1)
check "no case was saved" test -n "$case"
run 0 gate MyChip --chip-library $library --host --no-sanitize --cases mychip/corpus --seed 1
says "cases     1"
says "verdict   match: traces compared 2 of 2"
run 0 replay "$case" --chip-library $library --host --no-sanitize
run 1 replay "$case" --chip-library $library --kernel mychip/mychip.cu:mychip_main --host --no-sanitize -DBUG
says "again: tracegate replay"
says "--chip-library $library"
run 1 triage "$case" --chip-library $library --kernel mychip/mychip.cu:mychip_main --host --no-sanitize -DBUG
run 1 replay report.json --chip-library $library --kernel mychip/mychip.cu:mychip_main --host --no-sanitize -DBUG
refuse 2 "MyChip" replay "$case"
finish
