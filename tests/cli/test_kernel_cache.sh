#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Where what is built of users' kernels is kept: a folder that cannot be written is replaced and that is said once, one that is asked
# for is not; what was damaged is built again.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

cat >k.cu <<'EOF'
extern "C" __global__ void nothing(unsigned *trace, size_t height, const void *events, size_t nb_events) {}
EOF
# A kernel that writes nothing does not match: 1 says that it ran.
gate=(gate Select.main --kernel k.cu:nothing --host --nb-events 40)
complains_times() { # complains_times NUMBER TEXT
    check "'$2' not $1 times on standard error" test "$(grep -cF -- "$2" "$err")" -eq "$1"
}

unset TRACEGATE_CACHE XDG_CACHE_HOME
export TMPDIR=$PWD/tmp
mkdir tmp
: >file
export HOME=$PWD/file
for options in --no-sanitize --; do
    [ "$options" = -- ] && options=
    # shellcheck disable=SC2086 # none, or one word
    run 1 "${gate[@]}" $options
    complains_times 1 "what is built is kept in $TMPDIR/tracegate-$(id -u)"
    complains "$HOME"
done
check "nothing is kept" test -n "$(find tmp -name '*.so')"

# Once, too, where the start under sanitizers fails, which is tried twice.
cat >bare <<'EOF'
#!/bin/sh
case "$*" in *-print-file-name=*) echo nothing ;; *) exec c++ "$@" ;; esac
EOF
chmod +x bare
CXX=$PWD/bare run 3 replay "tracegate ${gate[*]}" --kernel k.cu:nothing --host
complains "the compiler has no runtime for its sanitizers"
complains_times 1 "what is built is kept"

# Damaged, it is built again.
find tmp -name '*.so' -exec truncate -s 100 {} +
run 1 "${gate[@]}" --no-sanitize
says "Select.main"

# What others may write is not run.
chmod 777 "tmp/tracegate-$(id -u)"
run 2 "${gate[@]}" --no-sanitize
complains "cannot trust the folder"
complains "set TRACEGATE_CACHE"

# One that is asked for.
export TRACEGATE_CACHE=$PWD/file
run 2 "${gate[@]}" --no-sanitize
complains "set TRACEGATE_CACHE"
export TRACEGATE_CACHE=$PWD/cache
run 1 "${gate[@]}" --no-sanitize
complains_times 0 "what is built is kept"
check "nothing is kept" test -n "$(find cache -name '*.so')"

finish
