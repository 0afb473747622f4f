using CourseKit.Cli.Shell;
using CourseKit.Common;
using NuGet.Versioning;

namespace CourseKit.Cli.New;

/// <summary>How the notebooks of a new course load the library.</summary>
/// <param name="Lines">The <c>#r</c> lines of a notebook.</param>
/// <param name="Version">The version of the library, and of the tool that goes with it.</param>
/// <param name="Source">The folder with the package; null for NuGet's usual sources.</param>
/// <param name="Remark">What the author is told.</param>
internal sealed record CourseReference(string Lines, string Version, string? Source, string Remark)
{
    private const string Id = "CourseKit", Extension = ".nupkg";

    private static string Own => ProductVersion.OfPackages(typeof(CourseReference).Assembly);

    /// <summary>The package of this version from NuGet's usual sources. Where the program runs from a checkout: the library that is built there.</summary>
    public static CourseReference Usual()
    {
        if (CourseFolder.Of(AppContext.BaseDirectory) is not { } checkout)
            return Package(Own, null, $"Its notebooks fetch the package CourseKit {Own} from NuGet's usual sources. Where none of them has it: `--packages DIR`, a folder that has.");
        var built = Path.Combine(checkout, "lib", "CourseKit", "bin", "Release", "net10.0");
        return new(string.Join('\n', new[] { "CourseKit.dll", "TorchSharp.dll" }.Select(file => $"#r \"{Path.Combine(built, file)}\"")), Own, null,
            $"Its notebooks load the library that is built in {checkout}, so they run on this machine only, not in the container.\n"
            + "For a course to give away: `dotnet pack -c Release lib/CourseKit -o out/packages` there, and `coursekit new` with `--packages`.");
    }

    /// <summary>The package in a folder: of this program's version if it is there, else the newest.</summary>
    /// <exception cref="UsageException">The folder is not there, or has no such package.</exception>
    public static CourseReference Of(string packages)
    {
        var folder = UserPath.Full(packages);
        if (!Directory.Exists(folder))
            throw new UsageException($"--packages {packages}: no such folder");
        var versions = Directory.EnumerateFiles(folder, "*" + Extension).Select(path => Path.GetFileName(path)).Where(name => name.StartsWith(Id + ".", StringComparison.OrdinalIgnoreCase))
            .Select(name => NuGetVersion.TryParse(name[(Id.Length + 1)..^Extension.Length], out var version) ? version : null).OfType<NuGetVersion>().ToList();
        if (versions.Count == 0)
            throw new UsageException($"--packages {packages}: no file {Id}.VERSION{Extension} there; `dotnet pack -c Release lib/CourseKit -o DIR` in a checkout makes it");
        var taken = versions.Find(version => version.ToNormalizedString() == Own) ?? versions.Max()!;
        return Package(taken.ToNormalizedString(), folder, $"Its notebooks fetch the package CourseKit {taken.ToNormalizedString()} from {folder}, which its nuget.config names. Who gets the course, and its container, do not see that folder: put it into the course, or name another source.");
    }

    private static CourseReference Package(string version, string? source, string remark) => new($"#r \"nuget: {Id}, {version}\"", version, source, remark);
}
