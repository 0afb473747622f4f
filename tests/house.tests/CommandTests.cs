using System.Diagnostics;

namespace CourseKit.House.Tests;

/// <summary>
/// Every command that a page names is run: here, in a copy of the course with a home of its own; or, where it takes minutes or a network, by another
/// test or by CI, which is named here, while the command line reads it here and finds no fault in it.
/// </summary>
public sealed class CommandTests : IDisposable
{
    private const string Lectures = "tests/notebooks.tests/LectureRun.cs", OtherData = "tests/notebooks.tests/OtherDataTests.cs",
        FullSize = "tests/notebooks.tests/FullSizeTests.cs", Ci = ".ci/run";

    /// <summary>A command, the file that runs it, and a text in that file by which it does.</summary>
    private static readonly (string Command, string File, string By)[] Elsewhere =
    [
        ("coursekit run", Ci, "lib/CourseKit.Cli -- run"),
        ("dotnet test", Ci, "dotnet test -c Release"),
        ("dotnet test -c Release", Ci, "dotnet test -c Release"),
        ("dotnet build -c Release", Ci, "dotnet test -c Release"), // which builds the same first
        ("dotnet build -c Release lib/CourseKit.Cli", ".devcontainer/image.sh", "dotnet build -c Release lib/CourseKit.Cli"),
        ("dotnet run -c Release --project tests/long -- stops 50", "tests/e2e/Protocol/StopTests.cs", "new ManyStops("), // a small share of it
        ("dotnet run -c Release --project tests/long -- checks 1000", "tests/CourseKit.Kernel.Tests/Session/RandomProgramTests.cs", "RandomProgram.Difference("), // a small share of it
        ("dotnet run -c Release --project tests/long -- submissions 5000", "tests/CourseKit.Cli.Tests/Classes/ManySubmissionsTests.cs", "new ManySubmissions("), // a small share of it
        ("dotnet run -c Release --project tests/long -- parsers 100000", "tests/CourseKit.Tests/Files/ParserTests.cs", "new LibraryParsers("), // a small share of it
        ("dotnet run -c Release --project tests/long -- kills 200", "tests/CourseKit.Cli.Tests/ResumeTests.cs", "SignalAsync(\"KILL\")"), // a small share of it
        ("dotnet run -c Release --project tests/long -- trainings 50", "tests/CourseKit.Tests/Training/CheckpointTests.cs", "Resumed.Run("), // a small share of it
        ("dotnet run -c Release --project tests/long -- pytorch", "tests/CourseKit.Tests/Files/PyTorchFileTests.cs", "Python(\"generator.pth\")"), // a small share of it
        ("dotnet run -c Release --project tests/long -- classroom 12", "tests/e2e/ClassroomTests.cs", "\"share\""), // a small share of it
        ("sudo classroom/up.sh class.csv", "tests/e2e/classroom.py", "self.run(\"up.sh\", self.list)"),
        ("sudo classroom/exchange.py collect 02-adversarial-training SUBMISSIONS", "tests/e2e/classroom.py", "\"exchange.py\", \"collect\", EXERCISE"),
        ("sudo classroom/exchange.py return 02-adversarial-training DIR", "tests/e2e/classroom.py", "\"exchange.py\", \"return\", EXERCISE"),
        ("coursekit run --resume", "tests/CourseKit.Cli.Tests/ResumeTests.cs", "\"--resume\""),
        ("dotnet run -c Release --project tests/long -- lectures 50", "tests/notebooks.tests/LectureRunTests.cs", "LectureRun.Metrics(again.Root"), // a small share of it
        ("dotnet run -c Release --project tests/long -- interactive 50", "tests/interactive.tests/OursThereTests.cs", "LectureThere.RunAsync("), // a small share of it
        ("dotnet run -c Release --project tests/long -- honest 200", "tests/CourseKit.Cli.Tests/Classes/ClassTests.cs", "HonestClass.WrongedAsync("), // a small share of it
        ("dotnet run -c Release --project tests/long -- hostile 42", "tests/CourseKit.Cli.Tests/Classes/ClassTests.cs", "HostileClass.RunAsync("), // a small share of it
        ("dotnet run -c Release --project tests/long -- windows", "tests/notebooks.tests/TorchBackendTests.cs", "RuntimeIdentifier={platform}"), // a small share of it
        ("dotnet build -c Release -p:TorchBackend=cuda", "tests/notebooks.tests/TorchBackendTests.cs", "-p:TorchBackend=cuda"),
        ("dotnet pack -c Release lib/CourseKit -o out/packages", "tests/notebooks.tests/PackageTests.cs", "\"pack\", \"-c\", \"Release\""),
        ("dotnet pack -c Release lib/CourseKit.Cli -o out/packages", "tests/notebooks.tests/ToolTests.cs", "\"pack\", \"-c\", \"Release\""),
        ("dotnet tool install --global CourseKit.Cli --add-source out/packages", "tests/notebooks.tests/ToolTests.cs", "\"tool\", \"install\", \"CourseKit.Cli\""),
        ("./release", "tests/house.tests/ReleaseTests.cs", "\"./release\""),
        ("./release --site out", "tests/house.tests/ReleaseTests.cs", "--site other"),
        ("lib/native/build.sh TorchSharp /opt/torch/lib out/native", "tests/house.tests/BindingTests.cs", "[\"TorchSharp\", \"torch/lib\", \"out\"]"), // with a stand-in for the compiler
        ("tests/gpu/pack", "tests/house.tests/ProofTests.cs", "\"tests/gpu/pack\""), // its refusals; what it packs takes minutes
        (".devcontainer/smoke.sh", ".ci/seat", "smoke.sh"),
        (".devcontainer/take-build.sh", ".ci/seat", "take-build.sh"),
        ("coursekit run --keep-going", "tests/CourseKit.Cli.Tests/FailureTests.cs", "\"--keep-going\""),
        ("coursekit run --seed 2 --out out/seed2", "tests/notebooks.tests/LectureRunTests.cs", "\"--seed\", \"2\", \"--out\""),
        ("coursekit run notebooks/02-adversarial-training.ipynb", "tests/notebooks.tests/LectureRunTests.cs", "Course.PathOf(Course.Adversarial)"),
        ("coursekit run notebooks/02-adversarial-training.ipynb --seed 2", "tests/notebooks.tests/LectureRunTests.cs", "\"--seed\", \"2\""),
        ("coursekit run notebooks/02-adversarial-training.ipynb -p updates=500", Lectures, "\"updates="),
        ("coursekit run notebooks/02-adversarial-training.ipynb -p dataset=fashion-mnist", OtherData, "\"dataset=fashion-mnist\""),
        ("coursekit run notebooks/02-adversarial-training.ipynb -p dataset=/path/to/pictures", OtherData, "$\"dataset={"),
        ("coursekit run notebooks/09-faces-at-full-size.ipynb", FullSize, "Course.PathOf(Course.FullSize)"), // smaller: it takes hours
        ("coursekit run notebooks/09-faces-at-full-size.ipynb -p size=32 -p updates=2000", FullSize, "\"size=32\""), // with fewer updates
        ("coursekit run -p updates=200", Lectures, "\"updates="),
        ("coursekit run notebooks/instructor", "tests/CourseKit.Cli.Tests/ExerciseGradeTests.cs", "\"instructor\""),
        ("coursekit run notebooks/instructor --out out/solutions", "tests/CourseKit.Cli.Tests/ExerciseGradeTests.cs", "\"instructor\""),
        ("coursekit run notebooks/instructor/02-adversarial-training.ipynb", "tests/CourseKit.Cli.Tests/ExerciseGradeTests.cs", "\"instructor\""),
        ("coursekit import OLD.ipynb", "tests/CourseKit.Cli.Tests/ImportTests.cs", "\"import\", \"old.ipynb\""),
        ("coursekit data fetch mnist", "tests/CourseKit.Tests/Data/DatasetDownloadTests.cs", "FetchAsync("),
        ("coursekit data fetch fashion-mnist", "tests/CourseKit.Tests/Data/DatasetDownloadTests.cs", "FetchAsync("),
        ("coursekit grade SUBMISSIONS --assignment notebooks/instructor/02-adversarial-training.ipynb --out DIR", "tests/CourseKit.Cli.Tests/ExerciseGradeTests.cs", "\"grade\", \"class\", \"--assignment\""),
        ("coursekit grade SUBMISSIONS --assignment notebooks/instructor/02-adversarial-training.ipynb --out DIR --format moodle", "tests/CourseKit.Cli.Tests/GradeTests.cs", "\"--format\", format"),
        ("coursekit grade SUBMISSIONS --assignment notebooks/instructor/02-adversarial-training.ipynb --out DIR --shard 2/4", "tests/CourseKit.Cli.Tests/ShardTests.cs", "\"--shard\", \"2/2\""),
        ("coursekit grade SUBMISSIONS --assignment notebooks/instructor/02-adversarial-training.ipynb --out DIR --merge", "tests/CourseKit.Cli.Tests/ShardTests.cs", "\"--merge\""),
        ("classroom/slurm/grade.sbatch 4 SUBMISSIONS --assignment notebooks/instructor/02-adversarial-training.ipynb --out DIR", "tests/long/SlurmGrading.cs", "\"classroom\", \"slurm\", \"grade.sbatch\""), // not in CI, which has no Slurm
        ("dotnet run -c Release --project tests/long -- slurm 200", "tests/CourseKit.Cli.Tests/ShardTests.cs", "\"--shard\", \"1/2\""), // a small share of it, without Slurm
    ];

