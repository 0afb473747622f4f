using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// The result of a restore: the assemblies (for each, the file to compile against and the file to run), the folders with native libraries, and the
/// version of each package.
/// </summary>
internal sealed record PackageAssets(IReadOnlyList<(string Compile, string Runtime)> Assemblies, IReadOnlyList<string> NativeFolders,
    IReadOnlyDictionary<string, string> Versions)
{
    /// <summary>Reads the SDK's project.assets.json; null if the folder of a package no longer exists.</summary>
    public static PackageAssets? Read(string file, string runtimeIdentifier)
    {
        var assets = JsonNode.Parse(File.ReadAllText(file))!;
        var folders = assets["packageFolders"]!.AsObject().Select(folder => folder.Key).ToList();
        var target = assets["targets"]!.AsObject().First(t => t.Key.EndsWith("/" + runtimeIdentifier, StringComparison.Ordinal)).Value!.AsObject();
        List<(string, string)> assemblies = [];
        HashSet<string> natives = [];
        var versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, package) in target)
        {
            if ((string?)package!["type"] != "package")
                continue;
            if (key.Split('/') is [var id, var version])
                versions[id] = version;
            var relative = (string)assets["libraries"]![key]!["path"]!;
            if (folders.Select(folder => Path.Combine(folder, relative)).FirstOrDefault(Directory.Exists) is not { } root)
                return null;
            var compile = Files(package, "compile", root).ToDictionary(path => Path.GetFileName(path));
            assemblies.AddRange(Files(package, "runtime", root).Select(path => (compile.GetValueOrDefault(Path.GetFileName(path), path), path)));
            natives.UnionWith(Files(package, "native", root).Select(path => Path.GetDirectoryName(path)!));
        }
        return new(assemblies, [.. natives], versions);
    }

    private static IEnumerable<string> Files(JsonNode package, string kind, string root) => (package[kind]?.AsObject() ?? [])
        .Select(file => file.Key).Where(file => !file.EndsWith("_._", StringComparison.Ordinal)).Select(file => Path.GetFullPath(file, root));
}
