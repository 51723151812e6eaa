#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Malformed .npy files through every verb that reads one: exit 2, one line, nothing written.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Select.main: events of 20 bytes, 5 columns.
good_events="{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20), }"
good_cells="{'descr': '<u4', 'fortran_order': False, 'shape': (16, 5), }"

# The well-formed files that the others are broken forms of are accepted, in every version of the format.
for version in 1 2 3; do
    npy events.npy $version "$good_events" && zeros 60 >>events.npy
    run 0 trace Select.main --events events.npy -o "trace$version.npy"
    npy cells.npy $version "$good_cells" && zeros 320 >>cells.npy
    run 0 diff cells.npy cells.npy
    says "80 cells compared"
done
check "the version changes what is read" cmp -s trace1.npy trace2.npy
check "the version changes what is read" cmp -s trace1.npy trace3.npy
rm -f trace?.npy

# both TEXT FILE: the file is refused as events and as cells.
both() {
    refuse 2 "$1" trace Select.main --events "$2" -o out.npy
    refuse 2 "$1" diff "$2" cells.npy
    refuse 2 "$1" diff cells.npy "$2"
    refuse 2 "$1" diff cells.npy cells.npy --chip Select.main --events "$2"
}
# bad TEXT VERSION HEADER BYTES: a file with this header and so many zero bytes behind it is refused.
bad() {
    npy bad.npy "$2" "$3" && zeros "$4" >>bad.npy
    both "$1" bad.npy
}

# No file, no .npy, nothing in it.
both "nosuch.npy" nosuch.npy
mkdir folder
both "folder" folder
: >empty.npy
both "empty.npy" empty.npy
printf 'hello, this is no array at all, however long it may be' >text.npy
both "text.npy" text.npy
mkfifo fifo.npy
both "fifo.npy" fifo.npy
head -c 5 events.npy >magic.npy
both "magic.npy" magic.npy
head -c 9 events.npy >length.npy
both "length.npy" length.npy
head -c 40 events.npy >header.npy
both "header.npy" header.npy

# Versions and header lengths that are not.
npy bad.npy 4 "$good_events" && zeros 60 >>bad.npy
both "bad.npy" bad.npy
printf '\x93NUMPY\x02\x00\xff\xff\xff\xff{' >bad.npy
both "bad.npy" bad.npy
printf '\x93NUMPY\x01\x00\x00\x00' >bad.npy
both "bad.npy" bad.npy

# Headers that are not what NumPy writes.
bad "bad.npy" 1 "" 60
bad "bad.npy" 1 "{" 60
bad "bad.npy" 1 "{}" 60
bad "bad.npy" 1 "[1, 2]" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'shape': (3, 20), }" 60
bad "bad.npy" 1 "{'fortran_order': False, 'shape': (3, 20), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (3, 20), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20), 'more': 1, }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (3, 20), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20), } __import__('os')" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, -20), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20.0), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3 20), }" 60
bad "bad.npy" 1 "{'descr': '|u1\\'', 'fortran_order': False, 'shape': (3, 20), }" 60

# Shapes: not two dimensions, more or fewer bytes than the file has, products that overflow.
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (60,), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (), }" 1
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 4, 5), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20), }" 59
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20), }" 61
bad "bad.npy" 1 "{'descr': '<u4', 'fortran_order': False, 'shape': (16, 5), }" 319
bad "bad.npy" 1 "{'descr': '<u4', 'fortran_order': False, 'shape': (16, 5), }" 321
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (18446744073709551615, 20), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (922337203685477581, 20), }" 60
bad "bad.npy" 1 "{'descr': '<u4', 'fortran_order': False, 'shape': (4611686018427387904, 1), }" 60
bad "bad.npy" 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999999999, 20), }" 60

# Item types of other arrays.
for descr in '<u8' '<i4' '<f4' '|b1' '|O' '<U4' '' 'u' '<u16' '[("a", "<u4")]'; do
    bad "bad.npy" 1 "{'descr': '$descr', 'fortran_order': False, 'shape': (3, 20), }" 60
done

# Fortran order: the line that mends it in NumPy.
bad "ascontiguousarray" 1 "{'descr': '|u1', 'fortran_order': True, 'shape': (3, 20), }" 60
bad "ascontiguousarray" 1 "{'descr': '<u4', 'fortran_order': True, 'shape': (16, 5), }" 320

# Well-formed, but not what is asked for: cells as events, events as cells, events of another size.
refuse 2 "Select.main" trace Select.main --events cells.npy -o out.npy
refuse 2 "u4" diff events.npy cells.npy
refuse 2 "Select.main" trace Select.main --events cells.npy -o out.npy
npy other.npy 1 "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 21), }" && zeros 63 >>other.npy
refuse 2 "Select.main" trace Select.main --events other.npy -o out.npy

# Big-endian cells are read and swapped.
npy little.npy 1 "{'descr': '<u4', 'fortran_order': False, 'shape': (1, 2), }" && printf '\x01\x02\x03\x04\x05\x06\x07\x08' >>little.npy
npy big.npy 1 "{'descr': '>u4', 'fortran_order': False, 'shape': (1, 2), }" && printf '\x04\x03\x02\x01\x08\x07\x06\x05' >>big.npy
run 0 diff little.npy big.npy
absent out.npy
finish
