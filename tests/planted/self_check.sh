#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Checks what tries the planted bugs: a patch that is no bug must be missed, a kernel that crashes be found, and a patch that no
# longer fits must stop the build. What triage makes of a bug must be held against the patch's own words. The patches are made
# from the kernels as they are.
#
#   self_check.sh ROOT PLANTED CC
set -u
usage="usage: self_check.sh ROOT PLANTED CC"
root=${1:?"$usage"}
planted=${2:?"$usage"}
cc=${3:?"$usage"}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
patches=$work/tests/planted
mkdir -p "$patches/select"
ln -s "$root/kernels" "$root/model" "$work/" || exit 2
nb_failed=0

fail() {
    echo "self_check: $1" >&2
    cat "$work/log" >&2
    nb_failed=$((nb_failed + 1))
}

# make_patch NAME SCRIPT [LINE...]: a patch that edits the kernels of Select with sed; header lines behind 'shows'.
make_patch() {
    name=$1
    script=$2
    shift 2
    [ $# -ne 0 ] || set -- 'cause: missing' 'events: 1'

    sed "$script" "$root/kernels/select.cu" >"$work/changed"
    {
        printf 'trace: Select.main\nwhat: %s\nshows: any event\n' "$name"
        printf '%s\n' "$@"
        diff -U 2 --label a/kernels/select.cu --label b/kernels/select.cu "$root/kernels/select.cu" "$work/changed"
    } >"$patches/select/$name.patch"
}

build() { sh "$root/tests/planted/build.sh" "$work" "$work/objects" "$cc" -O1 -D_POSIX_C_SOURCE=200809L >"$work/log" 2>&1; }

# expect_no_build NAME WORDS: the build must fail for the patch and say so; the patch goes afterwards.
expect_no_build() {
    build && fail "$1: it builds"
    grep -q "planted bug select/$1: .*$2" "$work/log" || fail "$1: the build does not say '$2'"
    rm "$patches/select/$1.patch"
}

# shellcheck disable=SC2016 # $ is sed's, the last line
make_patch no_bug '$a /* Nothing. */'
make_patch crash 's/^    row->vals = \*event;/    __builtin_trap();/'
build || fail "the patches do not build"
"$planted" "$patches" "$work/objects" "$root/corpus/records" >"$work/log" 2>&1
[ $? -eq 1 ] || fail "a bug that is none does not end in exit 1"
grep -q '^  no_bug  *MISSED  ' "$work/log" || fail "a bug that is none is not missed"
grep -q '^  crash  *finds  ' "$work/log" || fail "a kernel that crashes is not found"
"$planted" "$patches" "$work/objects" "$root/corpus/records" crash >"$work/log" 2>&1 || fail "a bug that is found does not end in exit 0"
grep -q 'right kernels: 1 of 1 traces match' "$work/log" || fail "the unpatched kernels were not tried"

# expect_triage NAME EXIT WORDS
expect_triage() {
    "$planted" --triage "$patches" "$work/objects" "$root/corpus/records" "$1" >"$work/log" 2>&1
    result=$?
    [ $result -eq "$2" ] || fail "triage of $1 ends in exit $result"
    grep -q "$3" "$work/log" || fail "triage of $1 does not say '$3'"
}

rm "$patches"/select/*.patch
five='s/^    row->vals = \*event;/    row->vals = *event; if (event->bit == TG_WORD_ONE) row->vals.out1 = 5;/'
make_patch right "$five" 'cause: negated, constant' 'property: bit = 0|bit = 1' 'events: 1'
make_patch cause "$five" 'cause: negated' 'events: 1'
make_patch property "$five" 'cause: constant' 'property: in1 = in2' 'events: 1'
second='s/^    row->vals = \*event;/    row->vals = *event; if (threadIdx.x == 1) row->vals.out1 = event->out2;/'
make_patch one "$five" 'cause: constant' 'events: more'
make_patch second "$second" 'cause: other-field' 'events: 1'
# shellcheck disable=SC2016 # $ is sed's, the last line
make_patch no_bug '$a /* Nothing. */'
build || fail "the patches for triage do not build"
expect_triage right 0 'first for 1, first or second for 1; the property for 1 of 1; one event for 1 of 1'
expect_triage right 0 'documents of planted bugs: 1 of 1 are right'
expect_triage cause 1 'WRONG CAUSE'
expect_triage property 1 'NOT THE PROPERTY in1 = in2'
expect_triage second 1 'NOT ONE EVENT'
expect_triage no_bug 1 'no_bug: MISSED'
expect_triage no_bug 1 'documents of planted bugs: 0 of 1 are right'
expect_triage one 1 'ONE EVENT SHOWS IT'
make_patch unknown "$five" 'cause: bad-luck' 'events: 1'
expect_triage unknown 2 'a wrong line in it'
rm "$patches"/select/*.patch

make_patch stale 's/^    row->is_real = TG_WORD_ONE;/    row->is_real = 1;/'
sed -i 's/^ \( *row->addrs\)/ other\1/' "$patches/select/stale.patch"
expect_no_build stale "does not apply"
make_patch wrong 's/^    row->is_real = TG_WORD_ONE;/    row->is_real = no_such_name;/'
expect_no_build wrong "does not compile"
make_patch headless 's/TG_WORD_ONE/1/'
sed -i '/^shows:/d' "$patches/select/headless.patch"
expect_no_build headless "no line 'shows:"
make_patch elsewhere 's/TG_WORD_ONE/1/'
sed -i 's:b/kernels/:b/model/:' "$patches/select/elsewhere.patch"
expect_no_build elsewhere "outside of kernels/"
[ $nb_failed -eq 0 ]
