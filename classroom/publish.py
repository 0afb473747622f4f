#!/usr/bin/python3
"""Brings the course of a checkout to where all students read it: publish.py CHECKOUT. Prints each file that it changes.

The solutions stay where they are. A file is written beside its place and renamed, so a running notebook keeps the library that it has loaded.
"""
import os
import shutil
import sys
from pathlib import Path

import settings

BUILD = "bin/Release/net10.0"
# By its solution the kernel knows the course's folder.
PARTS = ["CourseKit.sln", f"lib/CourseKit/{BUILD}", f"lib/CourseKit.Cli/{BUILD}", "data", "notebooks", "classroom"]
KEPT_BACK = {"instructor", "nbgrader_config.py", ".ipynb_checkpoints", "__pycache__", "kubernetes", "slurm"}


def files(path):
    """A file, or the files of a folder without what is kept back. Links of a build lead into the package cache, so they are followed."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for inner in sorted(path.iterdir()):
            if inner.name not in KEPT_BACK:
                yield from files(inner)


def solution(file):
    """Whether a file holds a teacher's solution, wherever the teacher keeps it."""
    return file.suffix == ".ipynb" and any(mark in file.read_text(errors="replace") for mark in ("/ BEGIN SOLUTION", "/ BEGIN HIDDEN TESTS"))


def same(one, other):
    """Whether a file is there already. A build's files are large, and time and length tell them apart."""
    if not other.is_file():
        return False
    a, b = one.stat(), other.stat()
    return a.st_size == b.st_size and (a.st_mtime_ns == b.st_mtime_ns or a.st_size < 1_000_000 and one.read_bytes() == other.read_bytes())


def main(checkout):
    os.umask(0o022)
    # What is not of the course is removed from there. So it must be a folder that was made for it.
    mark = settings.COURSE / ".published"
    if settings.COURSE.exists() and not mark.exists():
        sys.exit(f"publish.py: {settings.COURSE} is there, and not a course that was published. Move it, or give another folder: CLASSROOM=FOLDER")
    settings.COURSE.mkdir(exist_ok=True)
    if not mark.exists():
        mark.touch()
    there = {mark}
    for part in PARTS:
        for source in files(checkout / part):
            target = settings.COURSE / source.relative_to(checkout)
            if solution(source):
                sys.exit(f"publish.py: {source} holds solutions, which students would read. Keep it in notebooks/instructor.")
            there.add(target)
            if same(source, target):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(target.name + "~")
            shutil.copyfile(source, beside)
            os.utime(beside, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
            beside.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
            beside.rename(target)
            print(target.relative_to(settings.COURSE))
    for target in settings.COURSE.rglob("*"):
        if target.is_file() and target not in there and "__pycache__" not in target.parts:
            target.unlink()
            print(f"{target.relative_to(settings.COURSE)}: removed")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
