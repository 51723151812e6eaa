# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks that docs/manifest.schema.json and the program take the same manifests; tests/validate/common.py has its arguments.

PROGRAM is the one of tests/manifests/verdicts.c. Takes the examples of docs/ and a manifest with everything that one may hold, and changes
each in every place, one at a time. Exits 1 at the first that is otherwise, and prints it.
"""

import json
import subprocess

from common import OTHERS, Agreement, fail, mutants_of, program, root, schema_of, work

# What a schema cannot say: words of the program's errors about names, formulas, kinds, and what refers to something else.
BEYOND = (
    "there is no trace", "two kernels are for", "\"modules\" has no", "no kernel is of the module", "means nothing in a formula",
    "the formula ends", "stands where", "has no value here", "neither number nor name", "does not say what it is", "is for modules of the kind",
    "for modules of the kind", "is for libraries", "the kernel has no scratch", "has no side output", "no launch gets the buffer",
    "have no field", "has no events", "\"module\" is missing", "is a name that formulas have", "needs itself",
)

agreement = Agreement(schema_of("manifest.schema.json")[1], BEYOND)
whole = work / "whole.json"
subprocess.run([program, whole], check=True)
originals = [whole, *sorted((root / "docs" / "examples").glob("*.json"))]
if len(originals) < 3:
    fail("there are no examples")
paths = list(originals)
for original in originals:
    for mutant in mutants_of(json.loads(original.read_text(encoding="utf-8")), OTHERS):
        path = work / f"{len(paths)}.json"
        path.write_text(json.dumps(mutant), encoding="utf-8")
        paths.append(path)
lines = subprocess.run([program], check=True, capture_output=True, text=True, input="".join(f"{path}\n" for path in paths)).stdout.splitlines()
if len(lines) != len(paths):
    fail(f"{len(paths)} manifests, and {len(lines)} lines about them")
for path, line in zip(paths, lines):
    agreement.check(json.loads(path.read_text(encoding="utf-8")), line == "read", line, path in originals)
agreement.conclude(100, 1000, "manifests")
