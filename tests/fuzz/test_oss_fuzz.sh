#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The build for OSS-Fuzz: each target comes with its options, dictionary and seeds, and is linked with the engine that is asked for.
# The compiler's work is left out: cmake is one that only makes empty programs, and where clang is there, the real one configures the
# build without running it.
#
#   test_oss_fuzz.sh FUZZ_STANDALONE WRONG_KERNEL
source=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
# Thousands of seeds are written, each brought onto the disk.
if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi
. "$source/tests/cli/lib.sh"
standalone=$program
# shellcheck disable=SC2154 # lib.sh's
tree=$folder

mapfile -t names < <("$standalone" --list | cut -d ' ' -f 1)
check "there are no targets" test ${#names[@]} -gt 0

mkdir -p src bin out work
ln -s "$source" src/tracegate
cat >bin/cmake <<END
#!/usr/bin/env bash
printf '%s\n' "cmake \$*" >>"$tree/calls"
[ "\$1" = --build ] || exit 0
mkdir -p "\$2/targets" "\$2/fuzz"
ln -sf "${standalone%/*}/fuzz_seed_corpus" "\$2/fuzz/fuzz_seed_corpus"
for name in ${names[*]}; do
    : >"\$2/targets/fuzz_\${name//./_}"
    : >"\$2/targets/fuzz_\${name//./_}.options"
    : >"\$2/targets/fuzz_\${name//./_}.dict"
done
END
# zip -q -j ARCHIVE FILE...: the names of what is in it.
cat >bin/zip <<'END'
#!/bin/sh
archive=$3
shift 3
ls -- "$@" >"$archive"
END
chmod +x bin/*
program=$(command -v bash)
export SRC=$tree/src OUT=$tree/out WORK=$tree/work LIB_FUZZING_ENGINE=-fsanitize=fuzzer
PATH=$tree/bin:$PATH run 0 "$source/fuzz/oss-fuzz/build.sh"
check "the targets are not built" grep -q -- "--target fuzz_all" calls
check "the fuzz targets are not asked for" grep -q -- "-DTG_FUZZ=ON" calls
for name in "${names[@]}"; do
    target=out/fuzz_${name//./_}
    for file in "$target" "$target.options" "$target.dict"; do
        check "$file is missing" test -e "$file"
    done
    check "${target}_seed_corpus.zip is missing or empty" test -s "${target}_seed_corpus.zip"
done
check "there is more than the targets" test "$(find out -type f | wc -l)" -eq $((4 * ${#names[@]}))

# ClusterFuzzLite's build is this one, in an image with the same packages.
PATH=$tree/bin:$PATH run 0 "$source/.clusterfuzzlite/build.sh"
image_of() { grep -vE '^#|build.sh' "$1/Dockerfile"; }
check "the images differ" diff <(image_of "$source/fuzz/oss-fuzz") <(image_of "$source/.clusterfuzzlite")
for package in libjansson-dev libxxhash-dev librandom123-dev ninja-build zip; do
    check "$package is not installed" grep -q " $package" "$source/fuzz/oss-fuzz/Dockerfile"
done

# Every program of the real build is linked with the engine, whatever that is.
if command -v clang-14 >/dev/null && command -v clang++-14 >/dev/null; then
    program=$(command -v cmake)
    : >engine.a
    export CC=clang-14 CXX=clang++-14 CFLAGS=-fsanitize=fuzzer-no-link CXXFLAGS='' LIB_FUZZING_ENGINE=$tree/engine.a
    run 0 -G Ninja -S "$source" -B build -DTG_FUZZ=ON -DTG_CUDA=OFF -DTG_TESTS=OFF -DCMAKE_BUILD_TYPE=None
    for name in "${names[@]}"; do
        check "$name is not linked with the engine" test "$(sed -n "/^build targets\/fuzz_${name//./_}: /,/^\$/p" build/build.ninja |
            grep -cE "^  LINK_LIBRARIES = .*$tree/engine.a")" -eq 1
    done
else
    echo "clang-14 is missing: the real build was not configured"
fi
finish
