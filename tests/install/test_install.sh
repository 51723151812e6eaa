#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Installs into a folder of its own, moves that away, and uses what is there as a stranger would: the program, the example through
# pkg-config and through CMake, the headers in C++.
#
#   test_install.sh SOURCE BUILD CMAKE GENERATOR CC VERSION SANITIZED
#
# SANITIZED  yes, no: whether the library was built with AddressSanitizer; thread: with ThreadSanitizer
source=${1:?} build=${2:?} cmake=${3:?} generator=${4:?} cc=${5:?} version=${6:?} sanitized=${7:?}
. "$source/tests/cli/lib.sh" "$build/tracegate"
set -u
export TRACEGATE_CACHE=$folder/cache
unset PKG_CONFIG_PATH CMAKE_PREFIX_PATH DESTDIR

step() { # step CODE command...: a command of another program than tracegate
    local expected=$1
    shift
    last_command="(not tracegate) $*"
    "$@" >"$out" 2>"$err" </dev/null
    check_code $? "$expected"
}
here() { check "$1 was not installed" test -s "$1"; }

# ---- where things go ----
step 0 "$cmake" --install "$build" --prefix "$folder/first"
step 0 "$cmake" --install "$build" --prefix "$folder/first"
step 0 env DESTDIR="$folder/stage" "$cmake" --install "$build" --prefix /opt/tracegate
here stage/opt/tracegate/bin/tracegate
check "DESTDIR was not enough" test ! -e /opt/tracegate/bin/tracegate
libdir=$(cd first && find . -name libtracegate.a -printf '%h\n')
for file in bin/tracegate "$libdir/libtracegate.a" "$libdir/pkgconfig/tracegate.pc" "$libdir/cmake/tracegate/tracegate-config.cmake" \
    "$libdir/cmake/tracegate/tracegate-config-version.cmake" include/tracegate/tracegate.h include/tracegate/chip.h \
    share/man/man1/tracegate.1 share/man/man1/tracegate-gate.1 share/bash-completion/completions/tracegate \
    share/zsh/site-functions/_tracegate share/fish/vendor_completions.d/tracegate.fish share/tracegate/manifest.schema.json \
    share/tracegate/report.schema.json share/doc/tracegate/examples/gate_my_kernel.c share/doc/tracegate/manifest.md \
    share/doc/tracegate/LICENSE-MIT share/doc/tracegate/LICENSE-APACHE; do
    here "first/$file"
done
# A package that was moved, and whose tree nobody has, still works: nothing that tells places names them.
mv first moved
prefix=$folder/moved
check "a file names the tree or the build" not grep -rlF -e "$source" -e "$build" -e "$folder/first" "$prefix/$libdir/pkgconfig" \
    "$prefix/$libdir/cmake" "$prefix/share/man" "$prefix/include"

# ---- the program ----
program=$prefix/bin/tracegate
run 0 --version
check "another version" test "$(cat "$out")" = "tracegate $version"
run 0 doctor
says "$prefix/share/tracegate/corpus/records"
run 0 gate Select.main --actual host
says "verdict   match"
check "the recorded traces were not found" grep -q '^records  *[1-9]' "$out"
check "the saved cases were not found" grep -q '^cases  *[1-9]' "$out"
cp "$prefix/share/doc/tracegate/examples/my_select.cu" .
run 0 gate Select.main --kernel my_select.cu:my_select_main --host --no-sanitize --nb-events 5
run 1 gate Select.main --kernel my_select.cu:my_select_main --host --no-sanitize --nb-events 5 -DEXCHANGE_OUTPUTS
says "vals.out1"

# ---- the library, through pkg-config ----
export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
step 0 pkg-config --modversion tracegate
check "another version" test "$(cat "$out")" = "$version"
step 0 pkg-config --variable=corpusdir tracegate
check "there is no corpus at corpusdir" test -d "$(cat "$out")/records"
cp -r "$prefix/share/doc/tracegate/examples" example
lines=$(sed -n '/^int main/,$p' example/gate_my_kernel.c | grep -c .)
check "the example's program has $lines lines: more than twenty" test "$lines" -le 20
cd example || exit 1
read -r -a flags <<<"$(pkg-config --cflags --libs tracegate)"
step 0 "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror gate_my_kernel.c "${flags[@]}" -o by_pkg_config
check_example() { # check_example PROGRAM: right kernel, wrong kernel, no kernel
    step 0 "$1"
    says "verdict   match"
    step 1 "$1" EXCHANGE_OUTPUTS
    says "MISMATCH"
    says "Select.main/eventful/permuted-columns/vals.out1"
    mv my_select.cu away.cu
    step 2 "$1"
    says "my_select.cu"
    mv away.cu my_select.cu
}
check_example ./by_pkg_config
# Other names than the library's own cannot clash with a program's.
names=$(nm -g --defined-only "$prefix/$libdir/libtracegate.a" | sed -n 's/^[0-9a-f]* [A-Z] //p' | grep -v '^\.gomp_')
check "the library has no tracegate_gate" grep -qx tracegate_gate <<<"$names"
check "the library has names of its own: $(grep -v '^tracegate_' <<<"$names" | head -n 3)" not grep -qv '^tracegate_' <<<"$names"
printf 'int json_object(void);\nint json_object(void) { return 1; }\nint tg_gate_run(void);\nint tg_gate_run(void) { return 2; }\n' >clash.c
step 0 "$cc" gate_my_kernel.c clash.c "${flags[@]}" -o by_pkg_config
check_example ./by_pkg_config

