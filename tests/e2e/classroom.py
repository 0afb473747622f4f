"""A classroom, tried: up.sh on this machine in folders of its own, students who log in, work, press Stop, hand in and get feedback, and one who tries
to see and change what is not theirs. Needs root and Debian's JupyterHub. Prints a line for each thing that must hold, and figures.

classroom.py ROOT_OF_THE_CHECKOUT share           three students, the first cells of lecture 02: what the tests run
classroom.py ROOT_OF_THE_CHECKOUT load STUDENTS   all of lecture 02, kernels killed, the hub restarted in the middle
"""
import csv
import json
import os
import pwd
import random
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import requests
import websocket

CHECKOUT, MODE = Path(sys.argv[1]).resolve(), sys.argv[2]
EXERCISE = "02-adversarial-training"
# Longer than a kernel takes to start on a busy machine: one that starts counts as idle.
IDLE = 60 if MODE == "share" else 120
failed = 0


def holds(what, ok, detail=""):
    global failed
    failed += not ok
    print(f"{'holds ' if ok else 'FAILED'} {what}" + ("" if ok else f": {str(detail)[-1500:]}"), flush=True)


class Classroom:
    """up.sh, in a folder of its own, for a group and a prefix of its own."""

    def __init__(self, names):
        self.base = Path(tempfile.mkdtemp(prefix="classroom-", dir="/var/tmp"))
        self.base.chmod(0o755)
        self.tag = secrets.token_hex(3)
        self.group, self.root, self.checkout = f"ck-{self.tag}", self.base / "classroom", self.base / "checkout"
        self.port = random.randrange(700, 900)
        self.url = f"http://127.0.0.1:{self.port}"
        self.list, self.names = self.base / "class.csv", [f"{self.tag} {name}" for name in names]
        self.accounts = []
        for folder in ("classroom", "notebooks"):
            shutil.copytree(CHECKOUT / folder, self.checkout / folder)
        for folder in ("lib", "data", "CourseKit.sln"):
            (self.checkout / folder).symlink_to(CHECKOUT / folder)
        subprocess.run(["git", "init", "--quiet", self.checkout], check=True)
        self.root.mkdir(mode=0o755)
        self.set(PORT=self.port, GROUP=self.group, PREFIX=self.base / "prefix", IDLE_SECONDS=IDLE)
        self.write_list(self.names)

    def write_list(self, names):
        with open(self.list, "w", newline="") as file:
            csv.writer(file).writerows([["name"], *([name] for name in names)])

    def set(self, **settings):
        file = self.root / "settings.env"
        given = dict(line.split("=", 1) for line in file.read_text().splitlines()) if file.exists() else {}
        given.update({name: str(value) for name, value in settings.items()})
        file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))

    def run(self, program, *arguments):
        return subprocess.run([self.checkout / "classroom" / program, *arguments], env={**os.environ, "CLASSROOM": str(self.root)}, capture_output=True, text=True)

    def up(self):
        done = self.run("up.sh", self.list)
        self.accounts += [dict(zip(("login", "password", "name"), row)) for row in csv.reader(done.stdout.splitlines()) if len(row) == 3 and row[0].startswith("s-")]
        return done

    def close(self):
        """Ends and removes all that it made."""
        self.run("down.sh")
        group = subprocess.run(["getent", "group", self.group], capture_output=True, text=True).stdout.strip()
        logins = [login for login in group.split(":")[-1].split(",") if login]
        deadline = time.time() + 20
        while time.time() < deadline and any(processes(login) for login in logins):
            time.sleep(.2)
        for login in logins:
            for pid in processes(login):
                os.kill(pid, signal.SIGKILL)
            subprocess.run(["userdel", "--remove", login], capture_output=True)
        subprocess.run(["groupdel", self.group], capture_output=True)
        shutil.rmtree(self.base)


