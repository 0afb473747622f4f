using System.IO.Compression;
using CourseKit.Kernel.Session.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Tests.Session.Directives;

/// <summary>
/// Makes folders that are sources of packages. NuGet unpacks the packages in the notebook's folder. The results of restores, which are useless later,
/// are removed from the cache when a class of tests has ended.
/// </summary>
public sealed class LocalFeed : IDisposable
{
    private readonly HashSet<string> before = [.. Restored()];

    public void Dispose()
    {
        foreach (var folder in Restored().Except(before))
            Directory.Delete(folder, recursive: true);
    }

    private static string[] Restored() => Directory.Exists(PackageCache.Folder) ? Directory.GetDirectories(PackageCache.Folder) : [];

    /// <summary>A nuget.config with these sources and no other.</summary>
    public static void Configure(string folder, params (string Key, string Value)[] sources) => File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="unpacked" /></config>
          <packageSources><clear />{string.Concat(sources.Select(source => $"<add key=\"{source.Key}\" value=\"{source.Value}\" />"))}</packageSources>
        </configuration>
        """);

    /// <summary>Adds a package. Its assembly has a class ID.Kind with a property Version, where ID is the id without dots.</summary>
    public static void Add(string feed, string id, string version, string dependencies = "")
    {
        Directory.CreateDirectory(feed);
        using var package = ZipFile.Open(Path.Combine(feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open()))
        {
            nuspec.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
                  <id>{id}</id><version>{version}</version><authors>us</authors><description>A test's.</description>
                  <dependencies><group targetFramework="net10.0">{dependencies}</group></dependencies>
                </metadata></package>
                """);
        }
        using var assembly = package.CreateEntry($"lib/net10.0/{id}.dll").Open();
        var compilation = CSharpCompilation.Create(id,
            [CSharpSyntaxTree.ParseText($"namespace {id.Replace(".", "", StringComparison.Ordinal)}; public static class Kind {{ public static string Version => \"{version}\"; }}")],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image).Success);
        assembly.Write(image.ToArray());
    }

    public static string Needs(string id, string version) => $"<dependency id=\"{id}\" version=\"{version}\" />";
}
