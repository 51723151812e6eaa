#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# The page of a report in a real browser: widths from a phone's to a screen's, light and dark, keyboard, contrast, marks that can be
# seen; and screenshots for people to look at.
#
#   html_browser.sh HTML_PAGE FOLDER
#
# HTML_PAGE is the program that writes the page; screenshots go into FOLDER. Exits 3, a skip, if there is no Chromium: 300 MB of it
# are more than a test should install.
set -u
program=${1:?"usage: html_browser.sh HTML_PAGE FOLDER"}
shots=${2:?}
here=$(dirname -- "$0")

browser=
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then
        browser=$name
        break
    fi
done
if [ -z "$browser" ]; then
    echo "html_browser: skipped, no Chromium here: apt-get install chromium" >&2
    exit 3
fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir -p "$shots" || exit 2

# run NAME ARGUMENTS...: the browser, without a window, with a profile of its own, and without the network. Its sandbox needs rights
# that containers lack; all that it opens is the page made here.
run() {
    log=$work/$1.log
    shift
    timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-prefers-reduced-motion \
        --proxy-server=127.0.0.1:9 --user-data-dir="$work/profile" --virtual-time-budget=20000 "$@" 2>"$log"
}

HTML_PAGE=$work/page.html "$program" >"$work/log" || {
    cat "$work/log" >&2
    exit 2
}
# The page as the text of an element, from which the script makes frames.
{
    printf '<!DOCTYPE html><meta charset="utf-8"><title>nothing ran</title><body><textarea id="page" hidden>'
    sed 's/&/\&amp;/g; s/</\&lt;/g' "$work/page.html"
    printf '</textarea><script>\n'
    cat "$here/html_browser.js"
    printf '</script>\n'
} >"$work/frames.html"

nb_wrong=0
for scheme in 1:light 0:dark; do
    dark=--blink-settings=preferredColorScheme=${scheme%%:*}
    name=${scheme#*:}
    run "$name" "$dark" --window-size=1300,1000 --dump-dom "file://$work/frames.html" >"$work/dom"
    title=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' "$work/dom" | head -n 1)
    echo "html_browser: $name: ${title:-no answer}"
    case $title in
        "PASS "*) ;;
        *)
            nb_wrong=$((nb_wrong + 1))
            [ -n "$title" ] || tail -n 5 "$work/$name.log" >&2
            ;;
    esac
    run shot "$dark" --window-size=1200,6000 --screenshot="$shots/report-$name.png" "file://$work/page.html" >/dev/null
    [ -s "$shots/report-$name.png" ] || nb_wrong=$((nb_wrong + 1))
done
# A window is never narrower than 500 pixels, so that a phone is a frame.
printf '<!DOCTYPE html><body style="margin:0"><iframe src="page.html" style="width:390px;height:6000px;border:0"></iframe>' \
    >"$work/phone.html"
run shot --window-size=500,6000 --screenshot="$shots/report-phone.png" "file://$work/phone.html" >/dev/null
[ -s "$shots/report-phone.png" ] || nb_wrong=$((nb_wrong + 1))
echo "html_browser: screenshots in $shots"
[ "$nb_wrong" -eq 0 ]
