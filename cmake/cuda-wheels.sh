#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Installs a CUDA Toolkit from PyPI's wheels, for machines without one: compilers (nvcc, NVRTC), runtime and headers, about 0.5 GB, nothing outside
# the folder that it is given. cmake/cuda.cmake looks for it in build/cuda.
#
#   cmake/cuda-wheels.sh [FOLDER]      default: build/cuda beside this source tree
#
# Needs python3 with pip or venv, and a C++ compiler for nvcc to call. Exits 0 if the toolkit is there, 1 if it can't be installed.
set -eu

# One release: nvcc, its parts and the runtime check each other's versions.
wheels="nvidia-cuda-nvcc==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-runtime==13.0.96"
wheels="$wheels nvidia-cuda-cccl==13.0.85 nvidia-cuda-nvrtc==13.0.88"

source_dir=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$source_dir/build/cuda}

say() { printf '%s\n' "$*"; }
fail() {
    printf 'cuda-wheels: %s\n' "$*" >&2
    exit 1
}

if [ "$(cat "$folder/wheels.txt" 2>/dev/null)" = "$wheels" ] && "$folder/bin/nvcc" --version >/dev/null 2>&1; then
    say "CUDA Toolkit: $folder is ready"
    exit 0
fi
case $(uname -s)-$(uname -m) in
    Linux-x86_64 | Linux-aarch64) ;;
    *) fail "there are no wheels for $(uname -s) on $(uname -m): install CUDA 12 or newer yourself and name its nvcc in CUDACXX" ;;
esac
command -v python3 >/dev/null || fail "python3 is missing: apt-get install python3 python3-venv"

# Built beside the folder and renamed at the end, so that a broken download leaves no half toolkit that the build would find.
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

if python3 -m pip --version >/dev/null 2>&1; then
    python=python3
else
    python3 -m venv "$work/venv" || fail "neither pip nor venv works in python3: apt-get install python3-venv"
    python=$work/venv/bin/python
fi
say "CUDA Toolkit: installing $wheels"
# shellcheck disable=SC2086 # a list of words
PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-compile \
    --only-binary=:all: --target "$work/site" $wheels || fail "pip could not install the wheels: see above; PyPI must be in reach"

toolkit=$work/site/nvidia/cu13
[ -x "$toolkit/bin/nvcc" ] || fail "the wheels hold no nvidia/cu13/bin/nvcc"
# The layout of an installed toolkit, which nvcc.profile and CMake expect.
ln -s lib "$toolkit/lib64"
printf '%s\n' "$wheels" >"$toolkit/wheels.txt"
"$toolkit/bin/nvcc" --version >/dev/null || fail "nvcc of the wheels does not run here"
rm -rf "$folder"
mv "$toolkit" "$folder"
say "CUDA Toolkit: $folder is ready"
