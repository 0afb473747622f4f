using CourseKit.Cli.Tests.Classes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit grade</c> in shares: several processes grade a class into one folder, and one writes the tables.</summary>
[Trait("Cost", "process")]
public sealed class ShardTests : IDisposable
{
    private const string Crash = "typeof(Environment).GetMethod(\"FailFast\", [typeof(string)]).Invoke(null, [\"boom\"]);";
    private readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    private readonly Workplace place = new();

    public ShardTests()
    {
        SmallAssignment.Teachers.Save(place.PathOf("tasks.ipynb"));
        HandIn("Anna_1", SmallAssignment.WithBody("return 2 * x;"));
        HandIn("Ben_2", SmallAssignment.WithBody("return 6;"));
        // The grader names this cell to the teacher, so its name must be the same in every run.
        var crash = SmallAssignment.WithBody("return x;");
        crash.Add(NotebookCell.Code(Crash));
        HandIn("Cem_3", crash);
        Directory.CreateDirectory(place.PathOf("class", "Dora_4_assignsubmission_file_"));
        File.WriteAllText(place.PathOf("class", "Dora_4_assignsubmission_file_", "x.pdf"), "%PDF");
        File.WriteAllText(place.PathOf("class", "overrides.csv"), "student,task,points,remark\nBen,double-check,1,nearly\n");
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task Shares_and_a_merge_give_the_bytes_of_one_run_and_a_killed_share_goes_on()
    {
        var one = await GradeAsync("one", "--format", "nbgrader");
        Assert.Equal((0, ""), (one.ExitCode, one.Error));

        // Two at once. The second is killed after the first of its students.
        using (var second = place.Start(Arguments("many", "--shard", "2/2", "--jobs", "1")))
        {
            var first = GradeAsync("many", "--shard", "1/2");
            while (await second.StandardOutput.ReadLineAsync(cancel) is { } line && !line.StartsWith("[1/2]", StringComparison.Ordinal))
                continue;
            second.Kill();
            await second.WaitForExitAsync(cancel);
            Assert.Equal((0, ""), ((await first).ExitCode, (await first).Error));
            Assert.Contains("Shard 1/2: 2 of 4 submissions are graded.", (await first).Output);
        }
        File.Delete(place.PathOf("many", "grades", "Ben.json")); // killed between two files of a student

        var tooEarly = await GradeAsync("many", "--merge");
        Assert.Equal(1, tooEarly.ExitCode);
        Assert.Matches(@"^coursekit: --merge: [12] of 4 submissions .* Ben.* Shard 2/2 is missing", Assert.Single(tooEarly.ErrorLines));
        Assert.False(File.Exists(place.PathOf("many", "grades.csv")) || File.Exists(place.PathOf("many", "index.html")));

        Assert.Equal(0, (await GradeAsync("many", "--shard", "2/2")).ExitCode);
        Assert.Contains("Ben 1 of 3, graded before", (await GradeAsync("many", "--shard", "2/2")).Output);
        for (var merge = 1; merge <= 2; merge++)
        {
            var merged = await GradeAsync("many", "--merge", "--format", "nbgrader");
            Assert.Equal((0, ""), (merged.ExitCode, merged.Error));
            Assert.Equal(Files("one"), Files("many"));
        }

        // Another number of shares is told. What has changed is graded again, and nothing else.
        HandIn("Anna_1", SmallAssignment.WithBody("return 6;"));
        Assert.Contains("1 of 4 submissions", (await GradeAsync("many", "--merge")).Error);
        await GradeAsync("many", "--shard", "3/3");
        var other = await GradeAsync("many", "--shard", "1/4");
        Assert.Equal(0, other.ExitCode);
        Assert.Contains("was begun in 3 shards", Assert.Single(other.ErrorLines));
        Assert.Contains("[1/1] Anna 1 of 3\n", other.Output);
        Assert.Equal(0, (await GradeAsync("many", "--merge")).ExitCode);
        Assert.Contains("Anna,tasks,double-check,0,2,failed,not of 5", File.ReadAllText(place.PathOf("many", "grades.csv")));
    }

    [Theory]
    [InlineData("--shard 0/4", "--shard 0/4: expected I/N, such as 2/4, with I from 1 to N")]
    [InlineData("--shard 5/4", "--shard 5/4: expected I/N")]
    [InlineData("--shard x", "--shard x: expected I/N")]
    [InlineData("--shard 1/4 --merge", "--merge grades nobody: leave out --shard")]
    [InlineData("--only Anna --merge", "--merge grades nobody: leave out --only")]
    [InlineData("--shard 1/4 --only Anna", "--only Anna: it stands alone, without --shard")]
    [InlineData("--merge", "nowhere: no such folder, so there is nothing to merge")]
    public async Task A_share_that_cannot_be_is_told_in_a_line(string arguments, string message)
    {
        var run = await GradeAsync("nowhere", arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.ErrorLines[0]);
        Assert.Equal("Try `coursekit grade --help`.", Assert.Single(run.ErrorLines[1..]));
        Assert.False(Directory.Exists(place.PathOf("nowhere")));
    }

    private void HandIn(string student, Notebook notebook) => notebook.Save(place.PathOf("class", $"{student}_assignsubmission_file_", "tasks.ipynb"));

    private static string[] Arguments(string results, params string[] arguments) => ["grade", "class", "--assignment", "tasks.ipynb", "--out", results, .. arguments];

    private Task<CliRun> GradeAsync(string results, params string[] arguments) => place.RunAsync(Arguments(results, arguments));

    // All files of the results with their content, so that a difference is shown by its file.
    private List<(string File, string Content)> Files(string results) =>
    [
        .. Directory.GetFiles(place.PathOf(results), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(place.PathOf(results), file), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))))),
    ];
}
