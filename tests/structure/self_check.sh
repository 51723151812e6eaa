#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Plants wrong includes and chip names in a copy of the sources and requires the structure checks to find each; a check that sees
# no sources must fail as well.
#
#   self_check.sh ROOT
set -u
root=${1:?"usage: self_check.sh ROOT"}
here=$(cd "$(dirname "$0")" && pwd)
copy=$(mktemp -d) || exit 3
trap 'rm -rf "$copy"' EXIT
nb_failed=0

fail() {
    echo "self_check: $1" >&2
    nb_failed=$((nb_failed + 1))
}

# expect CHECK EXIT_CODE WHAT WORDS...: the check must end so, and say each of the words.
expect() {
    check=$1
    wanted=$2
    what=$3
    shift 3
    text=$(sh "$here/$check.sh" "$copy" 2>&1)
    code=$?
    [ $code -eq "$wanted" ] || fail "$what: $check exits with $code, not $wanted: $text"
    for words in "$@"; do
        case $text in
        *"$words"*) ;;
        *) fail "$what: $check does not say '$words': $text" ;;
        esac
    done
}

# plant CHECK FILE LINE WORDS: add a line to a file, expect the check to find it there, and take it back.
plant() {
    [ -e "$copy/$2" ] && cp "$copy/$2" "$copy/kept"
    printf '%s\n' "$3" >>"$copy/$2"
    expect "$1" 1 "$3 in $2" "$2:" "$4"
    rm -f "$copy/$2"
    if [ -e "$copy/kept" ]; then mv "$copy/kept" "$copy/$2"; fi
}

for folder in include model files reference kernels gpu modules harness api cli pages cmake; do
    cp -R "$root/$folder" "$copy/" || exit 2
done
cp "$root/CMakeLists.txt" "$copy/" || exit 2
expect include_graph 0 "the sources as they are" " 0 wrong"
expect chip_names 0 "the sources as they are" " 0 lines"

plant include_graph reference/reference.c '#include "kernels/kernels.h"' "reference/ may not include kernels/"
plant include_graph reference/planted.c '#include "kernels/field.cuh"' "reference/ may not include kernels/"
plant include_graph kernels/kernels.c '  #  include "reference/field.h"' "kernels/ may not include reference/"
plant include_graph kernels/planted.cuh '#include "reference/poseidon2.h"' "kernels/ may not include reference/"
plant include_graph kernels/planted.cu '#include "gpu/plan.h"' "kernels/ may not include gpu/"
plant include_graph model/trace.h '#include "files/record.h"' "model/ may not include files/"
plant include_graph files/record.c '#include "reference/field.h"' "files/ may not include reference/"
plant include_graph gpu/plan.c '#include "harness/backend.h"' "gpu/ may not include harness/"
plant include_graph harness/gate.c '#include "cli/verbs.h"' "harness/ may not include cli/"
plant include_graph include/tracegate/tracegate.h '#include "model/trace.h"' "include/ may not include model/"
plant include_graph model/trace.h '#include "tracegate/chip.h"' "model/ may not include tracegate/"
plant include_graph api/gate.c '#include "cli/options.h"' "api/ may not include cli/"
plant include_graph harness/gate.c '#include "kernels/fiber_internal.h"' "internal to kernels/"
plant include_graph harness/gate.c '#include "diff.h"' "written from the root"
plant include_graph harness/gate.c '#include "../model/trace.h"' "written from the root"
plant include_graph harness/gate.c '#include <jansson.h>' "wrapped by files/ alone"
plant include_graph files/planted.c '#include <jansson.h>' "already"
plant include_graph cli/main.c '#include <xxhash.h>' "wrapped by files/ alone"
plant include_graph reference/reference.c '#include <Random123/philox.h>' "wrapped by harness/ alone"
plant include_graph harness/gate.c '#include <cuda_runtime_api.h>' "CUDA belongs to"
plant include_graph kernels/stage.cuh '#include <cuda_runtime.h>' "CUDA belongs to"
plant include_graph model/trace.c '#include <omp.h>' "no threads here"
plant include_graph model/trace.c '#include <zlib.h>' "no header of the C library"
plant include_graph reference/reference.c '#include "chip_draws.h"' "made for harness/ alone"
plant include_graph harness/gate.c '#include HEADER' "neither"

plant chip_names harness/gate.c 'if (strcmp(trace->name, "Select.main") == 0) return;' "Select"
plant chip_names cli/main.c 'static const char *const chips[] = {"BaseAlu", "ExtAlu"};' "names "
plant chip_names harness/report.c 'extern const tg_ref_generator tg_ref_memory_var_v1_main; // one of them' "memory_var_v1"
plant chip_names gpu/plan.c 'case TG_CHIP_select: break;' "select"
plant chip_names kernels/kernels.c '/* this may be */ void tg_krn_ext_alu_main(void);' "ext_alu"
plant chip_names harness/gate.c 'printf("the trace of PublicValues is special");' "PublicValues"
plant chip_names cmake/folders.cmake 'list(APPEND sources base_alu.c)' "base_alu"

rm -rf "$copy/reference"
expect include_graph 2 "a folder that is gone" "no sources"
rm -rf "$copy/model/chips.def"
expect chip_names 2 "a list that is gone" "no chips"

[ $nb_failed -eq 0 ] || exit 1
echo "every planted include and name was found"
