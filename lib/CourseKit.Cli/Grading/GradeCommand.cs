using System.CommandLine;
using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Assist;

namespace CourseKit.Cli.Grading;

/// <summary>Defines <c>coursekit grade</c> and checks its arguments.</summary>
internal static class GradeCommand
{
    private static readonly Argument<string> Submissions = new("SUBMISSIONS")
    {
        Description = "The class's zip from Moodle or Canvas, or a folder with STUDENT.ipynb, STUDENT/ASSIGNMENT.ipynb or what such a zip holds.",
    };

    private static readonly Option<string> Assignment = new("--assignment")
    {
        Description = "The teacher's notebook, whose checks count, also hidden ones.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder for grades.csv, the feedback and the overview of the class. What is graded there already is not graded again.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Grades this student again, and keeps the others' rows as they are. May be repeated.",
        HelpName = "STUDENT",
    };

    private static readonly Option<string?> Share = new("--shard")
    {
        Description = "Grades the I-th of N shares of the class only, and writes no tables. Several processes may grade a share each into the same folder.",
        HelpName = "I/N",
    };

    private static readonly Option<bool> Merge = new("--merge")
    {
        Description = "Grades nobody, and writes the tables of a class that was graded in shares.",
    };

    private static readonly Option<string?> Due = new("--due")
    {
        Description = "Until when to hand in, such as 2026-11-30 or 2026-11-30T23:59+01:00. Then grades.csv says how late each submission is.",
        HelpName = "DATE",
    };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "How many submissions are graded at once. Default: one a core.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<double> CellTime = new("--timeout")
    {
        Description = "How long a cell may run.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => Limits.Default.CellTime.TotalSeconds,
    };

    private static readonly Option<double> TotalTime = new("--total-timeout")
    {
        Description = "How long all cells of a submission may run together.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => Limits.Default.TotalTime.TotalSeconds,
    };

    private static readonly Option<int> Memory = new("--memory")
    {
        Description = "How much memory a submission may take in all, in MB, 256 or more.",
        HelpName = "MB",
        DefaultValueFactory = _ => Limits.Default.Megabytes,
    };

    private static readonly Option<GradebookFormat?> Format = new("--format")
    {
        Description = "Also writes gradebook.csv, a row a student, with the columns of nbgrader, moodle or canvas.",
    };

    public static Command Create()
    {
        var command = new Command("grade", "Grades a class's submissions of one assignment, each in a process and a folder of its own.")
        {
            Submissions, Assignment, Out, Only, Share, Merge, Due, Jobs, CellTime, TotalTime, Memory, Format,
        };
        command.SetAction((arguments, _) => GradeRun.RunAsync(Plan(arguments)));
        return command;
    }

