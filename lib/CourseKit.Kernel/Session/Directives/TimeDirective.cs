using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!time</c>: shows the wall-clock time from before the C# around the directive is compiled to the end of the cell.</summary>
internal static class TimeDirective
{
    public static Task RunAsync(DirectiveCall call)
    {
        var watch = Stopwatch.StartNew();
        RunningCell.AtEnd(() => DisplayFunctions.display($"Wall time: {Readable(watch.Elapsed)}"));
        return Task.CompletedTask;
    }

    private static string Readable(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : time.TotalMinutes < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s") : time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
