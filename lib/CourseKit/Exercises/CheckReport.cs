using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CourseKit.Display;
using CourseKit.Plots;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

/// <summary>
/// What a check says about an answer, line by line. A green line is right. A red line is wrong and names the misconception that is probably behind
/// it.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class CheckReport : IDisplayable
{
    private ImmutableList<(bool Holds, string Text)> findings = [];

    private CheckReport(string task) => Task = task;

    /// <summary>The name of the task, e.g. "The generator's step".</summary>
    public string Task { get; }

    /// <summary>The findings so far, in the order of the check. Nobody can change them.</summary>
    public IReadOnlyList<(bool Holds, string Text)> Findings => findings;

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, Html()), new(MimeTypes.Plain, ToString())];

    /// <returns>The task, then the findings, a line each.</returns>
    public override string ToString() =>
        string.Join('\n', findings.Select(finding => $"{(finding.Holds ? "ok " : "NOT")} {finding.Text}").Prepend(Task));

    /// <summary>
    /// Checks an answer, shows the findings, and throws if something is wrong. An exercise of one's own may call it in its check. On the CPU, the check leaves the state of torch's random generator as
    /// it was; on a GPU, <see cref="OwnRandomNumbers"/> seeds the generator anew.
    /// </summary>
    /// <param name="task">The name of the task.</param>
    /// <param name="check">Runs the student's code if there is any, and calls <see cref="Expect"/> for each finding.</param>
    /// <exception cref="CheckFailedException">Something is wrong. The message has the task and the first red line.</exception>
    /// <exception cref="OperationCanceledException">The user stopped the cell.</exception>
    public static void Run(string task, Action<CheckReport> check)
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
        // The verdict is made before anything is shown, because code of the student's may be asked to show it.
        var wrong = report.findings.Find(finding => !finding.Holds).Text;
        NotebookHost.Display(report);
        if (wrong is not null)
            throw new CheckFailedException(task, wrong);
    }

    /// <summary>
    /// As <see cref="Run"/>, for a check that needs nothing but values. A grader gets the values and judges them in another process
    /// (<see cref="Check.Judge"/>), which never runs a student's code.
    /// </summary>
    /// <param name="task">The name of the task.</param>
    /// <param name="values">The arguments of the check: numbers, arrays of numbers and texts.</param>
    /// <param name="check">Calls <see cref="Expect"/> for each finding.</param>
    /// <param name="name">The name of the check, a method of <see cref="Check"/>.</param>
    /// <exception cref="CheckFailedException">Something is wrong.</exception>
    internal static void RunOnValues(string task, object?[] values, Action<CheckReport> check, [CallerMemberName] string name = "")
    {
        NotebookHost.HandIn(JsonSerializer.Serialize(new { check = name, values }));
        Run(task, check);
    }

    /// <summary>Adds a line.</summary>
    /// <param name="holds">Whether the answer is right here.</param>
    /// <param name="what">The line for a right answer.</param>
    /// <param name="otherwise">The line for a wrong answer: the misconception, and what to do.</param>
    /// <returns><paramref name="holds"/>.</returns>
    public bool Expect(bool holds, string what, string otherwise)
    {
        findings = findings.Add((holds, holds ? what : otherwise));
        return holds;
    }

    private string Html() => $"<div style=\"margin:.4em 0\"><strong>{WebUtility.HtmlEncode(Task)}</strong>"
        + string.Concat(findings.Select(finding => $"<div style=\"padding:.15em 0 .15em .7em;margin:.2em 0;border-left:.3em solid {(Palette.Series[finding.Holds ? 2 : 4])}\">"
            + $"{(finding.Holds ? "&#10003;" : "&#10007;")} {WebUtility.HtmlEncode(finding.Text)}</div>")) + "</div>";
}
