using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Execution;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#r "path"</c> references an assembly, and <c>#r "nuget: Id, version"</c> references a package.</summary>
internal static class ReferenceDirective
{
    public static async Task RunAsync(DirectiveCall call)
    {
        var argument = call.Argument;
        if (argument is not ['"', .. var quoted, '"'] || quoted.Contains('"', StringComparison.Ordinal))
            throw new DirectiveException($"#r {argument}: expected a path or a package in double quotes, as in #r \"Library.dll\" or #r \"nuget: Id, version\".");
        try
        {
            if (AfterNuGet(quoted) is { } package)
                await call.Run.Engine.Packages.AddAsync(Package.Parse(package), call.Run.Cell.Label, call.Run.Engine.WorkingDirectory, call.Run.Cancel);
            else
                Reference(call.Run.Engine, quoted.Trim());
        }
        catch (ReferenceException error)
        {
            throw new DirectiveException(error.Message);
        }
    }

    /// <summary>The text after <c>nuget:</c>, without the spaces around it; null if the text does not begin so.</summary>
    public static string? AfterNuGet(string quoted) =>
        quoted.Split(':', 2, StringSplitOptions.TrimEntries) is [var kind, var rest] && kind.Equals("nuget", StringComparison.OrdinalIgnoreCase) ? rest : null;

    private static void Reference(CellEngine engine, string name)
    {
        var path = Path.GetFullPath(name.Replace('\\', '/'), engine.WorkingDirectory);
        if (File.Exists(path))
        {
            engine.References.AddWithNeighbours(path);
            return;
        }
        if (FrameworkReferences.Find(Path.GetFileName(name).EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name) is not null)
            return;
        throw new DirectiveException($"#r \"{name}\": {path} does not exist. {Remedy(path)}");
    }

    private static string Remedy(string path)
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
        return "Relative paths start from the notebook's folder.";
    }
}
