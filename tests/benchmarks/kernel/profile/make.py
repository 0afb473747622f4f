"""Makes the profile of the kernel's packages anew: the methods that a kernel needs, which the build compiles ahead of time; see the README of the benchmarks."""
import argparse
import os
import subprocess
import sys
import tempfile
import time

import zmq
from jupyter_client import KernelManager

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "../../../.."))
sys.path.insert(0, os.path.dirname(HERE))
from kernel import Client, first_result  # noqa: E402

CELLS = [  # what students write; a method that none of these needs is compiled when it is first called
    'int a = 2; var text = $"{a} {a:000}"; Console.WriteLine(text); text',
    'record Point(int X, string Y); var groups = Enumerable.Range(0, 5).Select(i => new Point(i, $"n{i}")).GroupBy(p => p.X % 2).ToDictionary(g => g.Key, g => g.ToList());'
    ' await Task.Delay(1); groups.Count',
    'int wrong = "a" + undefinedName;',
    'throw new Exception("x")',
    'using var writer = new System.IO.StringWriter(); foreach (var (key, value) in new Dictionary<string, int> { ["a"] = 1 }) { switch (value) {'
    ' case > 0 when key is { Length: 1 }: writer.Write($"{key,5}"); break; default: throw new Exception(); } } writer.ToString()',
    'class Node<T>(T value) where T : notnull { public T Value { get; init; } = value; public IEnumerable<T> All() { yield return Value; }'
    ' public static Node<T> operator +(Node<T> a, Node<T> b) => a; }\nvar node = new Node<double>(1.5); (node + node).All().First()',
    'double[] values = [1, 2, .. new[] { 3.0 }]; double sum = 0; for (int i = 0; i < values.Length; i++) { if (values[i] > 1 && i % 2 == 0) sum += values[i]; else sum--; }'
    ' while (sum > 100) sum /= 2; try { throw new InvalidOperationException("x"); } catch (Exception e) when (e.Message == "x") { sum = 0; } finally { sum++; } sum',
    'int Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2); Func<int, int> next = n => Fibonacci(n) + 1; (int A, string B) pair = (next(5), "s");'
    ' object any = pair.A; any switch { int k and > 3 => "big", _ => "small" }',
    "Math.",
    "foreach (var q in new[] { 1, 2 }) { Console.Write(q) }",
    '#!time\nMath.Sqrt(2)',
]
COMPLETED = ["Math.", "Console.Wri", "var list = new List<int>(); list.", "groups.Whe", "using Sys", "Math.Max(", "string s = st"]


def train(client):
    first_result(client)
    for code in CELLS:
        client.answer(client.shell, client.execute(code))
    for code in COMPLETED:
        client.answer(client.shell, client.ask("complete_request", code=code, cursor_pos=len(code)))
        client.answer(client.shell, client.ask("inspect_request", code=code, cursor_pos=len(code) - 2, detail_level=0))
        client.answer(client.shell, client.ask("is_complete_request", code=code))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=os.path.join(ROOT, "lib/roslyn.mibc"))
    target = os.path.abspath(parser.parse_args().out)
    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", HERE], check=True, stdout=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        course = os.path.join(ROOT, "lib/CourseKit.Cli/bin/Release/net10.0/CourseKit.Cli")
        # Built with -p:AheadOfTime=false: then the runtime tells of every method that is called.
        subprocess.run([course, "kernel", "install", "--no-compile", "--prefix", folder], check=True, stdout=sys.stderr)
        profile = os.path.join(folder, "kernel.mibc")
        os.environ["JUPYTER_PATH"] = os.path.join(folder, "share/jupyter")
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
        context = zmq.Context()
        manager = KernelManager(kernel_name="coursekit", context=context)
        hook = os.path.join(HERE, "bin/Release/net10.0/profile.dll")
        manager.start_kernel(env=os.environ | {"DOTNET_STARTUP_HOOKS": hook, "COURSEKIT_PROFILE": profile})
        client = Client(manager)
        try:
            train(client)
            open(profile + ".now", "w").close()
            until = time.monotonic() + 60
            while not os.path.exists(profile):
                if os.path.exists(profile + ".error"):
                    sys.exit(open(profile + ".error").read())
                if time.monotonic() > until:
                    sys.exit("the kernel wrote no profile within a minute")
                time.sleep(0.1)
        finally:
            client.close()
            manager.shutdown_kernel(now=True)
        with open(profile, "rb") as made, open(target, "wb") as file:
            file.write(made.read())
    print(f"{target}: {os.path.getsize(target)} bytes")


if __name__ == "__main__":
    main()
