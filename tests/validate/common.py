# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the scripts of this folder share: their arguments, documents with one change, and whether a schema and the program agree.

    SCRIPT PROGRAM ROOT TOOLS WORK

PROGRAM  that the script asks
ROOT     source tree
TOOLS    the virtual environment
WORK     empty folder
"""

import copy
import json
import pathlib
import sys

import jsonschema

NAME = pathlib.Path(sys.argv[0]).stem
program, root, tools, work = sys.argv[1], *map(pathlib.Path, sys.argv[2:])


def fail(message):
    print(f"{NAME}: {message}", file=sys.stderr)
    sys.exit(1)


def schema_of(name):
    """A schema of docs/, and what tells whether a document is of it."""
    schema = json.loads((root / "docs" / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema, jsonschema.Draft202012Validator(schema)


def first_error(validator, document):
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    return None if error is None else f"{error.json_path}: {error.message[:300]}"


def places(value, path=()):
    """Paths to all values."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from places(member, path + (key,))


def kind_of(path):
    """Of a place: indices of arrays make no other kind."""
    return tuple(step if isinstance(step, str) else "[]" for step in path)


def at(document, path):
    for step in path:
        document = document[step]
    return document


def mutants_of(document, others, seen=None):
    """Documents that differ from a valid one in one place: a key more, another value, an element less.

    others  values
    seen    a set: a place of a kind that is in it is left out, and kinds that were met are added. None: no place is left out. A value of
            another type than before is another kind of place: what was null was not looked into
    """

    def is_new(*mark):
        if seen is None:
            return True
        is_there = mark in seen
        seen.add(mark)
        return not is_there

    for path in places(document):
        kind = kind_of(path)
        value = at(document, path)
        if isinstance(value, dict) and is_new(kind, "more"):
            mutant = copy.deepcopy(document)
            at(mutant, path)["unknown"] = 1
            yield mutant
        if not path:
            continue
        for other in others:
            if is_new(kind, type(value).__name__, repr(other)):
                mutant = copy.deepcopy(document)
                at(mutant, path[:-1])[path[-1]] = other
                yield mutant
        if (seen is None or isinstance(path[-1], str)) and is_new(kind, "less"):
            mutant = copy.deepcopy(document)
            del at(mutant, path[:-1])[path[-1]]
            yield mutant


class Agreement:
    """Schema and program take the same documents. What the schema refuses, the program must refuse; what the program takes, the schema must
    take. What the program refuses beyond the schema must be something that a schema cannot say.

    beyond  words of the program's errors about that
    """

    def __init__(self, validator, beyond):
        self.validator = validator
        self.beyond = beyond
        self.nb_taken = self.nb = 0

    def check(self, document, is_taken, said, must_be_taken=False):
        is_valid = self.validator.is_valid(document)
        self.nb += 1
        self.nb_taken += is_taken
        is_agreed = is_valid if is_taken else not is_valid or any(words in said for words in self.beyond)
        if not is_agreed or (must_be_taken and not is_taken):
            fail(f"the program says: {said or 'taken'}\nthe schema says: {first_error(self.validator, document) or 'valid'}\n"
                 f"{json.dumps(document)[:3000]}")

    def conclude(self, min_taken, min_refused, what):
        if self.nb_taken < min_taken or self.nb - self.nb_taken < min_refused:
            fail(f"{self.nb_taken} of {self.nb} {what} are taken: this tests nothing")
        print(f"{NAME}: {self.nb} {what}, of which {self.nb_taken} are taken; schema and program agree")


OTHERS = [None, True, 7, -1, 0.5, "", "text", "a\u0001b", [], [1], {}, {"x": 1}]
