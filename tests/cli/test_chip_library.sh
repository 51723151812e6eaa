# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
# Chip libraries on the command line: what verbs make of them, and what is refused.
#
#   test_chip_library.sh PROGRAM RECORDS
. "$(dirname "$0")/lib.sh" "$1"
root=$(cd -- "$(dirname -- "$2")/.." && pwd)
export XDG_CACHE_HOME=$folder/cache
built_in=$("$program" list | sed -n '2s/ .*//p')

cc -shared -fPIC -I"$root/include" -o sums.so "$root/tests/chip_library/fixture.c" || exit 1
cat >sums.cu <<'END'
#include <stdint.h>
struct Event { uint32_t operation; uint8_t flag, limb; uint32_t a[2], spare, one; };
#define P 0x7f000001u
extern "C" __global__ void sums_main(uint32_t *trace, uintptr_t height, const Event *events, uintptr_t nb_events)
{
    const uintptr_t stride = gridDim.x * (uintptr_t)blockDim.x;
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < nb_events; i += stride) {
        const Event e = events[i];
        trace[i] = e.operation != 0 ? 0x01fffffeu : 0;
        trace[height + i] = e.a[0];
        trace[2 * height + i] = e.a[1];
        trace[3 * height + i] = (uint32_t)(((uint64_t)e.a[0] + (e.operation != 0 ? P - e.a[1] : e.a[1])) % P);
    }
}
END
printf '{"version": 1, "modules": {"sums": {"file": "sums.cu"}}, "kernels": [{"trace": "Sums.main", "symbol": "sums_main"}]}' >sums.json

# ---- verbs ----
run 0 list --json --chip-library sums.so
says '"Sums.main"'
run 0 list
says_not "Sums"
run 0 describe Sums.preprocessed --chip-library sums.so
says "a row of its own, in all rows the same"
run 0 gen Sums.main --chip-library sums.so --nb-events 100 --seed 3 -o events.npy
run 0 gate Sums.main --chip-library sums.so --kernel sums.cu:sums_main --host --no-sanitize
says "verdict   match: traces compared 1 of 1"
# The library names its manifest.
run 0 gate Sums.main --chip-library sums.so --host --no-sanitize --json report.json --html report.html
says "verdict   match: traces compared 1 of 1"
run 0 fuzz Sums.main --chip-library sums.so --host --no-sanitize --nb-events 5000
# Built-in chips beside it, by the program's own kernels.
run 0 gate "$built_in" --chip-library sums.so --nb-events 100 --no-corpus
says "verdict   match: traces compared 1 of 1"

# A library in C++, whose names are hidden unless they are exported.
cat >copy.cpp <<'END'
#include "tracegate/chip.h"
static const char *row(void *columns, const void *event, size_t)
{
    *static_cast<uint32_t *>(columns) = *static_cast<const uint32_t *>(event);
    return nullptr;
}
static const tracegate_field fields[] = {{"word", nullptr, 0, TRACEGATE_FELT, 0, nullptr}};
static const tracegate_column columns[] = {{"word", nullptr}};
static tracegate_trace traces[1];
static tracegate_chip chips[] = {{"Copy", 1, traces}};
static tracegate_chip_library library = {TRACEGATE_CHIP_LIBRARY, .nb_chips = 1, .chips = chips, .manifest = nullptr};
const tracegate_chip_library *tracegate_chip_library_v1()
{
    traces[0].event_bytes = 4;
    traces[0].nb_fields = 1;
    traces[0].fields = fields;
    traces[0].nb_columns = 1;
    traces[0].columns = columns;
    traces[0].row = row;
    return &library;
}
END
cat >copy.c <<'END'
#include <stdint.h>
__global__ void copy_main(uint32_t *trace, uintptr_t height, const uint32_t *events, uintptr_t nb_events)
{
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < nb_events; i += gridDim.x * (uintptr_t)blockDim.x)
        trace[i] = events[i];
}
END
c++ -std=c++20 -Wall -Wextra -Werror -fvisibility=hidden -shared -fPIC -I"$root/include" -o copy.so copy.cpp || exit 1
run 0 gate Copy --chip-library copy.so --kernel copy.c:copy_main --host --no-sanitize
says "verdict   match: traces compared 1 of 1"
# What can run is listed: there is no kernel but those that a library names.
run 0 list --chip-library copy.so
check "a kernel is listed" grep -Eq '^Copy.main  .* reference$' "$out"
run 0 list --chip-library sums.so
check "the kernel is not listed" grep -Eq '^Sums.main  .* reference host' "$out"
check "a kernel is listed" grep -Eq '^Sums.preprocessed  .* reference$' "$out"
run 0 list --chip-library copy.so --json
check "a kernel is listed" not grep -A8 '"Copy.main"' "$out" | grep -q '"host"'
# A gate of everything says what it leaves out.
run 0 gate --chip-library copy.so --actual host --nb-events 5 --no-corpus --profile uniform
says "without a kernel, name it or give --kernels: Copy.main"
says "verdict   match"
run 0 fuzz --chip-library copy.so --actual host --nb-events 1000
# Two libraries at once.
run 0 list --chip-library copy.so --chip-library sums.so
says "Copy.main"
says "Sums.main"

