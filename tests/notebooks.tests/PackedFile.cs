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

    private static bool IsOfFormat(string name) =>
        name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal) || name == "[Content_Types].xml";
}
