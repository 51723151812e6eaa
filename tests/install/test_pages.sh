#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Man pages and completions say what the program's help says, and are what man and shells take.
#
#   test_pages.sh PROGRAM PAGES
. "$(dirname -- "${BASH_SOURCE[0]}")/../cli/lib.sh" "$1"
pages=${2:?}

run 0 --help
verbs=$(sed -n '/^verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$out")
check "the program lists no verbs" test "$(wc -w <<<"$verbs")" -ge 8

# ---- man pages ----
# render PAGE: as a reader sees it, without emphasis and in one line; "" where there is nothing that renders
render() {
    if command -v groff >/dev/null; then
        GROFF_NO_SGR=1 groff -ww -man -Tascii -rLL=5000n "$1" 2>"$folder/warnings" | sed 's/.\x08//g' | tr -s ' \n' '  '
    elif command -v mandoc >/dev/null; then
        mandoc -Tascii "$1" | sed 's/.\x08//g' | tr -s ' \n' '  '
    fi
}
nb_rendered=0
for verb in $verbs; do
    page=$pages/man1/tracegate-$verb.1
    check "$verb has no page" test -s "$page"
    grep -qF "tracegate\\-${verb//-/\\-} (1)" "$pages/man1/tracegate.1" || check "tracegate(1) does not name $verb" false
    run 0 "$verb" --help
    cp "$out" help.txt
    text=$(render "$page")
    if [ -n "$text" ]; then
        nb_rendered=$((nb_rendered + 1))
        check "groff warns of $verb: $(head -n 1 "$folder/warnings" 2>/dev/null)" test ! -s "$folder/warnings"
        while read -r option; do
            check "the page of $verb lacks $option" grep -qF -- "$option " <<<"$text"
        done < <(sed -n '/^options:/,/^examples:/s/^  .*\(--[a-z-]*\).*/\1/p' help.txt | sed 's/ .*//')
        # What an option does, in its words.
        words=$(sed -n '/^options:/,$s/^  ....--[a-z-]*.*  \([^ ].*\)/\1/p' help.txt | head -n 1 | sed 's/ (default.*//')
        check "the page of $verb lacks '$words'" grep -qF -- "$words" <<<"$text"
    fi
    if command -v mandoc >/dev/null; then
        # A page without a date is the same whenever it is made.
        mandoc -T lint -W warning "$page" | grep -v 'missing date' >lint.txt
        check "mandoc warns: $(head -n 1 lint.txt)" test ! -s lint.txt
    fi
done
if [ "$nb_rendered" -eq 0 ]; then echo "not run: neither groff nor mandoc renders pages here"; fi
check "there are pages of no verb" test "$(find "$pages/man1" -name '*.1' | wc -l)" -eq $(($(wc -w <<<"$verbs") + 1))

# ---- bash ----
check "bash does not read its completions" bash -n "$pages/tracegate.bash"
# shellcheck source=/dev/null
. "$pages/tracegate.bash"
complete_words() { # complete_words WORD...: completes the last one; the answer is in words, a line each
    COMP_WORDS=(tracegate "$@")
    COMP_CWORD=$(($# > 0 ? $# : 0))
    last_command="completion of: $*"
    _tracegate 2>"$err"
    words=$(printf '%s\n' "${COMPREPLY[@]}")
}
offers() { for word; do check "'$word' is not offered" grep -qxF -- "$word" <<<"$words"; done; }
offers_only() {
    offers "$@"
    check "more is offered: $(tr '\n' ' ' <<<"$words")" test "$(grep -c . <<<"$words")" -eq $#
}
trace=$("$program" list | awk 'NR > 1 && $1 ~ /\.main$/ { print $1; exit }')
chip=${trace%.main}
check "there is no trace to complete" test -n "$chip"
mkdir -p cases
touch events.npy report.json
complete_words ''
# shellcheck disable=SC2086 # words
offers $verbs help --help --version
complete_words help ''
# shellcheck disable=SC2086
offers_only $verbs
complete_words gate "${chip:0:3}"
offers "$chip" "$trace"
complete_words gate "$trace"
offers_only "$trace"
"$program" list --json | grep -o '"trace": *"[^"]*"' | sed 's/.*"\([^"]*\)"$/\1/' | sort >traces.txt
complete_words gate ''
while read -r name; do offers "$name"; done <traces.txt
for verb in $verbs; do
    run 0 "$verb" --help
    cp "$out" help.txt
    complete_words "$verb" --
    while read -r option; do offers "$option"; done < <(sed -n '/^options:/,/^examples:/s/^  ....\(--[a-z-]*\).*/\1/p' help.txt)
    check "$verb has no --help" grep -qx -- --help <<<"$words"
done
complete_words gate --prof
offers_only --profile
complete_words gate --profile m
offers_only mixed
complete_words gate --profile = m
offers_only mixed
complete_words gate --profile =
offers mixed uniform boundary
complete_words gate --actual ''
offers host cuda
complete_words gen -o ''
offers events.npy report.json cases
complete_words gen "$trace" -o ev
offers_only events.npy
complete_words gate --record ''
offers_only cases
complete_words diff ev
offers_only events.npy
complete_words triage re
offers report.json
complete_words describe --machine ''
offers riscv
complete_words gate --seed ''
check "a number is completed" test -z "${words//[[:space:]]/}"

# ---- zsh, fish ----
for shell in zsh fish; do
    file=$pages/tracegate.fish
    [ $shell = fish ] || file=$pages/_tracegate
    check "there are no completions for $shell" test -s "$file"
    if ! command -v $shell >/dev/null; then
        echo "not run: completions of $shell, which is not here"
        continue
    fi
    check "$shell does not read its completions" $shell -n "$file"
done
if command -v fish >/dev/null; then
    fish -c "source $pages/tracegate.fish; complete -C 'tracegate gate ${chip:0:3}'" >fish.txt
    check "fish does not offer $trace" grep -qx "$trace" fish.txt
fi
finish
