using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Running;
using Spectre.Console;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Cli.Grading;

/// <summary>Carries out <c>coursekit grade</c> once its arguments are checked: grades the submissions and writes the results.</summary>
internal static class GradeRun
{
    public static async Task<int> RunAsync(GradePlan plan)
    {
        using var interruption = new Interruption();
        var book = new GradeBook(plan.Out, plan.Assignment.Name);
        Console.WriteLine($"{plan.Submissions.Count} submissions of {plan.Assignment.Name}; {Sandbox.Strictest.Description}");
        try
        {
            var grades = await GradeProgress.ShowAsync(plan.Submissions.Count, progress => GradeAsync(plan, book, progress, interruption.Token));
            List<(string Student, IReadOnlyList<TaskGrade> Tasks)> all = [.. plan.Submissions.Zip(grades, (submission, tasks) => (submission.Student, tasks))];
            book.WriteCsv(all);
            book.WriteOverview(all);
            if (plan.Format is { } format)
                book.WriteGradebook(all, format);
            var passed = grades.Sum(tasks => tasks.Count(task => task.Status == TaskStatus.Passed));
            AnsiConsole.MarkupLine($"{passed} of {grades.Sum(tasks => tasks.Count)} checks passed. Open {Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, plan.Out))}/index.html");
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("coursekit: stopped; what is graded is kept, and the same command goes on from here");
            return interruption.ExitCode;
        }
        catch (GraderException e)
        {
            Console.Error.WriteLine($"coursekit: {PrintableText.Lines(e.Message)}");
            return ExitCode.Failed;
        }
    }

    private static async Task<IReadOnlyList<TaskGrade>[]> GradeAsync(GradePlan plan, GradeBook book, IGradeProgress progress, CancellationToken cancel)
    {
        var teachers = plan.Assignment.Notebook;
        var view = new SandboxView([DotnetRoot, Packages, Course(AppContext.BaseDirectory), Course(plan.Assignment.Folder)], [plan.Folder, plan.Out, plan.Assignment.Folder]);
        var grader = new SubmissionGrader(teachers, plan.Assignment.Path, CellHost.ThisProgram(RunCommand.HostVerb), plan.Limits, view, new Dictionary<string, string>
        {
            ["OMP_NUM_THREADS"] = "1",
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["COURSEKIT_THREADS"] = "1",
        });
        var digests = plan.Submissions.Select(submission => GradeBook.Digest(submission, teachers)).ToList();
        var grades = plan.Submissions.Zip(digests, (submission, digest) => book.Find(submission.Student, digest)).ToArray();
        foreach (var known in grades.Index().Where(one => one.Item is not null))
            progress.Ends(plan.Submissions[known.Index].Student, known.Item!, anew: false);
        if (grades.Contains(null))
            await grader.TryTeachersAsync(cancel);
        await Parallel.ForEachAsync(grades.Index().Where(one => one.Item is null), new ParallelOptions { MaxDegreeOfParallelism = plan.Jobs, CancellationToken = cancel }, async (one, token) =>
        {
            var grade = await grader.GradeAsync(plan.Submissions[one.Index], token);
            book.Keep(grade, digests[one.Index]);
            grades[one.Index] = grade.Tasks;
            progress.Ends(grade.Student, grade.Tasks, anew: true);
        });
        return [.. grades.Select(tasks => tasks!)];
    }

    // The folder where the .NET runtime is installed. It may be in a user's home, which the sandbox hides. So the sandbox must show it.
    private static string DotnetRoot => Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    // NuGet's package folder. The sandbox must show it, because the libraries beside this program may be symbolic links into it.
    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    // The root of the course in which `folder` lies; `folder` itself if it lies in no course.
    // The sandbox must show the root, because notebooks use the course's library and data.
    private static string Course(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, "CourseKit.sln")))
                return above.FullName;
        }
        return folder;
    }
}
