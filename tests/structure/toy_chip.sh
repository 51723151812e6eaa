#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Adds toy chips to a copy of the tree, each with one line of model/chips.def and its own files; configures, builds, gates them,
# and requires that nothing else had to change. Half a chip must stop the configuration. Toy's rows are made from events of their own;
# Tally's depend on each other, and it has a launch plan of several steps with scratch, and a side output.
#
#   toy_chip.sh ROOT CMAKE GENERATOR CC
set -u
root=${1:?"usage: toy_chip.sh ROOT CMAKE GENERATOR CC"}
cmake=${2:?}
generator=${3:?}
cc=${4:?}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
tree=$work/tree
build=$work/build
mkdir "$tree"

die() {
    echo "toy_chip: $1" >&2
    [ -e "$work/log" ] && tail -n 40 "$work/log" >&2
    exit 1
}

# Not optimized: it is compiled for a few small gates.
configure() {
    "$cmake" -G "$generator" -S "$tree" -B "$build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS_RELEASE="-O0 -DNDEBUG" -DTG_CUDA=OFF -DTG_TESTS=ON \
        >"$work/log" 2>&1
}

# What the project is made of; not what is built from it, and not the recorded traces, which no chip has to have.
for entry in CMakeLists.txt cmake include model files reference kernels gpu modules harness api pipeline cli pages fuzz tests; do
    cp -R "$root/$entry" "$tree/" || exit 2
done
echo 'TG_CHIP(toy, toy, "Toy", MAIN)' >>"$tree/model/chips.def"
cp "$root/tests/toy_chip/toy.h" "$tree/model/" || exit 2
cp "$root/tests/toy_chip/toy.c" "$tree/reference/" || exit 2
cp "$root/tests/toy_chip/toy.cu" "$tree/kernels/" || exit 2
cp "$root/tests/toy_chip/toy_plan.h" "$tree/gpu/" || exit 2
cp "$root/tests/toy_chip/test_toy.c" "$tree/tests/" || exit 2
echo 'TG_CHIP(tally, tally, "Tally", MAIN)' >>"$tree/model/chips.def"
cp "$root/tests/toy_chip/tally.h" "$tree/model/" || exit 2
cp "$root/tests/toy_chip/tally.c" "$tree/reference/" || exit 2
cp "$root/tests/toy_chip/tally.cu" "$tree/kernels/" || exit 2
cp "$root/tests/toy_chip/tally_plan.h" "$tree/gpu/" || exit 2

# Half a chip.
for file in model/toy.h reference/toy.c kernels/toy.cu; do
    mv "$tree/$file" "$work/kept"
    configure && die "the tree configures without $file"
    grep -q "$file is missing" "$work/log" || die "the configuration does not say that $file is missing"
    mv "$work/kept" "$tree/$file"
done
cp "$tree/model/chips.def" "$work/kept"
for line in 'TG_CHIP(toy, toy, "Toy", MAIN)' 'TG_CHIP(toy_too, toy, Toy, MAIN)' 'TG_CHIP(toy_too, toy, "Toy", NEITHER)'; do
    echo "$line" >>"$tree/model/chips.def"
    configure && die "the tree configures with the line $line"
    grep -q "model/chips.def" "$work/log" || die "the configuration does not say what is wrong with the line $line"
    cp "$work/kept" "$tree/model/chips.def"
done

# The whole chip.
configure || die "the tree with a toy chip does not configure"
"$cmake" --build "$build" --parallel 2 --target tracegate test_model test_planted test_toy fuzz_standalone >"$work/log" 2>&1 ||
    die "the toy chip does not build"
"$build/tracegate" list >"$work/log" 2>&1 || die "'tracegate list' fails"
grep -q "^Toy.*9" "$work/log" || die "'tracegate list' does not list the toy chip"
"$build/tracegate" gate Toy --nb-events 1000 --self-test >"$work/log" 2>&1 || die "the gate of the toy chip fails"
grep -q "^verdict   match: traces compared 1 of 1" "$work/log" || die "the gate of the toy chip compares nothing"
"$build/tracegate" gate Toy.main --nb-events 100 --height 48 --grid 3 --block 33 >"$work/log" 2>&1 || die "the gate fails at a fixed height"
"$build/tracegate" gate Tally --nb-events 1000 --self-test >"$work/log" 2>&1 || die "the gate of the tallying chip fails"
grep -q "^Tally.main.total .*match" "$work/log" || die "the gate of the tallying chip does not compare its side output"
"$build/tracegate" gate Tally --nb-events 0 >"$work/log" 2>&1 || die "the gate of the tallying chip fails without events"
"$build/tracegate" gate Tally --nb-events 97 --height 100 --grid 3 --block 33 >"$work/log" 2>&1 ||
    die "the gate of the tallying chip fails at a fixed height"