# ---- under the sanitizers of a program of the user's ----
# gcc's and clang's runtimes differ: the kernel's compiler is that of the program.
if [ "$sanitized" = thread ]; then
    echo "not run: a program under AddressSanitizer; the library is one under ThreadSanitizer"
elif "$cc" --version | grep -qi clang; then
    echo "not run: a sanitized program of clang, whose runtime is another than that of kernels"
else
    sed 's/\.nb_traces = 1,/.nb_traces = 1, .sanitize = 1, .place = TRACEGATE_HOST,/' gate_my_kernel.c >sanitized.c
    step 0 "$cc" -fsanitize=address,undefined sanitized.c "${flags[@]}" -o sanitized
    export ASAN_OPTIONS=detect_leaks=0
    check_example ./sanitized
    unset ASAN_OPTIONS
    if [ "$sanitized" = no ]; then
        step 0 "$cc" sanitized.c "${flags[@]}" -o unsanitized
        step 3 ./unsanitized
        says "LD_PRELOAD"
    fi
fi

# ---- the library, through CMake ----
# shellcheck disable=SC2317 # called by step
configure() { "$cmake" -G "$generator" -S . -B cmake-build -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$prefix"; }
step 0 configure
step 0 "$cmake" --build cmake-build
check_example cmake-build/gate_my_kernel
step 0 "${cmake%cmake}ctest" --test-dir cmake-build
says "100% tests passed, 0 tests failed out of 3"
sed -i 's/find_package(tracegate/find_package(tracegate 99/' CMakeLists.txt
rm -rf cmake-build
step 1 configure
complains "99"

# ---- a chip of one's own, by the program and through the library ----
given=$source/tests/new_chip
run 0 new-chip MyChip --from "$given/columns.json"
cp "$given/reference.c" "$given/mychip.cu" mychip/
# shellcheck disable=SC2317 # called by step
configure_chip() { "$cmake" -G "$generator" -S mychip -B mychip/build -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$prefix"; }
step 0 configure_chip
step 0 "$cmake" --build mychip/build
sed -e 's/"Select.main"/"MyChip.main"/' -e 's/my_select.cu:my_select_main/mychip\/mychip.cu:mychip_main/' \
    -e 's/\.nb_traces = 1,/.nb_traces = 1, .chip_libraries = (const char *const[]){"mychip\/build\/libmychip.so"}, .nb_chip_libraries = 1,/' \
    gate_my_kernel.c >gate_my_chip.c
step 0 "$cc" gate_my_chip.c "${flags[@]}" -o gate_my_chip
step 0 ./gate_my_chip
says "MyChip.main"
says "verdict   match"
sed -i 's/mychip_main/mychip_other/' mychip/mychip.cu
step 2 ./gate_my_chip
says "has no kernel 'mychip_main'"

# ---- the headers in C++ ----
cat >headers.cpp <<'TEXT'
#include <tracegate/chip.h>
#include <tracegate/tracegate.h>
int main()
{
    tracegate_verdict verdict = {};
    verdict.struct_size = sizeof verdict;
    tracegate_gate_options options = {};
    options.struct_size = sizeof options;
    const tracegate_status status = tracegate_gate(&verdict, &options);
    tracegate_verdict_clear(&verdict);
    return tracegate_version()[0] != '\0' ? status : 9;
}
TEXT
cxx=$(command -v c++ || command -v g++ || true)
if [ -n "$cxx" ]; then
    step 0 "$cxx" -std=c++11 -Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers headers.cpp "${flags[@]}" -o headers
    step 2 ./headers
else
    echo "not run: the headers in C++; there is no C++ compiler"
fi
finish
