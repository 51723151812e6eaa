# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
# What every command-line test needs. A test sources this file with the program as its first argument, runs the program with `run` or
# `refuse`, looks at the output with `says` and the like, and ends with `finish`.
set -u

program=$(readlink -f -- "${1:?the program is missing}") || exit 1
folder=$(mktemp -d) || exit 1
trap 'ended' EXIT
out=$folder/.out # standard output and error of the last run
err=$folder/.err
nb_checks=0
nb_failed=0
finished=false
last_command=

# A script that stops early has not passed, whatever it has checked so far.
ended() {
    cd / && rm -rf -- "$folder"
    $finished || {
        echo "the test stopped before its end"
        exit 1
    }
}

check() { # check WHAT command...: one check; a command that fails is a failure
    nb_checks=$((nb_checks + 1))
    local what=$1
    shift
    "$@" && return
    nb_failed=$((nb_failed + 1))
    printf 'FAILED: %s\n  after: tracegate %s\n' "$what" "$last_command"
    sed 's/^/  out: /' "$out" | head -n 20
    sed 's/^/  err: /' "$err" | head -n 20
}

run() { # run CODE words...: the program must exit with CODE
    local expected=$1
    shift
    last_command=$*
    "$program" "$@" >"$out" 2>"$err" </dev/null
    check_code $? "$expected"
}

# limited KIB words...: the program, as on a disk that is full after so many KiB of each file, as far as this process can tell. What a
# program that counts its coverage writes at its end would not fit either, and goes elsewhere.
limited() {
    local kib=$1
    shift
    (ulimit -f "$kib" && GCOV_PREFIX=$folder/.counts exec "$program" "$@")
}

check_code() { check "exit code $1, not $2" test "$1" -eq "$2"; }

says() { check "no '$1' on standard output" grep -qF -- "$1" "$out"; }
# However lines are broken.
says_words() { check "no '$1' on standard output" grep -qF -- "$1" <(tr -s ' \n' ' ' <"$out"); }
says_not() { check "'$1' on standard output" not grep -qF -- "$1" "$out"; }
complains() { check "no '$1' on standard error" grep -qF -- "$1" "$err"; }
quiet() { check "something on standard error" test ! -s "$err"; }
not() { ! "$@"; }

one_line() { [ "$(wc -l <"$err")" -eq 1 ]; }

# refuse CODE TEXT words...: the program must exit with CODE, write nothing on standard output and one line on standard error that has
# TEXT, names the verb and says how to mend it.
refuse() {
    local expected=$1 text=$2
    shift 2
    run "$expected" "$@"
    check "something on standard output" test ! -s "$out"
    check "more or less than one line on standard error" one_line
    check "no 'tracegate: WHAT: HOW' with '$text'" grep -Eq "^tracegate( [a-z-]+)?: .+: .+" "$err"
    complains "$text"
}

absent() { check "$1 is there" test ! -e "$1"; }

# Nothing may be left beside the outputs: the only files are those named.
only_files() {
    local names
    names=$(find "$1" -mindepth 1 -printf '%P\n' | sort | tr '\n' ' ')
    shift
    check "files are '$names', not '$*'" test "$names" = "$(printf '%s\n' "$@" | sort | sed '/^$/d' | tr '\n' ' ')"
}

# npy PATH VERSION DICTIONARY: the header of an .npy file; its data are to be appended.
npy() {
    local path=$1 version=$2 header=$3 length
    header=$header$(printf ' %.0s' {1..8})
    length=$((${#header} + 1))
    {
        printf '\x93NUMPY'
        # shellcheck disable=SC2059 # the format is made here
        printf "\\x$(printf %02x "$version")\\x00"
        # shellcheck disable=SC2059
        printf "\\x$(printf %02x $((length & 255)))\\x$(printf %02x $((length >> 8)))"
        [ "$version" -eq 1 ] || printf '\x00\x00'
        printf '%s\n' "$header"
    } >"$path"
}

zeros() { head -c "$1" /dev/zero; }

finish() {
    finished=true
    if [ "$nb_checks" -eq 0 ]; then
        echo "no check ran"
        exit 1
    fi
    echo "$nb_checks checks, $nb_failed failed"
    [ "$nb_failed" -eq 0 ]
    exit
}

cd "$folder" || exit 1
