#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Holds docs/manifest.schema.json against the program: tests/manifests/validate.py, in the virtual environment that
# cmake/report-tools.sh makes (`./dev test` runs it).
#
#   validate.sh VERDICTS ROOT
#
# VERDICTS  the program of verdicts.c
# Exits 0 if all is right, 1 if not, 3 without the environment.
set -u
verdicts=${1:?"usage: validate.sh VERDICTS ROOT"}
root=${2:?"usage: validate.sh VERDICTS ROOT"}
tools=$root/build/report-tools
if [ ! -e "$tools/wheels.txt" ]; then
    echo "manifests: not run: what reads JSON schemas is not in $tools: cmake/report-tools.sh installs it" >&2
    exit 3
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT INT TERM
"$tools/bin/python" "$root/tests/manifests/validate.py" "$verdicts" "$root" "$work"
