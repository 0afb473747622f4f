using System.Net;
using CourseKit.Display;
using CourseKit.Plots;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

/// <summary>What a check says of an answer, line by line: green what holds, red what does not and the misconception that is probably behind it.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class CheckReport : IDisplayable
{
    private readonly List<(bool Holds, string Text)> findings = [];

    private CheckReport(string task) => Task = task;

    /// <summary>What was to be done.</summary>
    public string Task { get; }

    /// <summary>What was looked at, in order.</summary>
    public IReadOnlyList<(bool Holds, string Text)> Findings => findings;

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, Html()), new(MimeTypes.Plain, ToString())];

    /// <returns>The findings, a line each.</returns>
    public override string ToString() =>
        string.Join('\n', findings.Select(finding => $"{(finding.Holds ? "ok " : "NOT")} {finding.Text}").Prepend(Task));

    /// <summary>Looks at an answer, shows what was found, and ends the cell where something is wrong. Torch's random numbers go on as if it had never run.</summary>
    /// <param name="task">What was to be done.</param>
    /// <param name="check">Calls the student's code, as a rule, and <see cref="Expect"/>.</param>
    /// <exception cref="CheckFailedException">Something does not hold; the message is the first red line.</exception>
    internal static void Run(string task, Action<CheckReport> check)
    {
        var report = new CheckReport(task);
        using var scope = NewDisposeScope();
        using var own = new OwnRandomNumbers();
        try
        {
            check(report);
        }
        catch (NotImplementedException)
        {
            report.Expect(false, "", "not done yet: write your code in the cell above, in the place of `throw new NotImplementedException();`.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report.Expect(false, "", $"your code stopped with {e.GetType().Name}: {e.Message.Split('\n')[0]}");
        }
        NotebookHost.Display(report);
        if (report.findings.Find(finding => !finding.Holds) is { Text: { } wrong })
            throw new CheckFailedException(task, wrong);
    }

    /// <summary>Adds a line.</summary>
    /// <param name="holds">Whether it is as it should be.</param>
    /// <param name="what">The line where it is.</param>
    /// <param name="otherwise">The line where it is not: the misconception, and what to do.</param>
    /// <returns><paramref name="holds"/>.</returns>
    internal bool Expect(bool holds, string what, string otherwise)
    {
        findings.Add((holds, holds ? what : otherwise));
        return holds;
    }

    private string Html() => $"<div style=\"margin:.4em 0\"><strong>{WebUtility.HtmlEncode(Task)}</strong>"
        + string.Concat(findings.Select(finding => $"<div style=\"padding:.15em 0 .15em .7em;margin:.2em 0;border-left:.3em solid {(Palette.Series[finding.Holds ? 2 : 4])}\">"
            + $"{(finding.Holds ? "&#10003;" : "&#10007;")} {WebUtility.HtmlEncode(finding.Text)}</div>")) + "</div>";
}
