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
        if (File.Exists(path))
        {
            run.Engine.References.AddWithNeighbours(path);
            return;
        }
        if (FrameworkReferences.Find(Path.GetFileName(name).EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name) is not null)
            return;
        throw new DirectiveException(Directory.Exists(path)
            ? $"#r \"{name}\": {path} is a folder; expected a .dll file in it."
            : $"#r \"{name}\": {path} does not exist. {Build(path) ?? run.PathsStart}");
    }

    private static string? Build(string path)
    {
        var slashed = path.Replace('\\', '/');
        foreach (var configuration in new[] { "Release", "Debug" })
        {
            var at = slashed.IndexOf($"/bin/{configuration}/", StringComparison.Ordinal);
            if (at < 0)
                continue;
            var project = slashed[..at];
            return $"Build it first: dotnet build -c {configuration} {(project.Contains(' ', StringComparison.Ordinal) ? $"\"{project}\"" : project)}";
        }
        return null;
    }
}