def processes(login):
    try:
        uid = pwd.getpwnam(login).pw_uid
    except KeyError:
        return []
    found = []
    for entry in os.scandir("/proc"):
        try:
            if entry.name.isdigit() and entry.stat().st_uid == uid and Path(entry.path, "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.append(int(entry.name))
        except OSError:
            pass
    return found


class Student:
    """A browser, as far as the hub and the notebook server see one."""

    def __init__(self, room, account):
        self.room, self.login, self.password = room, account["login"], account["password"]
        self.account = pwd.getpwnam(self.login)
        self.home = Path(self.account.pw_dir)
        self.web = requests.Session()
        self.server = f"{room.url}/user/{self.login}"
        self.kernel = self.socket = None
        self.session = uuid.uuid4().hex
        self.seconds = self.lost = 0
        self.kills = 0

    def log_in(self):
        self.web.cookies.clear()
        page = self.web.get(f"{self.room.url}/hub/login")
        token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        answer = self.web.post(f"{self.room.url}/hub/login", data={"username": self.login, "password": self.password, "_xsrf": token[1] if token else ""})
        return answer.status_code < 400 and "Invalid username or password" not in answer.text

    def start(self):
        self.web.get(f"{self.room.url}/hub/spawn/{self.login}")
        deadline = time.time() + 120
        while time.time() < deadline:
            page = self.web.get(f"{self.server}/tree/notebooks")
            if page.status_code == 200 and page.url.startswith(self.server):
                return
            time.sleep(.5)
        raise TimeoutError(f"{self.login}: no server after two minutes: {page.status_code} {page.url}")

    def api(self, method, path, **arguments):
        xsrf = next((cookie.value for cookie in self.web.cookies if cookie.name == "_xsrf" and self.login in cookie.path), "")
        return self.web.request(method, f"{self.server}/api/{path}", headers={"X-XSRFToken": xsrf, "Referer": f"{self.server}/tree"}, timeout=60, **arguments)

    def open(self, path):
        answer = self.api("POST", "sessions", json={"path": path, "name": path, "type": "notebook", "kernel": {"name": "coursekit"}})
        answer.raise_for_status()
        self.kernel = answer.json()["kernel"]["id"]
        self.connect()

    def connect(self):
        if self.socket:
            self.socket.close()
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.web.cookies)
        address = f"{self.server}/api/kernels/{self.kernel}/channels?session_id={self.session}".replace("http", "ws", 1)
        self.socket = websocket.create_connection(address, cookie=cookies, origin=self.room.url, timeout=5)

    def terminal(self, line, until, patience=60):
        """Types a line into a terminal of the server."""
        name = self.api("POST", "terminals").json()["name"]
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.web.cookies)
        socket = websocket.create_connection(f"{self.server}/terminals/websocket/{name}".replace("http", "ws", 1), cookie=cookies, origin=self.room.url, timeout=1)
        said, deadline = "", time.time() + patience
        socket.send(json.dumps(["stdin", line + "\r"]))
        while until not in said and time.time() < deadline:
            try:
                kind, *text = json.loads(socket.recv())
                said += "".join(text) if kind == "stdout" else ""
            except websocket.WebSocketTimeoutException:
                pass
        socket.close()
        self.api("DELETE", f"terminals/{name}")
        return said

    def execute(self, code, patience=900, meanwhile=None):
        """Runs a cell. Gives its status (ok, error; lost where the kernel died) and what it printed. Connects anew where the connection breaks."""
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": "execute_request", "username": self.login, "session": self.session, "version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        request = json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": [], "channel": "shell"})
        try:
            self.socket.send(request)
        except (OSError, websocket.WebSocketException):
            self.reconnect()
            self.socket.send(request)
        status, idle, said, deadline = None, False, "", time.time() + patience
        while not (status and idle):
            if time.time() > deadline:
                raise TimeoutError(f"{self.login}: a cell has not ended after {patience} s: {code[:100]}")
            try:
                received = self.socket.recv()
                if not isinstance(received, str):
                    continue
                heard = json.loads(received)
            except websocket.WebSocketTimeoutException:
                continue
            except (OSError, websocket.WebSocketException, ValueError):
                self.reconnect()
                continue
            if heard["msg_type"] == "status" and heard["content"]["execution_state"] in ("restarting", "autorestarting", "dead"):
                return "lost", said
            if heard["parent_header"].get("msg_id") != message:
                continue
            if heard["msg_type"] == "execute_reply":
                status = heard["content"]["status"]
            elif heard["msg_type"] == "stream":
                said += heard["content"]["text"]
            elif heard["msg_type"] == "execute_result":
                said += heard["content"]["data"].get("text/plain", "")
            elif heard["msg_type"] == "error":
                said += "\n".join(heard["content"]["traceback"])
            elif heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                idle = True
            if meanwhile and heard["msg_type"] == "execute_input":
                meanwhile()
        return status, said

    def reconnect(self):
        deadline = time.time() + 120
        while True:
            try:
                self.connect()
                return
            # websocket-client's TypeError, where the answer has no status, and its ValueError, where it leads to a login while the hub is away.
            except (OSError, websocket.WebSocketException, TypeError, ValueError):
                if time.time() > deadline:
                    raise
                time.sleep(1)
                self.reload()

    def reload(self):
        """Loads the page again, which leads to a login by itself where that is needed. While the hub is away there is no page."""
        try:
            self.web.get(f"{self.server}/tree/notebooks", timeout=60)
        except OSError:
            pass

    def press_stop(self):
        """Stop, in a cell that would never end. The variables stay."""
        self.execute('var before = 42; System.Console.WriteLine("set")')
        stop = threading.Timer(1, lambda: self.api("POST", f"kernels/{self.kernel}/interrupt"))
        status, _ = self.execute("while (true) { }", meanwhile=stop.start)
        return status == "error" and self.execute("before") == ("ok", "42")

    def hand_in(self):
        solved = (CHECKOUT / "notebooks" / "instructor" / f"{EXERCISE}.ipynb").read_text()
        path = f"notebooks/exercises/{EXERCISE}.ipynb"
        self.api("PUT", f"contents/{path}", json={"type": "notebook", "format": "json", "content": json.loads(solved)}).raise_for_status()
        return self.terminal(f"$CLASSROOM/course/classroom/hand-in {path}", "Handed in ")

    def shell(self, command):
        """A command of the student's: what a terminal or a cell of theirs could do."""
        return subprocess.run(["bash", "-c", command], user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=os.getgrouplist(self.login, self.account.pw_gid),
                              env={"HOME": str(self.home), "USER": self.login, "CLASSROOM": str(self.room.root), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
                              cwd="/", capture_output=True, text=True, timeout=60)


def lecture(room, budget, name=EXERCISE):
    """The code cells of a lecture, with a small budget."""
    cells = json.loads((room.root / "course" / "notebooks" / f"{name}.ipynb").read_text())["cells"]
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        code = "".join(cell["source"])
        yield code
        if "parameters" in cell["metadata"].get("tags", []):
            yield f"updates = {budget};"


def listening(uid):
    """The ports on which processes of a user listen."""
    lines = [line.split() for kind in ("tcp", "tcp6") for line in Path("/proc/net", kind).read_text().splitlines()[1:]]
    return [int(line[1].rsplit(":", 1)[1], 16) for line in lines if line[3] == "0A" and int(line[7]) == uid]


def burglary(room, thief, victim):
    """What a student tries on another and on the hub."""
    root, login, home = room.root, victim.login, victim.home

    def denied(what, *commands):
        done = {command: thief.shell(command) for command in commands}
        went = [f"`{command}` said {one.stdout}{one.stderr}" for command, one in done.items() if one.returncode == 0 or one.stdout.strip()]
        holds(f"a student cannot {what}", not went, went)

    runtime = home / ".run"
    sockets = sorted(runtime.glob("kernel-*-ipc-*"))
    connection = next(runtime.glob("kernel-*.json"))
    denied("read another's files", f"cat {home}/notebooks/exercises/{EXERCISE}.ipynb", f"ls {home}", f"find / -xdev -user {login} -type f -readable 2>/dev/null | grep .")
    denied("see another's submission", f"cat {root}/exchange/submitted/{login}/{EXERCISE}.ipynb", f"ls {root}/exchange/submitted/{login}", f"ls {root}/exchange/submitted")
    denied("change another's submission", f"touch {root}/exchange/submitted/{login}/{EXERCISE}.ipynb", f"rm -f {root}/exchange/submitted/{login}/{EXERCISE}.ipynb",
           f"mv {root}/exchange/submitted/{login} {root}/exchange/submitted/{thief.login}")
    denied("see another's feedback", f"ls {root}/exchange/feedback/{login}", f"ls {root}/exchange/feedback")
    denied("write feedback", f"touch {root}/exchange/feedback/{thief.login}/{EXERCISE}.html")
    denied("open the exchange to others", f"chmod 777 {root}/exchange/submitted/{thief.login}")
    denied("read the solutions", f"cat {room.checkout}/notebooks/instructor/{EXERCISE}.ipynb", f"ls {room.checkout}/notebooks/instructor", f"cat {room.checkout}/.git/HEAD",
           f"grep -rlE 'BEGIN (SOLUTION|HIDDEN)' --include=*.ipynb {root} {room.base}/prefix 2>/dev/null")
    denied("change the course", f"touch {root}/course/notebooks/{EXERCISE}.ipynb", f"touch {root}/course/lib/CourseKit/bin/Release/net10.0/CourseKit.dll",
           f"touch {room.base}/prefix/share/jupyter/kernels/coursekit/kernel.json", f"touch {root}/settings.env")
    hub = int((root / "hub" / "hub.pid").read_text())
    denied("read the hub's database", f"cat {root}/hub/jupyterhub.sqlite", f"cat {root}/hub/cookie_secret", f"ls {root}/hub", f"cat /proc/{hub}/environ", f"cat {root}/hub/hub.log")
    server = next(pid for pid in processes(login) if b"singleuser" in Path(f"/proc/{pid}/cmdline").read_bytes())
    denied("reach another's process", f"cat /proc/{server}/environ", f"kill {server}", f"ls /proc/{server}/fd")
    denied("read another's connection file", f"cat {connection}", f"ls {runtime}")
    holds("a kernel has its sockets in its student's folder", len(sockets) >= 4, sockets)
    denied("reach another's kernel by its sockets", *(f"/usr/bin/python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect(\"{socket}\"); print(s)'" for socket in sockets))
    ports = listening(victim.account.pw_uid)
    holds("a seat listens on one port, its server's", len(ports) == 1, ports)
    kernels = thief.web.get(f"{room.url}/user/{login}/api/kernels")
    holds("a student cannot use another's server", kernels.status_code == 403, f"{kernels.status_code} {kernels.text[:200]}")
    def turned_away(port, path):
        """Whether nothing comes back but a refusal, or the way to the login."""
        answer = requests.get(f"http://127.0.0.1:{port}{path}", allow_redirects=False, timeout=10)
        return answer.status_code == 403 or answer.status_code == 302 and "oauth2" in answer.headers["location"]

    pages = (f"/user/{login}/api/kernels", f"/user/{login}/api/contents", f"/user/{login}/files/notebooks/{EXERCISE}.ipynb")
    open_pages = [page for port in ports for page in pages if not turned_away(port, page)]
    holds("a student cannot use another's server by its port", not open_pages, open_pages)
    open_ports = [port for port, path in ((room.port + 1, "/api/routes"), (room.port + 2, "/hub/api/users")) if not turned_away(port, path)]
    holds("a student cannot use the hub's own ports", not open_ports, open_ports)
    everywhere = [line for kind in ("tcp", "tcp6") for line in map(str.split, Path("/proc/net", kind).read_text().splitlines()[1:])
                  if line[3] == "0A" and int(line[1].rsplit(":", 1)[1], 16) in (room.port, room.port + 1, room.port + 2, *ports) and not line[1].startswith("0100007F:")]
    holds("nothing listens beyond this machine", not everywhere, everywhere)
    holds("a student is no administrator", thief.web.get(f"{room.url}/hub/admin").status_code == 403)


def refusals(room, student):
    """What up.sh must not bring up."""
    submitted = room.root / "exchange" / "submitted" / student.login

    def refused(what, word):
        done = room.up()
        holds(f"up.sh refuses {what}", done.returncode == 1 and word in done.stderr, f"{done.returncode} {done.stdout}{done.stderr}")

    room.set(ADDRESS="0.0.0.0")
    refused("all interfaces without TLS", "without TLS")
    room.set(ADDRESS="127.0.0.1", PORT=8000)
    refused("a port that a student could take", "PORT=8000")
    room.set(PORT=room.port)
    shadow = Path("/etc/shadow").read_text()
    kept = next(line for line in shadow.splitlines() if line.startswith(f"{student.login}:")).split(":")[1]
    subprocess.run(["passwd", "--delete", student.login], capture_output=True, check=True)
    refused("an account without a password", f"{student.login} has no password")
    subprocess.run(["usermod", "--password", kept, student.login], check=True)
    settings = room.root / "settings.env"
    settings.chmod(0o666)
    refused("settings that others can change", str(settings))
    settings.chmod(0o644)
    submitted.chmod(0o777)
    refused("an exchange that others can read", str(submitted))
    submitted.chmod(0o770)
    inside = subprocess.run([room.checkout / "classroom" / "up.sh", room.list], env={**os.environ, "CLASSROOM": str(room.checkout / "out")}, capture_output=True, text=True)
    holds("up.sh refuses a classroom in the course's folder", inside.returncode == 1 and "closed to students" in inside.stderr, inside)
    instructor = room.checkout / "notebooks" / "instructor"
    solutions = room.checkout / "notebooks" / "solutions"
    solutions.mkdir()
    shutil.copy(instructor / f"{EXERCISE}.ipynb", solutions)
    refused("to publish solutions from another folder", "holds solutions")
    shutil.rmtree(solutions)


def correction(room, student):
    """The teacher corrects the course in mid-term."""
    mine = student.home / "notebooks"
    names = ["01-generation-and-discrimination.ipynb", "03-sentence-generation.ipynb", f"exercises/{EXERCISE}.ipynb", "04-gan-as-structured-learning.ipynb"]
    untouched, run, answered, deleted = (mine / name for name in names)

    def edit(file, change, owner):
        notebook = json.loads(file.read_text())
        change(notebook["cells"])
        file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
        os.chown(file, owner.pw_uid, owner.pw_gid)

    def answer(cells):
        cells[-1]["source"] = ["my answer"]

    def ran(cells):
        next(cell for cell in cells if cell["cell_type"] == "code").update(execution_count=1, outputs=[{"output_type": "stream", "name": "stdout", "text": ["hello"]}])

    done = student.shell(f"{room.root}/course/classroom/update.py")
    holds("a student has a copy of the notebooks", done.returncode == 0 and answered.exists() and not (mine / "what-is-new.txt").exists(), done.stderr)
    edit(answered, answer, student.account)
    edit(run, ran, student.account)
    deleted.unlink()
    texts = []
    for text in ("corrected", "corrected again"):
        for name in names:
            edit(room.checkout / "notebooks" / name, lambda cells: cells[0].update(source=[text]), pwd.getpwuid(0))
        done = room.up()
        holds("a correction is published, and the hub goes on", done.returncode == 0 and "Published: 4 files" in done.stdout and "The hub is running" in done.stdout, done.stdout + done.stderr)
        done = student.shell(f"{room.root}/course/classroom/update.py")
        holds("a student's copy is brought up to date", done.returncode == 0, done.stderr)
        texts.append(text)
        first = [json.loads(file.read_text())["cells"][0]["source"] for file in (untouched, run, deleted)]
        holds("what a student did not change is new", first == [[text]] * 3, first)
        holds("what a student wrote stays", json.loads(answered.read_text())["cells"][-1]["source"] == ["my answer"])
        beside = answered.with_name(f"{EXERCISE}.new.ipynb")
        holds("the new version lies beside what a student changed", beside.exists() and json.loads(beside.read_text())["cells"][0]["source"] == [text], list(answered.parent.iterdir()))
        news = (mine / "what-is-new.txt").read_text().splitlines()
        holds("a line says so", len([line for line in news if f"exercises/{EXERCISE}.ipynb" in line and f"{EXERCISE}.new.ipynb beside it" in line]) == len(texts), news)
    edit(beside, answer, student.account)
    edit(room.checkout / "notebooks" / names[2], lambda cells: cells[0].update(source=["third"]), pwd.getpwuid(0))
    room.run("publish.py", room.checkout)
    student.shell(f"{room.root}/course/classroom/update.py")
    holds("a new version that a student works in stays, too", json.loads(beside.read_text())["cells"][-1]["source"] == ["my answer"]
          and answered.with_name(f"{EXERCISE}.new-2.ipynb").exists(), list(answered.parent.iterdir()))
    before = {path: path.stat().st_mtime_ns for path in mine.rglob("*.ipynb")}
    student.shell(f"{room.root}/course/classroom/update.py")
    holds("without a correction nothing changes", before == {path: path.stat().st_mtime_ns for path in mine.rglob("*.ipynb")})
    (mine / ".handed-out.json").write_text("broken")
    student.shell(f"{room.root}/course/classroom/update.py")
    holds("nothing is lost where the record is", json.loads(answered.read_text())["cells"][-1]["source"] == ["my answer"])


def tls(room):
    """The hub with a certificate of its own; and settings that changed restart it, while seats stay."""
    key, certificate = room.root / "hub" / "key.pem", room.root / "hub" / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], capture_output=True, check=True)
    before = {account["login"]: processes(account["login"]) for account in room.accounts}
    room.set(TLS_KEY=key, TLS_CERTIFICATE=certificate)
    done = room.up()
    page = subprocess.run(["curl", "--silent", "--cacert", certificate, "--resolve", f"localhost:{room.port}:127.0.0.1", f"https://localhost:{room.port}/hub/login"], capture_output=True, text=True)
    holds("the hub does TLS with a certificate", done.returncode == 0 and f"The hub is up: https://127.0.0.1:{room.port}" in done.stdout and "password" in page.stdout, done.stdout + done.stderr + page.stderr)
    gone = [login for login, pids in before.items() if len(pids) > 2 and not set(pids) & set(processes(login))]
    holds("seats outlive the hub", not gone, gone)


