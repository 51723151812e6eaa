#!/bin/bash -eu
# SPDX-License-Identifier: MIT OR Apache-2.0
# Builds all fuzz targets for OSS-Fuzz and ClusterFuzzLite, which set CC, CFLAGS, LIB_FUZZING_ENGINE, SRC, WORK and OUT.
cd "$SRC/tracegate"
cmake -G Ninja -S . -B "$WORK/build" -DTG_FUZZ=ON -DTG_CUDA=OFF -DTG_TESTS=OFF -DCMAKE_BUILD_TYPE=None
cmake --build "$WORK/build" --target fuzz_all
cp "$WORK"/build/targets/fuzz_* "$OUT/"

folders=(corpus/records)
if [ -d corpus/cases ]; then folders+=(corpus/cases); fi
"$WORK/build/fuzz/fuzz_seed_corpus" "$WORK/seeds" "${folders[@]}"
for folder in "$WORK"/seeds/*/; do
    name=$(basename "$folder")
    zip -q -j "$OUT/fuzz_${name//./_}_seed_corpus.zip" "$folder"*
done
