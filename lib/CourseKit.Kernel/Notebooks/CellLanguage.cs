using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Notebooks;

/// <summary>A language that cells of other C# kernels' notebooks are in.</summary>
/// <param name="Name">The name that notebooks use, as in <c>#!fsharp</c>.</param>
/// <param name="Title">The name that people use.</param>
/// <param name="IsOurs">Whether the kernel does something with it: runs it, shows it, keeps it. Other languages are passed over.</param>
/// <param name="Aliases">Other names that notebooks use.</param>
internal sealed record CellLanguage(string Name, string Title, bool IsOurs, params string[] Aliases)
{
    public const string CSharp = "csharp", Markdown = "markdown", Value = "value";

    public static IReadOnlyList<CellLanguage> All { get; } =
    [
        new(CSharp, "C#", true, "c#", "cs"),
        new("html", "HTML", true),
        new("javascript", "JavaScript", true, "js"),
        new(Markdown, "Markdown", true, "md"),
        new("mermaid", "Mermaid", true),
        new(Value, "a value", true),
        new("fsharp", "F#", false, "f#", "fs"),
        new("pwsh", "PowerShell", false, "powershell"),
        new("sql", "SQL", false),
        new("kql", "KQL", false, "kusto"),
        new("http", "HTTP", false, "httprequest"),
        new("python", "Python", false, "py", "python3"),
        new("r", "R", false, "ir"),
    ];

    /// <summary>Finds a language by one of its names, in upper or lower case; null if it is not known. <c>sql-NAME</c> is a connection to SQL.</summary>
    public static CellLanguage? Find(string name)
    {
        name = name.ToLowerInvariant();
        return All.FirstOrDefault(language => language.Name == name || language.Aliases.Contains(name))
            ?? (name.StartsWith("sql-", StringComparison.Ordinal) || name.StartsWith("kql-", StringComparison.Ordinal) ? Find(name[..3]) : null);
    }

    /// <summary>
    /// The language of a code cell by its metadata: the name of a known language, or of a kernel that is not known. Null if the metadata name none,
    /// or C#.
    /// </summary>
    public static string? OtherThanCSharp(NotebookCell cell)
    {
        var named = Named(cell.Metadata);
        var name = named is null ? null : Find(named)?.Name ?? named;
        return name == CSharp ? null : name;
    }

    /// <summary>Whether the metadata of a code cell for a kernel of several languages say that it is C#.</summary>
    public static bool IsCSharp(NotebookCell cell) =>
        cell.Kind == CellKind.Code && (Text(cell.Metadata, "polyglot_notebook", "kernelName") ?? Text(cell.Metadata, "dotnet_interactive", "language")) is { } named && Find(named)?.Name == CSharp;

    /// <summary>The name that a line <c>#!connect ... --kernel-name NAME</c> gives to another kernel; null if it gives none.</summary>
    public static string? ConnectedBy(string line) =>
        line.Split((char[])[' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word != "--kernel-name").Skip(1).FirstOrDefault()?.Trim('"');

    // The first has been the place since Polyglot Notebooks; the second was that of earlier versions, the third is that of VS Code, which knows only
    // some of the languages and calls the others `polyglot-notebook`.
    private static string? Named(JsonObject metadata) =>
        Text(metadata, "polyglot_notebook", "kernelName") ?? Text(metadata, "dotnet_interactive", "language") ?? Text(metadata, "vscode", "languageId");

    private static string? Text(JsonObject metadata, string group, string key)
    {
        if (metadata[group] is not JsonObject fields || fields[key] is not JsonValue value || !value.TryGetValue<string>(out var text))
            return null;
        text = text.Trim();
        if (text.StartsWith("dotnet-interactive.", StringComparison.Ordinal))
            text = text["dotnet-interactive.".Length..];
        return text.Length == 0 || text == "polyglot-notebook" ? null : text;
    }
}
