#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The program is one file that can be copied to a bare machine: it needs nothing but the C library (and sanitizers, if built with them).
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

last_command="(ldd)"
ldd "$program" >"$out" 2>"$err"
check_code $? 0
says "libc.so"
check "it needs more than the C library" \
    not grep -Ev '^\s*(linux-vdso|/lib.*/ld-linux|lib(c|m|dl|rt|pthread|asan|ubsan|gcc_s|stdc\+\+)\.so)' "$out"
if ! grep -q libasan "$out"; then
    check "it needs a C++ library" not grep -E 'stdc|gcc_s' "$out"
fi

# It finds nothing wrong with being elsewhere: without corpus and with another name.
cp -- "$program" "$folder/gate"
program=$folder/gate
run 0 gate Select.main --nb-events 10
finish
