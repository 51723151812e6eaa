#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Wrong words on the command line: exit 2 and one line that says what, where and how to mend it.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

refuse 2 "no verb" # nothing at all
refuse 2 "did you mean 'gate'" gatte
refuse 2 "did you mean 'describe'" descirbe
refuse 2 "there is no verb 'xyzzy-frobnicate'" xyzzy-frobnicate
refuse 2 "there is no verb" ""
refuse 2 "there is no verb" "$(printf 'g%.0s' {1..200})"

# Unknown options, with the nearest name.
refuse 2 "did you mean --json" list --jsn
refuse 2 "did you mean --nb-events" gen Select.main --nb-event 3 -o x.npy
refuse 2 "did you mean --nb-events" gate --nb
refuse 2 "did you mean --max-cells" gate --cells
refuse 2 "did you mean --nb-events" gen Select.main --events e.npy -o x.npy
refuse 2 "did you mean --seed" gate --sed=3
refuse 2 "no option -q" list -q
refuse 2 "no option --frobnicate" bench --frobnicate
refuse 2 "no option ---json" list ---json

# Values: missing, malformed, out of range, given twice.
refuse 2 "--seed has no value" gate --seed
refuse 2 "--seed has no value" gate --seed --nb-events 3
refuse 2 "--seed has no value" gate --seed=
refuse 2 "--output has no value" gen Select.main --nb-events 3 -o
refuse 2 "--json takes no value" list --json=yes
for value in abc 12x 1e3 0x 0xg -- 18446744073709551616 0x10000000000000000 ' 1' +1; do
    refuse 2 "--seed" gate "--seed=$value"
done
refuse 2 "'0' is no number from 1 to 67108864" trace Select.main --seed 1 --nb-events 3 --height 0 -o x.npy
refuse 2 "--height" trace Select.main --seed 1 --nb-events 3 --height 67108865 -o x.npy
refuse 2 "--block" gate --block 1025
refuse 2 "--block" gate --block 0
refuse 2 "--grid" gate --grid 0
refuse 2 "--seed is given twice" gate --seed 1 --seed 2
refuse 2 "--json is given twice" list --json --json
refuse 2 "exclude each other" trace Select.main --seed 1 --record . -o x.npy
refuse 2 "exclude each other" trace Select.main --events e.npy --record . -o x.npy
refuse 2 "exclude each other" gate --corpus . --no-corpus

# Options that would change nothing.
corpus=$2
refuse 2 "--height is for drawn events" gate Select.main --record "$corpus/counts/65" --height 96
refuse 2 "--height is for drawn events" gate Select.main --corpus "$corpus/counts" --height 96
refuse 2 "--grid is for kernels" gate Select.main --no-corpus --actual reference --grid 3
refuse 2 "--grid is for kernels" gate Select.main --record "$corpus/counts/65" --actual recorded --grid 3
refuse 2 "--block is for kernels" gate Select.main --no-corpus --actual reference --actual recorded --block 33
run 0 gate Select.main --record "$corpus/counts/65" --seed 7 --nb-events 65 --height 96
run 0 gate Select.main --record "$corpus/counts/65" --actual recorded --actual host --grid 3 --block 33
run 0 gate Select.main --no-corpus --expected host --actual reference --grid 3
run 0 gate Select.main --no-corpus --grid 3

# Required options and operands.
refuse 2 "--nb-events N is missing" gen Select.main -o x.npy
refuse 2 "--output" gen Select.main --nb-events 3
refuse 2 "--output" trace Select.main --seed 1 --nb-events 3
refuse 2 "CHIP.KIND is missing" gen --nb-events 3 -o x.npy
# What is missing, and one word too many, with all that has to be given.
usage="usage: tracegate generate --record DIR --machine ID -o DIR [options]"
refuse 2 "--record DIR is missing: $usage" generate
refuse 2 "--output DIR is missing: $usage" generate --record x --machine shrink
refuse 2 "'x' is one word too many (word 1 behind the verb): $usage" generate x
refuse 2 "is missing" describe
refuse 2 "is missing" diff a.npy
refuse 2 "one word too many" list Select
refuse 2 "one word too many" describe Select BaseAlu
refuse 2 "one word too many" diff a.npy b.npy c.npy
refuse 2 "one word too many" list -- --json

