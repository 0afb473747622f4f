using Spectre.Console;

namespace CourseKit.Cli.Shell;

/// <summary>Where the program's output goes: a terminal, or a log that nobody watches.</summary>
internal static class CommandConsole
{
    private const int LogWidth = 140;

    /// <summary>Whether the output is a terminal where lines can be drawn over.</summary>
    public static bool IsTerminal =>
        AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true } && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Writes a table. A log has no terminal, so the table is not folded at a terminal's width there.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = LogWidth;
        AnsiConsole.Write(table);
    }
}
