using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;
using static CourseKit.Notebooks.Tests.GradedCell;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit grade</c>, tried with a small class: whatever a student hands in costs nobody else's marks.</summary>
public sealed class GradeTests : IDisposable
{
    private static readonly string Assignment = Path.Combine("notebooks", "instructor", "tasks.ipynb");
    private readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    private readonly Workplace place = new();

    public GradeTests() => place.Write(Assignment,
        Graded("int Double(int x)\n{\n    /// BEGIN SOLUTION\n    return 2 * x;\n    /// END SOLUTION\n}", "double", isCheck: false, 0),
        Graded("if (Double(3) != 6) throw new Exception(\"3 doubled is 6\");\n/// BEGIN HIDDEN TESTS\nif (Double(5) != 10) throw new Exception(\"not of 5\");\n/// END HIDDEN TESTS", "double-check", isCheck: true, 2),
        Graded("string? word = null;\n/// BEGIN SOLUTION\nword = \"gan\";\n/// END SOLUTION", "word", isCheck: false, 0),
        Graded("if (word != \"gan\") throw new Exception($\"word is {word ?? \"not answered yet\"}\");", "word-check", isCheck: true, 1));

    public void Dispose() => place.Dispose();

    [Fact]
    [Trait("Cost", "slow")]
    public async Task Every_submission_gets_the_points_that_are_its_own()
    {
        HandIn("right");
        HandIn("untouched", notebook => { }, untouched: true);
        HandIn("guessed", Answer("return 6;"));
        HandIn("loop", Answer("while (true) { }"));
        HandIn("exit", Answer("Environment.Exit(0); return 6;"));
        HandIn("crash", Answer("typeof(Environment).GetMethod(\"FailFast\", [typeof(string)]).Invoke(null, [\"boom\"]); return 6;"));
        HandIn("deep", Answer("int Deeper(int y) => Deeper(y + 1) + 1; return Deeper(0);"));
        HandIn("sleeps", notebook => notebook.Cells[0].Source = "System.Threading.Thread.Sleep(600_000);\nint Double(int x) => 2 * x;");
        HandIn("memory", Answer("var all = new List<byte[]>(); for (;;) { all.Add(new byte[50_000_000]); Array.Fill(all[^1], (byte)1); }"));
        HandIn("prying", Answer("return Environment.GetEnvironmentVariable(\"SECRET\") is null ? 2 * x : 0;"));
        HandIn("forger", Answer($"try {{ System.IO.File.WriteAllText(@\"{place.PathOf("out", "grades.csv")}\", \"forger,3\"); }} catch (Exception) {{ }} return 6;"));
        HandIn("liar", notebook =>
        {
            notebook.Cells[0].Source = "class Exception(string s) : System.Exception { }\nint Double(int x) => 6;";
            notebook.Insert(1, NotebookCell.Code("Console.WriteLine(\"3 of 3 points, passed\");"));
        });
        HandIn("shuffled", notebook =>
        {
            var answer = notebook.Cells[2];
            notebook.RemoveAt(3);
            notebook.RemoveAt(2);
            notebook.RemoveAt(1);
            notebook.Insert(0, answer);
        });
        File.WriteAllText(place.PathOf("class", "broken.ipynb"), "{ \"cells\": [");
        Directory.CreateDirectory(place.PathOf("class", "absent"));
        Directory.CreateDirectory(place.PathOf("class", "zoe"));
        Student().Save(place.PathOf("class", "zoe", "tasks.ipynb"));

        var run = await place.RunAsync(BuiltCourse.Program, new() { ["SECRET"] = "1" }, ["grade", "class", "--assignment", Assignment, "--out", "out", "--timeout", "15", "--memory", "1000"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("[16/16]", run.Output);
        Expect("absent", 0, "unreadable", 0, "unreadable", "Nothing was handed in");
        Expect("broken", 0, "unreadable", 0, "unreadable", "not a notebook that can be read");
        Expect("crash", 0, "killed", 1, "passed", "ended its process");
        Expect("deep", 0, "failed", 1, "passed", "stack");
        Expect("exit", 0, "failed", 1, "passed", "Environment.Exit: a cell may not end the process");
        Expect("forger", 0, "failed", 1, "passed", "not of 5");
        Expect("guessed", 0, "failed", 1, "passed", "not of 5");
        Expect("liar", 0, "failed", 1, "passed", "declares `Exception`");
        Expect("loop", 0, "killed", 1, "passed", "ran longer than 15 s");
        Expect("memory", 0, "failed", 1, "passed", "OutOfMemory", "memory");
        Expect("prying", 2, "passed", 1, "passed", "");
        Expect("right", 2, "passed", 1, "passed", "");
        Expect("shuffled", 2, "passed", 1, "passed", "");
        Expect("sleeps", 0, "failed", 1, "passed", "your cell double ran longer than 15 s"); // not: Double is unknown
        Expect("untouched", 0, "failed", 0, "failed", "not implemented");
        Expect("zoe", 2, "passed", 1, "passed", "");
        var overview = File.ReadAllText(place.PathOf("out", "index.html"));
        Assert.Contains("16 students, 3 points to win", overview);
        Assert.Contains("feedback/guessed.html", overview);
        Assert.Contains("not of 5", File.ReadAllText(place.PathOf("out", "feedback", "guessed.html")));
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_killed_grader_goes_on_where_it_stopped_and_grades_only_what_is_new()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "POSIX signals");
        HandIn("anna");
        HandIn("ben", Answer("System.Threading.Thread.Sleep(600_000); return 0;"));
        string[] command = ["grade", "class", "--assignment", Assignment, "--out", "out", "--jobs", "1"];
        using (var process = place.Start(command))
        {
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line && !line.Contains("anna 3 of 3", StringComparison.Ordinal))
                continue;
            await process.SignalAsync("KILL");
            await process.WaitForExitAsync(cancel);
        }
        Assert.False(File.Exists(place.PathOf("out", "grades.csv")));
        HandIn("ben", Answer("return x;"));

        var run = await place.RunAsync(command);

        Assert.Contains("anna 3 of 3, graded before", run.Output);
        Assert.Contains("ben 1 of 3\n", run.Output);
        Expect("anna", 2, "passed", 1, "passed", "");
        Expect("ben", 0, "failed", 1, "passed", "3 doubled is 6");
        HandIn("ben");
        Assert.Contains("ben 3 of 3\n", (await place.RunAsync(command)).Output);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Nobody_is_graded_by_checks_that_the_solutions_do_not_pass()
    {
        HandIn("right");
        var notebook = Notebook.Load(place.PathOf(Assignment));
        notebook.Cells[3].Source = "if (word != \"vae\") throw new Exception(\"word is not vae\");";
        notebook.Save(place.PathOf(Assignment));
        var run = await place.RunAsync("grade", "class", "--assignment", Assignment, "--out", "out");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the teacher's own solution does not pass word-check: word is not vae", run.Error);
        Assert.Empty(Directory.GetFileSystemEntries(place.PathOf("out"), "*right*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("nbgrader", "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score", "tasks,,,anna,,,,3,0,3,3")]
    [InlineData("moodle", "username,tasks", "anna,3")]
    [InlineData("canvas", "Student,ID,SIS User ID,SIS Login ID,Section,tasks", "anna,,,anna,,3")]
    [Trait("Cost", "process")]
    public async Task A_gradebook_has_the_columns_that_the_other_system_reads(string format, string header, string row)
    {
        HandIn("anna");
        Assert.Equal(0, (await place.RunAsync("grade", "class", "--assignment", Assignment, "--out", "out", "--format", format)).ExitCode);
        var lines = File.ReadAllLines(place.PathOf("out", "gradebook.csv"));
        Assert.Equal((header, row), (lines[0], lines[^1]));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task What_a_student_is_called_prints_no_escapes_to_the_terminal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows no control characters in a file's name");
        HandIn("eve\e]0;x\a\n[2] anna 3 of 3\u202e\u009b2J");
        var run = await place.RunAsync("grade", "class", "--assignment", Assignment, "--out", "out");
        Assert.Contains("[1/1] eve\\u001b]0;x\\u0007\\u000a[2] anna 3 of 3\\u202e\\u009b2J 3 of 3\n", run.Output);
    }

    [Fact]
    public async Task A_notebook_without_checks_or_a_folder_that_is_not_there_is_refused_in_a_line()
    {
        place.Write("plain.ipynb", "1");
        Assert.Contains("no such folder", (await place.RunAsync("grade", "nowhere", "--assignment", Assignment, "--out", "out")).Error);
        HandIn("right");
        var run = await place.RunAsync("grade", "class", "--assignment", "plain.ipynb", "--out", "out");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("it has no checks", run.Error);
    }

    private Notebook Student() => Notebook.Load(place.PathOf(Assignment));

    private static Action<Notebook> Answer(string body) => notebook => notebook.Cells[0].Source = $"int Double(int x)\n{{\n    {body}\n}}";

    private void HandIn(string student, Action<Notebook>? change = null, bool untouched = false)
    {
        var notebook = untouched ? StudentVersion.Of(Student(), "tasks") : Student();
        change?.Invoke(notebook);
        Directory.CreateDirectory(place.PathOf("class"));
        notebook.Save(place.PathOf("class", student + ".ipynb"));
    }

    // The two rows of a student in grades.csv; one of the texts is in the first one's message.
    private void Expect(string student, double first, string firstStatus, double second, string secondStatus, params string[] texts)
    {
        var rows = File.ReadAllText(place.PathOf("out", "grades.csv")).Split($"\n{student},tasks,");
        Assert.Equal(3, rows.Length);
        Assert.True(rows[1].StartsWith($"double-check,{first},2,{firstStatus},", StringComparison.Ordinal), $"{student}: {rows[1]}");
        Assert.True(rows[2].StartsWith($"word-check,{second},1,{secondStatus},", StringComparison.Ordinal), $"{student}: {rows[2]}");
        Assert.True(texts.Any(text => rows[1].Contains(text, StringComparison.OrdinalIgnoreCase)), $"{student}: {rows[1]}");
    }
}
