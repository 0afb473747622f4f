#!/usr/bin/python3
"""The settings of a classroom, and what would be unsafe about it.

  settings.py               prints the settings for a shell
  settings.py --check       writes the settings if there are none, prints what is unsafe, and ends with 1 then
"""
import grp
import ipaddress
import os
import pwd
import shlex
import sys
from pathlib import Path

ROOT = Path(os.environ.get("CLASSROOM", "/srv/classroom"))
COURSE, EXCHANGE, HUB = ROOT / "course", ROOT / "exchange", ROOT / "hub"
FILE = ROOT / "settings.env"

DEFAULTS = """\
# The settings of this classroom. After a change run classroom/up.sh again.

# Where browsers find the hub. Behind a proxy that does TLS: 127.0.0.1. Any other address needs a certificate and its key, as PEM files.
# The two ports above PORT are the hub's own, on 127.0.0.1. Below 1024 no student's program can take them while the hub restarts.
ADDRESS=127.0.0.1
PORT=800
TLS_CERTIFICATE=
TLS_KEY=

# The system group of the students, and where Jupyter finds the kernel.
GROUP=students
PREFIX=/usr/local

# What a seat may take: memory of each of its processes, processes and threads of all its programs together, threads of a notebook.
MEMORY_MB=4096
PROCESSES=600
THREADS=1

# The share of a graphics card's memory that a notebook may take, such as 0.2. Empty: all of it.
DEVICE_MEMORY=

# A kernel that did nothing for so long ends, and then a server without kernels.
IDLE_SECONDS=3600
"""


def read():
    """The settings by their names. Those that the file does not give have their defaults."""
    lines = DEFAULTS.splitlines() + (FILE.read_text().splitlines() if FILE.exists() else [])
    return {name.strip(): value.strip() for name, equals, value in (line.partition("=") for line in lines) if equals and not name.startswith("#")}


def students(group):
    """The accounts of the group, in the order in which they were made."""
    try:
        members = grp.getgrnam(group).gr_mem
    except KeyError:
        return []
    return sorted((account for account in pwd.getpwall() if account.pw_name in members), key=lambda account: account.pw_uid)


def unsafe():
    """What is unsafe, a sentence each, with what to do."""
    settings = read()
    if not is_loopback(settings["ADDRESS"]) and not (settings["TLS_CERTIFICATE"] and settings["TLS_KEY"]):
        yield (f"{FILE}: ADDRESS={settings['ADDRESS']} without TLS: passwords would cross the network in the clear. Give TLS_CERTIFICATE and TLS_KEY, "
               "or 127.0.0.1 and a proxy that does TLS.")
    if not 0 < int(settings["PORT"]) < 1022:
        yield f"{FILE}: PORT={settings['PORT']}; expected 1 to 1021: a student's program could take a higher one while the hub restarts, and get the passwords."
    accounts = students(settings["GROUP"])
    empty = {line.split(":")[0] for line in Path("/etc/shadow").read_text().splitlines() if line.split(":")[1] == ""}
    for account in accounts:
        if account.pw_name in empty:
            yield f"{account.pw_name} has no password: anybody could be this student. Run `passwd {account.pw_name}`."
        if account.pw_uid < 1000:
            yield f"{account.pw_name} is an account of the system, not a student's. Run `gpasswd --delete {account.pw_name} {settings['GROUP']}`."
    for place, most in [(ROOT, 0o755), (FILE, 0o644), (HUB, 0o700), (EXCHANGE, 0o711), (EXCHANGE / "submitted", 0o711), (EXCHANGE / "feedback", 0o711)]:
        yield from wider(place, most, group=0)
    for account in accounts:
        yield from wider(EXCHANGE / "submitted" / account.pw_name, 0o770, account.pw_gid)
        yield from wider(EXCHANGE / "feedback" / account.pw_name, 0o750, account.pw_gid)


def is_loopback(address):
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def wider(place, most, group):
    """Says so if more people can read or change a file or folder, or other people, than should."""
    if not place.exists():
        return
    found = place.stat()
    if found.st_mode & 0o777 & ~most or found.st_uid != 0 or found.st_gid != group:
        yield (f"{place} has the mode {found.st_mode & 0o777:o}, owner {found.st_uid} and group {found.st_gid}; expected {most:o} at most, 0 and {group}: "
               f"others could read or change what is in it. Run `chown 0:{group} {place}; chmod {most:o} {place}`.")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print("\n".join(f"{name}={shlex.quote(value)}" for name, value in read().items()))
        sys.exit()
    if not FILE.exists():
        ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        FILE.write_text(DEFAULTS)
        FILE.chmod(0o644)
    found = list(unsafe())
    for sentence in found:
        print(f"Refused: {sentence}", file=sys.stderr)
    sys.exit(1 if found else 0)
