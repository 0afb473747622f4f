using System.Collections.Concurrent;
using System.Diagnostics;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using CourseKit.Notebooks.Tests;
using static System.FormattableString;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>How a mutated submission ended.</summary>
/// <param name="Of">The submission.</param>
/// <param name="Unreadable">Whether it is no notebook.</param>
/// <param name="Unparsed">How many of its cells no compiler can read.</param>
/// <param name="Fault">What the grader did to it that it must not do; null if there is nothing.</param>
/// <param name="Took">How long it kept the grader busy.</param>
internal sealed record MutatedEnd(MutatedSubmission Of, bool Unreadable, int Unparsed, string? Fault, TimeSpan Took);

/// <summary>
/// Takes mutated submissions through all that the grader does with a file but running it, and each 50th through the program. Each must end as a grade
/// with a reason, or as a notebook with all of the teacher's checks; and the class's pages and tables must hold it.
/// </summary>
internal sealed class ManySubmissions : IDisposable
{
    private const int ClassSize = 50;
    // A source that keeps the compiler busy for longer than some seconds does so for a minute too, which is a cell's time.
    private static readonly Limits Endless = Limits.Default with { CellTime = TimeSpan.FromSeconds(3), TotalTime = TimeSpan.FromDays(1) };
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("coursekit-mutated-");
    private readonly CellHost host = new(BuiltCourse.Program, "execute");
    private readonly Sandbox sandbox = new(new SandboxView([DotnetRoot, Path.GetDirectoryName(BuiltCourse.Program)!], []), new Dictionary<string, string> { ["DOTNET_ROOT"] = DotnetRoot }, Endless);
    private readonly Dictionary<string, Notebook> teachers = MutatedSubmission.Exercises.ToDictionary(path => path, path => Notebook.Load(path));

