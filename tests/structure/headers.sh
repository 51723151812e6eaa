#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Compiles every header alone: as C11 all of them; with nvcc, if one is given, those of model/, kernels/ and gpu/ that are promises.
#
#   headers.sh ROOT BUILD CC [NVCC ARCHITECTURE CUDA_INCLUDE]
#
# BUILD         build folder, for its generated headers
# CUDA_INCLUDE  folder of CUDA's headers; without it headers that include these are left out
# Exits 0 if all compile, 1 if one does not, 2 if there was nothing to compile.
set -u
root=${1:?"usage: headers.sh ROOT BUILD CC [NVCC ARCHITECTURE CUDA_INCLUDE]"}
build=${2:?}
cc=${3:?}
nvcc=${4:-}
cuda_include=${6:-}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$root" || exit 2
nb_compiled=0
nb_failed=0
nb_left_out=0

failed() {
    echo "headers: $1 does not compile alone with $2:" >&2
    cat "$work/text" >&2
    nb_failed=$((nb_failed + 1))
}

# modules/port/ and modules/device/ stand in for CUDA's headers in users' C++: no header there is C11.
for header in $(find model files reference kernels gpu modules harness api pipeline cli pages \( -path modules/port -o -path modules/device \) -prune -o \( -name '*.h' -o -name '*.cuh' \) -print 2>/dev/null | LC_ALL=C sort); do
    if [ -z "$cuda_include" ] && grep -q '^#include <cuda' "$header"; then
        nb_left_out=$((nb_left_out + 1))
        continue
    fi
    # Twice: guards are part of standing alone.
    printf '#include "%s"\n#include "%s"\nextern int not_empty;\n' "$header" "$header" >"$work/alone.c"
    "$cc" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wundef -Wshadow -Wconversion -Wstrict-prototypes -Werror \
        -fsyntax-only -I. -Iinclude -I"$build/generated" ${cuda_include:+-isystem "$cuda_include"} \
        "$work/alone.c" >"$work/text" 2>&1 || failed "$header" "$cc"
    nb_compiled=$((nb_compiled + 1))
done

# What is installed has nothing but the C library, and is for C++ too: a C++ compiler comes with users' kernels on the CPU.
for header in include/tracegate/*.h; do
    printf '#include "%s"\n#include "%s"\nextern int not_empty;\n' "$root/$header" "$root/$header" >"$work/alone.c"
    for standard in c11 c++11; do
        case $standard in c++*) compiler=c++ language=c++ ;; *) compiler=$cc language=c ;; esac
        "$compiler" -x $language -std=$standard -Wall -Wextra -Wundef -Wshadow -Wconversion -Wpedantic -Werror -fsyntax-only "$work/alone.c" \
            >"$work/text" 2>&1 || failed "$header" "$compiler -std=$standard"
        nb_compiled=$((nb_compiled + 1))
    done
done

if [ -n "$nvcc" ]; then
    for header in $(find model kernels gpu \( -name '*.h' -o -name '*.cuh' \) ! -name '*_internal.h' | LC_ALL=C sort); do
        printf '#include "%s"\n#include "%s"\n' "$header" "$header" >"$work/alone.cu"
        "$nvcc" -std=c++17 -arch="$5" -Werror=all-warnings -Xcompiler=-Wall,-Wextra -I. -I"$build/generated" -cubin -o "$work/out" \
            "$work/alone.cu" >"$work/text" 2>&1 || failed "$header" "$nvcc"
        nb_compiled=$((nb_compiled + 1))
    done
fi

if [ $nb_compiled -lt 20 ]; then
    echo "headers: only $nb_compiled headers were seen below $root" >&2
    exit 2
fi
echo "$nb_compiled headers compiled alone, $nb_failed failed, $nb_left_out left out for want of CUDA"
[ $nb_failed -eq 0 ]
