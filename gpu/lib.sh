# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
# What the scripts of this folder share that run many things and end with the worst code of all: to be sourced.
#
#   work    a folder that is gone at the end
#   worst   the code to exit with
# shellcheck disable=SC2034 # both are for whoever sources this

worst=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# 1 outweighs 3 outweighs 2 outweighs 0, as in the program itself; what no program of ours returns is a crash and outweighs all.
rank() {
    case $1 in
        0) echo 0 ;;
        2) echo 1 ;;
        3) echo 2 ;;
        1) echo 3 ;;
        *) echo 4 ;;
    esac
}

# weigh CODE
weigh() {
    if [ "$(rank "$1")" -gt "$(rank "$worst")" ]; then worst=$1; fi
}

# note STEP CODE
note() {
    printf '%-60s exit %d\n' "$1" "$2"
    weigh "$2"
}
