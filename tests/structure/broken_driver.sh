#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Runs a program that was built with CUDA under a driver that does not start, and requires that it says so: a device that can't be
# had, exit 3, whatever code the driver gives for it.
#
#   broken_driver.sh ROOT CC PROGRAM
set -u
root=${1:?"usage: broken_driver.sh ROOT CC PROGRAM"}
cc=${2:?}
program=${3:?}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
nb_failed=0
"$cc" -shared -fPIC -o "$work/libcuda.so.1" "$root/tests/structure/broken_driver.c" || exit 2

# expect CODE NAME: the driver's code, and the runtime's name of it.
expect() {
    text=$(BROKEN_DRIVER=$1 LD_LIBRARY_PATH=$work "$program" gate --actual cuda --no-corpus --nb-events 1 2>&1)
    code=$?
    case $code-$text in
    3-*"no CUDA device can be used here: $2 "*) ;;
    *)
        echo "broken_driver: a driver that fails with $1 ($2): exit $code: $text" >&2
        nb_failed=$((nb_failed + 1))
        ;;
    esac
}

expect 3 cudaErrorInitializationError
expect 100 cudaErrorNoDevice
expect 304 cudaErrorOperatingSystem
expect 802 cudaErrorSystemNotReady
expect 803 cudaErrorSystemDriverMismatch
expect 999 cudaErrorUnknown
[ $nb_failed -eq 0 ] || exit 1
echo "a driver that does not start is a device that is not there"
