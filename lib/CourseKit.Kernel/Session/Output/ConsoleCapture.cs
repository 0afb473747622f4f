using System.Text;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// Sends the process's console output to the running cell. Between cells, the host's own prints go to the original console, and the prints of
/// notebook threads wait for the next cell.
/// </summary>
internal sealed class ConsoleCapture : TextWriter
{
    private static readonly Lazy<bool> Installed = new(() =>
    {
        Console.SetOut(new ConsoleCapture("stdout", Console.Out));
        Console.SetError(new ConsoleCapture("stderr", Console.Error));
        return true;
    });

    private readonly string stream;
    private readonly TextWriter host;

    public ConsoleCapture(string stream, TextWriter host)
    {
        (this.stream, this.host) = (stream, host);
        CoreNewLine = ['\n']; // Notebooks use \n on every operating system.
    }

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Redirects Console.Out and Console.Error, once in a process.</summary>
    public static void Install() => _ = Installed.Value;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + CoreNewLine[0]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (!RunningCell.Print(stream, buffer))
            host.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Flush() => host.Flush();
}
