using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#r "path"</c> references an assembly, and <c>#r "nuget: Id, version"</c> references a package.</summary>
internal static class ReferenceDirective
{
    public static async Task RunAsync(DirectiveCall call)
    {
        var argument = call.Argument;
        if (argument is not ['"', .. var quoted, '"'] || quoted.Contains('"', StringComparison.Ordinal) || string.IsNullOrWhiteSpace(quoted))
            throw new DirectiveException($"#r {argument}: expected a path or a package in double quotes, as in #r \"Library.dll\" or #r \"nuget: Id, version\".");
        try
        {
            if (AfterNuGet(quoted) is { } package)
                await call.Run.Engine.Packages.AddAsync(Package.Parse(package), call.Run.Cell.Label, call.Run.Cancel);
            else if (Path.GetFileName(quoted) == PackageCache.AssetsFile && File.Exists(quoted))
                call.Run.Engine.Packages.AddFetched(quoted);
            else
                Reference(call.Run, quoted.Trim());
        }
        catch (ReferenceException error)
        {
            throw new DirectiveException(error.Message);
        }
    }

    /// <summary>The text after <c>nuget:</c>, without the spaces around it; null if the text does not begin so.</summary>
    public static string? AfterNuGet(string quoted) =>
        quoted.Split(':', 2, StringSplitOptions.TrimEntries) is [var kind, var rest] && kind.Equals("nuget", StringComparison.OrdinalIgnoreCase) ? rest : null;

    private static void Reference(CellRun run, string name)
    {
        var path = run.PathOf(name);
        // A project that is there and not built must be built. Another checkout's library would not be what its source says.
        var checkout = Directory.Exists(ProjectOf(path)) ? null : run.Engine.Checkout;
        List<string> places = [path, .. checkout is null ? [] : InCheckout(checkout, name.Replace('\\', '/'))];
        if (places.Find(File.Exists) is { } found)
        {
            run.Engine.References.AddWithNeighbours(found);
            return;
        }
        if (FrameworkReferences.Find(Path.GetFileName(name).EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name) is not null)
            return;
        if (places.Find(Directory.Exists) is { } folder)
            throw new DirectiveException($"#r \"{name}\": {folder} is a folder; expected a .dll file in it.");
        var inCheckout = places.Skip(1).ToList();
        var other = inCheckout.Find(place => Directory.Exists(ProjectOf(place)) && ProjectOf(place) != checkout) ?? inCheckout.FirstOrDefault();
        var missing = other is null ? $"{path} does not exist."
            : $"{path} does not exist, nor does {other} in the course folder that this kernel was installed from.";
        throw new DirectiveException($"#r \"{name}\": {missing} {Remedy(path, other, checkout) ?? run.PathsStart}");
    }

    // nbgrader and others run a copy of the notebook in a deeper folder, from where `..` leads elsewhere. So the end of a relative path, from some folder
    // of it on, is looked for in the checkout: first the longest end that does not lead out of it, last the one with a single folder.
    private static IEnumerable<string> InCheckout(string checkout, string name)
    {
        var parts = Path.IsPathRooted(name) ? [] : name.Split('/');
        return Enumerable.Range(0, Math.Max(0, parts.Length - 1)).Where(i => parts[i] is not ("" or "." or "..")).Select(i => Path.GetFullPath(string.Join('/', parts[i..]), checkout))
            .Where(path => path.StartsWith(Path.TrimEndingDirectorySeparator(checkout) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    private static string? Remedy(string path, string? other, string? checkout)
    {
        if (other is null)
            return ProjectOf(path) is null ? null : $"Build it first: {Build(path)}";
        if (!Directory.Exists(checkout))
            return $"The course folder {checkout} is no longer there: run `coursekit kernel install` in its new place.";
        return Directory.Exists(ProjectOf(other)) ? $"Build it first: {Build(other)} (if the course is in another folder, run `coursekit kernel install` there)" : null;
    }

    private static string Build(string path)
    {
        var project = ProjectOf(path)!;
        var configuration = path.Replace('\\', '/')[project.Length..].StartsWith("/bin/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        return $"dotnet build -c {configuration} {(project.Contains(' ', StringComparison.Ordinal) ? $"\"{project}\"" : project)}";
    }

    // The folder of the project whose output a path names; null if the path names none.
    private static string? ProjectOf(string path)
    {
        var slashed = path.Replace('\\', '/');
        var at = slashed.IndexOf("/bin/Release/", StringComparison.Ordinal) is >= 0 and var release ? release : slashed.IndexOf("/bin/Debug/", StringComparison.Ordinal);
        return at < 0 ? null : slashed[..at];
    }
}
