using System.Diagnostics;
using System.Text.Json;
using CourseKit.Cli.Tests.Classes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Kills, halts and otherwise disturbs runs, grading and saving at random moments, and looks at what is left.</summary>
internal static class Kills
{
    private const int Copies = 3;
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    // Saves the same again and again, so that most kills meet it saving.
    private static readonly string[] Saving =
    [
        $"#r \"{Path.Combine(BuiltCourse.Root, "lib", "CourseKit", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "CourseKit.dll")}\"\nusing CourseKit; using TorchSharp;\nCourse.Start(seed: 1)",
        "var net = torch.nn.Linear(300, 300);\nvar noise = torch.ones(500, 500);\nfor (var i = 0; i < 300; i++) { Course.Save(\"model.safetensors\", net); Course.Save(\"samples.npy\", noise); Course.Save(\"lines.txt\", [\"a\", \"b\"]); }",
    ];

    /// <summary>Prints each fault and what was killed.</summary>
    /// <returns>The exit code: 0 where nothing is lost and no file is half written.</returns>
    public static int Run(int count)
    {
        var folder = Directory.CreateTempSubdirectory("coursekit-kills-").FullName;
        try
        {
            return Run(folder, count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Run(string folder, int count)
    {
        var (random, watch, faults, ended) = (new Random(1), Stopwatch.StartNew(), 0, 0);
        Write(Path.Combine(folder, "saves", "save.ipynb"), Saving);
        for (var i = 1; i <= Copies; i++)
            Write(Path.Combine(folder, "plain", $"{i}.ipynb"), $"System.Console.WriteLine(new string('{i}', 100_000));\n{i}");
        SmallAssignment.Teachers.Save(Path.Combine(folder, "tasks.ipynb"));
        for (var i = 1; i <= Copies; i++)
            SmallAssignment.WithBody($"return 2 * x; // {i}").Save(Path.Combine(folder, "class", $"s{i}.ipynb"));
        (string Name, string Out, string[] Arguments)[] kinds =
        [
            ("run", "out-run", ["run", "plain", "--resume", "--jobs", "1"]),
            ("saving", "out-saving", ["run", "saves", "--resume"]),
            ("grade", "out-grade", ["grade", "class", "--assignment", "tasks.ipynb", "--jobs", "1"]),
        ];
        // First how long each takes, and what is there when it has ended.
        var whole = kinds.ToDictionary(kind => kind.Name, kind =>
        {
            var clock = Stopwatch.StartNew();
            using var process = Start(folder, [.. kind.Arguments, "--out", kind.Out]);
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{kind.Name} ends with {process.ExitCode} where nobody kills it.");
            return (clock.Elapsed, Files: Left(folder, kind.Out));
        });
        for (var i = 0; i < count; i++)
        {
            var kind = kinds[i % kinds.Length];
            // Anew every few times: between, each run goes on from what the killed one left.
            if (i / kinds.Length % 4 == 0)
                Directory.Delete(Path.Combine(folder, kind.Out), recursive: true);
            using (var process = Start(folder, [.. kind.Arguments, "--out", kind.Out]))
            {
                if (process.WaitForExit(whole[kind.Name].Elapsed * random.NextDouble()))
                    ended++;
                process.Kill(); // SIGKILL, for this process alone: its children notice it themselves
                process.WaitForExit();
            }
            Thread.Sleep(200); // its children end
            foreach (var fault in Left(folder, kind.Out).Select(file => Fault(Path.Combine(folder, kind.Out, file))).OfType<string>())
            {
                faults++;
                Console.WriteLine($"kill {i + 1}, {kind.Name}: {fault}");
            }
            if ((i + 1) % 20 == 0)
                Console.WriteLine($"{i + 1} kills, {faults} faults, {watch.Elapsed.TotalSeconds:F0} s");
        }
        foreach (var kind in kinds)
        {
            using var process = Start(folder, [.. kind.Arguments, "--out", kind.Out]);
            process.WaitForExit();
            if (process.ExitCode == 0 && whole[kind.Name].Files.SequenceEqual(Left(folder, kind.Out, alsoUnfinished: true)))
                continue;
            faults++;
            Console.WriteLine($"{kind.Name}: the last run ended with {process.ExitCode} and left {string.Join(", ", Left(folder, kind.Out, alsoUnfinished: true))}, not {string.Join(", ", whole[kind.Name].Files)}");
        }
        foreach (var kind in kinds)
        {
            faults += Disturbed(folder, kind.Name, kind.Arguments, whole[kind.Name].Files, clock: false);
            faults += Disturbed(folder, kind.Name, kind.Arguments, whole[kind.Name].Files, clock: true);
        }
        faults += FullDisk(folder, kinds[0].Arguments, whole[kinds[0].Name].Files);
        Console.WriteLine($"{faults} faults after {count} kills, {ended} of them when all had ended already, in {watch.Elapsed.TotalSeconds:F0} s. A whole {string.Join(", a whole ", whole.Select(one => $"{one.Key} took {one.Value.Elapsed.TotalSeconds:F1} s"))}.");
        return faults == 0 ? 0 : 1;
    }

    // A run that is halted as by a laptop's lid, or whose clock is set an hour on and a day back. It must end as if nothing had been.
    private static int Disturbed(string folder, string name, string[] arguments, List<string> whole, bool clock)
    {
        var what = clock ? "a clock that jumps" : "halted";
        if (clock && !File.Exists(FakeTime))
        {
            Console.WriteLine($"{name}, {what}: not tried, since libfaketime (Debian's faketime) is not installed.");
            return 0;
        }
        var (results, time, random) = ($"out-disturbed-{name}-{clock}", Path.Combine(folder, "time"), new Random(1));
        File.WriteAllText(time, "+0");
        using var process = Start(folder, [.. arguments, "--out", results], !clock ? [] : new()
        {
            ["LD_PRELOAD"] = FakeTime,
            ["FAKETIME_TIMESTAMP_FILE"] = time,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        });
        for (var jump = 0; !process.WaitForExit(random.Next(50, 500)); jump++)
        {
            if (clock)
            {
                File.WriteAllText(time, jump % 2 == 0 ? "+3600" : "-86400");
                continue;
            }
            Command("pkill", "-STOP", "-f", results);
            Thread.Sleep(random.Next(100, 1000));
            Command("pkill", "-CONT", "-f", results);
        }
        var left = Left(folder, results, alsoUnfinished: true);
        List<string> faults = [.. left.Select(file => Fault(Path.Combine(folder, results, file))).OfType<string>()];
        if (process.ExitCode != 0 || !whole.SequenceEqual(left))
            faults.Add($"it ended with {process.ExitCode} and left {string.Join(", ", left)}");
        foreach (var fault in faults)
            Console.WriteLine($"{name}, {what}: {fault}");
        return faults.Count;
    }

    // A run into a file system that is too small, and again when it has grown. Only the superuser may make one.
    private static int FullDisk(string folder, string[] run, List<string> whole)
    {
        var disk = Directory.CreateDirectory(Path.Combine(folder, "out-full")).FullName;
        if (Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk) is not 0 and var refused)
        {
            Console.WriteLine($"A full disk was not tried: mount ended with {refused}.");
            return 0;
        }
        try
        {
            using (var process = Start(folder, [.. run, "--out", "out-full"]))
                process.WaitForExit();
            var faults = Left(folder, "out-full", alsoUnfinished: true).Select(file => Fault(Path.Combine(disk, file))).OfType<string>().ToList();
            Command("mount", "-o", "remount,size=50m", disk);
            using (var process = Start(folder, [.. run, "--out", "out-full"]))
                process.WaitForExit();
            if (!whole.SequenceEqual(Left(folder, "out-full", alsoUnfinished: true)))
                faults.Add($"the run after it left {string.Join(", ", Left(folder, "out-full", alsoUnfinished: true))}");
            foreach (var fault in faults)
                Console.WriteLine($"full disk: {fault}");
            return faults.Count;
        }
        finally
        {
            Command("umount", disk);
        }
    }

    private static int Command(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Write(string path, params string[] cells) => new Notebook(cells.Select(cell => NotebookCell.Code(cell))).Save(path);

    private static Process Start(string folder, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(BuiltCourse.Program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // What a writer had not finished has a name that nobody takes for a result.
    private static List<string> Left(string folder, string results, bool alsoUnfinished = false)
    {
        var full = Path.Combine(folder, results);
        return !Directory.Exists(full) ? [] : [.. Directory.GetFiles(full, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(full, file))
            .Where(file => alsoUnfinished || !(file.EndsWith(".tmp", StringComparison.Ordinal) || file == ".run")).Order(StringComparer.Ordinal)];
    }

    private static string? Fault(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var isWhole = Path.GetExtension(path) switch
            {
                ".ipynb" => Notebook.Load(path).Cells.Count > 0,
                ".json" => JsonDocument.Parse(bytes) is not null,
                ".html" => bytes.AsSpan().TrimEnd((byte)'\n').EndsWith("</html>"u8),
                ".csv" => bytes is [.., (byte)'\n'],
                ".npy" => bytes.Length == 128 + 500 * 500 * 4,
                ".safetensors" => bytes.Length == 8 + BitConverter.ToInt64(bytes) + (300 * 300 + 300) * 4,
                ".txt" => bytes.AsSpan().SequenceEqual("a\nb\n"u8),
                _ => false,
            };
            return isWhole ? null : $"{path}: {bytes.Length} bytes, not whole";
        }
        catch (Exception error) when (error is IOException or JsonException or NotebookFormatException or ArgumentException)
        {
            return $"{path}: {error.GetType().Name}: {error.Message}";
        }
    }
}
