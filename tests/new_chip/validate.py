# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks that docs/columns.schema.json and the program take the same files of columns.

    validate.py PROGRAM ROOT WORK

PROGRAM  tracegate
ROOT     source tree
WORK     empty folder
Takes the columns of this folder and a file with every key, and changes each in every place, one at a time. What the schema refuses, the
program must refuse; what the program takes, the schema must take. What the program refuses beyond the schema must be something that a
schema cannot say. Exits 1 at the first that is otherwise, and prints it.
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema

program = sys.argv[1]
root, work = map(pathlib.Path, sys.argv[2:])
OTHERS = [None, True, 7, -1, 0.5, "", "text", "a\u0001b", [], [1], {}, {"x": 1}]
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


def fail(message):
    print(f"new_chip: {message}", file=sys.stderr)
    sys.exit(1)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from places(member, path + (key,))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def mutants_of(document):
    for path in places(document):
        if isinstance(at(document, path), dict):
            mutant = copy.deepcopy(document)
            at(mutant, path)["unknown"] = 1
            yield mutant
        if not path:
            continue
        for other in OTHERS:
            mutant = copy.deepcopy(document)
            at(mutant, path[:-1])[path[-1]] = other
            yield mutant
        mutant = copy.deepcopy(document)
        del at(mutant, path[:-1])[path[-1]]
        yield mutant


schema = json.loads((root / "docs" / "columns.schema.json").read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
originals = [WHOLE, json.loads((root / "tests" / "new_chip" / "columns.json").read_text(encoding="utf-8"))]
documents = list(originals)
for original in originals:
    documents.extend(mutants_of(original))
nb_taken = 0
for number, document in enumerate(documents):
    path = work / f"{number}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    ran = subprocess.run([program, "new-chip", "MyChip", "--from", path, "-o", work / str(number)], capture_output=True, text=True,
                         check=False)
    if ran.returncode not in (0, 2):
        fail(f"exit code {ran.returncode}: {ran.stderr}\n{json.dumps(document)}")
    is_taken = ran.returncode == 0
    is_valid = validator.is_valid(document)
    nb_taken += is_taken
    is_agreed = is_valid if is_taken else not is_valid or any(words in ran.stderr for words in BEYOND)
    if not is_agreed or (number < len(originals) and not is_taken):
        error = jsonschema.exceptions.best_match(validator.iter_errors(document))
        reason = "valid" if error is None else f"{error.json_path}: {error.message[:300]}"
        fail(f"the program says: {ran.stderr or 'taken'}\nthe schema says: {reason}\n{json.dumps(document)}")
if nb_taken < 50 or len(documents) - nb_taken < 300:
    fail(f"{nb_taken} of {len(documents)} files are taken: this tests nothing")
print(f"new_chip: {len(documents)} files of columns, of which {nb_taken} are taken; schema and program agree")
