#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Runs a guide of docs/ from top to bottom, as a reader does, and holds what it says against what the program prints.
#
#   test_guide.sh GUIDE BUILD CMAKE
#
# GUIDE  the page. A block ```sh is run, all blocks of a page in one shell; the block ```text behind it is what it prints. There, a
#        line `...` is any number of lines, `...` within a line any characters; seconds and runs of blanks are not compared.
#        Comments before a block, <!-- test: WORD ... -->, say more:
#          file NAME     the block is that file, written to the folder that the shell is in
#          exit N        the exit code of the block, the last one that is not 0; without it 0
#          needs WHAT    gpu, nvcc or gdb: without it the block is skipped, and that is said
#          skip WHY      the block is not run, and that is said
#          append WORDS  put behind the block's last line, where a reader would sit and watch
# BUILD  a build folder whose `installables` are made: the reader has them below ~/.local, and the checkout as ~/tracegate
set -u
guide=$(readlink -f -- "${1:?the guide is missing}") || exit 1
build=$(readlink -f -- "${2:?the build folder is missing}") || exit 1
cmake=${3:?cmake is missing}
folder=$(mktemp -d) || exit 1
trap 'cd / && rm -rf -- "$folder"' EXIT
unset ASAN_OPTIONS UBSAN_OPTIONS TRACEGATE_CACHE XDG_CACHE_HOME PKG_CONFIG_PATH CMAKE_PREFIX_PATH DESTDIR CC CXX
export HOME=$folder/home OMP_WAIT_POLICY=passive
out=$folder/out
said=$folder/said
name=docs/$(basename -- "$guide")
nb_run=0
nb_skipped=0
nb_failed=0

fail() { # fail LINE WHAT
    nb_failed=$((nb_failed + 1))
    printf 'FAILED: %s:%s: %s\n' "$name" "$1" "$2"
    sed 's/^/  printed: /' "$out" | head -n 100
}

skip() { # skip LINE WHY
    nb_skipped=$((nb_skipped + 1))
    printf 'skipped: %s:%s: %s\n' "$name" "$1" "$2"
}

has() {
    case $1 in
        gpu) tracegate doctor | grep -q '^cuda *works' ;;
        nvcc | gdb) command -v "$1" >/dev/null ;;
        *) fail "$line" "a block needs '$1', which is none of gpu, nvcc, gdb" ;;
    esac
}

# Lines without what differs from run to run: seconds, and the blanks that follow from how long they are.
plain() { sed -E 's/[0-9]+\.[0-9]+ s\b/T s/g; s/[[:blank:]]+/ /g; s/ $//' "$1"; }

# What a line of a guide stands for, as a pattern of the shell.
pattern() { sed -E 's/[][*?\\]/\\&/g; s/\.\.\./*/g' <<<"$1"; }

# compare LINE: the text block, .text, against what the block before printed.
compare() {
    local at=0 from=$1 i wanted first is_open=false
    local -a lines texts
    mapfile -t lines < <(plain "$said")
    mapfile -t texts < <(plain "$folder/text")
    for ((i = 0; i < ${#texts[@]}; i++)); do
        if [ "${texts[i]}" = ... ]; then
            is_open=true
            continue
        fi
        wanted=$(pattern "${texts[i]}")
        first=$at
        # shellcheck disable=SC2053 # a pattern
        while $is_open && [ "$at" -lt ${#lines[@]} ] && [[ ${lines[at]} != $wanted ]]; do at=$((at + 1)); done
        # shellcheck disable=SC2053
        if [ "$at" -ge ${#lines[@]} ] || [[ ${lines[at]} != $wanted ]]; then
            fail $((from + i + 1)) "the guide says '${texts[i]}'; printed is '${lines[first]:-nothing more}'"
            return
        fi
        at=$((at + 1))
        is_open=false
    done
    $is_open || [ "$at" -eq ${#lines[@]} ] || fail $((from + i)) "more is printed than the guide says: '${lines[at]}'"
    [ ${#texts[@]} -gt 0 ] || fail "$from" "a block of text is empty"
}

# run_block LINE: the block's commands, $block, in this shell.
run_block() {
    local code=0
    nb_run=$((nb_run + 1))
    set -E
    trap 'code=$?' ERR
    eval "$block" >"$out" 2>&1 </dev/null
    trap - ERR
    set +E
    cp "$out" "$said"
    [ "$code" -eq "$wanted_code" ] || fail "$1" "exit code $code, not $wanted_code"
}

forget() {
    needs='' skip_why='' append='' file=''
    wanted_code=0
}

read_comment() { # a comment's words, behind `test:`
    local words=${1#'<!-- test: '}
    words=${words%' -->'}
    case $words in
        'file '*) file=${words#* } ;;
        'exit '*) wanted_code=${words#* } ;;
        'needs '*) needs+=" ${words#* }" ;;
        'skip '*) skip_why=${words#* } ;;
        'append '*) append=${words#* } ;;
        *) fail "$line" "no such comment: $1" ;;
    esac
}

# end_block KIND LINE: a block that began at the line is complete in $block.
was_run=false
end_block() {
    local need
    if [ -n "$file" ]; then
        printf '%s' "$block" >"$file"
    elif [ "$1" = sh ]; then
        was_run=false
        for need in $needs; do has "$need" || skip_why="needs $need, which is not here"; done
        if [ -n "$skip_why" ]; then
            skip "$2" "$skip_why"
        else
            block=${block%$'\n'}
            [ -z "$append" ] || block+=" $append"
            run_block "$2"
            was_run=true
        fi
    elif [ "$1" = text ] && $was_run; then
        printf '%s' "$block" >"$folder/text"
        compare "$2"
        was_run=false
    elif [ "$1" = text ] && [ "$nb_run" -eq 0 ] && [ "$nb_skipped" -eq 0 ]; then
        fail "$2" "a block of text follows no commands"
    fi
    forget
}

mkdir "$HOME" && cd "$HOME" || exit 1
# Where a guide takes the checkout to be.
ln -s "$(dirname -- "$(dirname -- "$guide")")" tracegate || exit 1
"$cmake" --install "$build" --prefix "$HOME/.local" >"$out" 2>&1 || {
    cat "$out"
    exit 1
}
PATH=$HOME/.local/bin:$PATH
forget
line=0
kind=
while IFS= read -r row <&3 || [ -n "$row" ]; do
    line=$((line + 1))
    case $row in
        '```'?*) [ -n "$kind" ] || { kind=${row#'```'} block='' begun=$line && continue; } ;;
        '```')
            if [ -z "$kind" ]; then kind=none block='' begun=$line; else
                end_block "$kind" "$begun"
                kind=
            fi
            continue
            ;;
        '<!-- test: '*' -->') [ -n "$kind" ] || { read_comment "$row" && continue; } ;;
    esac
    [ -z "$kind" ] || block+=$row$'\n'
done 3<"$guide"
[ -z "$kind" ] || fail "$begun" "a block has no end"

printf '%s: %d blocks were run, %d skipped, %d failures\n' "$name" "$nb_run" "$nb_skipped" "$nb_failed"
[ "$nb_run" -gt 0 ] && [ "$nb_failed" -eq 0 ]
exit
