using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>Grades submissions of one assignment. Each submission runs in its own process and its own temporary folder.</summary>
/// <param name="teachers">The teacher's notebook, with or without solutions.</param>
/// <param name="path">The file of the teacher's notebook. Relative paths in <c>#r</c> start from its folder.</param>
/// <param name="host">How to start the process that runs the cells.</param>
/// <param name="sandbox">What keeps submissions from everything else.</param>
/// <param name="limits">What a submission may use.</param>
public sealed partial class SubmissionGrader(Notebook teachers, string path, CellHost host, Sandbox sandbox, Limits limits) : IAsyncDisposable
{
    // The largest number of starts for one submission. If a cell ends its process or runs too long, the submission starts again without that cell,
    // so the student loses only the tasks that depend on it. Checks that are not reached after the last start get 0 points.
    private const int MostStarts = 8;

    // In characters. Longer code is not written by hand.
    private const int MostSource = 100_000;
    // For each task, the answers that the teacher's solution gave to the judge. In a student's run, the task must give answers to the same checks.
    private readonly Dictionary<string, IReadOnlyList<string>> judged = [];
    private Judge? judge;
    private readonly string usings = ReservedNames.UsingsOf(teachers);

    /// <summary>The packages of the assignment, whose folders the sandbox shows.</summary>
    public AssignmentPackages Packages { get; init; } = AssignmentPackages.None;

    /// <summary>
    /// Grades the teacher's own solutions before a class is graded. Missing points mean that a check is wrong or that a check cannot run on
    /// this machine. For a notebook without solutions, this only tests that no check is killed.
    /// </summary>
    /// <param name="cancel">Kills the running process.</param>
    /// <exception cref="GraderException">The solutions do not get all points, a check is killed, or the process does not start.</exception>
    /// <exception cref="OperationCanceledException">Grading was cancelled.</exception>
    public async Task TryTeachersAsync(CancellationToken cancel)
    {
        var own = await GradeAsync(new("the teacher", path), cancel);
        var solved = teachers.Cells.Any(cell => cell.Source.Contains("BEGIN SOLUTION", StringComparison.Ordinal));
        if (own.Tasks.FirstOrDefault(task => task.Status == TaskStatus.Killed || (solved && task.Status != TaskStatus.Passed)) is { } failed)
            throw new GraderException($"{path}: the teacher's own solution does not pass {failed.Task}: {failed.Message} Nobody was graded.");
        // Only now it is known which checks need the judge.
        judge = new(teachers, new(host, sandbox, limits with { TotalTime = Timeout.InfiniteTimeSpan }, cancel), source => Prepared(source, isCheck: false));
        foreach (var (task, answers) in judged)
        {
            if (solved && await judge.WrongWithAsync(answers, Judge.ChecksOf(answers)) is { } wrong)
                throw new GraderException($"{path}: the judge does not accept the teacher's own solution of {task}: {wrong} Nobody was graded.");
        }
    }

    /// <summary>Grades a submission. Any content gets a grade, even a file that is not a notebook.</summary>
    /// <param name="submission">The student and the notebook.</param>
    /// <param name="cancel">Kills the running process.</param>
    /// <returns>The grade, and the notebook as it ran.</returns>
    /// <exception cref="GraderException">The process for the cells failed to start eight times.</exception>
    /// <exception cref="OperationCanceledException">Grading was cancelled.</exception>
    public async Task<SubmissionGrade> GradeAsync(Submission submission, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(submission);
        Notebook students;
        try
        {
            students = submission.Path is { } file ? Notebook.Load(file) : throw new FileNotFoundException(submission.Problem);
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            var why = e is NotebookFormatException wrong ? $"The file is not a notebook that can be read: {wrong.Field}: found {wrong.Found}." : e.Message;
            return Ungraded(submission, why);
        }
        await using var run = new SubmissionRun(host, sandbox, limits, cancel);
        var grading = GradingNotebook.Of(teachers, students, await FactsAsync(students, run), path);
        return await RunAsync(submission.Student, grading, run);
    }

    /// <summary>The grade of a submission that cannot be graded: no points.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="why">Why, in words for the student.</param>
    public SubmissionGrade Ungraded(Submission submission, string why)
    {
        ArgumentNullException.ThrowIfNull(submission);
        return new(submission.Student, [.. GradeCell.Of(teachers, path).Where(cell => cell.IsCheck).Select(check => new TaskGrade(check.Id, 0, check.Points, TaskStatus.Unreadable, why))], [], [], new Notebook());
    }

    private static async Task<Dictionary<NotebookCell, SourceFacts?>> FactsAsync(Notebook students, SubmissionRun run)
    {
        Dictionary<NotebookCell, SourceFacts?> facts = [];
        foreach (var cell in GradingNotebook.CodeOf(students))
            facts[cell] = cell.Source.Length <= MostSource ? await run.LookAsync(cell.Source) : null;
        return facts;
    }

