#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Makes of a build folder with fuzz targets one that can be carried: a few megabytes instead of some for each target. Where it goes,
# neither clang nor a library of the project is needed; campaign.sh, all_targets.sh and planted.sh take it for a build folder.
#
#   pack.sh BUILD OUT
#
# BUILD  build folder with the programs (./dev fuzz makes it), and with the planted bugs, if planted.sh --build has been there
# OUT    folder that is made anew
#
# One program stands for all targets: each is a script of one line that names it. Programs and bugs are stripped, so that stacks
# have addresses instead of lines. Libraries that the programs open are there too, but for the C library.
# Exits 0, 2 for wrong use or an OUT that cannot be written.
set -u
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

[ $# -eq 2 ] || die 2 "usage: pack.sh BUILD OUT"
build=$1
out=$2
[ ! -e "$out" ] || [ -d "$out/targets" ] || die 2 "$out is there and holds something else: name another folder"
# shellcheck disable=SC2119 # all of them
select_targets
rm -rf "$out"
mkdir -p "$out/fuzz" "$out/targets" "$out/lib" || die 2 "$out cannot be made"

install -s "$build/fuzz/fuzz_standalone" "$build/fuzz/fuzz_seed_corpus" "$out/fuzz/" || exit 2
install -s "$(program_of "${targets[0]}")" "$out/fuzz/fuzz_any" || exit 2
ldd "$out/fuzz/fuzz_any" | sed -n 's/.* => \(\/.*\) (.*/\1/p' | grep -vE '/(libc|libm|libpthread|libdl)\.so' |
    xargs -r cp -L -t "$out/lib/" || exit 2
for target in "${targets[@]}"; do
    program=$(program_of "$target")
    cp "$program.options" "$program.dict" "$out/targets/" || exit 2
    program=$out/targets/${program##*/}
    # shellcheck disable=SC2016 # the script's variables
    printf '#!/bin/sh\nhere=${0%%/*}/..\nTG_FUZZ_TARGET=%s LD_LIBRARY_PATH=$here/lib exec "$here/fuzz/fuzz_any" "$@"\n' \
        "$target" >"$program" && chmod +x "$program" || exit 2
done
if [ -e "$build/planted/built" ]; then
    cp -r "$build/planted" "$out/" && find "$out/planted" -name '*.so' -exec strip --strip-unneeded {} + || exit 2
fi
say "$out: ${#targets[@]} targets, $(find "$out/planted" -name '*.so' ! -name unpatched.so 2>/dev/null | wc -l) planted bugs," \
    "$(du -sh "$out" | cut -f 1)"
