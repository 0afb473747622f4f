using CourseKit.Cli.Run;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks.Running;
using Spectre.Console;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Cli.Grading;

/// <summary>The whole of <c>coursekit grade</c>.</summary>
internal static class GradeRun
{
    public static async Task<int> RunAsync(GradePlan plan)
    {
        using var interruption = new Interruption();
        var book = new GradeBook(plan.Out, plan.Assignment.Name);
        var teachers = plan.Assignment.Notebook;
        var grader = new SubmissionGrader(teachers, plan.Assignment.Path, CellHost.ThisProgram(RunCommand.HostVerb), plan.Limits,
            [plan.Folder, plan.Out, plan.Assignment.Folder], new Dictionary<string, string>
            {
                ["OMP_NUM_THREADS"] = "1", ["OMP_WAIT_POLICY"] = "PASSIVE", ["COURSEKIT_THREADS"] = "1",
            });
        Console.WriteLine($"{plan.Submissions.Count} submissions of {plan.Assignment.Name}; {Sandbox.Strictest.Description}");
        var grades = new IReadOnlyList<TaskGrade>[plan.Submissions.Count];
        try
        {
            var done = 0;
            await Parallel.ForEachAsync(plan.Submissions.Index(), new ParallelOptions { MaxDegreeOfParallelism = plan.Jobs, CancellationToken = interruption.Token }, async (one, cancel) =>
            {
                var digest = GradeBook.Digest(one.Item, teachers);
                if (book.Find(one.Item.Student, digest) is { } known)
                {
                    grades[one.Index] = known;
                }
                else
                {
                    var grade = await grader.GradeAsync(one.Item, cancel);
                    book.Keep(grade, digest);
                    grades[one.Index] = grade.Tasks;
                }
                Console.WriteLine($"[{Interlocked.Increment(ref done)}/{plan.Submissions.Count}] {one.Item.Student} {grades[one.Index].Sum(task => task.Points)} of {grades[one.Index].Sum(task => task.MaxPoints)}");
            });
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("coursekit: stopped; what is graded is kept, and the same command goes on from here");
            return interruption.ExitCode;
        }
        var all = plan.Submissions.Zip(grades, (submission, tasks) => (submission.Student, tasks)).ToList();
        book.WriteCsv(all);
        book.WriteOverview(all);
        if (plan.Format is { } format)
            book.WriteGradebook(all, format);
        var passed = grades.Sum(tasks => tasks.Count(task => task.Status == TaskStatus.Passed));
        AnsiConsole.MarkupLine($"{passed} of {grades.Sum(tasks => tasks.Count)} checks passed. Open {Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, plan.Out))}/index.html");
        return ExitCode.Ok;
    }
}
