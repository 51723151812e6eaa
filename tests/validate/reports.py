# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks sample documents in every form with programs that know these forms; tests/validate/common.py has its arguments.

PROGRAM is the one of tests/reports/samples.c; TOOLS has sarif-2.1.0.json. Exits 1 at the first check that fails, and prints it.
"""

import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import junitparser

from common import fail, first_error, mutants_of, program, root, schema_of, tools, work

OTHERS = [None, True, 7, -1, 0.5, "text", "0x00000007", [1], {}]


def forms(suffix):
    """Samples of one form; there has to be at least one of each kind."""
    paths = sorted((work / "samples").glob(f"*.{suffix}"))
    if len(paths) < 7:
        fail(f"only {len(paths)} samples of {suffix}")
    return paths


# ---- JSON ----


def check_schema(schema, place="$"):
    """Every object is closed, all of its members are required, and everything has a description."""
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            fail(f"{place} of the schema takes keys that it does not list")
        if schema.get("required") != list(schema["properties"]):
            fail(f"{place} of the schema does not require all of its keys")
        if not schema.get("description"):
            fail(f"{place} of the schema has no description")
        for key, member in schema["properties"].items():
            if not member.get("description"):
                fail(f"{place}.{key} of the schema has no description")
    for name, definition in schema.get("$defs", {}).items():
        check_schema(definition, name)


def check_json(validator):
    for path in forms("json"):
        error = first_error(validator, json.loads(path.read_text(encoding="utf-8")))
        if error:
            fail(f"{path.name}: {error}")
        if path.stat().st_size >= 2 << 20:
            fail(f"{path.name} has {path.stat().st_size} bytes")


def shortened(value):
    """A document with two elements of each array at the most, but for marks' numbers: it has every kind of place all the same."""
    if isinstance(value, dict):
        return {key: shortened(member) for key, member in value.items()}
    if isinstance(value, list) and not all(isinstance(item, int) for item in value):
        return [shortened(item) for item in value[:2]]
    return value


def check_mutants(validator):
    """The program's reader and the schema agree on what a document is; the reader also adds up its figures."""
    paths = []
    verdicts = []
    seen = set()
    for name in ("times", "sides"):
        document = shortened(json.loads((work / "samples" / f"{name}.json").read_text(encoding="utf-8")))
        for mutant in mutants_of(document, OTHERS, seen):
            path = work / "mutants" / f"{len(paths)}.json"
            path.write_text(json.dumps(mutant), encoding="utf-8")
            paths.append(str(path))
            verdicts.append(validator.is_valid(mutant))
    (work / "list").write_text("".join(path + "\n" for path in paths), encoding="utf-8")
    lines = subprocess.run([program, "--read", work / "list"], check=True, capture_output=True, text=True).stdout.splitlines()
    if len(lines) != len(paths) or len(paths) < 2000:
        fail(f"{len(paths)} mutants, and {len(lines)} lines about them")
    for path, is_valid, line in zip(paths, verdicts, lines):
        is_read = line == "read"
        adds_up = "the rest of the report makes it" not in line
        if is_read != is_valid and not (is_valid and not adds_up):
            fail(f"{path}: the schema {'takes' if is_valid else 'refuses'} it, the program says: {line}\n{pathlib.Path(path).read_text()[:3000]}")
    return len(paths)


# ---- the other forms ----


def check_sarif():
    schema = json.loads((tools / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    if first_error(validator, {"version": "2.1.0"}) is None:
        fail("the schema of SARIF takes anything")
    for path in forms("sarif"):
        document = json.loads(path.read_text(encoding="utf-8"))
        error = first_error(validator, document)
        if error:
            fail(f"{path.name}: {error}")
        run = document["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                fail(f"{path.name}: ruleIndex and ruleId name two rules")


def check_junit():
    names = [str(path) for path in forms("junit")]
    checked = subprocess.run(["xmllint", "--noout", "--schema", root / "docs" / "junit.xsd", *names], capture_output=True, text=True)
    if checked.returncode != 0:
        fail(f"xmllint: {checked.stderr}")
    for path in forms("junit"):
        document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        suites = junitparser.JUnitXml.fromfile(str(path))
        cases = {case.name: case for suite in suites for case in suite}
        for trace in document["traces"]:
            case = cases[trace["trace"]]
            kinds = [type(result).__name__ for result in case.result]
            wanted = {"match": [], "mismatch": ["Failure"], "known failure passes": ["Failure"]}.get(trace["verdict"], ["Skipped"])
            if kinds != wanted or case.classname != trace["chip"]:
                fail(f"{path.name}: {trace['trace']} is {kinds}, not {wanted}")
            if trace["seconds"] is not None and case.time != trace["seconds"]:
                fail(f"{path.name}: {trace['trace']} took {case.time} s")
        red = any(isinstance(result, junitparser.Failure) for case in cases.values() for result in case.result)
        if red != (document["verdict"]["exit_code"] != 0):
            fail(f"{path.name} is {'red' if red else 'green'}, the verdict is {document['verdict']}")
        counted = (suites.tests, suites.failures, suites.errors, suites.skipped)
        suites.update_statistics()
        if counted != (suites.tests, suites.failures, suites.errors, suites.skipped):
            fail(f"{path.name}: its counts are {counted}")
        for finding in document["findings"][:16]:
            texts = [result.text or "" for case in cases.values() for result in case.result]
            first = finding["text"].split("\n")[0]
            if first.isprintable() and not finding["is_expected"] and not any(first in text for text in texts):
                fail(f"{path.name}: the text report of {finding['trace']} is not in it")


def check_github():
    line_form = re.compile(r"::(error|notice) ((?:file=[^:,\r\n]*,)?title=[^:,\r\n]*)::([^\r\n]*)\n")
    for path in forms("github"):
        text = path.read_bytes().decode("utf-8")
        if line_form.sub("", text) != "":
            fail(f"{path.name}: not all of it is annotations")


for folder in ("samples", "mutants"):
    (work / folder).mkdir()
if subprocess.run([program, work / "samples"], stdout=sys.stderr, check=False).returncode != 0:
    fail("there are no samples")
schema, validator = schema_of("report.schema.json")
check_schema(schema)
check_json(validator)
nb_mutants = check_mutants(validator)
check_sarif()
check_junit()
check_github()
print(f"reports: {len(forms('json'))} samples in every form, {nb_mutants} mutants")
