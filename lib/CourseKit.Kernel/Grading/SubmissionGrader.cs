using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>Grades submissions of one assignment. Each submission runs in its own process and its own temporary folder.</summary>
/// <param name="teachers">The teacher's notebook, with or without solutions.</param>
/// <param name="path">The file of the teacher's notebook. Relative paths in <c>#r</c> start from its folder.</param>
/// <param name="host">How to start the process that runs the cells.</param>
/// <param name="limits">What a submission may use.</param>
/// <param name="view">The files that submissions see in a sandbox with bubblewrap.</param>
/// <param name="environment">Environment variables for submissions. Of the variables of this process, a submission in the sandbox gets only PATH.</param>
public sealed partial class SubmissionGrader(
    Notebook teachers, string path, CellHost host, Limits limits, SandboxView view, IReadOnlyDictionary<string, string> environment)
{
    // The largest number of starts for one submission. If a cell ends its process or runs too long, the submission starts again without that cell,
    // so the student loses only the tasks that depend on it. Checks that are not reached after the last start get 0 points.
    private const int MostStarts = 8;
    private static readonly TimeSpan ClearingTime = TimeSpan.FromSeconds(1);
    private readonly string usings = ReservedNames.UsingsOf(teachers);

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
            return new(submission.Student, [.. GradeCell.Of(teachers, path).Where(cell => cell.IsCheck)
                .Select(check => new TaskGrade(check.Id, 0, check.Points, TaskStatus.Unreadable, why))], [why], new Notebook());
        }
        var grading = GradingNotebook.Of(teachers, students, path);
        var folder = Directory.CreateTempSubdirectory("coursekit-grade-").FullName;
        try
        {
            return await RunAsync(submission.Student, grading, folder, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<SubmissionGrade> RunAsync(string student, GradingNotebook grading, string folder, CancellationToken cancel)
    {
        var runner = new NotebookRunner(Sandbox.Strictest.Around(host, folder, view, environment, limits)) { CellTimeout = limits.CellTime };
        var checks = grading.Checks.ToDictionary(check => check.Cell.Id);
        var (grades, remarks) = (new Dictionary<string, TaskGrade>(), grading.Remarks.ToList());
        var rest = Runnable(grading.Notebook);
        var failedStarts = 0;
        for (var start = 0; start < MostStarts && grades.Count < checks.Count; start++)
        {
            // A check displays this word when it reaches its end. The word is random and new for each start, so an answer cannot know and display it.
            var word = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            var notebook = new Notebook(rest.Select(cell => Prepared(cell, checks.ContainsKey(cell.Id) ? word : null)));
            var run = await runner.RunAsync(notebook, folder, cancel: cancel);
            cancel.ThrowIfCancellationRequested();
            if (run.Cells == 0)
            {
                // The process ended before the first cell, so no cell is the cause. Perhaps the system has not yet freed the
                // threads of the previous process, which count towards the limit. So wait and try again.
                if (++failedStarts == MostStarts)
                    throw new GraderException($"The process for the cells of {student} does not start: {run.Error!.Message}. {notebook.Cells[0].Outputs.ToJsonString()}");
                await Task.Delay(ClearingTime, cancel);
                continue;
            }
            var killer = run.Status == RunStatus.Ok ? null : rest[run.Cells - 1];
            foreach (var (cell, ran) in rest.Zip(notebook.Cells).TakeWhile(pair => pair.First != killer))
            {
                Keep(cell, ran, word);
                if (checks.TryGetValue(cell.Id, out var check))
                    grades[cell.Id] = Grade(check, ran, word, FailedBefore(grading.Notebook, cell));
            }
            if (killer is null)
                break;
            var end = $"{(run.Status == RunStatus.Timeout ? Invariant($"ran longer than {limits.CellTime.TotalSeconds} s and was stopped") : $"ended its process: {run.Error!.Message}")}.";
            Keep(killer, notebook.Cells[rest.IndexOf(killer)], word);
            if (checks.TryGetValue(killer.Id, out var killed))
                grades[killer.Id] = new(killed.Id, 0, killed.Points, TaskStatus.Killed, $"Your answer {end}");
            else
                remarks.Add($"The cell {Name(killer)} {end} It was left out then.");
            rest = [.. rest.Where(cell => cell != killer && !grades.ContainsKey(cell.Id))];
        }
        foreach (var check in grading.Checks)
            grades.TryAdd(check.Cell.Id, new(check.Id, 0, check.Points, TaskStatus.Killed, "It was not reached: too many cells before it ended their process."));
        return new(student, [.. grading.Checks.Select(check => grades[check.Cell.Id])], remarks, grading.Notebook);
    }

    private static List<NotebookCell> Runnable(Notebook notebook) => [.. NotebookRunner.RunnableCells(notebook)];

    // Makes the copy of a notebook's cell that is run. A check gets code that displays `word` at its end. The tag "raises-exception" lets the run
    // go on when the cell fails. Paths in `#r` become absolute, because the cells run in another folder.
    private NotebookCell Prepared(NotebookCell cell, string? word)
    {
        var source = Reference().Replace(cell.Source, match => System.IO.Path.GetFullPath(match.Groups[2].Value, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!) is var full
            && File.Exists(full) ? match.Groups[1].Value + full + "\"" : match.Value);
        // The check repeats the teacher's usings. So its names mean the teacher's types, even if the student imported others with the same names.
        return NotebookCell.Code(word is null ? source : $"{usings} {source}\n;display(\"{word}\");", "raises-exception");
    }

    private static void Keep(NotebookCell cell, NotebookCell ran, string word)
    {
        cell.ClearOutputs();
        cell.ExecutionCount = ran.ExecutionCount;
        foreach (var output in ran.Outputs.Where(output => !Says(output, word)))
            cell.Outputs.Add(output!.DeepClone());
    }

    private static bool Says(System.Text.Json.Nodes.JsonNode? output, string word) =>
        (string?)output?["output_type"] == "display_data" && MultilineText.Join(output["data"]?["text/plain"]).Trim('"') == word;

    // If the answer failed, its variables are missing, and the check may not compile. That compile error does not help the student, so the message
    // is then the answer's own error.
    private static TaskGrade Grade(GradeCell check, NotebookCell ran, string word, string? before)
    {
        if (ErrorOf(ran) is { } error)
        {
            var message = before is null ? error : error.Contains("error CS", StringComparison.Ordinal) ? before : $"{error} (Before it, {before})";
            return new(check.Id, 0, check.Points, TaskStatus.Failed, message);
        }
        return ran.Outputs.Any(output => Says(output, word))
            ? new(check.Id, check.Points, check.Points, TaskStatus.Passed, "")
            : new(check.Id, 0, check.Points, TaskStatus.Failed, "The check did not come to its end.");
    }

    // The error of an answer between this check and the previous one; null if there is none. An answer that is still the stub does not count,
    // because the check's own error is enough.
    private static string? FailedBefore(Notebook notebook, NotebookCell check) => notebook.Cells.TakeWhile(cell => cell != check).Reverse()
        .TakeWhile(cell => !Flag(cell, "grade")).Where(cell => Flag(cell, "solution") && ErrorOf(cell) is { } error && error != new NotImplementedException().Message)
        .Select(cell => $"your cell {Name(cell)} stopped with: {ErrorOf(cell)}").FirstOrDefault();

    private static bool Flag(NotebookCell cell, string name) => cell.Metadata["nbgrader"]?[name]?.GetValue<bool>() == true;

    private static string? ErrorOf(NotebookCell cell) => cell.Outputs.Where(output => (string?)output!["output_type"] == "error")
        .Select(output => (string?)output!["evalue"]).FirstOrDefault();

    private static string Name(NotebookCell cell) => (string?)cell.Metadata["nbgrader"]?["grade_id"] ?? cell.Id;

    [GeneratedRegex("""^(\s*#r\s+")(?!nuget:)([^"]+)"(?=\s*$)""", RegexOptions.Multiline)]
    private static partial Regex Reference();
}
