using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Session;

namespace CourseKit.Kernel.Directives;

/// <summary><c>#!import FILE</c>: runs the C# of another file as if it stood in the cell.</summary>
internal static class ImportDirective
{
    public static async Task RunAsync(DirectiveCall call)
    {
        var name = call.Argument.Trim('"');
        if (name.Length == 0)
            throw new DirectiveException("#!import: expected a file, as in #!import helpers.csx");
        var path = Path.GetFullPath(name.Replace('\\', '/'), call.Run.Session.WorkingDirectory);
        if (!File.Exists(path))
            throw new DirectiveException($"#!import {name}: {path} does not exist. Relative paths start from the notebook's folder.");
        var label = Path.GetFileName(path);
        var text = await File.ReadAllTextAsync(path, call.Run.Cancel);
        await call.Run.ImportAsync(path, Path.GetExtension(path) switch
        {
            ".cs" or ".csx" => [new CellSource(label, text)],
            ".ipynb" => Notebook(label, text),
            ".dib" => [new CellSource(label, CSharpOfDib(text))],
            var other => throw new DirectiveException($"#!import {name}: expected a .cs, .csx, .ipynb or .dib file, found {(other.Length == 0 ? "no extension" : other)}."),
        });
    }

    private static List<CellSource> Notebook(string label, string json)
    {
        JsonNode? notebook;
        try
        {
            notebook = JsonNode.Parse(json);
        }
        catch (JsonException error)
        {
            throw new DirectiveException($"#!import {label}: not a notebook: {error.Message}");
        }
        if (notebook is not JsonObject || notebook["cells"] is not JsonArray cells)
            throw new DirectiveException($"#!import {label}: not a notebook: expected a JSON object with a list \"cells\".");
        if (!IsCSharp(notebook["metadata"]?["kernelspec"]?["language"] ?? notebook["metadata"]?["language_info"]?["name"]))
            throw new DirectiveException($"#!import {label}: expected a C# notebook, found one in {notebook["metadata"]!["kernelspec"]?["language"]}.");
        return [.. cells.Select((cell, at) => (cell, at))
            .Where(c => (string?)c.cell?["cell_type"] == "code" && IsCSharp(c.cell["metadata"]?["polyglot_notebook"]?["kernelName"] ?? c.cell["metadata"]?["dotnet_interactive"]?["language"]))
            .Select(c => new CellSource($"{label}, cell {c.at + 1}", Source(c.cell!["source"])))];
    }

    // Where nothing is said the language is the notebook's, and the notebook's is C#.
    private static bool IsCSharp(JsonNode? language) => language is null || (string?)language is "C#" or "c#" or "csharp";

    private static string Source(JsonNode? source) => source is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)source ?? "";

    // Sections of other languages become blank lines, so that line numbers are the file's.
    private static string CSharpOfDib(string text)
    {
        var csharp = true;
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var name = lines[i].TrimEnd();
            var language = name is "#!csharp" or "#!c#" or "#!meta" or "#!fsharp" or "#!pwsh" or "#!value" or "#!sql" or "#!kql" or "#!http"
                || DirectiveTable.Find(name)?.Kind == DirectiveKind.Block;
            if (language)
                csharp = name is "#!csharp" or "#!c#";
            if (language || !csharp)
                lines[i] = "";
        }
        return string.Join('\n', lines);
    }
}
