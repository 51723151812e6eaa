#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Builds the planted bugs: for every tests/planted/<file>/<bug>.patch a copy of kernels/ with the patch, and of that copy
# <file>.cu as a shared object for the host grid, OUT/<file>/<bug>.so. Beside them OUT/<file>/unpatched.so, the right kernels built
# in the same way. A patch that is not in form, does not apply as it stands or does not compile fails the build; all are tried.
# Exits 0 if every bug was built, 1 if not, 2 for wrong use, 3 without the program patch.
#
#   build.sh ROOT OUT CC [FLAGS...]
set -u
usage="usage: build.sh ROOT OUT CC [FLAGS...]"

# build_one ROOT OUT NAME CC [FLAGS...]; NAME: "<file>/<bug>" of a patch, or "<file>/unpatched".
build_one() {
    root=$1
    out=$2
    name=$3
    shift 3
    file=${name%/*}
    patch=$root/tests/planted/$name.patch
    work=$(mktemp -d "$out/work.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
    die() {
        echo "planted bug $name: $1" >&2
        [ -s "$work/log" ] && cat "$work/log" >&2
        exit 1
    }
    mkdir -p "$out/$file"
    mkdir "$work/kernels"
    cp -R "$root/kernels/." "$work/kernels" || die "the kernels cannot be copied"
    ln -s "$root/model" "$work/model"
    if [ "${name##*/}" != unpatched ]; then
        for key in trace what shows cause events; do
            sed '/^--- /,$d' "$patch" | grep -q "^$key: ." || die "no line '$key: ...' before the first '---'"
        done
        if grep '^[-+][-+][-+] ' "$patch" | grep -vq '^... [ab]/kernels/'; then die "it changes files outside of kernels/"; fi
        # Without fuzz: a change that no longer finds its place must be made again, not guessed.
        (cd "$work" && patch -p1 -F0 --batch --no-backup-if-mismatch <"$patch") >"$work/log" 2>&1 ||
            die "the patch does not apply to kernels/: make it again (docs/planted-bugs.md)"
        [ -z "$(find "$work/kernels" -name '*.rej' -o -name '*.orig')" ] || die "the patch applies in part only"
    fi
    "$@" -std=c11 -fPIC -shared -Wl,-Bsymbolic -I "$work" -x c "$work/kernels/$file.cu" -o "$work/bug.so" >"$work/log" 2>&1 ||
        die "it does not compile"
    mv "$work/bug.so" "$out/$name.so" || die "it cannot be put in place"
}

if [ "${1:-}" = --one ]; then
    shift
    build_one "$@"
    exit 0
fi

root=${1:?"$usage"}
out=${2:?"$usage"}
[ $# -ge 3 ] || { echo "$usage" >&2; exit 2; }
shift 2
command -v patch >/dev/null || { echo "planted bugs: the program patch is missing: apt-get install patch" >&2; exit 3; }
root=$(cd "$root" && pwd) || exit 2
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd) || exit 2
# What was built from patches that are gone must not be found, and what was interrupted not stay.
find "$out" -name '*.so' -delete && rm -rf "$out"/work.*
names=$(cd "$root/tests/planted" && for patch in */*.patch; do echo "${patch%.patch}"; done) || exit 2
files=$(echo "$names" | sed 's:/.*::' | sort -u)
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
# xargs exits with 123 if one of them failed.
{ echo "$files" | sed 's:$:/unpatched:'; echo "$names"; } | xargs -P "$jobs" -I NAME sh "$0" --one "$root" "$out" NAME "$@" || exit 1
echo "planted bugs built: $(echo "$names" | wc -l)"
