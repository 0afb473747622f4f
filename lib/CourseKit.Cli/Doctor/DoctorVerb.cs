using CourseKit.Cli.Shell;
using CourseKit.Preflight;
using Spectre.Console;

namespace CourseKit.Cli.Doctor;

internal static class DoctorVerb
{
    public static int Run(bool json)
    {
        var report = Course.Doctor().With(KernelCheck.Of()).With(VsCodeCheck.Of());
        if (json)
            Console.WriteLine(report.ToJson());
        else
            Show(report);
        return (int)report.Status;
    }

    private static void Show(DoctorReport report)
    {
        var table = new Table().RoundedBorder().AddColumns("Check", "Status", "Found");
        foreach (var check in report.Checks)
        {
            var colour = check.Status switch { CheckStatus.Ok => "green", CheckStatus.Limited => "yellow", _ => "red" };
            table.AddRow(check.Name, $"[{colour}]{check.Status.ToString().ToLowerInvariant()}[/]",
                Markup.Escape(check.Found) + (check.Remedy is { } remedy ? $"\n[bold]{Markup.Escape(remedy)}[/]" : ""));
        }
        CommandConsole.Write(table);
        Console.WriteLine(report.Summary);
    }
}
