using System.Text.RegularExpressions;

namespace CourseKit.House.Tests;

/// <summary>The pages that people read, and the commands in them.</summary>
internal static partial class Documents
{
    /// <summary>README, the pages of docs/ and those beside README, by their paths from the root.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. Directory.GetFiles(Repository.Root, "*.md").Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md")).Append(Repository.PathOf("data", "README.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The lines of a page's <c>sh</c> blocks, without what stands behind <c>#</c>, and the commands in its text.</summary>
    public static IEnumerable<string> Commands(string page)
    {
        var text = Repository.Read(page);
        var lines = Blocks().Matches(text).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0 && line[0] != '#');
        var inline = Inline().Matches(Blocks().Replace(text, "")).Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));
        return lines.Concat(inline).Distinct();
    }

    /// <summary>The links of a page that lead to a file of the repository, with what they lead to in it.</summary>
    public static IEnumerable<(string File, string Anchor)> Links(string page) =>
        from Match match in Link().Matches(Repository.Read(page))
        let target = match.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal)
        let parts = target.Split('#')
        select (parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]), parts.Length > 1 ? parts[1] : "");

    /// <summary>The anchors of a page's headings, as GitHub makes them.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(Repository.Read(page)).Select(match => NoAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"`((?:coursekit|dotnet (?:run|test|build|tool|pack)|\./test \w+|\.devcontainer/[\w-]+\.sh)[^`]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
