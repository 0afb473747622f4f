using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session;

namespace CourseKit.Kernel.Directives;

/// <summary>The packages a session uses. Each new one is resolved together with those before, so that what they share has one version.</summary>
internal sealed class PackageSet(ReferenceSet references, NotebookLoadContext context)
{
    private readonly List<Package> packages = [];

    /// <summary>Fetches a package where the cache has it not, and references it with all it needs.</summary>
    /// <exception cref="DirectiveException">It cannot be had; the message says why.</exception>
    public async Task AddAsync(Package package, CancellationToken cancel)
    {
        var known = packages.Find(other => string.Equals(other.Id, package.Id, StringComparison.OrdinalIgnoreCase));
        if (known == package || known is not null && package.Version == "*")
            return;
        if (known is not null)
            throw new DirectiveException($"#r \"nuget: {package.Id}, {package.Version}\": {known} is loaded already. Restart the session to use another version.");

        List<Package> wanted = [.. packages, package];
        var assets = PackageCache.Find(wanted);
        var shown = DisplayFunctions.display(assets is null ? $"Fetching package {package} ..." : $"Package {package}");
        if (assets is null)
        {
            assets = await PackageCache.RestoreAsync(wanted, cancel);
            shown.Update($"Package {package}");
        }
        foreach (var (compile, runtime) in assets.Assemblies)
            references.Add(compile, runtime);
        foreach (var folder in assets.NativeFolders)
            context.AddFolder(folder);
        packages.Add(package);
    }
}
