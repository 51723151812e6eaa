#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Both of SP1's ways to make Global, as the manifests and sources of docs/examples have them, on the CPU: the trace and all side outputs
# are right on both sides of the limits of a block (256 points) and a section (512), and without events.
examples=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../../docs/examples") || exit 1
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
export TRACEGATE_CACHE=$folder/.cache
unset ASAN_OPTIONS UBSAN_OPTIONS

for way in chained recursive; do
    for nb in 0 1 255 256 257 511 512 513 1025 4000; do
        run 0 gate --kernels "$examples/global-$way.json" --host --no-sanitize --nb-events $nb --profile realistic --seed 5
        says "verdict   match: traces compared 1 of 1"
        check "side outputs are not compared" test "$(grep -Ec '^Global.main.(cumulative_sum|event_count|lookups) .* match$' "$out")" -eq 3
    done
    # Neighbours that are equal, and such that cancel out.
    run 0 gate --kernels "$examples/global-$way.json" --host --no-sanitize --nb-events 600 --profile boundary --seed 5
    # Nothing beside the buffers is touched, and nothing read that nobody wrote.
    run 0 gate --kernels "$examples/global-$way.json" --host --nb-events 600 --profile mixed --seed 5 --repeat 2
    says "verdict   match: traces compared 1 of 1"
done

# The test can fail: a section that does not add what was before it.
cp "$examples"/global_* "$examples"/global-* .
sed -i 's/points\[first + i\] = add_points(before, section\[i\]);/points[first + i] = section[i];/' global_chained.cu
sed -i 's/if (blockIdx.x == 0) return;/if (blockIdx.x <= 1) return;/' global_recursive.cu
sed -i "s|\"../..\"|\"$(dirname -- "$(dirname -- "$examples")")\"|" global-*.json
for way in chained recursive; do
    check "nothing was changed in global_$way.cu" not cmp -s global_$way.cu "$examples/global_$way.cu"
    run 0 gate --kernels global-$way.json --host --no-sanitize --nb-events 256 --profile realistic --seed 5
    run 1 gate --kernels global-$way.json --host --no-sanitize --nb-events 513 --profile realistic --seed 5
    says "accumulation.cumulative_sum[0][0]"
done
finish
