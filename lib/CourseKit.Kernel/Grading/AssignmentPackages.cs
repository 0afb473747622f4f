using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The packages of an assignment: what its <c>#r "nuget: ..."</c> name. In the sandbox there is no network, so they are fetched before it is built.
/// </summary>
public sealed partial class AssignmentPackages
{
    // For each line, the file that says what was fetched for it.
    private readonly Dictionary<string, string> files = [];
    private readonly HashSet<string> folders = [];

    private AssignmentPackages()
    {
    }

    /// <summary>Of an assignment that names none.</summary>
    public static AssignmentPackages None { get; } = new();

    /// <summary>The folders that submissions must see.</summary>
    public IReadOnlyCollection<string> Folders => folders;

    /// <summary>Fetches the packages, as the cells of the teacher's notebook would one after the other.</summary>
    /// <param name="teachers">The teacher's notebook.</param>
    /// <param name="path">Its file. NuGet's settings and relative sources start from its folder.</param>
    /// <param name="cancel">Stops fetching.</param>
    /// <exception cref="GraderException">A package cannot be fetched.</exception>
    public static async Task<AssignmentPackages> FetchAsync(Notebook teachers, string path, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        var (fetched, loaded) = (new AssignmentPackages(), new Dictionary<string, Package>(StringComparer.OrdinalIgnoreCase));
        var sources = new PackageSources(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            foreach (var line in teachers.Cells.Where(cell => cell.Kind == CellKind.Code).SelectMany(cell => Line().Matches(cell.Source)))
            {
                if (line.Groups["kind"].Value == "i")
                    sources.Add(line.Groups["text"].Value.Trim());
                else if (Package.Parse(line.Groups["text"].Value.Trim()) is var package && !loaded.ContainsKey(package.Id))
                    await fetched.AddAsync(line.Value, package, loaded, sources, cancel);
            }
        }
        catch (ReferenceException e)
        {
            throw new GraderException($"{path}: {e.Message} Nobody was graded.");
        }
        return fetched;
    }

    /// <summary>The source with each line that names a package replaced by one that names what was fetched. Sources are not needed any more.</summary>
    internal string Resolved(string source) =>
        Line().Replace(source, line => files.TryGetValue(line.Value, out var file) ? $"#r \"{file}\"" : line.Groups["kind"].Value == "i" ? "" : line.Value);

    private async Task AddAsync(string line, Package package, Dictionary<string, Package> loaded, PackageSources sources, CancellationToken cancel)
    {
        List<Package> wanted = [.. loaded.Values, package];
        var assets = PackageCache.Find(wanted, sources) ?? await PackageCache.RestoreAsync(wanted, sources, _ => { }, cancel);
        files[line] = PackageCache.FileOf(wanted, sources);
        folders.UnionWith([.. assets.Folders, Path.GetDirectoryName(files[line])!]);
        foreach (var one in assets.Packages)
            loaded.TryAdd(one.Id, new(one.Id, $"[{one.Version}]"));
    }

    [GeneratedRegex("""^[ \t]*#(?<kind>[ri])[ \t]+"[ \t]*nuget[ \t]*:(?<text>[^"\r\n]*)"[ \t]*(//.*)?$""", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
