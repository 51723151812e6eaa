#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Outputs that cannot be written: exit 2, one line, what was there stays, and nothing is left half-written.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

gen=(gen Select.main --nb-events 1000)
trace=(trace Select.main --seed 1 --nb-events 1000)

mkdir work
for words in gen trace; do
    declare -n command=$words
    # Files that are no files, folders that are not there, names too long.
    refuse 2 "/dev/full" "${command[@]}" -o /dev/full
    check "/dev/full is gone" test -c /dev/full
    refuse 2 "/dev/null" "${command[@]}" -o /dev/null
    check "/dev/null is gone" test -c /dev/null
    refuse 2 "work" "${command[@]}" -o work
    refuse 2 "work/" "${command[@]}" -o work/
    refuse 2 "nosuch/x.npy" "${command[@]}" -o nosuch/x.npy
    refuse 2 "x.npy" "${command[@]}" -o /proc/x.npy
    : >file
    refuse 2 "file/x.npy" "${command[@]}" -o file/x.npy
    refuse 2 "long" "${command[@]}" -o "work/long$(printf 'x%.0s' {1..300})"
    refuse 2 "long" "${command[@]}" -o "work/long$(printf 'x%.0s' {1..5000})"
    only_files work

    # A disk that is full after the first 4 KiB, as far as this process can tell: the old file stays.
    printf 'old' >work/x.npy
    limited 4 "${command[@]}" -o work/x.npy >"$out" 2>"$err"
    check_code $? 2
    check "more or less than one line on standard error" one_line
    complains "work/x.npy"
    check "the old file has changed" test "$(cat work/x.npy)" = old
    only_files work x.npy
    # With room it is replaced.
    run 0 "${command[@]}" -o work/x.npy
    check "the old file is still there" test "$(head -c 3 work/x.npy)" != old
    only_files work x.npy
    rm work/x.npy
done

# A pipe behind a link.
"$program" "${gen[@]}" -o /dev/stdout 2>"$err" | cat >"$out"
check_code "${PIPESTATUS[0]}" 2
complains "pipe or device"

# Killed while it writes, it leaves nothing, where the file system knows files without a name: there the descriptor leads to a name
# that is gone.
writes() { find "/proc/$1/fd" -lname "$folder/work/*" 2>/dev/null | grep -q .; }
for signal in TERM INT KILL; do
    last_command="gen, killed by $signal"
    # A shell has its background jobs ignore INT.
    env --default-signal=INT "$program" gen Select.main --nb-events 20000000 -o work/x.npy >"$out" 2>"$err" &
    victim=$!
    while kill -0 "$victim" 2>/dev/null && ! writes "$victim"; do sleep 0.01; done
    unnamed=false
    find "/proc/$victim/fd" -lname "$folder/work/*(deleted)" 2>/dev/null | grep -q . && unnamed=true
    kill "-$signal" "$victim"
    wait "$victim" 2>/dev/null
    code=$?
    check "killed by $signal it ends with $code" test "$code" -gt 128
    if $unnamed; then
        only_files work
    else
        echo "no files without a name here: what a killed process leaves is not looked at"
        rm -f work/.x.npy.tracegate-*.part
    fi
done

# A disk that is really full, where this user may mount one.
if [ "$(id -u)" -eq 0 ] && mkdir disk && mount -t tmpfs -o size=16k tmpfs disk 2>/dev/null; then
    run 0 gen Select.main --nb-events 100 -o disk/small.npy
    refuse 2 "disk/x.npy" "${gen[@]}" -o disk/x.npy
    refuse 2 "disk/small.npy" "${trace[@]}" -o disk/small.npy
    only_files disk small.npy
    umount disk
else
    echo "no tmpfs can be mounted here: the disk is full by the limit on file sizes only"
fi

# A folder that this user may not write to. Root may write everywhere, so someone else tries.
mkdir locked
as_user=()
if [ "$(id -u)" -eq 0 ]; then
    as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    cp -- "$program" "$folder/program"
    chmod 755 "$folder" "$folder/program"
    program=$folder/program
fi
chmod 555 locked
"${as_user[@]}" "$program" "${gen[@]}" -o locked/x.npy >"$out" 2>"$err"
check_code $? 2
check "more or less than one line on standard error" one_line
complains "locked/x.npy"
only_files locked
finish