def state(room):
    """All that up.sh could change, but for what a running hub writes."""
    files = {str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode) for folder in ("course", "exchange", "settings.env") for path in [room.root / folder, *(room.root / folder).rglob("*")]}
    files |= {str(path): path.lstat().st_mtime_ns for path in (room.base / "prefix").rglob("*")}
    return files, Path("/etc/passwd").read_text(), Path("/etc/shadow").read_text(), (room.root / "hub" / "hub.pid").read_text()


def grade(room, students):
    submissions, out = room.base / "submissions", room.base / "graded"
    done = room.run("exchange.py", "collect", EXERCISE, submissions)
    holds("what was handed in is collected", f"{len(students)} collected" in done.stdout, done.stdout + done.stderr)
    program = CHECKOUT / "lib/CourseKit.Cli/bin/Release/net10.0/CourseKit.Cli"
    graded = subprocess.run([program, "grade", submissions, "--assignment", CHECKOUT / "notebooks" / "instructor" / f"{EXERCISE}.ipynb", "--out", out], capture_output=True, text=True)
    rows = list(csv.DictReader(open(out / "grades.csv"))) if (out / "grades.csv").exists() else []
    points = {student.login: sum(float(row["points"]) for row in rows if row["student"] == student.login) for student in students}
    holds("each student's work is graded", graded.returncode == 0 and all(value == 10 for value in points.values()), f"{points} {graded.stdout}{graded.stderr}")
    done = room.run("exchange.py", "return", EXERCISE, out)
    holds("the feedback is given back", f"{len(students)} have their feedback" in done.stdout, done.stdout + done.stderr)


