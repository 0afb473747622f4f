using System.Text.Json.Nodes;
using NuGet.Versioning;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// The result of a restore: the assemblies (for each, the file to compile against and the file to run), the folders with native libraries, the
/// packages with their folders, and what each package needs.
/// </summary>
internal sealed record PackageAssets(IReadOnlyList<(string Compile, string Runtime)> Assemblies, IReadOnlyList<string> NativeFolders,
    IReadOnlyList<PackageIdentity> Packages, IReadOnlyList<string> Folders, IReadOnlyList<PackageNeed> Needs)
{
    /// <summary>Reads the SDK's project.assets.json; null if the folder of a package no longer exists.</summary>
    public static PackageAssets? Read(string file, string runtimeIdentifier)
    {
        var assets = JsonNode.Parse(File.ReadAllText(file))!;
        var folders = assets["packageFolders"]!.AsObject().Select(folder => folder.Key).ToList();
        var target = assets["targets"]!.AsObject().First(t => t.Key.EndsWith("/" + runtimeIdentifier, StringComparison.Ordinal)).Value!.AsObject();
        List<(string, string)> assemblies = [];
        HashSet<string> natives = [];
        List<PackageIdentity> packages = [];
        List<string> roots = [];
        List<PackageNeed> needs = [];
        foreach (var (key, package) in target)
        {
            if ((string?)package!["type"] != "package")
                continue;
            var identity = new PackageIdentity(key.Split('/')[0], NuGetVersion.Parse(key.Split('/')[1]));
            packages.Add(identity);
            needs.AddRange((package["dependencies"]?.AsObject() ?? []).Select(need => new PackageNeed(identity.Id, need.Key, VersionRange.Parse((string)need.Value!))));
            var relative = (string)assets["libraries"]![key]!["path"]!;
            if (folders.Select(folder => Path.Combine(folder, relative)).FirstOrDefault(Directory.Exists) is not { } root)
                return null;
            roots.Add(root);
            var compile = Files(package, "compile", root).ToDictionary(path => Path.GetFileName(path));
            assemblies.AddRange(Files(package, "runtime", root).Select(path => (compile.GetValueOrDefault(Path.GetFileName(path), path), path)));
            natives.UnionWith(Files(package, "native", root).Select(path => Path.GetDirectoryName(path)!));
        }
        return new(assemblies, [.. natives], packages, roots, needs);
    }

    private static IEnumerable<string> Files(JsonNode package, string kind, string root) => (package[kind]?.AsObject() ?? [])
        .Select(file => file.Key).Where(file => !file.EndsWith("_._", StringComparison.Ordinal)).Select(file => Path.GetFullPath(file, root));
}

/// <summary>A package in the version that was restored.</summary>
internal sealed record PackageIdentity(string Id, NuGetVersion Version);

/// <summary>A dependency: <paramref name="Package"/> needs the package <paramref name="Id"/> in one of these versions.</summary>
internal sealed record PackageNeed(string Package, string Id, VersionRange Range);