    private async Task<SubmissionGrade> RunAsync(string student, GradingNotebook grading, SubmissionRun run)
    {
        var checks = grading.Checks.ToDictionary(check => check.Cell.Id);
        var (grades, remarks, leftOut) = (new Dictionary<string, TaskGrade>(), grading.Remarks.ToList(), new Dictionary<NotebookCell, string>());
        List<NotebookCell> rest = [.. NotebookRunner.RunnableCells(grading.Notebook)];
        for (var start = 0; start < MostStarts && grades.Count < checks.Count && !run.IsOver; start++)
        {
            NotebookCell? killer = null;
            foreach (var cell in rest)
            {
                var check = checks.GetValueOrDefault(cell.Id);
                var end = await run.RunAsync(cell, Prepared(cell.Source, check is not null), rest.IndexOf(cell) + 1);
                if (end is not (CellEnd.Passed or CellEnd.Failed))
                {
                    killer = cell;
                    if (check is not null)
                        grades[cell.Id] = new(check.Id, 0, check.Points, TaskStatus.Killed, $"Your answer {run.Excuse}.");
                    else
                    {
                        leftOut[cell] = run.Excuse;
                        remarks.Add($"The cell {Name(cell)} {run.Excuse}. It was left out then.");
                    }
                    break;
                }
                if (check is not null)
                    grades[cell.Id] = await JudgedAsync(Grade(check, end, run.Error, FailedBefore(grading.Notebook, cell, leftOut)), run.Answers);
            }
            if (killer is null)
                break;
            rest = [.. rest.Where(cell => cell != killer && !grades.ContainsKey(cell.Id))];
        }
        var unreached = run.IsOver ? Invariant($"It was not reached: all cells together ran longer than {limits.TotalTime.TotalSeconds} s.")
            : "It was not reached: too many cells before it ended their process.";
        foreach (var check in grading.Checks)
            grades.TryAdd(check.Cell.Id, new(check.Id, 0, check.Points, TaskStatus.Killed, unreached));
        return new(student, [.. grading.Checks.Select(check => grades[check.Cell.Id])], remarks, grading.Suspicious, grading.Notebook);
    }

    // In the teacher's own run this learns which checks hand in answers. Later it lets them be judged.
    private async Task<TaskGrade> JudgedAsync(TaskGrade grade, IReadOnlyList<string> answers)
    {
        if (judge is null && answers.Count > 0)
            judged[grade.Task] = answers;
        if (judge is null || grade.Status != TaskStatus.Passed || !judged.TryGetValue(grade.Task, out var teachersAnswers))
            return grade;
        return await judge.WrongWithAsync(answers, Judge.ChecksOf(teachersAnswers)) is { } wrong ? grade with { Points = 0, Status = TaskStatus.Failed, Message = wrong } : grade;
    }

    /// <summary>Ends the process of the judge.</summary>
    public async ValueTask DisposeAsync()
    {
        if (judge is not null)
            await judge.DisposeAsync();
    }

    // Paths in `#r` become absolute, because the cells run in another folder, and packages become what was fetched. A check repeats the teacher's usings. So its names mean the teacher's
    // types, even if the student imported others with the same names.
    private string Prepared(string source, bool isCheck)
    {
        var absolute = Reference().Replace(Packages.Resolved(source), match => FileOf(match, path) is var file && File.Exists(file) ? $"{match.Groups[1].Value}{file}\"" : match.Value);
        return isCheck ? $"{usings} {absolute}" : absolute;
    }

    // If the answer failed or was left out, its variables are missing, and the check may not compile. That compile error does not help the student,
    // so the message then says what became of the answer.
    private static TaskGrade Grade(GradeCell check, CellEnd end, string? error, string? before)
    {
        if (end == CellEnd.Passed)
            return new(check.Id, check.Points, check.Points, TaskStatus.Passed, "");
        error ??= "The check did not come to its end.";
        return new(check.Id, 0, check.Points, TaskStatus.Failed, before is null ? error : error.Contains("error CS", StringComparison.Ordinal) ? before : $"{error} (Before it, {before})");
    }

    // What became of an answer between the previous graded cell and this check; null if it came to its end. An answer that is still the stub does not count,
    // because the check's own error is enough.
    private static string? FailedBefore(Notebook notebook, NotebookCell check, Dictionary<NotebookCell, string> leftOut) =>
        notebook.Cells.TakeWhile(cell => cell != check).Reverse().TakeWhile(cell => !Flag(cell, "grade")).Where(cell => Flag(cell, "solution"))
            .Select(cell => leftOut.TryGetValue(cell, out var excuse) ? $"your cell {Name(cell)} {excuse}"
                : ErrorOf(cell) is { } error && error != new NotImplementedException().Message ? $"your cell {Name(cell)} stopped with: {error}" : null)
            .FirstOrDefault(words => words is not null);

    private static bool Flag(NotebookCell cell, string name) => cell.Metadata["nbgrader"]?[name]?.GetValue<bool>() == true;

    /// <summary>The libraries that a notebook's <c>#r</c> name and that exist. Submissions need them.</summary>
    /// <param name="teachers">The notebook.</param>
    /// <param name="path">Its file; relative paths start from the file's folder.</param>
    public static IEnumerable<string> ReferencesOf(Notebook teachers, string path) => teachers.Cells.SelectMany(cell => Reference().Matches(cell.Source))
        .Select(match => FileOf(match, path)).Where(File.Exists);

    private static string FileOf(Match reference, string path) => System.IO.Path.GetFullPath(reference.Groups[2].Value, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);

    private static string? ErrorOf(NotebookCell cell) => cell.Outputs.Where(output => (string?)output!["output_type"] == "error")
        .Select(output => (string?)output!["evalue"]).FirstOrDefault();

    private static string Name(NotebookCell cell) => (string?)cell.Metadata["nbgrader"]?["grade_id"] ?? cell.Id;

    [GeneratedRegex("""^(\s*#r\s+")(?!nuget:)([^"]+)"(?=\s*$)""", RegexOptions.Multiline)]
    private static partial Regex Reference();
}
