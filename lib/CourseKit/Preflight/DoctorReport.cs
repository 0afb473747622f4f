using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Display;

namespace CourseKit.Preflight;

/// <summary>The report of <see cref="Course.Doctor"/> and <c>coursekit doctor</c>. It displays itself as a table.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class DoctorReport : IDisplayable
{
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal DoctorReport(IReadOnlyList<DoctorCheck> checks) => Checks = checks;

    /// <summary>The checks. Repair faults in this order, because a fault can cause faults in later checks.</summary>
    public IReadOnlyList<DoctorCheck> Checks { get; }

    /// <summary>
    /// The worst status. As a number it is 0 (ready), 1 (works with a limit) or 2 (broken). This number is the exit code of <c>coursekit doctor</c>.
    /// </summary>
    public CheckStatus Status => Checks.Max(check => check.Status);

    /// <summary>The result in a sentence.</summary>
    public string Summary => Status switch
    {
        CheckStatus.Ok => "Ready.",
        CheckStatus.Limited => $"The course works, with limits: {Names(CheckStatus.Limited)}.",
        _ => $"The course does not work here: {Names(CheckStatus.Broken)}.",
    };

    /// <summary>The same report with further checks.</summary>
    public DoctorReport With(params IEnumerable<DoctorCheck> checks) => new([.. Checks, .. checks]);

    /// <returns><c>{"checks":[{"name","status":"ok|limited|broken","found","remedy"}]}</c>; the remedy is null if there is no fault.</returns>
    public string ToJson() => new JsonObject
    {
        ["checks"] = new JsonArray([.. Checks.Select(check => new JsonObject
        {
            ["name"] = check.Name,
            ["status"] = Word(check.Status),
            ["found"] = check.Found,
            ["remedy"] = check.Remedy,
        })]),
    }.ToJsonString(Writing);

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, Html()), new(MimeTypes.Plain, ToString())];

    /// <returns>A line for each check, with its remedy below, and the summary.</returns>
    public override string ToString() =>
        string.Concat(Checks.Select(check => $"{Word(check.Status),-7}  {check.Name,-9}  {check.Found}\n{(check.Remedy is null ? "" : $"{"",20}-> {check.Remedy}\n")}")) + Summary;

    private string Html()
    {
        var rows = Checks.Select(check => $"<tr><td style=\"text-align:left;color:{Colour(check.Status)}\"><strong>{Word(check.Status)}</strong></td>"
            + $"<td style=\"text-align:left\">{check.Name}</td><td style=\"text-align:left\">{WebUtility.HtmlEncode(check.Found)}"
            + $"{(check.Remedy is null ? "" : $"<br><em>{WebUtility.HtmlEncode(check.Remedy)}</em>")}</td></tr>");
        return $"<table>{string.Concat(rows)}</table><p><strong>{WebUtility.HtmlEncode(Summary)}</strong></p>";
    }

    private string Names(CheckStatus status) => string.Join(", ", Checks.Where(check => check.Status == status).Select(check => check.Name));

    private static string Word(CheckStatus status) => status.ToString().ToLowerInvariant();

    // These colours are readable on white and on near-black, like the colours of the plots.
    private static string Colour(CheckStatus status) => status switch { CheckStatus.Ok => "#1a9e77", CheckStatus.Limited => "#e08214", _ => "#d1495b" };
}
