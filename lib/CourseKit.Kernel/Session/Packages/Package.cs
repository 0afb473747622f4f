using System.Text.RegularExpressions;
using CourseKit.Kernel.Session.Compilation;
using NuGet.Versioning;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>A package as <c>#r "nuget: Id, version"</c> names it.</summary>
/// <param name="Id">The package's id. Upper and lower case are the same.</param>
/// <param name="Version">A version, a range or a floating version in NuGet's notation, or <c>*</c> for the newest.</param>
internal sealed partial record Package(string Id, string Version)
{
    private const string Newest = "*";

    /// <summary>The version for a project file. A plain version gets brackets, because without them NuGet may take a newer version.</summary>
    public string Range => NuGetVersion.TryParse(Version, out _) ? $"[{Version}]" : Version;

    /// <summary>The line of a cell that asks for the package.</summary>
    public string Directive => Version == Newest ? $"#r \"nuget: {Id}\"" : $"#r \"nuget: {Id}, {Version}\"";

    /// <summary>Reads the text after <c>nuget:</c>.</summary>
    /// <exception cref="ReferenceException">The text is neither <c>Id</c> nor <c>Id, version</c>.</exception>
    public static Package Parse(string text)
    {
        var parts = text.Split(',', 2, StringSplitOptions.TrimEntries);
        if (parts[0].Length > 100 || !Name().IsMatch(parts[0]))
            throw Fault($"'{parts[0]}' is no id: an id has letters and digits, and single dots or dashes between them. The version follows after a comma.");
        if (parts is not [var id, var written])
            return new(parts[0], Newest);
        var version = Spaces().Replace(written, "$1");
        if (!VersionRange.TryParse(version, allowFloating: true, out _))
            throw Fault($"'{written}' is no version: one version is 13.0.3, a range is [13.0,14.0), and 13.* is the newest that begins so.");
        return new(id, version);

        ReferenceException Fault(string fault) => new($"#r \"nuget: {text}\": expected a package's id and a version, as in #r \"nuget: Newtonsoft.Json, 13.0.3\". {fault}");
    }

    /// <summary>Whether the package in this version is what the line asks for.</summary>
    public bool Accepts(NuGetVersion version)
    {
        // The newest is any version, also a preview that an earlier line asked for.
        if (Version == Newest)
            return true;
        var range = VersionRange.Parse(Range, allowFloating: true);
        return range.Satisfies(version) && range.Float?.Satisfies(version) != false;
    }

    public override string ToString() => Version == Newest ? Id : $"{Id} {Version}";

    // NuGet's own rule for ids.
    [GeneratedRegex(@"^\w+([.-]\w+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\s*([\[\](),])\s*")]
    private static partial Regex Spaces();
}
