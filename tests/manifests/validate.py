# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks that docs/manifest.schema.json and the program take the same manifests.

    validate.py VERDICTS ROOT WORK

VERDICTS  program of verdicts.c
ROOT      source tree
WORK      empty folder
Takes the examples of docs/ and a manifest with everything that one may hold, and changes each in every place, one at a time. What the
schema refuses, the program must refuse; what the program takes, the schema must take. What the program refuses beyond the schema must
be something that a schema cannot say. Exits 1 at the first that is otherwise, and prints it.
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema

verdicts = sys.argv[1]
root, work = map(pathlib.Path, sys.argv[2:])
OTHERS = [None, True, 7, -1, 0.5, "", "text", "a\u0001b", [], [1], {}, {"x": 1}]
# What a schema cannot say: words of the program's errors about names, formulas, kinds, and what refers to something else.
BEYOND = (
    "there is no trace", "two kernels are for", "\"modules\" has no", "no kernel is of the module", "means nothing in a formula",
    "the formula ends", "stands where", "has no value here", "neither number nor name", "does not say what it is", "is for modules of the kind",
    "for modules of the kind", "is for libraries", "the kernel has no scratch", "has no side output", "no launch gets the buffer",
    "have no field", "has no events", "\"module\" is missing", "is a name that formulas have", "needs itself",
)


def fail(message):
    print(f"manifests: {message}", file=sys.stderr)
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


schema = json.loads((root / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

whole = work / "whole.json"
subprocess.run([verdicts, whole], check=True)
originals = [whole, *sorted((root / "docs" / "examples").glob("*.json"))]
if len(originals) < 3:
    fail("there are no examples")
paths = list(originals)
for original in originals:
    for mutant in mutants_of(json.loads(original.read_text(encoding="utf-8"))):
        path = work / f"{len(paths)}.json"
        path.write_text(json.dumps(mutant), encoding="utf-8")
        paths.append(path)
lines = subprocess.run([verdicts], check=True, capture_output=True, text=True, input="".join(f"{path}\n" for path in paths)).stdout.splitlines()
if len(lines) != len(paths):
    fail(f"{len(paths)} manifests, and {len(lines)} lines about them")
nb_taken = 0
for path, line in zip(paths, lines):
    document = json.loads(path.read_text(encoding="utf-8"))
    is_valid = validator.is_valid(document)
    nb_taken += line == "read"
    is_agreed = is_valid if line == "read" else not is_valid or any(words in line for words in BEYOND)
    if not is_agreed or (path in originals and line != "read"):
        error = jsonschema.exceptions.best_match(validator.iter_errors(document))
        reason = "valid" if error is None else f"{error.json_path}: {error.message[:300]}"
        fail(f"{path.name}: the program says: {line}\nthe schema says: {reason}\n{path.read_text(encoding='utf-8')[:3000]}")
if nb_taken < 100 or len(paths) - nb_taken < 1000:
    fail(f"{nb_taken} of {len(paths)} manifests are taken: this tests nothing")
print(f"manifests: {len(paths)}, of which {nb_taken} are taken; schema and program agree")
