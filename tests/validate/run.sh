#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Holds what the program takes and writes against schemas and other programs, in the virtual environment that
# cmake/report-tools.sh makes (`./dev test` runs it).
#
#   run.sh WHAT ROOT PROGRAM
#
# WHAT     columns, manifests, reports: tests/validate/WHAT.py
# ROOT     source tree
# PROGRAM  that the script asks
# Exits 0 if all is right, 1 if not, 3 without the environment.
set -u
what=${1:?"usage: run.sh WHAT ROOT PROGRAM"}
root=${2:?"usage: run.sh WHAT ROOT PROGRAM"}
program=${3:?"usage: run.sh WHAT ROOT PROGRAM"}
tools=$root/build/report-tools
if [ ! -e "$tools/wheels.txt" ]; then
    echo "$what: not run: what reads schemas is not in $tools: cmake/report-tools.sh installs it" >&2
    exit 3
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT INT TERM
PYTHONDONTWRITEBYTECODE=1 "$tools/bin/python" "$root/tests/validate/$what.py" "$program" "$root" "$tools" "$work"
