#!/usr/bin/python3
"""Brings a student's copy of the notebooks up to the course. The seat runs it, as the student, before the server starts.

What the student did not change becomes new. What they changed stays, the new version lies beside it, and a line in what-is-new.txt says so.
Nothing that the student wrote is overwritten or deleted.
"""
import hashlib
import json
import os
import time
from pathlib import Path

import settings

COPY = Path.home() / "notebooks"
RECORD, NEWS = COPY / ".handed-out.json", COPY / "what-is-new.txt"


def written(data):
    """A fingerprint of what people write in a file. Of a notebook these are its cells: running it and saving the outputs changes no answer."""
    try:
        cells = json.loads(data)["cells"]
        data = json.dumps([[cell["cell_type"], "".join(cell["source"]), cell.get("attachments")] for cell in cells]).encode()
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    return hashlib.sha256(data).hexdigest()


def put(file, data):
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}~")
    beside.write_bytes(data)
    beside.replace(file)


def free(file, own):
    """Where a new version goes: beside the file, and never over something of the student's."""
    number = 1
    while True:
        beside = file.with_name(f"{file.stem}.new{'' if number == 1 else f'-{number}'}{file.suffix}")
        if not os.path.lexists(beside) or own(beside):
            return beside
        number += 1


def update():
    COPY.mkdir(exist_ok=True)
    try:
        record = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        record = {}  # then everything counts as changed by the student, and stays
    news = []
    source = settings.COURSE / "notebooks"
    for published in sorted(path for path in source.rglob("*") if path.is_file()):
        name = str(published.relative_to(source))
        file, data = COPY / name, published.read_bytes()
        now, handed_out = written(data), record.get(name, [])

        def untouched(copy, versions=handed_out):
            return copy.is_file() and written(copy.read_bytes()) in versions

        if now in handed_out[-1:] and os.path.lexists(file):
            continue
        try:
            if not os.path.lexists(file):
                put(file, data)
            elif file.is_file() and written(file.read_bytes()) == now:
                pass
            elif untouched(file):
                put(file, data)
                news.append(f"{name}: there is a new version, and you have it.")
            else:
                beside = free(file, untouched)
                put(beside, data)
                news.append(f"{name}: there is a new version. You had changed yours, so it stays; the new one is {beside.name} beside it.")
        except OSError as error:
            news.append(f"{name}: the new version could not be written: {error.strerror}.")
            continue
        record[name] = [version for version in handed_out if version != now] + [now]
    put(RECORD, json.dumps(record, indent=1).encode())
    if news:
        with NEWS.open("a") as lines:
            lines.writelines(f"{time.strftime('%Y-%m-%d %H:%M')}  {line}\n" for line in news)
    feedback = settings.EXCHANGE / "feedback" / os.environ["USER"]
    link = Path.home() / "feedback"
    if feedback.is_dir() and not os.path.lexists(link):
        link.symlink_to(feedback)


if __name__ == "__main__":
    update()