# Chips, kinds, profiles, backends.
refuse 2 "Select" describe Selct
refuse 2 "Select" describe Select.mian
refuse 2 "no chip is called 'Byte': machine riscv has one:" describe Byte
refuse 2 "no chip is called '': 'tracegate list' shows all" describe .main
refuse 2 "nearest name is Poseidon2LinearLayer;" describe LinearLayer
refuse 2 "no chip is called '': 'tracegate list' shows all" describe ""
refuse 2 "Select" gate Slect.main
refuse 2 "Select" bench Slect
refuse 2 "names 2 traces" gen Select --nb-events 3 -o x.npy
refuse 2 "names 2 traces" trace Select --seed 1 --nb-events 3 -o x.npy
refuse 2 "uniform" gen Select.main --nb-events 3 --profile unifrom -o x.npy
refuse 2 "uniform" gate --profile unifrom
refuse 2 "reference" trace Select.main --seed 1 --nb-events 3 --backend refrence -o x.npy
refuse 2 "host" gate --actual hots
refuse 2 "host" gate --expected hots
refuse 2 "host" bench --backend hots

# MemoryConst.main has no events, only their number.
refuse 2 "no events" gen MemoryConst.main --nb-events 3 -o x.npy
refuse 2 "--nb-events" trace MemoryConst.main -o x.npy
refuse 2 "--nb-events" trace MemoryConst.main --seed 1 --nb-events 3 -o x.npy
refuse 2 "--nb-events" trace MemoryConst.main --events e.npy -o x.npy
refuse 2 "--seed" trace Select.main -o x.npy
refuse 2 "--nb-events N is missing" trace Select.main --seed 1 -o x.npy
refuse 2 "--seed makes no sense: MemoryConst.main has no events" trace MemoryConst.main --seed 1 --nb-events 3 -o x.npy
refuse 2 "--events makes no sense: MemoryConst.main has no events" trace MemoryConst.main --events e.npy -o x.npy
refuse 2 "--profile makes no sense: MemoryConst.main has no" trace MemoryConst.main --nb-events 3 --profile upstream -o x.npy
refuse 2 "--profile is for drawn events" trace Select.main --events e.npy --profile upstream -o x.npy
refuse 2 "--profile is for drawn events" trace Select.main --record "$corpus/counts/65" --profile upstream -o x.npy

# Numbers below 0, and outputs that are no files.
refuse 2 "--seed must not be negative" gate --seed -1
refuse 2 "--height must not be negative" trace Select.main --seed 1 --nb-events 3 --height=-3 -o x.npy
refuse 2 "--output - names no file" gen Select.main --nb-events 3 -o -
refuse 2 "--output - names no file" trace Select.main --seed 1 --nb-events 3 -o -

# The table of bench begins with its first result.
refuse 2 "recorded" bench --backend recorded
refuse 2 "rows" bench Select.main --backend reference --nb-events 67108865
run 0 bench Select.main --backend reference --nb-events 1000
says "events/s"
# With two digits behind the point, and three that count where a rate is small.
check "rates are not in millions" \
    grep -Eq "^Select.main +reference +1000 +([1-9][0-9]*\\.[0-9]{2}|0\\.0*[1-9][0-9]{2}|0\\.[0-9]{6}) M " "$out"
run 0 bench Global.main --backend reference --nb-events 16
check "a small rate has fewer than three digits" grep -Eq "^Global.main +reference +16 +0\\.(0*[1-9][0-9]{2}|[0-9]{6}) M " "$out"
check "columns are not aligned" test "$(awk '{print index($0, NR == 1 ? "share" : $NF == "threads" || $NF == "thread" ? $(NF - 1) " " $NF : "")}' "$out" | sort -u | wc -l)" -eq 1
only_files . .out .err

# Long options and letters, both forms; hexadecimal numbers; words behind --.
run 0 gen Select.main --nb-events=3 --seed=0xFF --output=a.npy
run 0 gen --nb-events 3 --seed 255 -oa2.npy -- Select.main
check "0xFF and 255 draw different events" cmp -s a.npy a2.npy
run 0 gen Select.main --nb-events 3 --seed 0xffffffffffffffff -o a3.npy
check "different seeds draw the same events" not cmp -s a.npy a3.npy
run 0 gen Select.main --nb-events 3 --seed 255 -o ./-dash.npy
finish