def has_feedback(student):
    page = student.web.get(f"{student.server}/files/feedback/{EXERCISE}.html")
    holds("a student reads their feedback", page.status_code == 200 and "10" in page.text and "<html" in page.text, page.status_code)


def work(student, cells, barrier, trouble):
    """What a student does in a lesson."""
    try:
        barrier.wait()
        start = time.time()
        if not student.log_in():
            raise PermissionError(f"{student.login} cannot log in")
        student.start()
        student.open(f"notebooks/{EXERCISE}.ipynb")
        position = 0
        while True:
            if position < len(cells):
                status, said = student.execute(cells[position])
            else:
                status, said = "ok" if student.press_stop() else "error", "Stop did not keep the variables"
            if status == "ok":
                position += 1
                if position > len(cells):
                    break
            elif student.kills > student.lost:
                # There is a new kernel by itself, without the variables. The student runs the notebook from its beginning.
                student.lost += 1
                position = 0
            else:
                raise RuntimeError(f"{student.login}: cell {position}: {said[-500:]}")
        said = student.hand_in()
        if f"Handed in {EXERCISE}.ipynb" not in said:
            raise RuntimeError(f"{student.login}: hand-in said {said}")
        student.seconds = time.time() - start
    except Exception as error:  # a student's fault must not end the others' lesson
        trouble.append(f"{student.login}: {type(error).__name__} {error}")


