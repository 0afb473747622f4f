#!/usr/bin/python3
"""Makes an account for each student of a class list that has none yet, and prints its first password: accounts.py CLASS.csv

The list is a CSV whose column `name`, or else the first one, holds the names. A student is known again by the name, two of one name by their order.
"""
import csv
import os
import re
import secrets
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import settings

# A prefix keeps students' logins apart from all accounts of the system, whatever a student is called.
PREFIX, LONGEST = "s-", 26
SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another


def names(file):
    """The names of a class list, in its order."""
    data = Path(file).read_bytes()
    # Spreadsheets write one of three encodings, and one of three delimiters.
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = text.splitlines()
    delimiter = next((one for one in ";\t" if lines and one in lines[0]), ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    head = [cell.lower() for cell in rows[0]] if rows else []
    column = head.index("name") if "name" in head else 0
    rows = rows[1:] if "name" in head else rows
    return [clean(row[column]) for row in rows if len(row) > column and clean(row[column])]


def clean(name):
    """A name as the system's list of accounts can hold it: without colons, commas and control characters."""
    return " ".join(re.sub(r"[:,\x00-\x1f\x7f-\x9f]", " ", unicodedata.normalize("NFC", name)).split())[:200]


def full_name(account):
    return account.pw_gecos.split(",")[0]  # students may add a room and a telephone number themselves


def login(name, taken):
    """A login name that no other account has, of ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(SPELLED)).encode("ascii", "ignore").decode()
    base = PREFIX + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "student")
    number, chosen = 1, base
    while chosen in taken:
        number += 1
        chosen = f"{base}-{number}"
    return chosen


def password():
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def run(*command, said=None):
    done = subprocess.run(command, input=said, text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"accounts.py: {command[0]} ended with {done.returncode}: {done.stderr.strip()}")


def folder(path, mode, group):
    if not path.exists():
        path.mkdir(mode=0o700)
        os.chown(path, 0, group)
        path.chmod(mode)


def main(file):
    listed = names(file)
    if not listed:
        sys.exit(f"accounts.py: {file}: no name is in it; expected one a line, or a column `name`.")
    group = settings.read()["GROUP"]
    run("groupadd", "--force", group)
    known = {}
    for account in settings.students(group):
        known.setdefault(full_name(account), []).append(account.pw_name)
    taken = {line.split(":")[0] for kind in ("passwd", "group") for line in subprocess.check_output(["getent", kind], text=True).splitlines()}
    for name, count in Counter(listed).items():
        for _ in range(count - len(known.get(name, []))):
            chosen = login(name, taken)
            taken.add(chosen)
            run("useradd", "--create-home", "--key", "HOME_MODE=0700", "--user-group", "--groups", group, "--shell", "/bin/bash", "--comment", name, chosen)
    for name, logins in known.items():
        for left in logins[listed.count(name):]:
            print(f"{left} ({name}) is no longer on the list, and keeps the account. To lock it: passwd --lock {left}", file=sys.stderr)

    for path in (settings.EXCHANGE, settings.EXCHANGE / "submitted", settings.EXCHANGE / "feedback"):
        folder(path, 0o711, 0)
    # An account that never had a password gets one: also one of a run that was stopped halfway.
    without = {line.split(":")[0] for line in Path("/etc/shadow").read_text().splitlines() if line.split(":")[1] == "!"}
    table = None
    for account in settings.students(group):
        folder(settings.EXCHANGE / "submitted" / account.pw_name, 0o770, account.pw_gid)
        folder(settings.EXCHANGE / "feedback" / account.pw_name, 0o750, account.pw_gid)
        if account.pw_name not in without:
            continue
        first = password()
        run("chpasswd", said=f"{account.pw_name}:{first}\n")
        if not table:
            print("The first passwords, which nothing keeps. Hand them out; `passwd` in a terminal changes one.", file=sys.stderr)
            table = csv.writer(sys.stdout)
            table.writerow(["login", "password", "name"])
        table.writerow([account.pw_name, first, full_name(account)])
        sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
