#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Records whose numbers are not those of their files: exit 2 before memory is taken for them, one line, nothing written.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

corpus=$2
mkdir record
cp "$corpus/counts/65/Select.main.events.npy" "$corpus/counts/65/Select.main.trace.npy" record

# record EVENTS HEIGHT [MORE]: record.json with these numbers.
record() {
    cat >record/record.json <<END
{${3:-} "traces": [{"trace": "Select.main", "events": $1, "height": $2, "width": 5}]}
END
}
# refused TEXT: by all verbs that read a record, in little memory.
refused() {
    refuse 2 "$1" trace Select.main --record record -o out.npy
    refuse 2 "$1" gate Select.main --record record
}

record 65 96
run 0 trace Select.main --record record -o good.npy
run 0 gate Select.main --record record

# More events than any trace has, in all sizes.
for events in 1099511627776 134217729 18446744073709551616 -1; do
    record $events 96
    refused "record.json"
done
# As many as a trace may have, and one beside what is there.
for events in 134217728 67108864 66 64 0; do
    record $events 96
    refuse 2 "Select.main.events.npy" trace Select.main --record record -o out.npy
    refuse 2 "$events" trace Select.main --record record -o out.npy
done
record 134217728 96
refuse 2 "67108864 rows" gate Select.main --record record
record 67108864 96
refuse 2 "Select.main.events.npy" gate Select.main --record record

# A height that the trace does not have: 2^26 rows of 5 words would be 1.3 GB.
record 65 67108864 '"fixed_height": 67108864,'
refuse 2 "Select.main.trace.npy" trace Select.main --record record --backend recorded -o out.npy
refuse 2 "Select.main.trace.npy" gate Select.main --record record

# Names that would make two lines of an error, or move the cursor of a terminal.
name=$(printf 'no\nsuch\033[2Kfile')
refuse 2 "no?such?[2Kfile" trace Select.main --record "$name" -o out.npy
refuse 2 "no?such?[2Kfile" trace Select.main --events "$name" -o out.npy
refuse 2 "no?such?[2Kfile" diff "$name" "$name"
refuse 2 "no?such?[2Kfile" gate --corpus "$name"
refuse 2 "no?such?[2Kfile" describe "$name"
absent out.npy
finish
