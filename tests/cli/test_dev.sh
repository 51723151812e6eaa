#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# The script dev, as far as it goes without building: its verbs, and a build folder that belongs to someone else.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

source=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
"$program" --help >"$out"
verbs=$(sed -n '/^verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$out")
check "the program lists no verbs" test "$(wc -w <<<"$verbs")" -ge 8

# A clone whose logs cannot be written. Root may write everywhere, so someone else tries.
mkdir -p clone/build/log
cp -- "$source/dev" clone/dev
program=$folder/clone/dev
as_user=()
if [ "$(id -u)" -eq 0 ]; then as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
locked_out() { # locked_out VERB: says who owns what is in the way, in one line
    last_command="./dev $1"
    "${as_user[@]}" "$program" "$1" >"$out" 2>"$err" </dev/null
    check_code $? 3
    check "more or less than one line on standard error" one_line
    complains "cannot write $folder/clone/build/log/"
    complains "belongs to $(id -un)"
    complains "chown"
}
printf 'of an older build\n' >clone/build/log/configure-release.log
chmod 755 "$folder" clone clone/dev clone/build
chmod 444 clone/build/log/configure-release.log
chmod 555 clone/build/log
# Every verb of the program builds it, and gets as far as the log.
for verb in $verbs; do
    locked_out "$verb"
done
chmod 755 clone/build/log
rm -r clone/build/log
chmod 555 clone/build
locked_out gate

"$program" help >"$out" 2>"$err"
for verb in $verbs; do
    check "the usage does not name $verb" grep -qw -- "$verb" "$out"
done
"$program" install one two >"$out" 2>"$err"
check_code $? 2
complains "'two'"
"$program" install --prefix=/nowhere >"$out" 2>"$err"
check_code $? 2
complains "takes a folder"
"$program" frobnicate >"$out" 2>"$err"
check_code $? 2
complains "./dev help"
chmod -R u+w clone

# The first build says what it does, and on a terminal how far it is. Stands for cmake and dpkg here.
mkdir fake
cat >fake/cmake <<'SCRIPT'
#!/bin/sh
case $* in *--build*) echo '[1/2] Building C object a'; echo '[2/2] Linking tracegate';; esac
mkdir -p build/release && touch build/release/build.ninja
printf '#!/bin/sh\necho "ran $*"\n' >build/release/tracegate && chmod +x build/release/tracegate
SCRIPT
cat >fake/dpkg-query <<'SCRIPT'
#!/bin/sh
for word; do printf 'ii %s ' "$word"; done
SCRIPT
chmod +x fake/*
rm -rf clone/build
PATH=$folder/fake:$PATH "$program" gate Name >"$out" 2>"$err"
check_code $? 0
says "ran gate Name"
complains "dev: building in $folder/clone/build/release: minutes the first time"
check "steps are shown where there is no terminal" not grep -q '2/2' "$err"
check "the log has no steps" grep -q '2/2' clone/build/log/build-release.log
PATH=$folder/fake:$PATH "$program" gate >"$out" 2>"$err"
check "a build that is there is announced" test ! -s "$err"
if command -v script >/dev/null; then
    PATH=$folder/fake:$PATH script -qec "'$program' gate" /dev/null >"$out" </dev/null
    says "dev: building [2/2]"
    says "ran gate"
    check "the terminal's log has no steps" grep -q '2/2' clone/build/log/build-release.log
fi
finish