    /// <summary>What the command line says of a command that it understands to its end, and does not begin.</summary>
    private const string Understood = "--timeout 0: expected";

    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("house-");

    /// <summary>All commands of all pages, each once; <c>coursekit</c> stands for the command line, as on the pages.</summary>
    public static TheoryData<string> Commands { get; } =
    [
        .. Documents.Pages.SelectMany(Documents.Commands).Select(command => command.Replace("dotnet run -c Release --project lib/CourseKit.Cli --", "coursekit", StringComparison.Ordinal))
            .Where(command => command is not "coursekit" && !command.StartsWith("coursekit()", StringComparison.Ordinal) && Program(command) is not "docker").Distinct().Order(StringComparer.Ordinal),
    ];

    public void Dispose() => place.Delete(recursive: true);

    [Theory, MemberData(nameof(Commands)), Trait("Cost", "process")]
    public async Task A_command_on_a_page_is_one_that_runs(string command)
    {
        if (Elsewhere.FirstOrDefault(one => one.Command == command) is { Command: not null } named)
        {
            Assert.Contains(named.By, Repository.Read(named.File), StringComparison.Ordinal);
            if (Program(command) == "coursekit" && !command.Contains(" fetch ", StringComparison.Ordinal) && !command.Contains(" import ", StringComparison.Ordinal))
                Assert.Contains(Understood, (await RunAsync($"{command} --timeout 0")).Error, StringComparison.Ordinal);
            return;
        }
        var words = command.Split(' ');
        // They run tests that run anyway; one of them is tried below.
        if (words is ["./test", var what])
        {
            Assert.Contains($"  {what})", Repository.Read("test"), StringComparison.Ordinal);
            return;
        }
        // A verb that is only named.
        if (Program(command) == "coursekit" && words.Length <= 3 && !command.Contains(" -", StringComparison.Ordinal) && command is not ("coursekit data list" or "coursekit data verify" or "coursekit doctor" or "coursekit assign"))
        {
            var help = await RunAsync($"{command} --help");
            Assert.Equal((0, ""), (help.ExitCode, help.Error));
            Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
            return;
        }
        var run = await RunAsync(command switch
        {
            "coursekit kernel install --prefix /usr/local" => "coursekit kernel install --prefix prefix",
            _ when command.StartsWith("./test ", StringComparison.Ordinal) => "./test house RoomTests",
            _ when command.StartsWith("git archive", StringComparison.Ordinal) => command.Replace("course.zip", Path.Combine(place.FullName, "course.zip"), StringComparison.Ordinal),
            // The same on a small scale.
            _ when command.EndsWith("benchmarks/kernel/checks", StringComparison.Ordinal) => $"{command} -- 1".Replace("dotnet run", "dotnet run --no-build", StringComparison.Ordinal),
            _ when command.Contains("tests/long", StringComparison.Ordinal) && char.IsDigit(command[^1]) => $"{command[..command.LastIndexOf(' ')]} 200".Replace("dotnet run", "dotnet run --no-build", StringComparison.Ordinal),
            _ => command.Replace("dotnet run -c Release", "dotnet run --no-build -c Release", StringComparison.Ordinal),
        });
        var limited = command == "coursekit doctor" ? 1 : 0; // such as that no kernel is installed
        Assert.True(run.ExitCode is var code && (code == 0 || code == limited), $"{command}: exit code {run.ExitCode}\n{run.Output}{run.Error}");
    }