# ---- without a kernel, or a name ----
export TG_CHIP_FIXTURE="no manifest"
run 2 gate Sums.preprocessed --chip-library sums.so --actual host
complains "Sums.preprocessed has no kernel of its own: name yours: --kernel FILE:SYMBOL"
refuse 2 "--host is for kernels of yours, and none is given" gate Sums.main --chip-library sums.so --host
unset TG_CHIP_FIXTURE
refuse 2 "the manifest has no kernel of Sums.preprocessed" gate Sums.preprocessed --chip-library sums.so --host --no-sanitize
refuse 2 "no chip is called 'Sums'" gate Sums.main
refuse 2 "the nearest name is Sums" describe Sum --chip-library sums.so

# ---- libraries that are none ----
refuse 2 "none.so: cannot open shared object file" list --chip-library none.so
refuse 2 "the chip library cannot be loaded" list --chip-library sums.cu
refuse 2 "chip Sums is there twice" list --chip-library sums.so --chip-library sums.so
for wrong in "load crashes" "load exits" "version" "overlap"; do
    export TG_CHIP_FIXTURE=$wrong
    refuse 2 "sums.so" gate Sums.main --chip-library sums.so --host --no-sanitize
done

# ---- a reference that is wrong is never green, and takes no other verdict with it ----
export TG_CHIP_FIXTURE="row crashes"
run 3 gate Sums.main --chip-library sums.so --host --no-sanitize
says "the reference of Sums.main: its worker was ended by signal 5"
says "NOT RUN"
check "it is said more than once" test "$(grep -c 'its worker was ended' "$out")" -eq 1
run 3 fuzz Sums.main --chip-library sums.so --host --no-sanitize --nb-events 5000
complains "the reference of Sums.main: its worker was ended by signal 5"
run 0 gate "$built_in" --chip-library sums.so --nb-events 100 --no-corpus
export TG_CHIP_FIXTURE="row refuses"
run 0 gate Sums.main --chip-library sums.so --host --no-sanitize --seed 5 --profile uniform
export TG_CHIP_FIXTURE="row reads ignored"
run 2 gate Sums.main --chip-library sums.so --host --no-sanitize
complains "Sums.main: spare is not a[0]: mend the event, or the reference in sums.so"

# ---- code of a library that ends the program ends it without a verdict, whatever its exit code ----
cat >none.cu <<'END'
#include <stdint.h>
extern "C" __global__ void sums_none(uint32_t *, uintptr_t, const void *, uintptr_t) {}
END
for wrong in "complete exits:exit code 0" "complete crashes:signal 5"; do
    export TG_CHIP_FIXTURE=${wrong%:*}
    run 2 gate Sums.main --chip-library sums.so --host --no-sanitize
    says_not "verdict   "
    complains "tracegate gate: there is no verdict, whatever was printed; "
    complains "${wrong#*:}"
    refuse 2 "${wrong#*:}" gen Sums.main --chip-library sums.so --nb-events 100 -o completed.npy
    absent completed.npy
done
# Behind the verdict it does not run.
for wrong in "unloading exits" "end exits"; do
    export TG_CHIP_FIXTURE=$wrong
    run 1 gate Sums.main --chip-library sums.so --kernel none.cu:sums_none --host --no-sanitize
    says "verdict   MISMATCH"
    run 0 gate Sums.main --chip-library sums.so --host --no-sanitize
    says "verdict   match"
done
export TG_CHIP_FIXTURE="load exits later" TG_CHIP_FIXTURE_FILE=$folder/loaded
refuse 2 "there is no verdict" gate Sums.main --chip-library sums.so --host --no-sanitize
finish
