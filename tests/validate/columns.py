# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks that docs/columns.schema.json and the program take the same files of columns; tests/validate/common.py has its arguments.

PROGRAM is tracegate. Takes the columns of tests/new_chip and a file with every key, and changes each in every place, one at a time. Exits
1 at the first that is otherwise, and prints it.
"""

import json
import subprocess

from common import OTHERS, Agreement, fail, mutants_of, program, root, schema_of, work

# What a schema cannot say, or says in a longer way than is worth it.
BEYOND = ("two would be one member in C", "two traces are of one kind", "exclude each other", "constant padding needs",
          "\"below\" is for bytes")
WHOLE = {
    "version": 1,
    "traces": [{
        "kind": "preprocessed",
        "event": [{"name": "a.b[0]", "type": "felt", "dims": [8, 16]}, {"name": "limb", "type": "byte", "below": 16},
                  {"name": "op", "type": "enum", "values": ["Add", "Sub"]}],
        "columns": ["a", {"name": "b", "dims": [2]}],
        "events_per_row": 2, "rows_per_event": 1, "max_events": 9, "padding": "constant", "height": "never fixed",
        "reference": "whole trace",
    }],
}

agreement = Agreement(schema_of("columns.schema.json")[1], BEYOND)
originals = [WHOLE, json.loads((root / "tests" / "new_chip" / "columns.json").read_text(encoding="utf-8"))]
documents = list(originals)
for original in originals:
    documents.extend(mutants_of(original, OTHERS))
for number, document in enumerate(documents):
    path = work / f"{number}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    ran = subprocess.run([program, "new-chip", "MyChip", "--from", path, "-o", work / str(number)], capture_output=True, text=True,
                         check=False)
    if ran.returncode not in (0, 2):
        fail(f"exit code {ran.returncode}: {ran.stderr}\n{json.dumps(document)}")
    agreement.check(document, ran.returncode == 0, ran.stderr, number < len(originals))
agreement.conclude(50, 300, "files of columns")