    private static string DotnetRoot => Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The ends of the submissions of some seeds.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="cancel">Ends the processes.</param>
    public async Task<IReadOnlyList<MutatedEnd>> EndsAsync(IEnumerable<int> seeds, CancellationToken cancel)
    {
        ConcurrentBag<MutatedEnd> ends = [];
        // More classes at once than there are cores, since each file that is written waits for the disk. In each, one process looks at all sources; one
        // that a source ends is followed by another.
        ConcurrentQueue<int[]> classes = new(seeds.Chunk(ClassSize));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var run = new SubmissionRun(host, sandbox, Endless, cancel);
            while (classes.TryDequeue(out var some))
            {
                foreach (var end in await ClassAsync(some, run))
                    ends.Add(end);
            }
        }, cancel)));
        return [.. ends.OrderBy(end => end.Of.Seed)];
    }

    /// <summary>Grades submissions of the first exercise through the program.</summary>
    /// <param name="seeds">The seeds; only those whose exercise is the first count.</param>
    /// <returns>What the program did that it must not do.</returns>
    public async Task<IReadOnlyList<string>> GradedAsync(IEnumerable<int> seeds)
    {
        var (place, exercise) = (folder.CreateSubdirectory("whole"), MutatedSubmission.Exercises[0]);
        List<string> students = [];
        foreach (var seed in seeds.Where(seed => seed % MutatedSubmission.WholeWay == 0))
            students.Add(Write(MutatedSubmission.Of(seed), place.CreateSubdirectory("class").FullName));
        if (students.Count == 0)
            return [];
        var run = await GradedClass.RunAsync(BuiltCourse.Program, place.FullName, ["--assignment", exercise, "--jobs", "2", "--timeout", "10"]);
        if (run.ExitCode != 0)
            return [$"coursekit grade ended with {run.ExitCode}: {run.Error}"];
        var checks = Checks(GradeCell.Of(teachers[exercise], exercise));
        return
        [
            .. from student in students
               let rows = run.Rows.Where(row => row["student"] == student).ToList()
               let wrong = !rows.Select(row => (row["task"], row["max_points"])).SequenceEqual(checks) ? "checks are lost"
                   : rows.Any(row => row["points"] != "0" && row["status"] != "passed") ? "points without a check"
                   : rows.Find(row => row["message"].StartsWith("The grader could not", StringComparison.Ordinal))?["message"]
               where wrong is not null
               select $"{student}, through the program: {wrong}",
        ];
    }

    private async Task<List<MutatedEnd>> ClassAsync(int[] seeds, SubmissionRun run)
    {
        var place = folder.CreateSubdirectory($"{seeds[0]}");
        Dictionary<string, MutatedSubmission> handedIn = [];
        foreach (var seed in seeds)
        {
            var submission = MutatedSubmission.Of(seed);
            handedIn[Write(submission, place.CreateSubdirectory("class").FullName)] = submission;
        }
        using var all = ClassSubmissions.Open(Path.Combine(place.FullName, "class"), "exercise", null);
        var book = new GradeBook(place.CreateSubdirectory("out").FullName, "exercise");
        var (ends, grades) = (new List<MutatedEnd>(), new List<StudentGrades>());
        foreach (var submission in all.All)
        {
            var (mutated, watch) = (handedIn[submission.Student], Stopwatch.StartNew());
            try
            {
                var (grade, unparsed, fault) = await GradeAsync(submission, mutated, run);
                book.Keep(grade, GradeBook.Digest(submission, teachers[mutated.Exercise]));
                if (mutated.Seed % 10 == 0)
                {
                    // Reads the notebook as it ran again, and makes the page anew.
                    book.Correct(grade.Student, [.. grade.Tasks.Select(task => task with { TeachersRemark = "=1" })]);
                    var page = File.ReadAllText(Path.Combine(place.FullName, "out", "feedback", grade.Student + ".html"));
                    fault ??= grade.Tasks.All(task => page.Contains($"<strong>{task.Task}</strong>", StringComparison.Ordinal)) ? null : "the page names not all tasks";
                }
                grades.Add(new(submission, grade.Tasks, grade.Remarks, grade.Suspicious));
                ends.Add(new(mutated, grade.Tasks[0].Status == TaskStatus.Unreadable, unparsed, fault, watch.Elapsed));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                ends.Add(new(mutated, false, 0, $"{error}", watch.Elapsed));
            }
        }
        book.WriteCsv(grades);
        book.WriteOverview(grades);
        var rows = CsvReader.Read(Path.Combine(place.FullName, "out", "grades.csv")).Count;
        if (ends.Count != seeds.Length || rows != grades.Sum(grade => grade.Tasks.Count))
            ends[0] = ends[0] with { Fault = Invariant($"of {seeds.Length} submissions from this seed on, {ends.Count} are in the class, with {rows} rows") };
        place.Delete(recursive: true);
        return ends;
    }

    // What SubmissionGrader does before it runs the cells. The checks fail with a text of the student, as an error's message may be one.
    private async Task<(SubmissionGrade Grade, int Unparsed, string? Fault)> GradeAsync(Submission submission, MutatedSubmission mutated, SubmissionRun run)
    {
        var own = teachers[mutated.Exercise];
        Notebook students;
        try
        {
            students = Notebook.Load(submission.Path!);
        }
        catch (NotebookFormatException wrong)
        {
            var why = $"The file is not a notebook that can be read: {wrong.Field}: found {wrong.Found}.";
            return (new SubmissionGrader(own, mutated.Exercise, host, sandbox, Endless).Ungraded(submission, why), 0, null);
        }
        Dictionary<NotebookCell, SourceFacts?> facts = [];
        foreach (var cell in GradingNotebook.CodeOf(students))
            facts[cell] = cell.Source.Length <= 100_000 ? await run.LookAsync(cell.Source) : null;
        var grading = GradingNotebook.Of(own, students, facts, mutated.Exercise);

        var text = students.Cells.Count == 0 ? "" : students.Cells[mutated.Seed % students.Cells.Count].Source;
        var message = text[..Math.Min(text.Length, 2000)];
        var grade = new SubmissionGrade(submission.Student, [.. grading.Checks.Select(check => new TaskGrade(check.Id, 0, check.Points, TaskStatus.Failed, message))], grading.Remarks, grading.Suspicious, grading.Notebook);
        var before = GradeCell.Of(own, mutated.Exercise);
        var fault = !Checks(before).SequenceEqual(Checks(grading.Checks)) ? "checks are lost"
            : !Sources(before).SequenceEqual(Sources(GradeCell.Of(grading.Notebook, mutated.Exercise))) ? "checks are changed or in another order"
            : First(own) != First(grading.Notebook) ? "the first cell is not the teacher's" : null;
        return (grade, facts.Values.Count(one => one is null), fault);
    }

    private static IEnumerable<(string Id, string Points)> Checks(IEnumerable<GradeCell> cells) => cells.Where(cell => cell.IsCheck && cell.Cell.Kind == CellKind.Code).Select(cell => (cell.Id, Invariant($"{cell.Points}")));

    private static IEnumerable<string> Sources(IEnumerable<GradeCell> cells) => cells.Where(cell => cell.IsCheck).Select(cell => cell.Cell.Source);

    private static string First(Notebook notebook) => notebook.Cells.First(cell => cell.Kind == CellKind.Code).Source;

    private static string Write(MutatedSubmission submission, string place)
    {
        var student = $"seed {submission.Seed}";
        File.WriteAllBytes(Path.Combine(place, student + ".ipynb"), submission.Content);
        return student;
    }
}
