using System.Diagnostics;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary>
/// What stands between a submission and the rest of the machine, as SECURITY.md promises it. Each student of the class pries somewhere, prints what
/// was found, and answers right all the same.
/// </summary>
[Trait("Cost", "process")]
public sealed class GradeWallsTests : IDisposable
{
    private static readonly string Library = Path.GetDirectoryName(BuiltCourse.Program)!.Replace("CourseKit.Cli", "CourseKit", StringComparison.Ordinal);
    // `dotnet test` sets this variable, and programs take it before DOTNET_ROOT.
    private static readonly string OfThisProcessor = $"DOTNET_ROOT_{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToUpperInvariant()}";
    private readonly Workplace place = new();
    private readonly string assignment;

    public GradeWallsTests()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "bwrap"))), "bubblewrap is not installed");
        assignment = Path.Combine("course", "teacher", "tasks.ipynb");
        place.Write(assignment,
            NotebookCell.Code($"#r \"{Path.Combine(Library, "CourseKit.dll")}\""),
            GradedCell.Graded("int answer = 0;\n/// BEGIN SOLUTION\nanswer = 7;\n/// END SOLUTION", "answer", isCheck: false),
            GradedCell.Graded("if (answer < 7)\n    throw new Exception(\"too small\");\n/// BEGIN HIDDEN TESTS\nvar hiddenTrap = 7;\nif (answer > hiddenTrap)\n    throw new Exception(\"too large\");\n/// END HIDDEN TESTS", "answer-check", isCheck: true));
    }

    public void Dispose() => place.Dispose();

    // Linux counts and limits the superuser's processes in another way than those of others. So both are tried.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_submission_finds_only_what_it_needs_and_takes_only_what_it_may(bool asOrdinaryUser)
    {
        HandIn("files", """
            var found = new List<string>();
            var open = new Stack<string>(["/"]);
            while (open.TryPop(out var folder))
            {
                string[] inside = [];
                try { inside = System.IO.Directory.GetFileSystemEntries(folder); } catch (Exception e) when (e is UnauthorizedAccessException or System.IO.IOException) { }
                foreach (var path in inside.Where(path => path is not ("/proc" or "/dev" or "/sys")))
                {
                    var about = new System.IO.FileInfo(path);
                    if (about.LinkTarget is not null) continue;
                    if (System.IO.Directory.Exists(path)) open.Push(path);
                    else
                        try { using var file = System.IO.File.OpenRead(path); found.Add(path); } catch (Exception e) when (e is UnauthorizedAccessException or System.IO.IOException) { }
                }
            }
            foreach (var folder in found.Select(path => path.StartsWith("/etc") ? path : System.IO.Path.GetDirectoryName(path)).Distinct().Order())
                Console.WriteLine(folder);
            """);
        HandIn("writer", """
            var open = new Stack<string>(["/"]);
            var taken = new List<string>();
            while (open.TryPop(out var folder))
            {
                try
                {
                    System.IO.File.WriteAllText(System.IO.Path.Combine(folder, "mine"), "x");
                    taken.Add(folder);
                }
                catch (Exception e) when (e is UnauthorizedAccessException or System.IO.IOException) { }
                try
                {
                    foreach (var path in System.IO.Directory.GetDirectories(folder).Where(path => path != "/proc" && new System.IO.DirectoryInfo(path).LinkTarget is null)) open.Push(path);
                }
                catch (Exception e) when (e is UnauthorizedAccessException or System.IO.IOException) { }
            }
            foreach (var path in System.IO.Directory.EnumerateFiles("/proc").Concat(System.IO.Directory.EnumerateFiles("/proc/sys/kernel")).Append("/proc/self/mem").Where(path => path != "/proc/kmsg"))
            {
                try { using var file = System.IO.File.OpenWrite(path); taken.Add(path); } catch (Exception e) when (e is UnauthorizedAccessException or System.IO.IOException) { }
            }
            Console.WriteLine(string.Join(' ', taken.Where(path => !path.StartsWith("/tmp/")).Order()));
            foreach (var folder in new[] { "/tmp", "/dev/shm", "/home/student" })
            {
                var written = 0;
                try
                {
                    for (; written < 20; written++) System.IO.File.WriteAllBytes($"{folder}/{written}", new byte[50_000_000]);
                }
                catch (System.IO.IOException) { }
                Console.WriteLine($"{folder} {written * 50}");
                for (; written > 0; written--) System.IO.File.Delete($"{folder}/{written - 1}");
            }
            """);
        HandIn("large", "System.IO.File.WriteAllBytes(\"large\", new byte[101_000_000]);");
        HandIn("superuser", """
            static class Native
            {
                [System.Runtime.InteropServices.DllImport("libc", SetLastError = true)] public static extern nint syscall(nint number, nint flags, nint stack, nint a, nint b, nint c);
                [System.Runtime.InteropServices.DllImport("libc")] public static extern uint getuid();
                [System.Runtime.InteropServices.DllImport("libc")] public static extern void _exit(int code);
            }
            foreach (var line in System.IO.File.ReadLines("/proc/self/status").Where(line => line.StartsWith("Cap") || line.StartsWith("NoNewPrivs"))) Console.WriteLine(line);
            Console.WriteLine($"user {Native.getuid()}");
            var clone = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 56 : 220;
            var child = Native.syscall(clone, 0x10000000 | 17, 0, 0, 0, 0); // a process in a new user namespace
            if (child == 0) Native._exit(0);
            Console.WriteLine(child > 0 ? "a new namespace" : "no new namespace");
            """);
        HandIn("neighbour", """
            foreach (var id in System.IO.Directory.GetDirectories("/proc").Where(path => int.TryParse(System.IO.Path.GetFileName(path), out _)))
            {
                var program = System.IO.File.ReadAllText($"{id}/cmdline").Split('\0')[0];
                Console.WriteLine($"program {System.IO.Path.GetFileName(program)}");
                try { Console.WriteLine(System.IO.File.ReadAllText($"{id}/environ").Replace('\0', '\n')); } catch (Exception e) when (e is UnauthorizedAccessException or System.IO.IOException) { }
            }
            foreach (var line in System.IO.File.ReadLines("/proc/net/dev").Skip(2)) Console.WriteLine($"network {line.Split(':')[0].Trim()}");
            Console.WriteLine($"host {Environment.MachineName}");
            """);
        HandIn("crowd", """
            static class Native
            {
                [System.Runtime.InteropServices.DllImport("libc"), System.Runtime.InteropServices.SuppressGCTransition] public static extern int fork();
                [System.Runtime.InteropServices.DllImport("libc"), System.Runtime.InteropServices.SuppressGCTransition] public static extern nint memset(nint at, int value, nint count);
                [System.Runtime.InteropServices.DllImport("libc"), System.Runtime.InteropServices.SuppressGCTransition] public static extern uint sleep(uint seconds);
            }
            // Five processes, of which none takes too much.
            var memory = System.Runtime.InteropServices.Marshal.AllocHGlobal(300_000_000);
            Native.memset(memory, 1, 1);
            Native.sleep(0);
            for (var i = 0; i < 5; i++)
                if (Native.fork() == 0)
                {
                    Native.memset(memory, 1, 300_000_000);
                    for (;;) Native.sleep(60);
                }
            System.Threading.Thread.Sleep(600_000);
            """);
        HandIn("threads", "for (;;) new System.Threading.Thread(() => System.Threading.Thread.Sleep(600_000), 1 << 19) { IsBackground = true }.Start();");
        HandIn("trapped", "answer = 8;");
        HandIn("small", "answer = 6;");
        Directory.CreateDirectory(place.PathOf("home"));
        File.WriteAllText(place.PathOf("home", "diary.txt"), "private");
        File.WriteAllText(place.PathOf("course", "digits.npy"), "data");
        File.CreateSymbolicLink(place.PathOf("course", "class", "linked.ipynb"), place.PathOf("home", "diary.txt"));
        var dotnet = CopyOfDotnet(place.PathOf("home", "dotnet"));

        // The class, the grades and the solutions lie in a folder of data that submissions may see. None of these cells waits for its time limit; on a busy
        // machine the one that tries to write into every folder takes over half a minute.
        var run = await RunAsync(asOrdinaryUser, new() { ["SECRET"] = "4711", ["HOME"] = place.PathOf("home"), ["DOTNET_ROOT"] = dotnet, [OfThisProcessor] = dotnet, ["COURSEKIT_DATA"] = place.PathOf("course") },
            "course/class", "--out", "course/out", "--timeout", "120", "--memory", "1000");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("submissions of tasks; no network, no files but those that a submission needs", run.Output.ReplaceLineEndings(" "));
        var links = Directory.GetFiles(Library, "*", SearchOption.AllDirectories).Select(file => new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)).OfType<FileSystemInfo>().Select(file => Path.GetDirectoryName(file.FullName)!);
        string[] needed = ["/usr/lib", "/lib", dotnet, Path.GetDirectoryName(BuiltCourse.Program)!, Library, Path.Combine(BuiltCourse.Root, "data"), "/usr/share/datasets", .. links];
        var seen = Printed("files").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["/etc/ld.so.cache", place.PathOf("course"), "/usr/bin"], seen.Where(folder => !needed.Any(one => (folder + "/").StartsWith(one + "/", StringComparison.Ordinal))).Where(folder => folder != "/home/student"));
        Assert.Contains(dotnet + "/shared/Microsoft.NETCore.App", string.Join('\n', seen));
        Assert.Equal("""
            /dev/shm /home/student /tmp
            /tmp 450
            /dev/shm 450
            /home/student 450

            """, Printed("writer"));
        Assert.Contains("exit code 153 (a file became larger than a file may be)", Feedback("large"));
        Assert.Equal("""
            CapInh:	0000000000000000
            CapPrm:	0000000000000000
            CapEff:	0000000000000000
            CapBnd:	0000000000000000
            CapAmb:	0000000000000000
            NoNewPrivs:	1
            user 1000
            no new namespace

            """, Printed("superuser"));
        var around = Printed("neighbour");
        Assert.Equal(["program CourseKit.Cli", "program bwrap"], Lines(around, "program"));
        Assert.Equal(["network lo"], Lines(around, "network"));
        Assert.Contains("host submission\n", around);
        Assert.Equal(["COURSEKIT_DATA", "COURSEKIT_THREADS", "DOTNET_EnableDiagnostics", "DOTNET_ROOT", "HOME", "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "PATH", "PWD", "TMPDIR"],
            around.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal)).Select(line => line.Split('=')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains("took more than 1000 MB of memory and was stopped", Feedback("crowd"));
        // The superuser's threads are counted by the grader, those of others by Linux.
        Assert.Matches("started more than 256 processes and threads and was stopped|OutOfMemoryException", Feedback("threads") + Printed("threads"));
        Expect("trapped", 0, "failed", "too large");
        Expect("small", 0, "failed", "too small");
        foreach (var student in new[] { "trapped", "small", "writer" })
            Assert.DoesNotContain("hiddenTrap", Feedback(student));
    }

    [Fact]
    public async Task All_cells_together_take_no_longer_than_a_submission_may()
    {
        HandIn("slow", "System.Threading.Thread.Sleep(4_000);", "System.Threading.Thread.Sleep(4_001);", "System.Threading.Thread.Sleep(4_002);");
        var run = await RunAsync(asOrdinaryUser: false, [], "course/class", "--out", "course/out", "--timeout", "30", "--total-timeout", "10");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Expect("slow", 0, "killed", "It was not reached: all cells together ran longer than 10 s.");
    }

    [Fact]
    public async Task What_a_process_says_that_does_not_start_reaches_the_teacher()
    {
        HandIn("anna");
        Directory.CreateDirectory(place.PathOf("programs"));
        var broken = place.PathOf("programs", "bwrap");
        File.WriteAllText(broken, "#!/bin/sh\ncase \"$*\" in *--version) exit 0;; esac\necho 'bwrap: the moon is full' >&2\nexit 3\n");
        using (var change = Process.Start("chmod", ["700", broken]))
            await change.WaitForExitAsync(TestContext.Current.CancellationToken);

        var run = await RunAsync(asOrdinaryUser: false, new() { ["PATH"] = place.PathOf("programs") + ":" + Environment.GetEnvironmentVariable("PATH") }, "course/class", "--out", "course/out");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("coursekit: The process for the cells does not start", run.Error);
        Assert.Contains("bwrap: the moon is full", run.Error);
    }

    private async Task<CliRun> RunAsync(bool asOrdinaryUser, Dictionary<string, string?> environment, params string[] arguments)
    {
        string[] command = [BuiltCourse.Program, "grade", .. arguments, "--assignment", assignment];
        if (!asOrdinaryUser || Environment.UserName != "root")
            return await place.RunAsync(command[0], environment, command[1..]);
        using (var give = Process.Start("chown", ["-R", "1000:1000", place.Folder]))
            await give.WaitForExitAsync(TestContext.Current.CancellationToken);
        // The account is busy: Linux counts the processes of one user on the whole machine.
        var busy = "for i in $(seq 300); do sleep 300 & done; \"$@\"; code=$?; kill $(jobs -p); exit $code";
        return await place.RunAsync("setpriv", environment, ["--reuid=1000", "--regid=1000", "--clear-groups", "bash", "-c", busy, "bash", .. command]);
    }

    private static string CopyOfDotnet(string folder)
    {
        var root = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        foreach (var part in new[] { Path.Combine("host", "fxr"), Path.Combine("shared", "Microsoft.NETCore.App") })
        {
            foreach (var file in Directory.GetFiles(Path.Combine(root, part), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder, Path.GetRelativePath(root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
        return folder;
    }

    // Where there are no walls, this must harm nobody: the cells write and fill all that they can.
    private const string OnlyInside = "if (Environment.MachineName != \"submission\") throw new InvalidOperationException(\"There are no walls around this.\");\n";

    // A notebook whose answer is right before it pries; the other cells stand behind it.
    private void HandIn(string student, params string[] cells)
    {
        var notebook = Notebook.Load(place.PathOf(assignment));
        notebook.Cells[1].Source = "int answer = 7;\n" + (cells.Length == 1 && cells[0].StartsWith("answer", StringComparison.Ordinal) ? cells[0] : "");
        foreach (var cell in cells.Where(cell => !cell.StartsWith("answer", StringComparison.Ordinal)).Reverse())
            notebook.Insert(2, NotebookCell.Code(OnlyInside + cell));
        Directory.CreateDirectory(place.PathOf("course", "class"));
        notebook.Save(place.PathOf("course", "class", student + ".ipynb"));
    }

    private static IEnumerable<string> Lines(string text, string word) => text.Split('\n').Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private string Feedback(string student) => File.ReadAllText(place.PathOf("course", "out", "feedback", student + ".html"));

    // What the student's cells printed.
    private string Printed(string student) => string.Concat(Notebook.Load(place.PathOf("course", "out", "grades", student + ".ipynb")).Cells.SelectMany(cell => cell.Outputs)
        .Select(output => (string)output!["output_type"]! == "stream" ? MultilineText.Join(output["text"]) : (string?)output["evalue"]));

    private void Expect(string student, double points, string status, string message)
    {
        var row = File.ReadAllLines(place.PathOf("course", "out", "grades.csv")).Single(line => line.StartsWith(student + ",", StringComparison.Ordinal));
        Assert.StartsWith($"{student},tasks,answer-check,{points},1,{status},", row);
        Assert.Contains(message, row);
    }
}