"$build/tests/test_toy" >"$work/log" 2>&1 || die "the toy chip's own suite fails: its launch plan has no effect"
"$build/tests/test_model" >"$work/log" 2>&1 || die "the suite of the model fails"
"$build/tests/test_planted" >"$work/log" 2>&1 || die "the suite of planted bugs fails"

printf '\5\0\0\0\2\0\3\0\0\0\0\0toy' >"$work/unit"
for trace in Toy.main Tally.main; do
    "$build/fuzz/fuzz_standalone" $trace "$work/unit" >"$work/log" 2>&1 || die "$trace has no fuzz target, or it finds what is not there"
done

# A kernel that is wrong is found, in the chip's own words; so is a side output, and scratch that is read where no step wrote.
sed 's/= (uint32_t)nb_events;/= (uint32_t)nb_events + 1;/' "$root/tests/toy_chip/tally.cu" >"$tree/kernels/tally.cu"
sed 's/tg_krn_sub(event->a, event->b)/tg_krn_sub(event->b, event->a)/' "$root/tests/toy_chip/toy.cu" >"$tree/kernels/toy.cu"
"$cmake" --build "$build" --parallel 2 --target tracegate >"$work/log" 2>&1 || die "the wrong toy chip does not build"
"$build/tracegate" gate Toy --nb-events 1000 >"$work/log" 2>&1
[ $? -eq 1 ] || die "the gate lets a wrong toy chip pass"
grep -q "entries\[2\].result" "$work/log" || die "the report does not name the wrong column"
grep -q "event: operation Sub, a " "$work/log" || die "the report does not show the event"
"$build/tracegate" gate Tally --nb-events 1000 >"$work/log" 2>&1
[ $? -eq 1 ] || die "the gate lets a wrong side output pass"
grep -q "Tally.main.total" "$work/log" || die "the report does not name the wrong side output"
sed 's|part < row / PART;|part <= row / PART + 1;|' "$root/tests/toy_chip/tally.cu" >"$tree/kernels/tally.cu"

# So is one whose cells are all right, and which writes outside them.
cp "$root/tests/structure/toy_out_of_bounds.cu" "$tree/kernels/toy.cu"
"$cmake" --build "$build" --parallel 2 --target tracegate >"$work/log" 2>&1 || die "the straying toy chip does not build"
"$build/tracegate" gate Toy --nb-events 1000 >"$work/log" 2>&1
[ $? -eq 1 ] || die "the gate lets a straying toy chip pass"
grep -q "eventful     0 of 3000 cells" "$work/log" || die "the report finds wrong cells where there is none"
grep -q "out of bounds: 1 word written after the trace, the nearest at distance 0" "$work/log" || die "the report does not name the stray word"

"$build/tracegate" gate Tally --nb-events 10 >"$work/log" 2>&1
[ $? -eq 1 ] || die "the gate lets a kernel pass that reads scratch which no step wrote"
cp "$root/tests/toy_chip/tally.cu" "$tree/kernels/"

# One that crashes is a finding, and the line that runs it again is said.
sed 's/if (row == 0) trace\[9 \* height\] = 0;/*(volatile uint32_t *)(uintptr_t)16 = 1;/' "$root/tests/structure/toy_out_of_bounds.cu" >"$tree/kernels/toy.cu"
"$cmake" --build "$build" --parallel 2 --target tracegate >"$work/log" 2>&1 || die "the crashing toy chip does not build"
"$build/tracegate" gate Toy --nb-events 1000 >"$work/log" 2>&1
[ $? -eq 1 ] || die "the gate does not end with 1 where a kernel crashes"
grep -q "the kernel crashed this process (host)" "$work/log" || die "the crash is not said"
grep -q "again: tracegate gate Toy.main .*--actual host" "$work/log" || die "the crash does not say how to run it again"
cp "$root/tests/toy_chip/toy.cu" "$tree/kernels/"

# One line, and files of its own.
(cd "$tree" && find . -type f | LC_ALL=C sort) | while read -r file; do
    if [ ! -e "$root/$file" ]; then
        echo "new $file"
    elif ! cmp -s "$root/$file" "$tree/$file"; then
        echo "changed $file"
    fi
done >"$work/log"
cat >"$work/wanted" <<'END'
new ./gpu/tally_plan.h
new ./gpu/toy_plan.h
new ./kernels/tally.cu
new ./kernels/toy.cu
changed ./model/chips.def
new ./model/tally.h
new ./model/toy.h
new ./reference/tally.c
new ./reference/toy.c
new ./tests/test_toy.c
END
cmp -s "$work/log" "$work/wanted" || die "another file than the chip's own was touched"
[ "$(diff "$root/model/chips.def" "$tree/model/chips.def" | grep -c '^[<>]')" -eq 2 ] || die "more than two lines of chips.def changed"
echo "a toy chip is one line and files of its own"