    [Fact]
    public void No_command_is_listed_that_no_page_names()
    {
        string[] named = [.. Commands.Select(row => row.Data)];
        Assert.Empty(Elsewhere.Select(one => one.Command).Except(named));
    }

    private static string Program(string command) => command.Split(' ')[0];

    // In the shell, as people type it. What touches the checkout runs in it, the command line in a copy.
    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string command)
    {
        var course = place.CreateSubdirectory("course").FullName;
        if (Directory.GetFileSystemEntries(course).Length == 0)
        {
            foreach (var name in new[] { "lib", "data" })
                Directory.CreateSymbolicLink(Path.Combine(course, name), Repository.PathOf(name));
            foreach (var file in Directory.GetFiles(Repository.PathOf("notebooks"), "*.ipynb", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(course, Path.GetRelativePath(Repository.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
            foreach (var name in new[] { "SUBMISSIONS", "DIR", "out/packages" })
                Directory.CreateDirectory(Path.Combine(course, name));
            File.WriteAllText(Path.Combine(course, "out", "packages", "CourseKit.0.1.0.nupkg"), "");
        }
        var start = new ProcessStartInfo("bash", ["-c", $"coursekit() {{ \"{Path.Combine(Repository.Output("CourseKit.Cli"), "CourseKit.Cli")}\" \"$@\"; }}; {command}"])
        {
            WorkingDirectory = Program(command) == "coursekit" ? course : Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Program(command) == "coursekit")
        {
            start.Environment["HOME"] = place.FullName;
            foreach (var variable in new[] { "XDG_DATA_HOME", "XDG_CACHE_HOME", "JUPYTER_DATA_DIR", "JUPYTER_PATH" })
                start.Environment.Remove(variable);
        }
        using var process = Process.Start(start)!;
        // A command that takes longer belongs into the table above.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var end = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        var cancel = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await error);
    }
}
