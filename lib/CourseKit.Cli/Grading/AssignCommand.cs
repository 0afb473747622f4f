using System.CommandLine;
using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using Spectre.Console;

namespace CourseKit.Cli.Grading;

/// <summary><c>coursekit assign</c>: makes the students' notebooks from the notebooks that hold the solutions.</summary>
internal static class AssignCommand
{
    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Notebooks with solutions, or folders of them. Without any: notebooks/instructor of the course.",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Folder for the students' versions. Default: the folder `exercises` beside the notebooks' own.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Write nothing; exit code 1 where a student's version is not what would be written.",
    };

    public static Command Create()
    {
        var command = new Command("assign", "Makes the students' exercises: without solutions, hidden tests and outputs, as nbgrader would.") { Paths, Out, Check };
        command.SetAction(arguments => Run(arguments.GetValue(Paths) ?? [], arguments.GetValue(Out), arguments.GetValue(Check)));
        return command;
    }

    private static int Run(string[] paths, string? folder, bool checkOnly)
    {
        // All notebooks are made before the first one is written. If one is refused, no file has changed.
        var made = (paths.Length == 0 ? NotebookSearch.Exercises() : NotebookSearch.Given(paths)).Select(path => Make(path, folder)).ToList();
        if (made.GroupBy(one => one.Path).FirstOrDefault(same => same.Count() > 1) is { } same)
            throw new UsageException($"two notebooks would become {same.Key}");
        var table = new Table().AddColumns("Exercise", "Checks", "Points", checkOnly ? "Is it up to date?" : "Written to");
        var stale = 0;
        foreach (var (path, notebook) in made)
        {
            // A checkout on Windows may have other line ends. Those of the cells are written as \n within the JSON.
            var upToDate = File.Exists(path) && File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal) == notebook.ToJson();
            stale += upToDate ? 0 : 1;
            if (!checkOnly)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                notebook.Save(path);
            }
            var graded = GradeCell.Of(notebook, path).Where(cell => cell.IsGraded).ToList();
            table.AddRow(Markup.Escape(Path.GetFileNameWithoutExtension(path)), $"{graded.Count}", $"{graded.Sum(cell => cell.Points)}",
                checkOnly ? upToDate ? "yes" : "no: run `coursekit assign`" : Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, path)));
        }
        CommandConsole.Write(table);
        return checkOnly && stale > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static (string Path, Notebook Notebook) Make(string path, string? folder)
    {
        var source = NotebookFile.LoadAssignment(path);
        var target = Path.Combine(Path.GetFullPath(folder ?? Path.Combine(source.Folder, "..", "exercises")), Path.GetFileName(path));
        if (target == source.Path)
            throw new UsageException($"{path}: the student's version would overwrite it; give another --out");
        try
        {
            return (target, StudentVersion.Of(source.Notebook, path));
        }
        catch (NotebookFormatException e)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
