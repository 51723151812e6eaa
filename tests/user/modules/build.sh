#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Makes modules of every kind of the program's own kernels, and of kernels that misbehave, for gpu/user.sh.
#
#   build.sh OWN_MODULES ROOT FOLDER ARCHITECTURE NVCC [FLAGS...]
#
# ARCHITECTURE is the device's, as 90. FOLDER receives <file>.ptx, .cubin, .fatbin, .so (kernels by symbol), <file>_getters.so (as SP1
# exports its kernels), and foreign.cubin, which is for another architecture.
set -eu
own=$1
root=$2
folder=$3
arch=$4
nvcc=$5
shift 5
mkdir -p "$folder"
# A cubin runs on devices of its own generation alone.
foreign=80
[ "$((arch / 10))" -ne 8 ] || foreign=90
# nvcc hides kernels from whoever loads a library, unless it is told not to; that it has the flag is asked for, since older ones need none.
visible=
if "$nvcc" --help | grep -q -e -device-entity-has-hidden-visibility; then visible=-device-entity-has-hidden-visibility=false; fi
for file in $("$own" --files); do
    source=$root/kernels/$file.cu
    "$nvcc" "$@" -I"$root" -arch="sm_$arch" -ptx -o "$folder/$file.ptx" "$source"
    "$nvcc" "$@" -I"$root" -arch="sm_$arch" -cubin -o "$folder/$file.cubin" "$source"
    "$nvcc" "$@" -I"$root" -gencode "arch=compute_$arch,code=[sm_$arch,compute_$arch]" -fatbin -o "$folder/$file.fatbin" "$source"
    # shellcheck disable=SC2086 # a flag or none
    "$nvcc" "$@" -I"$root" -arch="sm_$arch" -shared -Xcompiler=-fPIC -cudart shared $visible -o "$folder/$file.so" "$source"
    "$own" --getters "$file" >"$folder/${file}_getters.cu"
    "$nvcc" "$@" -I"$root" -arch="sm_$arch" -shared -Xcompiler=-fPIC -cudart shared -o "$folder/${file}_getters.so" \
        "$folder/${file}_getters.cu"
done
"$nvcc" "$@" -arch="sm_$foreign" -cubin -o "$folder/foreign.cubin" "$root/tests/user/bad/misbehaving.cu"
cat >"$folder/foreign.json" <<JSON
{"version": 1, "modules": {"foreign": {"file": "foreign.cubin"}, "own": {"file": "base_alu.cubin"}},
 "kernels": [{"trace": "Select.main", "module": "foreign", "symbol": "good_select"},
             {"trace": "BaseAlu.main", "module": "own", "symbol": "tg_krn_base_alu_main"}]}
JSON
for kind in ptx cubin fatbin symbols getters; do
    "$own" $kind "$folder" >"$folder/$kind.json"
done
"$own" source "$root" >"$folder/source.json"
