using System.CommandLine;
using CourseKit.Cli.Shell;
using CourseKit.Common;

namespace CourseKit.Cli.New;

/// <summary>Defines <c>coursekit new</c>, which makes a course of one's own.</summary>
internal static class NewCommand
{
    private static readonly Argument<string> Folder = new("FOLDER") { Description = "The course's folder, which is made. It may be there if it is empty." };

    private static readonly Option<string?> Packages = new("--packages")
    {
        Description = "Folder with the package CourseKit, which the course's nuget.config then names. Without it: NuGet's usual sources, or in a checkout the library as it is built there.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var command = new Command("new", "Makes a course of your own: a lecture, an exercise with its solution, a container. Nothing is overwritten.") { Folder, Packages };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(Folder), arguments.GetValue(Packages)));
        return command;
    }

    private static int Run(string given, string? packages)
    {
        if (string.IsNullOrWhiteSpace(given) || given.Any(char.IsControl))
            throw new UsageException($"'{given}': expected the name of a folder, such as my-course");
        var folder = UserPath.Full(given);
        if (File.Exists(folder))
            throw new UsageException($"{given}: a file; expected the name of a folder that is not there, or an empty one");
        // A repository that was just made is empty, too.
        string[] held = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Where(name => name != ".git").Order(StringComparer.Ordinal)] : [];
        if (held.Length > 0)
            throw new UsageException($"{given}: not empty, it holds {ShortList.Of(held, 3)}; nothing is overwritten. Name a folder that is not there, or an empty one");

        var library = packages is null ? CourseReference.Usual() : CourseReference.Of(packages);
        NewCourse.Make(folder, library);
        Console.WriteLine($"Made the course {Path.GetFileName(folder)} in {folder}: a lecture, an exercise with its solution, and what students get of it.");
        Console.WriteLine(library.Remark);
        var there = folder == Environment.CurrentDirectory ? "" : given.Contains(' ', StringComparison.Ordinal) ? $"  cd \"{given}\"\n" : $"  cd {given}\n";
        Console.WriteLine($"Next:\n{there}  coursekit run              # runs the lecture and makes a page of it\n"
            + "  coursekit kernel install   # for VS Code and Jupyter\nREADME.md there says the rest.");
        return ExitCode.Ok;
    }
}
