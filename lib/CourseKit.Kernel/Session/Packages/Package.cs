using System.Text.RegularExpressions;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>A package as <c>#r "nuget: Id, version"</c> names it.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="Version">A version, a range in NuGet's notation, or <c>*</c> for the newest.</param>
internal sealed partial record Package(string Id, string Version)
{
    /// <summary>The version for a project file. A plain version gets brackets, because without them NuGet may take a newer version.</summary>
    public string Range => Plain().IsMatch(Version) ? $"[{Version}]" : Version;

    /// <summary>Reads the text after <c>nuget:</c>.</summary>
    /// <exception cref="ReferenceException">The text is neither <c>Id</c> nor <c>Id, version</c>.</exception>
    public static Package Parse(string text)
    {
        var match = Reference().Match(text);
        if (!match.Success)
            throw new ReferenceException($"#r \"nuget:{text}\": expected a package's id and a version, as in #r \"nuget: Newtonsoft.Json, 13.0.3\".");
        return new(match.Groups["id"].Value, match.Groups["version"] is { Success: true, Value: var version } ? version : "*");
    }

    public override string ToString() => Version == "*" ? Id : $"{Id} {Version}";

    [GeneratedRegex(@"^\s*(?<id>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?:,\s*(?<version>[0-9A-Za-z.*+\-\[\](),]+?)\s*)?$")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[0-9][0-9A-Za-z.+-]*$")]
    private static partial Regex Plain();
}
