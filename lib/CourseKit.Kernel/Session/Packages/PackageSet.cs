using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// The packages that a session uses. Each new package is restored together with the earlier ones, so that all use the same version of a shared
/// dependency.
/// </summary>
internal sealed class PackageSet(ReferenceSet references, NotebookLoadContext context)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private readonly List<Package> packages = [];

    /// <summary>Fetches a package if it is not in the cache. Then references the package and its dependencies.</summary>
    /// <exception cref="ReferenceException">
    /// The package cannot be fetched, or another version is loaded already. The message says why.
    /// </exception>
    public async Task AddAsync(Package package, CancellationToken cancel)
    {
        var known = packages.Find(other => string.Equals(other.Id, package.Id, StringComparison.OrdinalIgnoreCase));
        if (known == package || known is not null && package.Version == "*")
            return;
        if (known is not null)
            throw new ReferenceException($"#r \"nuget: {package.Id}, {package.Version}\": {known} is loaded already. Restart the session to use another version.");

        List<Package> wanted = [.. packages, package];
        var cached = PackageCache.Find(wanted);
        var shown = DisplayFunctions.display(cached is null ? $"Fetching package {package} ..." : Taken(package, cached));
        var assets = cached ?? await FetchAsync(wanted, package, shown, cancel);
        foreach (var (compile, runtime) in assets.Assemblies)
            references.Add(compile, runtime);
        foreach (var folder in assets.NativeFolders)
            context.AddFolder(folder);
        packages.Add(package);
    }

    private static async Task<PackageAssets> FetchAsync(List<Package> wanted, Package package, DisplayedValue shown, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var note = "";
        var restore = PackageCache.RestoreAsync(wanted, line =>
        {
            if (line.TrimStart().StartsWith("Retrying", StringComparison.Ordinal))
                Volatile.Write(ref note, ", the package source does not answer, trying again");
        }, cancel);
        while (await Task.WhenAny(restore, Task.Delay(Step, cancel)) != restore && !cancel.IsCancellationRequested)
            shown.Update(string.Create(CultureInfo.InvariantCulture, $"Fetching package {package} ... {watch.Elapsed.TotalSeconds:0} s{Volatile.Read(ref note)}"));
        try
        {
            var assets = await restore;
            shown.Update(Taken(package, assets));
            return assets;
        }
        catch (Exception error) when (error is ReferenceException or OperationCanceledException)
        {
            shown.Update($"Package {package}: not fetched.");
            throw;
        }
    }

    private static string Taken(Package package, PackageAssets assets) => $"Package {package.Id} {assets.Versions.GetValueOrDefault(package.Id, package.Version)}";
}
