using System.Net;
using CourseKit.Common;
using CourseKit.Display;
using CourseKit.Native;
using CourseKit.Plots;
using TorchSharp;

namespace CourseKit;

/// <summary>
/// Shows what <see cref="Course.Start"/> set up. The displayed card also loads plotly.js, because the charts of the notebook need it.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class CourseCard : IDisplayable
{
    internal CourseCard(string device, string? fallback, int threads, int seed)
    {
        Device = device;
        Fallback = fallback;
        Threads = threads;
        Seed = seed;
    }

    /// <summary>The library's version. If the build knows the git commit, the commit follows: "0.1.0+4e04de153".</summary>
    public string Version { get; } = ProductVersion.Of(typeof(Course).Assembly);

    /// <summary>"cpu", or a GPU by its number: "cuda:0".</summary>
    public string Device { get; }

    /// <summary>Why "auto" chose the CPU although the machine has a GPU or the build has CUDA; null in all other cases.</summary>
    public string? Fallback { get; }

    /// <summary>How many threads one tensor operation may use.</summary>
    public int Threads { get; }

    /// <summary>The seed of torch's random numbers.</summary>
    public int Seed { get; }

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, Html()), new(MimeTypes.Plain, ToString())];

    /// <returns>The card in one line.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"CourseKit {Version} | device {Device}{(Fallback is null ? "" : $" ({Fallback})")}{Share} | {Threads} {(Threads == 1 ? "thread" : "threads")} | seed {Seed} | TorchSharp {TorchVersion}")
        + (LibTorchFolder.Caution is { } caution ? $" | {caution}" : "")
        + (Cultures.AreThere ? "" : " | no cultures such as de-DE: Course.Doctor() says why");

    private string Share => DeviceMemory.Share is { } share && Device != "cpu" ? FormattableString.Invariant($", {share * 100:0.#} % of its memory") : "";

    private static string TorchVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    private string Html()
    {
        var parts = ToString().Split(" | ").Select(WebUtility.HtmlEncode)
            .Select((part, i) => i == 0 ? $"<strong>{part}</strong>" : $"<span>{part}</span>");
        return "<div style=\"display:inline-flex;flex-wrap:wrap;gap:.2em 1.2em;padding:.4em .9em;margin-bottom:.4em;"
            + $"border:1px solid rgba(128,133,144,.4);border-radius:.5em\">{string.Concat(parts)}</div>{ChartHtml.Script}";
    }
}
