"""Measures the kernel beside Python's own, ipykernel, interleaved in one run; see the README beside this folder."""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import zmq
from jupyter_client import KernelManager
from jupyter_client.manager import start_new_kernel

CODE = {  # what each kernel completes: a first call that loads what it needs, then the measured one
    "csharp": ("Math.", "Console.Wri"),
    "python": ("import math; math.", "import os; os.pa"),
}
ROWS = [  # name, unit, the bar: at most this many times ipykernel's, or at most this much
    ("first result", "s", 1.0, None),
    ("first result, Jupyter's client", "s", 1.0, None),
    ("warm cell", "ms", 1.5, None),
    ("memory", "MB", None, 150),
    ("completion", "ms", None, 60),
    ("memory after completion", "MB", None, None),
]


class Client:
    """The two channels that matter here, without the event loop and the polling of Jupyter's own clients."""

    def __init__(self, manager):
        self.session = manager.session
        self.shell, self.output = manager.connect_shell(), manager.connect_iopub()

    def close(self):
        self.shell.close(0)
        self.output.close(0)

    def ask(self, kind, **content):
        return self.session.send(self.shell, kind, content)["header"]["msg_id"]

    def execute(self, code):
        return self.ask("execute_request", code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True)

    def answer(self, channel, request):
        """The next message on the channel that answers the request."""
        while channel.poll(60_000):
            message = self.session.recv(channel)[1]
            if message["parent_header"].get("msg_id") == request:
                return message
        raise TimeoutError("no answer within a minute")

    def wait_until(self, request, kind, **content):
        """The first output message of that kind which answers the request."""
        while True:
            message = self.answer(self.output, request)
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(message["content"]["traceback"]))
            if message["msg_type"] == kind and content.items() <= message["content"].items():
                return message


def first_result(client):
    """Asks for 1+1 as soon as the kernel is heard on the output channel; before that, its outputs would be lost."""
    nudge = client.ask("kernel_info_request")
    while not client.output.poll(10):
        if client.shell.poll(0):
            client.answer(client.shell, nudge)  # answered, yet the output channel was not connected then
            nudge = client.ask("kernel_info_request")
    found = client.wait_until(client.execute("1+1"), "execute_result")
    assert found["content"]["data"]["text/plain"] == "2", found


def warm_cell(client):
    start = time.perf_counter()
    request = client.execute("1+1")
    client.answer(client.shell, request)
    client.wait_until(request, "status", execution_state="idle")
    return time.perf_counter() - start


def completion(client, code):
    start = time.perf_counter()
    found = client.answer(client.shell, client.ask("complete_request", code=code, cursor_pos=len(code)))
    assert found["content"]["matches"], found
    return time.perf_counter() - start


def resident(pid):
    """Megabytes of the process and of those it started."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    with open(f"/proc/{pid}/status") as status:
        own = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024 / 1e6
    return own + sum(resident(int(child)) for child in children)


def measure(name, cells, completions):
    context = zmq.Context()
    context.setsockopt(zmq.RECONNECT_IVL, 5)  # else the client looks every 100 ms whether the kernel listens
    manager = KernelManager(kernel_name=name, context=context)
    first, measured = CODE[manager.kernel_spec.language]
    start = time.perf_counter()
    manager.start_kernel(stderr=subprocess.DEVNULL)
    client = Client(manager)
    try:
        first_result(client)
        result = {"first result": time.perf_counter() - start}
        result["warm cell"] = 1000 * statistics.median(warm_cell(client) for _ in range(cells))
        result["memory"] = resident(manager.provisioner.process.pid)
        completion(client, first)
        result["completion"] = 1000 * statistics.median(completion(client, measured) for _ in range(completions))
        result["memory after completion"] = resident(manager.provisioner.process.pid)
        return result
    finally:
        client.close()
        manager.shutdown_kernel(now=True)


def first_result_of_a_user(name):
    """The same through Jupyter's own client, as notebooks and nbconvert start a kernel: it waits until it holds the kernel for ready."""
    start, seconds = time.perf_counter(), []
    manager, client = start_new_kernel(kernel_name=name, stderr=subprocess.DEVNULL)
    try:
        client.execute_interactive("1+1", output_hook=lambda message: message["msg_type"] == "execute_result" and seconds.append(time.perf_counter() - start))
        return seconds[0]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", default="coursekit")
    parser.add_argument("--beside", default="python3")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--completions", type=int, default=20)
    parser.add_argument("--json", metavar="FILE", help="write every repeat's figures there too")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        for variable in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[variable] = os.path.join(folder, variable)
        names = [options.kernel, options.beside]
        runs = {name: [] for name in names}
        for name in names:
            measure(name, 1, 1)  # not counted: the files come from the disk, profiles are made
        for repeat in range(options.repeats):
            for name in names if repeat % 2 == 0 else reversed(names):
                runs[name].append(measure(name, options.cells, options.completions) | {"first result, Jupyter's client": first_result_of_a_user(name)})

    print(f"| median of {options.repeats} | {options.kernel} | {options.beside} | ratio | bar | |")
    print("|---|---|---|---|---|---|")
    for row, unit, times, most in ROWS:
        ours, other = (statistics.median(run[row] for run in runs[name]) for name in names)
        bar = f"<= {times} x" if times else f"<= {most} {unit}" if most else ""
        held = "" if not bar else "ok" if (ours / other <= times if times else ours <= most) else "MISS"
        print(f"| {row}, {unit} | {ours:.3g} | {other:.3g} | {ours / other:.2f} | {bar} | {held} |")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"cells": options.cells, "completions": options.completions, "runs": runs}, file, indent=1)


if __name__ == "__main__":
    main()
