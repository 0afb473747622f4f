namespace CourseKit.Kernel.Session.Output;

/// <summary>The console input of cells. Asks the front end for each line.</summary>
internal sealed class ConsoleInput : TextReader
{
    private static readonly Lazy<bool> Installed = new(() =>
    {
        Console.SetIn(new ConsoleInput());
        return true;
    });

    private string line = "";
    private int at;

    /// <summary>Redirects Console.In, once in a process.</summary>
    public static void Install() => _ = Installed.Value;

    /// <inheritdoc/>
    public override int Peek() => Fill()[at];

    /// <inheritdoc/>
    public override int Read() => Fill()[at++];

    /// <inheritdoc/>
    public override string? ReadLine()
    {
        var rest = at < line.Length ? line[at..^1] : RunningCell.Ask(new("", IsPassword: false));
        at = line.Length;
        return rest;
    }

    // A front end has no end of input, so one line counts as the whole input.
    /// <inheritdoc/>
    public override string ReadToEnd() => ReadLine() + "\n";

    private string Fill()
    {
        if (at < line.Length)
            return line;
        line = RunningCell.Ask(new("", IsPassword: false)) + "\n";
        at = 0;
        return line;
    }
}
