using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace CourseKit.Notebooks.Tests;

/// <summary>A package that was made, and what every one must hold to.</summary>
internal sealed class PackedFile(string path) : IDisposable
{
    /// <summary>The time of the commit that a release gives its packages; here some time.</summary>
    public static DateTimeOffset Time { get; } = new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);

    private readonly ZipArchive zip = ZipFile.OpenRead(path);

    public IReadOnlyList<ZipArchiveEntry> Entries => zip.Entries;

    /// <summary>The names of all files but those that each package has.</summary>
    public IEnumerable<string> Files => Entries.Select(entry => entry.FullName).Where(name => !IsOfFormat(name)).Order(StringComparer.Ordinal);

    /// <summary>The ids that the package depends on, with their versions.</summary>
    public Dictionary<string, string> Dependencies => XDocument.Parse(Text(Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).FullName)).Descendants()
        .Where(element => element.Name.LocalName == "dependency").ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);

    public void Dispose() => zip.Dispose();

    public string Text(string entry)
    {
        using var reader = new StreamReader(zip.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>The packages of a list THIRD-PARTY.md, as "id/version", with their licences.</summary>
    public Dictionary<string, string> Licences(string list) => Text(list).Split('\n').Select(line => line.Trim('|', ' ').Split(" | ")).Where(row => row.Length == 3).Skip(1)
        .ToDictionary(row => $"{row[0]}/{row[1]}", row => row[2]);

    /// <summary>The text of each licence of a list <see cref="Licences"/> travels beside the list, with whose work it is of.</summary>
    public void AssertHoldsTheTextsOf(Dictionary<string, string> licences, string notices)
    {
        var text = Text(notices);
        Assert.DoesNotContain('\uFFFD', text);
        // Between two rules stand the names, behind the second the text.
        var parts = text.Split(new string('=', 80) + "\n")[1..].Chunk(2).Select(part => (Names: part[0].TrimEnd('\n').Split('\n'), Text: string.Join(' ', part[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))).ToList();
        Assert.All(licences, licence => Assert.Contains(parts, part => part.Names.Contains(licence.Key.Replace('/', ' ')) && part.Text.Contains("Copyright", StringComparison.OrdinalIgnoreCase)
            && part.Text.Contains(Begin(licence.Value), StringComparison.Ordinal) && part.Text.Contains(End(licence.Value), StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The assemblies of packages that a program in a folder of the package loads, by the package that they are of.</summary>
    public ILookup<string, string> Assemblies(string dependencies)
    {
        using var json = JsonDocument.Parse(Text(dependencies));
        return json.RootElement.GetProperty("targets").EnumerateObject().SelectMany(target => target.Value.EnumerateObject())
            .SelectMany(library => library.Value.TryGetProperty("runtime", out var files) ? files.EnumerateObject().Select(file => (library.Name, File: Path.GetFileName(file.Name))) : [])
            .ToLookup(pair => pair.Name, pair => pair.File);
    }

    /// <summary>Nothing in it says when or where it was packed: the same files give the same bytes.</summary>
    public void AssertIsOfNoPlaceAndTime()
    {
        Assert.All(Entries, entry => Assert.Equal(Time.UtcDateTime, entry.LastWriteTime.DateTime));
        Assert.Contains(Entries, entry => entry.FullName == "package/services/metadata/core-properties/nuget.psmdcp");
        // The list is the same on every file system.
        string[] files = [.. Entries.Select(entry => entry.FullName).Where(name => !IsOfFormat(name) && !name.EndsWith(".nuspec", StringComparison.Ordinal))];
        Assert.Equal(files.Order(StringComparer.Ordinal), files);
    }

    /// <summary>Has a pack give its package this time.</summary>
    public static ProcessStartInfo Timed(ProcessStartInfo pack)
    {
        pack.Environment["SOURCE_DATE_EPOCH"] = Time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return pack;
    }

    private static string Begin(string licence) => licence switch
    {
        "Apache-2.0" => "Apache License Version 2.0, January 2004",
        "BSD-2-Clause" or "BSD-3-Clause" => "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:",
        _ => "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files",
    };

    private static string End(string licence) => licence switch
    {
        "Apache-2.0" => "END OF TERMS AND CONDITIONS",
        "BSD-2-Clause" or "BSD-3-Clause" => "EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.",
        _ => "OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.",
    };

    private static bool IsOfFormat(string name) =>
        name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal) || name == "[Content_Types].xml";
}