    private static GradePlan Plan(ParseResult arguments)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.GetRequiredValue(Submissions)));
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new UsageException($"{arguments.GetRequiredValue(Submissions)}: no such folder or zip");
        var file = NotebookFile.LoadAssignment(Path.GetFullPath(arguments.GetRequiredValue(Assignment)));
        var (jobs, seconds, total, memory) = (arguments.GetValue(Jobs), arguments.GetValue(CellTime), arguments.GetValue(TotalTime), arguments.GetValue(Memory));
        if (jobs < 1)
            throw new UsageException($"--jobs {jobs}: expected 1 or more");
        if (seconds is not (> 0 and <= 1e6))
            throw new UsageException($"--timeout {seconds}: expected a number of seconds over 0, at most 1000000");
        if (total is not (> 0 and <= 1e6))
            throw new UsageException($"--total-timeout {total}: expected a number of seconds over 0, at most 1000000");
        if (memory < 256)
            throw new UsageException($"--memory {memory}: expected 256 MB or more, since .NET and torch take as much");
        var shard = arguments.GetValue(Share) is not { } share ? null : Shard.Of(share)
            ?? throw new UsageException($"--shard {share}: expected I/N, such as 2/4, with I from 1 to N");
        var only = arguments.GetValue(Only) is { Length: > 0 } students ? $"--only {students[0]}" : null;
        if (arguments.GetValue(Merge) && (shard is not null ? "--shard" : only) is { } other)
            throw new UsageException($"--merge grades nobody: leave out {other}");
        if (shard is not null && only is not null)
            throw new UsageException($"{only}: it stands alone, without --shard");
        DateTimeOffset? due = arguments.GetValue(Due) is not { } date ? null : HandInTime.OfDue(date)
            ?? throw new UsageException($"--due {date}: expected a date such as 2026-11-30 (the end of that day) or 2026-11-30T23:59, perhaps with an offset such as +01:00");
        var output = Path.GetFullPath(arguments.GetRequiredValue(Out));
        if ((Path.TrimEndingDirectorySeparator(output) + "/").StartsWith(path + "/", StringComparison.Ordinal))
            throw new UsageException($"--out {arguments.GetRequiredValue(Out)}: it lies in the folder of submissions, where it would be taken for a student; give a folder beside it");
        if (arguments.GetValue(Merge) && !Directory.Exists(output))
            throw new UsageException($"--out {arguments.GetRequiredValue(Out)}: no such folder, so there is nothing to merge; give the folder of the shards");
        try
        {
            if (!GradeCell.Of(file.Notebook, file.Path).Any(cell => cell.IsCheck))
                throw new UsageException($"{file.Path}: it has no checks (cells with nbgrader's metadata `grade`)");
            _ = StudentVersion.Of(file.Notebook, file.Path); // its regions are closed
            var limits = Limits.Default with { CellTime = TimeSpan.FromSeconds(seconds), TotalTime = TimeSpan.FromSeconds(total), Megabytes = memory };
            return Plan(arguments, file, ClassSubmissions.Open(path, file.Name, due), shard, output, limits);
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or InvalidDataException or UnauthorizedAccessException or GraderException)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private static GradePlan Plan(ParseResult arguments, NotebookFile file, ClassSubmissions submissions, Shard? shard, string output, Limits limits)
    {
        try
        {
            List<string> students = [.. submissions.All.Select(one => one.Student)];
            var only = arguments.GetValue(Only) ?? [];
            if (only.Except(students).FirstOrDefault() is { } unknown)
                throw new UsageException($"--only {unknown}: {NearNames.Unknown("student", unknown, students)}");
            var checks = GradeCell.Of(file.Notebook, file.Path).Where(cell => cell.IsCheck).ToList();
            var overrides = Override.Read(Path.Combine(submissions.Beside, Override.FileName), students, checks);
            Directory.CreateDirectory(output);
            return new(file, submissions, shard, arguments.GetValue(Merge), only.ToHashSet(), overrides, output, arguments.GetValue(Jobs), arguments.GetValue(Format), limits);
        }
        catch
        {
            submissions.Dispose();
            throw;
        }
    }
}

/// <summary>The checked arguments of <c>coursekit grade</c>. All paths are absolute.</summary>
/// <param name="Assignment">The teacher's notebook.</param>
/// <param name="Class">The class's submissions. Who carries out the plan disposes of them.</param>
/// <param name="Shard">The share of the class that is graded; null if it is the whole class.</param>
/// <param name="IsMerge">Whether nobody is graded, and the tables are made of what shards have graded.</param>
/// <param name="Only">The students who are graded again, while the others' grades stay; empty if all are graded whose grade is not valid.</param>
/// <param name="Overrides">The teacher's own points.</param>
/// <param name="Out">Folder for the results.</param>
/// <param name="Jobs">How many submissions are graded at once.</param>
/// <param name="Format">The format of gradebook.csv; null if that file is not wanted.</param>
/// <param name="Limits">What each submission may use.</param>
internal sealed record GradePlan(
    NotebookFile Assignment, ClassSubmissions Class, Shard? Shard, bool IsMerge, IReadOnlySet<string> Only, IReadOnlyList<Override> Overrides, string Out, int Jobs, GradebookFormat? Format, Limits Limits)
{
    /// <summary>One submission for each student of the class, or of the share.</summary>
    public IReadOnlyList<Submission> Submissions { get; } = Shard is null ? Class.All : [.. Class.All.Where((_, index) => Shard.Of(index, Shard.Count) == Shard)];
}
