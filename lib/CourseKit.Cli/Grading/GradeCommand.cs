using System.CommandLine;
using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Cli.Grading;

/// <summary>Defines <c>coursekit grade</c> and checks its arguments.</summary>
internal static class GradeCommand
{
    private static readonly Argument<string> Submissions = new("SUBMISSIONS")
    {
        Description = "Folder with STUDENT.ipynb, or STUDENT/ASSIGNMENT.ipynb.",
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
        Description = "How much memory a submission may take, in MB.",
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
            Submissions, Assignment, Out, Jobs, CellTime, TotalTime, Memory, Format,
        };
        command.SetAction((arguments, _) => GradeRun.RunAsync(Plan(arguments)));
        return command;
    }

    private static GradePlan Plan(ParseResult arguments)
    {
        var folder = Path.GetFullPath(arguments.GetRequiredValue(Submissions));
        if (!Directory.Exists(folder))
            throw new UsageException($"{arguments.GetRequiredValue(Submissions)}: no such folder");
        var file = NotebookFile.Load(Path.GetFullPath(arguments.GetRequiredValue(Assignment)));
        var (jobs, seconds, total, memory) = (arguments.GetValue(Jobs), arguments.GetValue(CellTime), arguments.GetValue(TotalTime), arguments.GetValue(Memory));
        if (jobs < 1)
            throw new UsageException($"--jobs {jobs}: expected 1 or more");
        if (seconds is not (> 0 and <= 1e6))
            throw new UsageException($"--timeout {seconds}: expected a number of seconds over 0, at most 1000000");
        if (total is not (> 0 and <= 1e6))
            throw new UsageException($"--total-timeout {total}: expected a number of seconds over 0, at most 1000000");
        if (memory < 256)
            throw new UsageException($"--memory {memory}: expected 256 MB or more, since .NET and torch take as much");
        var output = Path.GetFullPath(arguments.GetRequiredValue(Out));
        try
        {
            if (!GradeCell.Of(file.Notebook, file.Path).Any(cell => cell.IsCheck))
                throw new UsageException($"{file.Path}: it has no checks (cells with nbgrader's metadata `grade`)");
            Directory.CreateDirectory(output);
            return new(file, folder, Submission.In(folder, file.Name), output, jobs, arguments.GetValue(Format), Limits.Default with { CellTime = TimeSpan.FromSeconds(seconds), TotalTime = TimeSpan.FromSeconds(total), Megabytes = memory });
        }
        catch (Exception e) when (e is NotebookFormatException or IOException)
        {
            throw new UsageException(e.Message, e);
        }
    }
}

/// <summary>The checked arguments of <c>coursekit grade</c>. All paths are absolute.</summary>
/// <param name="Assignment">The teacher's notebook.</param>
/// <param name="Folder">The class's submissions.</param>
/// <param name="Submissions">One submission for each student.</param>
/// <param name="Out">Folder for the results.</param>
/// <param name="Jobs">How many submissions are graded at once.</param>
/// <param name="Format">The format of gradebook.csv; null if that file is not wanted.</param>
/// <param name="Limits">What each submission may use.</param>
internal sealed record GradePlan(NotebookFile Assignment, string Folder, IReadOnlyList<Submission> Submissions, string Out, int Jobs, GradebookFormat? Format, Limits Limits);
