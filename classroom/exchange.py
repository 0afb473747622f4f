#!/usr/bin/python3
"""What students handed in, and what they get back, for the teacher:

  exchange.py collect 02-adversarial-training SUBMISSIONS   copies what was handed in to where `coursekit grade` takes it
  exchange.py return 02-adversarial-training DIR            gives each student the feedback that `coursekit grade --out DIR` wrote
"""
import os
import subprocess
import sys
import time
from pathlib import Path

import settings

LARGEST = 100_000_000


def put(file, data, mode, group=0):
    beside = file.with_name(f".{file.name}~")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
    os.chown(beside, os.geteuid(), group)
    beside.chmod(mode)
    beside.replace(file)


def collect(assignment, folder):
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for account in settings.students(settings.read()["GROUP"]):
        file = settings.EXCHANGE / "submitted" / account.pw_name / f"{assignment}.ipynb"
        if not os.path.lexists(file):
            continue
        # Read as the student: what they put there, such as a link, leads only where they may go themselves. And it may never end.
        try:
            read = subprocess.run(["head", "--bytes", str(LARGEST + 1), file], user=account.pw_uid, group=account.pw_gid, extra_groups=[], capture_output=True, timeout=60)
            problem = read.stderr.decode(errors="replace").strip() if read.returncode else f"more than {LARGEST} bytes" if len(read.stdout) > LARGEST else ""
        except subprocess.TimeoutExpired:
            problem = "it could not be read within a minute"
        if problem:
            print(f"{account.pw_name}: not collected: {problem}", file=sys.stderr)
            continue
        student = folder / account.pw_name
        student.mkdir(exist_ok=True)
        put(student / file.name, read.stdout, 0o600)
        # Students can set a file's other times as they like.
        put(student / "timestamp.txt", time.strftime("%Y-%m-%d %H:%M:%S UTC\n", time.gmtime(os.lstat(file).st_ctime)).encode(), 0o600)
        count += 1
    print(f"{count} collected in {folder}")


def give_back(assignment, folder):
    count = 0
    for account in settings.students(settings.read()["GROUP"]):
        page = folder / "feedback" / f"{account.pw_name}.html"
        if page.is_file():
            put(settings.EXCHANGE / "feedback" / account.pw_name / f"{assignment}.html", page.read_bytes(), 0o640, account.pw_gid)
            count += 1
    print(f"{count} have their feedback: feedback/{assignment}.html in their files")


if __name__ == "__main__":
    verb = {"collect": collect, "return": give_back}.get(sys.argv[1]) if len(sys.argv) == 4 else None
    if verb is None or sys.argv[2] != os.path.basename(sys.argv[2]):
        sys.exit(__doc__)
    verb(sys.argv[2].removesuffix(".ipynb"), Path(sys.argv[3]))
