#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# bench --gate: the form of what it prints, that its figures follow from each other, bad options. How fast anything is is not looked at.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# figures: of each case and of all, a line: name, reference, link, bound, then of each way events, expected, actual, all, ratio.
figures() {
    awk '
        match($0, /"[a-z_]+": /) {
            key = substr($0, RSTART + 1, RLENGTH - 4)
            value = substr($0, RSTART + RLENGTH)
            sub(/,$/, "", value)
            gsub(/"/, "", value)
            if (key == "trace") line = value
            if (key == "all") line = key
            if (key ~ /^(reference|link|bound|events|expected|actual)_seconds$/ || key == "seconds") line = line " " value
            if (key == "ratio" && line != "") line = line " " value
            if (key == "whole_seconds") line = ""
        }
        split(line, words, " ") == 14 { print line; line = "" }' "$out"
}

# follow: sums and ratios are those of their parts, and parts are no larger than the whole.
follow() {
    figures | awk '
        function far(a, b) { d = a > b ? a - b : b - a; return d > 3e-5 * (b > 0 ? b : 1) }
        {
            nb++
            if (far($2 + $3, $4)) bad = bad " bound of " $1
            for (way = 5; way <= 10; way += 5) {
                if ($way + $(way + 1) + $(way + 2) > $(way + 3) * 1.00003) bad = bad " parts of " $1
                if (far($(way + 4) * $4, $(way + 3))) bad = bad " ratio of " $1
                if ($1 != "all") sums[way] += $(way + 3)
                if ($1 == "all" && far(sums[way], $(way + 3))) bad = bad " sum of all"
            }
        }
        END { if (bad != "") print bad; exit nb < 2 || bad != "" }'
}

value() { sed -n "s/^ *\"$1\": \"\\{0,1\\}\\([^\",]*\\)\"\\{0,1\\},\\{0,1\\}\$/\\1/p" "$out" | head -n 1; }
is() { check "$1 is '$(value "$1")', not '$2'" test "$(value "$1")" = "$2"; }

# One round: medians are the figures themselves. A chip of two traces, and one with profiles of its own.
run 0 bench --gate Select Global --backend host --nb-events 300 --json
quiet
check "figures do not follow from each other" follow
check "not five cases" test "$(grep -c '"trace"' "$out")" -eq 5
check "not three cases of one trace" test "$(grep -c '"trace": "Global.main"' "$out")" -eq 3
says '"profile": "boundary"'
is backend host
is nb_events 300
is pairs 1
is usual_way not_isolated
is uploaded_bytes 0
is link_seconds 0
is aim 1.5

# What so short a run tells of isolation is said to be little.
run 0 bench --gate PublicValues.main --backend host --nb-events 5
says "too short: below 100 ms it says what the start of a process costs"
check "a line is longer than 110 columns" not grep -qE '.{111}' "$out"

# Medians of rounds have no such sums.
run 0 bench --gate PublicValues.main --backend host --nb-events 5 --pairs 3 --json
is pairs 3
is height 16

# The table.
run 0 bench --gate Select --backend host --nb-events 100
quiet
check "no ratio" grep -qE '^gate / \(reference \+ link\): [0-9]+\.[0-9]{3}, or [0-9]+\.[0-9]{3} if isolated ' "$out"
check "no ratio of isolation" grep -qE '^isolated / not isolated: [0-9]+\.[0-9]{3}, ' "$out"
says "Select.preprocessed"
says "medians of 1 round, all in one run"
check "not three rows" test "$(grep -cE '( +[0-9]+\.[0-9]){6} +[0-9]+\.[0-9]{2}$' "$out")" -eq 3
check "a line is longer than 110 columns" not grep -qE '.{111}' "$out"

# Kernels that are wrong, or end their process, are not measured.
wrong=$3
program_right=$program
program=$(readlink -f -- "$wrong")
run 1 bench --gate Select.main --backend host --nb-events 100 --json
complains "does not match on host"
complains "tracegate gate --actual host --nb-events 100"
check "something on standard output" test ! -s "$out"
export WRONG_SELECT=trap
run 1 bench --gate Select.main --backend host --nb-events 100 --json
complains "does not match on host"
check "something on standard output" test ! -s "$out"
export WRONG_SELECT=alone
run 3 bench --gate Select.main --backend host --nb-events 100 --json
complains "what was measured was ended by signal 4, SIGILL"
complains "'tracegate gate' finds kernels that fault"
check "something on standard output" test ! -s "$out"
unset WRONG_SELECT
program=$program_right

# Bad options: one error each, and nothing is printed.
refuse 2 "no effect without --gate: --pairs 3" bench --pairs 3
refuse 2 "no effect with --gate: --diff" bench --gate --diff
refuse 2 "--gate and --pipeline exclude each other" bench --gate --pipeline
refuse 2 "--pairs" bench --gate --pairs 0
refuse 2 "--pairs" bench --gate --pairs 100
refuse 2 "one backend, and 2 are given" bench --gate --backend host --backend cuda
refuse 2 "does not have reference under test" bench --gate --backend reference
refuse 2 "does not have recorded under test" bench --gate --backend recorded
refuse 2 "hots" bench --gate --backend hots
refuse 2 "Select" bench --gate Slect --backend host
if ! "$program" doctor | grep -q '^cuda *works'; then
    refuse 3 "cuda" bench --gate Select --backend cuda
    run 0 bench --gate PublicValues.main --nb-events 5 --json
    complains "cuda is left out"
    is backend host
fi
finish
