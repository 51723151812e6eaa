#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Holds coverage/report.awk to what docs/coverage.md promises, over a folder of one source: a threshold that is not met, an exclusion
# that is not needed, names nothing or gives no reason must each fail.
#
#   coverage_report.sh ROOT
set -u
root=${1:?"usage: coverage_report.sh ROOT"}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
nb_failed=0
nb_checked=0

# A source, of whose ten lines that run one did not, and neither did two of its eight branches.
mkdir "$work/lib" || exit 3
cat >"$work/lib/toy.c" <<'END'
int toy_sign(int x)
{
    if (x < 0) return -1;
    return x > 0;
}

int toy_check(int x)
{
    if (x == 7)
        return 8;
    if (x == 1) x++;
    return x + 1;
}
END
# The same source in two programs: what one of them has run is run. The others are of no folder that is asked for.
cat >"$work/trace" <<END
TN:
SF:$work/build/include/lib/lib/toy.c
FN:1,toy_sign
FN:7,toy_check
FNDA:3,toy_sign
FNDA:0,toy_check
DA:1,3
DA:3,3
DA:4,2
DA:5,3
DA:7,0
DA:9,0
DA:10,0
DA:11,0
DA:12,0
DA:13,0
BRDA:3,0,0,1
BRDA:3,0,1,2
BRDA:4,0,0,1
BRDA:4,0,1,1
BRDA:9,0,0,-
BRDA:9,0,1,-
BRDA:11,0,0,-
BRDA:11,0,1,-
end_of_record
SF:$work/lib/toy.c
FN:1,toy_sign
FN:7,toy_check
FNDA:0,toy_sign
FNDA:5,toy_check
DA:1,0
DA:3,0
DA:4,0
DA:5,0
DA:7,5
DA:9,5
DA:10,0
DA:11,5
DA:12,5
DA:13,5
BRDA:3,0,0,-
BRDA:3,0,1,-
BRDA:4,0,0,-
BRDA:4,0,1,-
BRDA:9,0,0,0
BRDA:9,0,1,5
BRDA:11,0,0,0
BRDA:11,0,1,5
end_of_record
SF:/usr/include/other.h
DA:1,0
end_of_record
SF:$work/tests/lib/other.c
DA:1,0
end_of_record
END

# expect EXIT_CODE WORDS: the report over $thresholds and $exclusions
expect() {
    nb_checked=$((nb_checked + 1))
    printf '%s' "$thresholds" >"$work/thresholds"
    printf '%s' "$exclusions" >"$work/exclusions"
    awk -v root="$work" -v filtered="$work/filtered" -v unreached="$work/unreached" -f "$root/coverage/report.awk" \
        "$work/thresholds" "$work/exclusions" "$work/trace" >"$work/text" 2>&1
    code=$?
    if [ $code -eq "$1" ] && grep -qF -- "$2" "$work/text"; then return; fi
    nb_failed=$((nb_failed + 1))
    {
        echo "coverage_report: exit $code, not $1, or no '$2', with thresholds '$thresholds' and exclusions '$exclusions':"
        cat "$work/text"
    } >&2
}

# has FILE WORDS / lacks FILE WORDS: what the report wrote last
has() { grep -qF -- "$2" "$work/$1" || wrong "no '$2' in $1"; }
lacks() { grep -qF -- "$2" "$work/$1" && wrong "'$2' in $1"; }
wrong() {
    nb_failed=$((nb_failed + 1))
    echo "coverage_report: $1:" >&2
    cat "$work/unreached" "$work/filtered" >&2
}

# exclude LINE...: the exclusions, a line each
exclude() { exclusions=$(printf '%s\n' "$@" ''); }

line='lines 1 lib/toy.c toy_check: return 8;'
branch='branches 1 lib/toy.c toy_check: if (x == 7)'
other='branches 1 lib/toy.c toy_check: if (x == 1)'
reason='    nobody calls it with that'

