using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Running;
using Spectre.Console;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Cli.Grading;

/// <summary>Carries out <c>coursekit grade</c> once its arguments are checked: grades the submissions and writes the results.</summary>
internal static class GradeRun
{
    private const int Named = 10;

    // Before the digest of a submission that the grader could not grade. A run that grades finds no such digest and tries again; a merge takes it as it is.
    private const string Failed = "failed ";

    public static async Task<int> RunAsync(GradePlan plan)
    {
        using var submissions = plan.Class;
        using var interruption = new Interruption();
        var book = new GradeBook(plan.Out, plan.Assignment.Name);
        try
        {
            if (plan.IsMerge)
                return Merge(plan, book);
            if (plan.Shard is { } shard)
            {
                if (Shard.CountIn(plan.Out) is { } count && count != shard.Count)
                    Console.Error.WriteLine($"coursekit: --shard {shard}: {plan.Out} was begun in {count} shards. What is graded there is kept; run all {shard.Count} before --merge.");
                shard.Begin(plan.Out);
            }
            var packages = await AssignmentPackages.FetchAsync(plan.Assignment.Notebook, plan.Assignment.Path, interruption.Token);
            var sandbox = GradingPlace.Sandbox(plan, packages);
            Console.WriteLine($"{plan.Submissions.Count} submissions of {plan.Assignment.Name}; {sandbox.Description}");
            var grades = await GradeProgress.ShowAsync(plan.Submissions.Count, progress => GradeAsync(plan, packages, sandbox, book, progress, interruption.Token));
            if (plan.Shard is null)
                WriteTables(plan, book, grades);
            else
                Console.WriteLine($"Shard {plan.Shard}: {grades.Length} of {plan.Class.All.Count} submissions are graded. When all {plan.Shard.Count} shards are, --merge writes the tables.");
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

    // The tables of what the shards have graded. They are written only if nobody is missing, so that nobody takes a part for the class.
    private static int Merge(GradePlan plan, GradeBook book)
    {
        var grades = plan.Submissions.Select(submission => GradeBook.Digest(submission, plan.Assignment.Notebook) is var digest ? book.Find(submission, digest) ?? book.Find(submission, Failed + digest) : null).ToArray();
        var missing = grades.Index().Where(one => one.Item is null).Select(one => one.Index).ToList();
        if (missing.Count == 0)
        {
            WriteTables(plan, book, grades);
            return ExitCode.Ok;
        }
        List<string> shards = Shard.CountIn(plan.Out) is { } count ? [.. missing.Select(index => Shard.Of(index, count)).Distinct().OrderBy(shard => shard.Number).Select(shard => $"{shard}")] : [];
        var whose = ShortList.Of([.. missing.Select(index => PrintableText.Line(plan.Submissions[index].Student))], Named);
        var next = shards.Count switch
        {
            0 => "Grade them first, without --merge.",
            1 => $"Shard {shards[0]} is missing: run it again (--shard {shards[0]}), then --merge.",
            _ => $"{shards.Count} shards are missing, {ShortList.Of(shards, Named)}: run each again with --shard, then --merge.",
        };
        Console.Error.WriteLine($"coursekit: --merge: {missing.Count} of {grades.Length} submissions are not graded, or changed after that (as your notebook may have): {whose}. {next}");
        return ExitCode.Failed;
    }

    // A grade is null where --only leaves out a student who was never graded.
    private static void WriteTables(GradePlan plan, GradeBook book, StudentGrades?[] grades)
    {
        List<StudentGrades> all = [.. grades.OfType<StudentGrades>().Select(one => one with { Tasks = Override.Apply(plan.Overrides, one.Student, one.Tasks) })];
        foreach (var one in all)
            book.Correct(one.Student, one.Tasks);
        book.WriteCsv(all);
        book.WriteOverview(all);
        book.WriteFeedbackZip(all);
        if (plan.Format is { } format)
            book.WriteGradebook(all, format);
        if (all.Count == grades.Length)
            Shard.Forget(plan.Out);
        else
            Console.WriteLine($"{grades.Length - all.Count} students have no grade yet, and so no row; without --only they are graded too");
        if (all.Count(one => one.Suspicious.Count > 0) is > 0 and var suspicious)
            Console.WriteLine($"{suspicious} of {all.Count} students wrote lines that reach into the process or the system: read them in the column `suspicious` of grades.csv");
        var passed = all.Sum(one => one.Tasks.Count(task => task.Status == TaskStatus.Passed));
        AnsiConsole.MarkupLine($"{passed} of {all.Sum(one => one.Tasks.Count)} checks passed. Open {Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, plan.Out))}/index.html");
    }

    // The grades in the order of the submissions; null where --only leaves out a student who was never graded.
    private static async Task<StudentGrades?[]> GradeAsync(GradePlan plan, AssignmentPackages packages, Sandbox sandbox, GradeBook book, IGradeProgress progress, CancellationToken cancel)
    {
        var teachers = plan.Assignment.Notebook;
        await using var grader = new SubmissionGrader(teachers, plan.Assignment.Path, CellHost.ThisProgram(RunCommand.HostVerb), sandbox, plan.Limits) { Packages = packages };
        var digests = plan.Submissions.Select(submission => GradeBook.Digest(submission, teachers)).ToList();
        var all = plan.Only.Count == 0;
        var grades = plan.Submissions.Zip(digests, (submission, digest) => plan.Only.Contains(submission.Student) ? null : book.Find(submission, all ? digest : null)).ToArray();
        var open = grades.Index().Where(one => one.Item is null && (all || plan.Only.Contains(plan.Submissions[one.Index].Student))).ToList();
        foreach (var known in grades.Index().Where(one => one.Item is not null))
            progress.Ends(known.Item!.Student, known.Item.Tasks, anew: false);
        if (open.Count > 0)
            await grader.TryTeachersAsync(cancel);
        await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = plan.Jobs, CancellationToken = cancel }, async (one, token) =>
        {
            var submission = plan.Submissions[one.Index];
            SubmissionGrade grade;
            try
            {
                grade = await grader.GradeAsync(submission, token);
                book.Keep(grade, digests[one.Index]);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever one submission does to the grader, the others are graded. The next run tries again.
                grade = grader.Ungraded(submission, $"The grader could not grade this: {e.Message}");
                book.Keep(grade, Failed + digests[one.Index]);
            }
            grades[one.Index] = new(submission, grade.Tasks, grade.Remarks, grade.Suspicious);
            progress.Ends(grade.Student, grade.Tasks, anew: true);
        });
        return grades;
    }
}
