using Spectre.Console;

namespace CourseKit.Cli.Shell;

/// <summary>Where the program's output goes: a terminal, or a log that nobody watches.</summary>
internal static class CommandConsole
{
    private const int LogWidth = 140;

    /// <summary>Whether the output is a terminal that can overwrite lines, as progress bars need.</summary>
    public static bool IsTerminal =>
        AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true } && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Writes a table. Redirected output has no terminal width, so the table is then up to 140 characters wide.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = LogWidth;
        AnsiConsole.Write(table);
    }

    /// <summary>A path as its reader would type it: relative if it lies below the current directory.</summary>
    public static string Short(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
