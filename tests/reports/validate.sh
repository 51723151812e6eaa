#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Reads sample documents with programs that know their formats: tests/reports/validate.py, in the virtual environment that
# cmake/report-tools.sh makes (`./dev test` runs it).
#
#   validate.sh SAMPLES ROOT
#
# SAMPLES   the program of samples.c
# Exits 0 if all is right, 1 if not, 3 without the environment.
set -u
samples=${1:?"usage: validate.sh SAMPLES ROOT"}
root=${2:?"usage: validate.sh SAMPLES ROOT"}
tools=$root/build/report-tools
if [ ! -e "$tools/wheels.txt" ]; then
    echo "reports: not run: what reads the formats is not in $tools: cmake/report-tools.sh installs it" >&2
    exit 3
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT INT TERM
mkdir "$work/samples" "$work/mutants" || exit 2
"$samples" "$work/samples" >&2 || exit 1
"$tools/bin/python" "$root/tests/reports/validate.py" "$samples" "$root" "$tools" "$work"