def memory(login):
    """MB of all of a student's processes together: with pages that several share counted once for each, and divided among them."""
    total = {"Rss:": 0, "Pss:": 0}
    for pid in processes(login):
        try:
            for line in open(f"/proc/{pid}/smaps_rollup"):
                if line[:4] in total:
                    total[line[:4]] += int(line.split()[1]) / 1024
        except OSError:
            pass
    return tuple(total.values())


def watch(students, peaks, ended):
    while not ended.wait(2):
        for student in students:
            peaks[student.login] = tuple(map(max, peaks.get(student.login, (0, 0)), memory(student.login)))


def peak(peaks):
    return " and ".join(f"{max(values):.0f} MB {how}" for values, how in zip(zip(*peaks.values()), ("in all", "with shared pages divided among those who share them")))


def lesson(students, cells, during=None):
    barrier, trouble, peaks, ended = threading.Barrier(len(students)), [], {}, threading.Event()
    watcher = threading.Thread(target=watch, args=(students, peaks, ended), daemon=True)
    watcher.start()
    threads = [threading.Thread(target=work, args=(student, cells, barrier, trouble), daemon=True) for student in students]
    for thread in threads:
        thread.start()
    if during:
        during(threads)
    for thread in threads:
        thread.join()
    ended.set()
    watcher.join()
    holds("each student finishes the lesson", not trouble, trouble)
    return peaks


