using System.Diagnostics;
using System.Text.Json.Nodes;
using CourseKit.EndToEnd.Tests.Protocol;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>
/// The course on Windows, as far as Wine is one: a checkout with Windows' line ends, in a folder whose name has a space and an umlaut, is built for win-x64
/// here, with the runtime in it. Then Wine runs it, and Linux the same beside it.
/// </summary>
internal static class Windows
{
    private const string Wine = "/usr/lib/wine/wine64", Server = "/usr/lib/wine/wineserver64", Platform = "win-x64";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    // Faults of Wine alone: it has no groups of processors, which Intel's OpenMP asks for; processes end over memory that is once written and once run; and
    // the runtime cannot halt a thread that is about to end, which happens more rarely where fewer threads work beside the cell and garbage is collected less
    // often (a first generation of 256 MB).
    private static readonly (string Name, string Value)[] OfWine =
        [("KMP_AFFINITY", "disabled"), ("DOTNET_EnableWriteXorExecute", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_GCgen0size", "10000000"), ("WINEDEBUG", "-all")];

    // Another fault of Wine: when libtorch has thrown, as at a wrong shape, the next training of the process fails or hangs.
    private const string Refusal = "*.A_network_that_the_page_cannot_train_is_told_in_a_sentence";

    // How far a figure may be from that of Linux. Another compiler rounds the last bit otherwise. Of a GAN that has only begun to learn that moves the figures:
    // as far as on Linux with ATEN_CPU_CAPABILITY=default.
    private const double Rounding = .001, Untrained = .15;

    /// <summary>Prints a row for each thing that is tried.</summary>
    /// <returns>The exit code: 0 where each ends as on Linux.</returns>
    public static async Task<int> RunAsync()
    {
        if (!File.Exists(Wine))
        {
            Console.WriteLine($"{Wine} is not there. Debian has it: apt-get install --no-install-recommends wine64");
            return 1;
        }
        using var folder = new TempFolder();
        var place = new Place(folder.PathOf("Kurs für GANs"), folder.PathOf("prefix"), folder.PathOf("out"));
        Console.WriteLine("| on Windows | found | s |\n|---|---|---|");
        var faults = 0;
        try
        {
            CheckOut(place.Course);
            if (!await TryAsync("build", () => BuildAsync(place)))
                return 1;
            await TryAsync("doctor", () => DoctorAsync(place));
            await TryAsync("assign --check", async () => Expect(await place.WineAsync("assign", "--check"), 0).Output.Split('\n').Count(line => line.Contains("yes", StringComparison.Ordinal)) + " exercises are up to date");
            await TryAsync("kernel install", () => InstallAsync(place));
            await TryAsync("the kernel, by Jupyter's protocol", () => Task.Run(() => Talk(place)));
            await TryAsync("lecture 1", () => LectureAsync(place, "01-generation-and-discrimination", Rounding));
            await TryAsync("lecture 2, 50 updates", () => LectureAsync(place, "02-adversarial-training", Untrained, "-p", "updates=50"));
            await TryAsync("lecture 5, 50 updates", () => LectureAsync(place, "05-can-the-generator-learn-by-itself", Rounding, "-p", "updates=50"));
            await TryAsync("grading of five", () => GradeAsync(place));
            await TryAsync("the library's tests of plots", () => TestAsync(place));
        }
        finally
        {
            await RunAsync(Server, ["-k"], folder.Root, [("WINEPREFIX", place.Prefix)]);
            await RunAsync(Server, ["-w"], folder.Root, [("WINEPREFIX", place.Prefix)]);
        }
        Console.WriteLine($"{faults} faults");
        return faults == 0 ? 0 : 1;

        async Task<bool> TryAsync(string what, Func<Task<string>> work)
        {
            var (watch, found) = (Stopwatch.StartNew(), "");
            try
            {
                found = await work();
            }
            catch (Exception error) when (error is FaultException or TimeoutException or InvalidOperationException or IOException)
            {
                faults++;
                found = $"**fault**: {error.Message.ReplaceLineEndings("<br>")}";
            }
            Console.WriteLine($"| {what} | {found} | {watch.Elapsed.TotalSeconds:F0} |");
            return !found.StartsWith("**", StringComparison.Ordinal);
        }
    }

    // As git does it on Windows where no .gitattributes keeps it from it.
    private static void CheckOut(string to)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", BuiltCourse.Root, "ls-files", "--eol", "-z", "--cached", "--others", "--exclude-standard"]) { RedirectStandardOutput = true })!;
        foreach (var (facts, name) in git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(line => (line[0], line[1])))
        {
            var (file, copy) = (Path.Combine(BuiltCourse.Root, name), Path.Combine(to, name));
            if (!File.Exists(file))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (facts.Contains("w/lf", StringComparison.Ordinal))
                File.WriteAllText(copy, File.ReadAllText(file).Replace("\n", "\r\n", StringComparison.Ordinal));
            else
                File.Copy(file, copy);
        }
    }

    private static async Task<string> BuildAsync(Place place)
    {
        foreach (var project in new[] { "lib/CourseKit.Cli", "tests/CourseKit.Tests" })
        {
            Expect(await RunAsync("dotnet", ["build", "-c", "Release", "-v", "q", "-nologo", "-nodeReuse:false", project,
                $"-p:RuntimeIdentifier={Platform}", "-p:SelfContained=true", "-p:AppendRuntimeIdentifierToOutputPath=false"], place.Course, []), 0);
        }
        return "the program and the library's tests, for " + Platform;
    }

    // 1: works with a limit, such as no kernel.
    private static async Task<string> DoctorAsync(Place place)
    {
        var checks = JsonNode.Parse(Expect(await place.WineAsync("doctor", "--json"), 0, 1).Output)!["checks"]!.AsArray();
        return string.Join(", ", checks.GroupBy(check => (string)check!["status"]!).Select(status => $"{status.Count()} {status.Key}"))
            + string.Concat(checks.Where(check => (string)check!["status"]! != "ok").Select(check => $"; {check!["name"]}: {check["found"]}"));
    }

    private static async Task<string> InstallAsync(Place place)
    {
        Expect(await place.WineAsync("kernel", "install"), 0);
        var check = JsonNode.Parse(Expect(await place.WineAsync("doctor", "--json"), 0, 1).Output)!["checks"]!.AsArray().Single(check => (string)check!["name"]! == "kernel")!;
        return (string)check["status"]! == "ok" ? (string)check["found"]! : throw new FaultException((string)check["found"]!);
    }

    private static string Talk(Place place)
    {
        var spec = JsonNode.Parse(File.ReadAllText(Directory.GetFiles(Path.Combine(place.Prefix, "drive_c", "users"), "kernel.json", SearchOption.AllDirectories).Single()))!;
        string[] Command(string connection) => [Wine, .. spec["argv"]!.AsArray().Select(word => ((string)word!).Replace("{connection_file}", "Z:" + connection.Replace('/', '\\'), StringComparison.Ordinal))];
        var variables = spec["env"]!.AsObject().Select(variable => (variable.Key, (string)variable.Value!)).Concat(OfWine).Append(("WINEPREFIX", place.Prefix));
        Directory.CreateDirectory(place.Out);
        using var kernel = new KernelProcess(place.Out, Path.Combine(place.Course, "notebooks"), Command, variables);
        using var client = new KernelClient(kernel);
        var said = new List<string>();
        void Cell(string code, Func<Executed, string?> answer, string expected)
        {
            var found = answer(client.Execute(code));
            said.Add(found == expected ? code : throw new FaultException($"{code}: {found}; expected {expected}"));
        }
        Cell("1 + 1", cell => cell.Ok().Value, "2");
        Cell("Console.WriteLine(\"über 李\");", cell => cell.Ok().Stdout, "über 李\n");
        Cell("int.Parse(\"x\")", cell => cell.Status, "error");
        var header = Notebook.Load(Path.Combine(place.Course, "notebooks", "01-generation-and-discrimination.ipynb")).Cells.First(cell => cell.Kind == CellKind.Code).Source;
        Cell(header, cell => cell.Ok().Status, "ok");
        Cell("torch.ones(2, 3).sum().item<float>()", cell => cell.Ok().Value, "6");
        var busy = client.Request("while (true) ;");
        Thread.Sleep(2000);
        client.Send("interrupt_request", [], Kernel.Jupyter.Wire.RequestChannel.Control);
        if (client.Finish(busy) is { Status: not "error" } end)
            throw new FaultException($"a cell that was stopped ended with {end.Status}");
        Cell("torch.ones(2, 3).sum().item<float>()", cell => cell.Ok().Value, "6");
        client.Send("shutdown_request", new() { ["restart"] = false }, Kernel.Jupyter.Wire.RequestChannel.Control);
        return kernel.WaitForExit(TimeSpan.FromSeconds(60)) == 0 ? $"{said.Count} cells, Stop, and its end" : throw new FaultException("the kernel does not end");
    }

    private static async Task<string> LectureAsync(Place place, string name, double most, params string[] set)
    {
        string[] run = ["run", Path.Combine("notebooks", name + ".ipynb"), "--seed", "1", .. set, "--out"];
        var (here, there) = (Path.Combine(place.Out, "linux", name), Path.Combine(place.Out, "windows", name));
        Expect(await place.WineAsync([.. run, there]), 0);
        Expect(await RunAsync(BuiltCourse.Program, [.. run, here], BuiltCourse.Root, []), 0);
        var (ours, theirs) = (Summary(here), Summary(there));
        if (ours.Cells != theirs.Cells || !ours.Figures.Keys.SequenceEqual(theirs.Figures.Keys))
            throw new FaultException($"{theirs.Cells} cells and {theirs.Figures.Count} figures; on Linux {ours.Cells} and {ours.Figures.Count}");
        var apart = ours.Figures.Select(figure => (Name: figure.Key, Here: figure.Value, There: theirs.Figures[figure.Key]))
            .Select(figure => (figure.Name, figure.Here, figure.There, By: Math.Abs(figure.There - figure.Here) / Math.Max(1, Math.Abs(figure.Here)))).ToList();
        var found = $"{theirs.Cells} cells, {apart.Count} figures: {apart.Count(figure => figure.By == 0)} as on Linux to the last bit, the others within {apart.Max(figure => figure.By):G2}";
        return apart.Where(figure => figure.By > most).ToList() is { Count: > 0 } far ? throw new FaultException($"{found}; {string.Join(", ", far.Select(figure => $"{figure.Name} is {figure.There} and on Linux {figure.Here}"))}") : found;
    }

    // Without the figures that are times.
    private static (int Cells, SortedDictionary<string, double> Figures) Summary(string folder)
    {
        var lecture = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!["notebooks"]![0]!;
        return ((int)lecture["cells"]!, new(lecture["metrics"]!.AsObject().Where(figure => !figure.Key.Contains("seconds", StringComparison.Ordinal)).ToDictionary(figure => figure.Key, figure => (double)figure.Value!)));
    }

    private static async Task<string> GradeAsync(Place place)
    {
        const string exercise = "01-generation-and-discrimination.ipynb", secret = "COURSEKIT_SECRET";
        var (students, instructors) = (Path.Combine(BuiltCourse.Root, "notebooks", "exercises", exercise), Path.Combine("notebooks", "instructor", exercise));
        var submissions = Directory.CreateDirectory(Path.Combine(place.Out, "class")).FullName;
        File.Copy(students, Path.Combine(submissions, "untouched.ipynb"));
        foreach (var (student, begin) in new[]
        {
            ("right", ""),
            ("throws", "throw new Exception(\"lost\");"),
            ("endless", "while (true) ;"),
            ("curious", $"if (Environment.GetEnvironmentVariable(\"{secret}\") is not null) Environment.Exit(3);"),
        })
        {
            var notebook = Notebook.Load(Path.Combine(BuiltCourse.Root, instructors));
            var answer = notebook.Cells.First(cell => cell.Source.Contains("BEGIN SOLUTION", StringComparison.Ordinal));
            answer.Source = $"{begin}\n{answer.Source}";
            notebook.Save(Path.Combine(submissions, student + ".ipynb"));
        }
        string[] grade = ["grade", submissions, "--assignment", instructors, "--timeout", "150", "--jobs", "1", "--out"];
        var (here, there) = (Path.Combine(place.Out, "linux-grades"), Path.Combine(place.Out, "windows-grades"));
        Environment.SetEnvironmentVariable(secret, "1");
        var said = Expect(await place.WineAsync([.. grade, there]), 0).Output;
        Expect(await RunAsync(BuiltCourse.Program, [.. grade, here], BuiltCourse.Root, []), 0);
        if (!said.Contains("for Linux alone", StringComparison.Ordinal))
            throw new FaultException($"it does not say that nothing isolates the submissions: {said}");
        var (ours, theirs) = (File.ReadAllLines(Path.Combine(here, "grades.csv")), File.ReadAllLines(Path.Combine(there, "grades.csv")));
        var different = ours.Zip(theirs).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.Second} and on Linux {pair.First}").ToList();
        return ours.Length == theirs.Length && different.Count == 0 ? $"{theirs.Length - 1} rows of grades.csv, each as on Linux"
            : throw new FaultException($"{theirs.Length} lines, on Linux {ours.Length}; {string.Join("; ", different)}");
    }

