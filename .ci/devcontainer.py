"""Checks one devcontainer.json, as the dev container tool read it: its words and values, and whether everything that it names exists.

usage, from the course's folder: devcontainer.py CONFIG READ. READ is the output of `devcontainer read-configuration`.
"""
import json
import os
import re
import sys

import jsonschema

SCHEMA = os.path.join(os.path.dirname(__file__), "devcontainer.schema.json")


def words_and_values(seat):
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    for error in jsonschema.Draft201909Validator(schema).iter_errors(seat):
        yield f"{'.'.join(map(str, error.path)) or 'top level'}: {error.message}"


def dockerfile(folder, build):
    path, context = (os.path.normpath(os.path.join(folder, build[key])) for key in ("dockerfile", "context"))
    if not os.path.isfile(path):
        yield f"build.dockerfile: there is no {path}"
        return
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file.read().replace("\\\n", " ").splitlines() if line and line[0] not in "# "]
    targets = [line[-1] for line in lines if line[0] == "FROM"]
    if build["target"] not in targets:
        yield f"build.target: {path} has no target '{build['target']}', only {', '.join(targets)}"
    sources = [source for line in lines if line[0] == "COPY" for source in line[1:-1] if not source.startswith("--")]
    scripts = [line[1] for line in lines if line[0] == "RUN" and "/" in line[1]]
    for source in dict.fromkeys(sources + scripts):
        if not os.path.exists(os.path.join(context, source)):
            yield f"{path}: there is no {source} in {context}"


def named_files(seat):
    commands = [seat[key] for key in seat if key.endswith("Command") and isinstance(seat[key], str)]
    files = [file for command in commands for file in re.findall(r"[\w./-]+\.sh\b", command)]
    for file in files + seat.get("customizations", {}).get("codespaces", {}).get("openFiles", []):
        if not os.path.isfile(file):
            yield f"there is no {file}"


def main(config, read):
    with open(read, encoding="utf-8") as file:
        seat = json.load(file)["configuration"]
    del seat["configFilePath"]  # the tool added this key
    faults = list(words_and_values(seat))
    if not faults:
        faults = [*(dockerfile(os.path.dirname(config), seat["build"]) if "build" in seat else []), *named_files(seat)]
    for fault in faults:
        print(f"{config}: {fault}")
    if not faults:
        print(f"{config}: in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
