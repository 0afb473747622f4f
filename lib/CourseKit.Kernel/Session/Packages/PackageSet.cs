using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// The packages that a session uses. Each new package is restored together with the loaded ones, in the versions that are loaded, so that all use the
/// same version of a shared dependency.
/// </summary>
/// <param name="references">Gets the assemblies of the packages.</param>
/// <param name="context">Gets the folders with their native libraries.</param>
/// <param name="folder">The notebook's folder. NuGet's settings are searched from there.</param>
internal sealed class PackageSet(ReferenceSet references, NotebookLoadContext context, string folder)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Loaded> loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<PackageSources> sources = new(() => new(folder)); // Most notebooks use no package.

    /// <summary>Adds a source for the packages that are not fetched yet.</summary>
    /// <param name="source">A URL or a folder.</param>
    /// <exception cref="ReferenceException">There is no such folder, or the text is neither.</exception>
    public void AddSource(string source) => sources.Value.Add(source);

    /// <summary>
    /// Fetches a package if it is not in the cache. Then references the package and its dependencies. Does nothing if a loaded version is one that
    /// is asked for.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="cell">The name of the cell that asks for it.</param>
    /// <param name="cancel">Stops fetching.</param>
    /// <exception cref="ReferenceException">
    /// The package cannot be fetched, or another version of it or of a dependency is loaded already. The message says why.
    /// </exception>
    public async Task AddAsync(Package package, string cell, CancellationToken cancel)
    {
        if (loaded.TryGetValue(package.Id, out var known))
        {
            if (package.Accepts(known.Package.Version))
                return;
            throw new ReferenceException($"{package.Directive}: {known} is loaded already, by {known.By}. Two versions of a package do not fit into one session. "
                + $"Ask for {known.Package.Version}, or restart the session and run {package.Directive} first.");
        }

        Add(await GetAsync(package, sources.Value, cancel), $"{package.Directive} in {cell}");
    }

    /// <summary>References packages that were fetched before, as in a grader's sandbox, where nothing can be fetched.</summary>
    /// <param name="file">The result of the restore.</param>
    /// <exception cref="ReferenceException">A package's folder is not there.</exception>
    public void AddFetched(string file) =>
        Add(PackageCache.Read(file) ?? throw new ReferenceException($"#r \"{file}\": folders of packages that it names are not there."), file);

    private void Add(PackageAssets assets, string by)
    {
        foreach (var (compile, runtime) in assets.Assemblies)
            references.Add(compile, runtime);
        foreach (var native in assets.NativeFolders)
            context.AddFolder(native);
        foreach (var version in assets.Packages)
            loaded.TryAdd(version.Id, new(version, by));
    }

    private async Task<PackageAssets> GetAsync(Package package, PackageSources from, CancellationToken cancel)
    {
        List<Package> wanted = [.. loaded.Values.Select(known => new Package(known.Package.Id, $"[{known.Package.Version}]")), package];
        if (PackageCache.Find(wanted, from) is { } cached)
        {
            Check(package, cached);
            DisplayFunctions.display(Taken(package, cached));
            return cached;
        }
        var shown = DisplayFunctions.display($"Fetching package {package} ...");
        try
        {
            var assets = await FetchAsync(wanted, from, shown, cancel);
            Check(package, assets);
            shown.Update(Taken(package, assets));
            return assets;
        }
        catch (Exception error) when (error is ReferenceException or OperationCanceledException)
        {
            shown.Update($"Package {package}: not fetched.");
            throw;
        }
    }

    // The loaded versions cannot be exchanged, so the new packages must be content with them.
    private void Check(Package package, PackageAssets assets)
    {
        foreach (var need in assets.Needs.Where(need => !loaded.ContainsKey(need.Package)))
        {
            if (loaded.TryGetValue(need.Id, out var known) && !need.Range.Satisfies(known.Package.Version))
            {
                throw new ReferenceException($"{package.Directive}: {need.Package} needs {known.Package.Id} {need.Range.PrettyPrint()}, and {known} is loaded already, by {known.By}. "
                    + $"Two versions of a package do not fit into one session. Restart the session and run {package.Directive} first.");
            }
        }
    }

    private static async Task<PackageAssets> FetchAsync(List<Package> wanted, PackageSources from, DisplayedValue shown, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var note = "";
        var restore = PackageCache.RestoreAsync(wanted, from, line =>
        {
            if (line.TrimStart().StartsWith("Retrying", StringComparison.Ordinal))
                Volatile.Write(ref note, ", the package source does not answer, trying again");
        }, cancel);
        while (await Task.WhenAny(restore, Task.Delay(Step, cancel)) != restore && !cancel.IsCancellationRequested)
            shown.Update(string.Create(CultureInfo.InvariantCulture, $"Fetching package {wanted[^1]} ... {watch.Elapsed.TotalSeconds:0} s{Volatile.Read(ref note)}"));
        return await restore;
    }

    private static string Taken(Package package, PackageAssets assets) =>
        $"Package {package.Id} {assets.Packages.First(version => version.Id.Equals(package.Id, StringComparison.OrdinalIgnoreCase)).Version}";

    private sealed record Loaded(PackageIdentity Package, string By)
    {
        public override string ToString() => $"{Package.Id} {Package.Version}";
    }
}