def disturb(room, students, threads):
    """Kills two kernels, restarts the hub in the middle, kills a third kernel."""
    def kill(student):
        pids = [pid for pid in processes(student.login) if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(b"CourseKit.Cli")]
        if pids and not student.seconds:
            student.kills += 1
            print(f"killed the kernel of {student.login}", flush=True)
            os.kill(max(pids), signal.SIGKILL)

    chosen = random.sample(students, min(3, len(students)))
    for turn, student in enumerate(chosen):
        deadline = time.time() + 600
        while time.time() < deadline and any(thread.is_alive() for thread in threads) and not (student.kernel and len(processes(student.login)) > 2):
            time.sleep(1)
        time.sleep(random.uniform(5, 20))
        kill(student)
        if turn == 0:
            time.sleep(15)
            pids = {student.login: set(processes(student.login)) for student in students}
            os.kill(int((room.root / "hub" / "hub.pid").read_text()), signal.SIGTERM)
            time.sleep(3)
            done = room.up()
            holds("the hub comes back", done.returncode == 0 and "The hub is up" in done.stdout, done.stdout + done.stderr)
            gone = [login for login, before in pids.items() if len(before) > 2 and not before & set(processes(login))]
            holds("servers and kernels outlive the hub", not gone, gone)
            print("restarted the hub", flush=True)


