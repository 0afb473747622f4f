using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// Tells the author of an <c>#r</c> why the SDK could not restore packages. The text has no addresses and no folders of this machine.
/// </summary>
internal static partial class RestoreFailure
{
    // Each entry has words from a network error of the SDK, and their meaning. The words for one error differ between operating systems.
    private static readonly (string Said, string Means)[] Causes =
    [
        ("refused", "the connection was refused"),
        ("name or service not known", "its name is not known"),
        ("no such host", "its name is not known"),
        ("temporary failure in name resolution", "its name cannot be looked up"),
        ("nodename nor servname", "its name is not known"),
        ("unreachable", "there is no way to it"),
        ("timed out", "it did not answer in time"),
        ("did not properly respond", "it did not answer in time"),
        ("timeout", "it did not answer in time"),
        ("SSL connection", "its certificate is not accepted"),
        ("success: 401", "it asks for a name and a password"),
        ("success: 403", "it denies access"),
        ("407", "the proxy asks for a name and a password"),
        ("success: 404", "it has no package service at its address"),
        ("success: 5", "it answers with an error of its own"),
    ];

    /// <summary>Returns the reason for errors such as <c>NU1101: Unable to find package ...</c>, as text that can follow <c>#r "...":</c>.</summary>
    public static string Reason(IReadOnlyList<string> errors, PackageSources? sources = null)
    {
        var all = string.Join('\n', errors);
        var first = errors.FirstOrDefault(error => error.StartsWith("NU1301", StringComparison.Ordinal)) ?? errors[0];
        return first.Split(':')[0] switch
        {
            "NU1100" => "there is no package source for it. Either no nuget.config names a source, or the packageSourceMapping of one leaves this package out. "
                + "Name one in a nuget.config beside the notebook, or with #i \"nuget: SOURCE\".",
            "NU1101" => "there is no such package. Check how its name is written.",
            "NU1102" => $"there is no such version. {Nearest(first)}",
            "NU1103" => $"there is no released version that fits, only previews: name one in full to take it. {Nearest(first)}",
            "NU1301" or "NU1300" or "NU1302" => Unreachable(first, all, sources),
            _ when all.Contains("No .NET SDKs were found", StringComparison.Ordinal) => "it needs the .NET SDK, and there is only the runtime. Install the SDK from https://dot.net.",
            _ => $"it could not be restored.\n{Path().Replace(Address().Replace(Plain(all), "(address)"), File)}",
        };
    }

    private static string Unreachable(string first, string all, PackageSources? sources)
    {
        var (name, remedy) = sources?.Blame(first) is { } blamed ? ($" {blamed.Name}", $" {blamed.Remedy}") : ("", "");
        return first.Contains("local source", StringComparison.Ordinal) ? $"the folder of the package source{name} does not exist.{remedy}"
            : $"the package source{name} cannot be reached{Cause(all)}; is there a network? Packages fetched before work without.{remedy}";
    }

    private static string Nearest(string error) => Found().Match(error) is { Success: true } found
        ? $"The nearest of the {found.Groups["count"].Value} there are is {found.Groups["nearest"].Value}." : "";

    private static string Cause(string said) =>
        Causes.FirstOrDefault(cause => said.Contains(cause.Said, StringComparison.OrdinalIgnoreCase)).Means is { } means ? $" ({means})" : "";

    // If there is no result file, the errors stand between other lines, and each names the project, which the user does not know.
    private static string Plain(string said) =>
        Line().Matches(said) is { Count: > 0 } lines ? string.Join('\n', lines.Select(line => line.Groups["text"].Value.Trim())) : said;

    // The user wrote the nuget.config and must know that it is meant.
    private static string File(Match path) => path.Value.EndsWith("nuget.config", StringComparison.OrdinalIgnoreCase) ? "nuget.config" : "(file)";

    [GeneratedRegex(@"(?m): error *\w* *: *(?<text>.*?) *(\[[^\]\n]*\])?$")]
    private static partial Regex Line();

    [GeneratedRegex(@"Found (?<count>\d+) version\(s\).*Nearest version: (?<nearest>\S+)")]
    private static partial Regex Found();

    [GeneratedRegex(@"\w+://[^\s'""]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![\w)])(/|[A-Za-z]:\\)[^\s'"":]+")]
    private static partial Regex Path();
}