    private static async Task<string> TestAsync(Place place)
    {
        var program = Path.Combine(place.Course, "tests", "CourseKit.Tests", "bin", "Release", "net10.0", "CourseKit.Tests.exe");
        var run = await RunAsync(Wine, [program, "-noColor", "-maxThreads", "1", "-trait-", "Cost=*", "-method-", Refusal, "-namespace", "CourseKit.Tests.Plots"], place.Course, [.. OfWine, ("WINEPREFIX", place.Prefix)]);
        var total = run.Output.Split('\n').LastOrDefault(line => line.Contains("Total:", StringComparison.Ordinal))?.Trim() ?? Tail(run.Output);
        return run.ExitCode == 0 ? $"{total} (without {Refusal})" : throw new FaultException($"{total} {string.Join(", ", run.Output.Split('\n').Where(line => line.Contains("[FAIL]", StringComparison.Ordinal)).Select(line => line.Trim()))}");
    }

    private static Ended Expect(Ended run, params int[] codes) => codes.Contains(run.ExitCode) ? run : throw new FaultException($"exit code {run.ExitCode}: {Tail(run.Output)} {Tail(run.Error)}");

    private static string Tail(string text) => text.Trim() is { Length: > 1500 } much ? "... " + much[^1500..] : text.Trim();

    private static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, string folder, IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Path.GetFileName(program)} did not end within {Longest.TotalMinutes} minutes");
        }
        return new(process.ExitCode, await output, await error);
    }

    /// <param name="Course">The checkout for Windows.</param>
    /// <param name="Prefix">What Wine shows as drive C:. The checkout is on drive Z:.</param>
    /// <param name="Out">Where results go.</param>
    private sealed record Place(string Course, string Prefix, string Out)
    {
        public Task<Ended> WineAsync(params string[] arguments) =>
            RunAsync(Wine, [Path.Combine(Course, "lib", "CourseKit.Cli", "bin", "Release", "net10.0", "CourseKit.Cli.exe"), .. arguments], Course, [.. OfWine, ("WINEPREFIX", Prefix)]);
    }

    private sealed record Ended(int ExitCode, string Output, string Error);

    private sealed class FaultException(string message) : Exception(message);
}