# Thresholds.
exclusions=
thresholds='lib 90 75'
expect 0 'good'
expect 0 '90.0%'
has unreached 'lib/toy.c:10: did not run in toy_check: return 8;'
has unreached 'lib/toy.c:11: branch 0 of 2 was not taken in toy_check: if (x == 1) x++;'
has filtered "SF:$work/lib/toy.c"
has filtered 'DA:3,3'
lacks filtered 'other'
thresholds='lib 90.1 75'
expect 1 'BELOW'
thresholds='lib 90 75.1'
expect 1 'BELOW'
thresholds='lib 90'
expect 2 'thresholds:1: not of the form'
thresholds='lib 101 0'
expect 2 'not of the form'
thresholds='lib 0 0
nosuch 0 0'
expect 2 'nothing is known of nosuch/'

# Exclusions that are needed, with one reason for all or each with its own.
thresholds='# all of it
lib 100 100'
exclude "$line" "$branch" "$other" "$reason"
expect 0 'good'
lacks unreached 'toy.c'
lacks filtered 'DA:10,'
exclude "$line" "$reason" '' '# a comment' "$branch" "$reason" "$other" "$reason"
expect 0 'good'
exclude "$line" "$branch" "$reason"
expect 1 'BELOW'

# Those that are not.
thresholds='lib 0 0'
exclude 'lines 1 lib/toy.c toy_sign: return x > 0;' "$reason"
expect 1 'exclusions:1: lib/toy.c:4 runs: the exclusion is not needed'
exclude 'lines 2 lib/toy.c toy_check: return 8;' "$reason"
expect 1 'lib/toy.c:11 runs: the exclusion is not needed'
exclude 'lines 1 lib/toy.c toy_sign: {' "$reason"
expect 1 'lib/toy.c:2 is no line that runs'
exclude 'branches 1 lib/toy.c toy_sign: if (x < 0)' "$reason"
expect 1 'lib/toy.c:3 has 0 branches that are not taken, not 1'
exclude 'branches 2 lib/toy.c toy_check: if (x == 7)' "$reason"
expect 1 'has 1 branches that are not taken, not 2'
exclude "$line"
expect 1 'the exclusion has no reason'
exclude "$branch" "$reason" "$line"
expect 1 'exclusions:3: the exclusion has no reason'
exclude 'lines 1 lib/toy.c toy_check: return 9;' "$reason"
expect 1 '0 lines of toy_check in lib/toy.c have this text'
exclude 'lines 1 lib/toy.c toy_check: return' "$reason"
expect 1 '2 lines of toy_check in lib/toy.c have this text'
exclude 'lines 1 lib/toy.c toy_sign: return 8;' "$reason"
expect 1 '0 lines of toy_sign in lib/toy.c have this text'
exclude 'lines 1 lib/gone.c toy_check: return 8;' "$reason"
expect 1 'nothing is known of lib/gone.c'

# Chance: taken or not, but no more than it says, and branches there must be.
thresholds='lib 90 100'
exclude 'chance 1 lib/toy.c toy_check: if (x == 7)' 'chance 2 lib/toy.c toy_check: if (x == 1)' 'chance 1 lib/toy.c toy_sign: if (x < 0)' "$reason"
expect 0 'good'
exclude 'chance 1 lib/toy.c toy_check: return 8;' "$reason"
expect 1 'has no branches'

# What is no exclusion.
exclude "$reason"
expect 2 'a reason without an exclusion'
exclude 'line 1 lib/toy.c toy_check: return 8;' "$reason"
expect 2 'exclusions:1: not of the form'
exclude 'lines 1 lib/toy.c return 8;' "$reason"
expect 2 'not of the form'

# run.sh, as far as it goes without a build.
code() {
    nb_checked=$((nb_checked + 1))
    expected=$1
    shift
    bash "$root/coverage/run.sh" "$@" >"$work/text" 2>&1
    code=$?
    [ $code -eq "$expected" ] && return
    nb_failed=$((nb_failed + 1))
    echo "coverage_report: run.sh $* exits with $code, not $expected" >&2
    cat "$work/text" >&2
}
code 2
code 2 "$work/nosuch" "$root"
code 3 "$work" "$root"

[ $nb_failed -eq 0 ] || exit 1
echo "$nb_checked runs of the report ended as they must"