def main():
    count = 3 if MODE == "share" else int(sys.argv[3])
    names = ["Änne Müller", "root", "../x;$(id)"] if MODE == "share" else [f"Student {number}" for number in range(1, count + 1)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was made is removed
    room = Classroom(names)
    try:
        start = time.time()
        done = room.up()
        print(f"from up.sh to the login page: {time.time() - start:.1f} s", flush=True)
        holds("up.sh brings a classroom up", done.returncode == 0 and "The hub is up" in done.stdout, done.stdout + done.stderr)
        holds("each name has an account that is no one else's", len(room.accounts) == count and all(re.fullmatch(r"s-[a-z0-9-]{1,30}", one["login"]) for one in room.accounts), room.accounts)
        students = [Student(room, account) for account in room.accounts]
        holds("first passwords differ", len({student.password for student in students}) == count)
        before = state(room)
        done = room.up()
        holds("a second run of up.sh changes nothing", done.returncode == 0 and done.stdout.splitlines() == [f"The hub is running: {room.url}/hub/login"] and state(room) == before, done.stdout + done.stderr)
        if MODE == "share":
            share(room, students)
        else:
            load(room, students)
    finally:
        room.close()
    holds("nothing is left of it", not room.base.exists() and not any(processes(account["login"]) for account in room.accounts)
          and not any(account["login"] in Path("/etc/passwd").read_text() for account in room.accounts))
    return 1 if failed else 0


def share(room, students):
    first, second, third = students
    stranger = Student(room, room.accounts[2])
    stranger.password = "wrong"
    holds("a wrong password is refused", not stranger.log_in())
    cells = list(lecture(room, 5))
    peaks = lesson(students[:2], cells[:8])
    print(f"peak memory of a seat: {peak(peaks)}", flush=True)
    _, limits = first.execute('System.IO.File.ReadAllText("/proc/self/limits") + "nice " + System.IO.File.ReadAllText("/proc/self/stat").Split(\')\')[1].Split(\' \')[17]')
    nice = min(19, os.nice(0) + 5)
    holds("a seat's memory and processes are bounded, and it is nice", bool(re.search(r"Max data size +4294967296 +4294967296", limits) and re.search(r"Max processes +600 +600", limits)) and f"nice {nice}" in limits, limits)
    burglary(room, second, first)
    idle_since = time.time()
    for student in students[:2]:
        student.socket.close()
    correction(room, third)
    refusals(room, third)
    third.log_in()
    subprocess.run(["gpasswd", "--delete", third.login, room.group], capture_output=True, check=True)
    holds("who is not in the class's group cannot log in", not third.log_in())
    subprocess.run(["gpasswd", "--add", third.login, room.group], capture_output=True, check=True)
    subprocess.run(["chfn", "--room", "12", first.login], capture_output=True, check=True)
    room.list.write_bytes("\r\n".join(["no;Name", *(f'1;"{name}"' for name in [*room.names, room.names[0]])]).encode("utf-16"))
    done = room.up()
    added = room.accounts[3:]
    holds("a second student of a name has an account of their own, and nobody else a new one", len(added) == 1 and added[0]["login"] == f"{first.login}-2", done.stdout + done.stderr)
    tls(room)
    submitted = room.root / "exchange" / "submitted"
    third.shell(f"ln -s {submitted}/{first.login}/{EXERCISE}.ipynb {submitted}/{third.login}/{EXERCISE}.ipynb")
    first.shell(f"touch --date 2020-01-01 {submitted}/{first.login}/{EXERCISE}.ipynb")
    grade(room, students[:2])
    holds("a link to another's submission is not collected", not (room.base / "submissions" / third.login).exists())
    stamp = (room.base / "submissions" / first.login / "timestamp.txt").read_text()
    holds("a student cannot hand in earlier than it is", not stamp.startswith("2020"), stamp)
    for student in students[:2]:
        has_feedback_file = student.shell(f"cat ~/feedback/{EXERCISE}.html").stdout
        holds("a student has their feedback, and no one else's", "<html" in has_feedback_file and not set(os.listdir(room.root / "exchange" / "feedback" / student.login)) - {f"{EXERCISE}.html"})
    while time.time() < idle_since + 400 and any(processes(student.login) for student in students):
        time.sleep(1)
    left = {student.login: [Path(f"/proc/{pid}/cmdline").read_text() for pid in processes(student.login)] for student in students}
    holds("an idle seat ends, and nothing of it is left", not any(left.values()), left)
    print(f"idle seats were gone after {time.time() - idle_since:.0f} s", flush=True)


def load(room, students):
    alone = lesson(students[:1], list(lecture(room, 200, "01-generation-and-discrimination")))
    print(f"peak memory of a seat in lecture 01: {peak(alone)}", flush=True)
    cells = list(lecture(room, 200))
    start = time.time()
    peaks = lesson(students, cells, lambda threads: disturb(room, students, threads))
    seconds = sorted(student.seconds for student in students)
    killed, lost = sum(student.kills for student in students), sum(student.lost for student in students)
    print(f"finished after {', '.join(f'{value:.0f}' for value in seconds)} s; median {statistics.median(seconds):.0f}, longest {seconds[-1] / max(1e-9, statistics.median(seconds)):.2f} x the median")
    print(f"kernels killed {killed}, lost {lost}; peak memory of a seat {peak(peaks)}; {time.time() - start:.0f} s in all", flush=True)
    holds("no kernel is lost but those killed on purpose", lost <= killed, f"{lost} lost, {killed} killed")
    holds("none takes over three times the median", seconds[-1] <= 3 * statistics.median(seconds), seconds)
    grade(room, students)
    for student in students:
        student.start()  # their servers may have ended while the class was graded
        has_feedback(student)
    idle_since = time.time()
    for student in students:
        student.socket.close()
    while time.time() < idle_since + 4 * IDLE + 120 and any(processes(student.login) for student in students):
        time.sleep(1)
    holds("an idle seat ends, and nothing of it is left", not any(processes(student.login) for student in students))
    print(f"idle seats were gone after {time.time() - idle_since:.0f} s (set: {IDLE})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
