# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
# What the scripts beside it share: targets by name, seeds, and what libFuzzer wrote. A script sets `build`, the build folder, and
# `root`, the tree, before it calls them.

say() { printf 'fuzz: %s\n' "$*" >&2; }
die() { # die CODE WORDS...
    local code=$1
    shift
    say "$*"
    exit "$code"
}

# Exit unless the value of an option is a number from 1 on, of at most so many digits.
need_number() { # need_number OPTION VALUE DIGITS
    if [[ $2 =~ ^[1-9][0-9]*$ ]] && [ ${#2} -le "$3" ]; then return; fi
    die 2 "$1 $2: write a number from 1 to $((10 ** $3 - 1))"
}

# Set `targets` to those that the names mean, each once and in their order; all if there are none. A name is a trace, a chip (all
# of its traces), or a file format.
select_targets() { # select_targets NAME...
    local all target name found
    targets=()
    # shellcheck disable=SC2154 # the script's
    mapfile -t all < <("$build/fuzz/fuzz_standalone" --list | cut -d ' ' -f 1)
    [ ${#all[@]} -gt 0 ] || die 3 "there are no targets in $build: ./dev fuzz builds them"
    for name in "$@"; do
        found=false
        for target in "${all[@]}"; do
            case $target in "$name" | "$name".*) found=true ;; esac
        done
        $found || die 2 "no target is called '$name': use a chip, a trace as 'tracegate list' shows it, or one of $(printf '%s\n' "${all[@]}" | grep -vF . | paste -sd ' ')"
    done
    for target in "${all[@]}"; do
        for name in "${@:-$target}"; do
            case $target in
                "$name" | "$name".*)
                    targets+=("$target")
                    break
                    ;;
            esac
        done
    done
}

program_of() { printf '%s' "$build/targets/fuzz_${1//./_}"; }

# Options of libFuzzer from the target's .options file, one a line.
options_of() { sed -n 's/^\([a-z_]*\) = \(.*\)$/-\1=\2/p' "$(program_of "$1").options"; }

# A number of libFuzzer's final statistics; nothing if the log has none.
stat_of() { sed -n "s/^stat::$2:[[:space:]]*//p" "$1" | tail -n 1; }

# Coverage that a log names first, where the seeds have been run, or last.
coverage_of() { sed -n 's/^#[0-9]*[[:space:]].* cov: \([0-9]*\) .*/\1/p' "$1" | "$2" -n 1; }

# Cut seeds for all targets into build/seeds.
make_seeds() { # make_seeds LOG
    local folders=("$root/corpus/records")
    [ -d "$root/corpus/cases" ] && folders+=("$root/corpus/cases")
    "$build/fuzz/fuzz_seed_corpus" "$build/seeds" "${folders[@]}" >"$1" 2>&1 || die $? "the seeds could not be made: $(tail -n 1 "$1")"
}

# Make a folder in memory, where memory is a folder, and set `scratch` to it: for the files that targets of file formats write, and
# for logs. A script that was killed leaves its own; those that no process holds any more are removed here.
make_scratch() {
    local place=${TMPDIR:-/tmp} old
    [ -w /dev/shm ] && place=/dev/shm
    if command -v flock >/dev/null; then
        for old in "$place"/tracegate-scratch-*; do
            [ -e "$old/lock" ] && flock -n "$old/lock" true && rm -rf "$old"
        done
    fi
    scratch=$(mktemp -d "$place/tracegate-scratch-XXXXXX") || die 2 "no temporary folder can be made in $place"
    # The programs inherit it: the lock is held until the last of them has ended.
    exec 9>"$scratch/lock"
    if command -v flock >/dev/null; then flock 9; fi
}
