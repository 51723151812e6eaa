#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Holds docs/columns.schema.json against the program: tests/new_chip/validate.py, in the virtual environment that
# cmake/report-tools.sh makes (`./dev test` runs it).
#
#   validate.sh PROGRAM ROOT
#
# Exits 0 if all is right, 1 if not, 3 without the environment.
set -u
program=${1:?"usage: validate.sh PROGRAM ROOT"}
root=${2:?"usage: validate.sh PROGRAM ROOT"}
tools=$root/build/report-tools
if [ ! -e "$tools/wheels.txt" ]; then
    echo "new_chip: not run: what reads JSON schemas is not in $tools: cmake/report-tools.sh installs it" >&2
    exit 3
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT INT TERM
"$tools/bin/python" "$root/tests/new_chip/validate.py" "$program" "$root" "$work"
