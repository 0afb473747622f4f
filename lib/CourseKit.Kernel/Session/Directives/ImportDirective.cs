using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!import FILE</c>: runs the C# of another file as if it stood in the cell.</summary>
internal static class ImportDirective
{
    public static async Task RunAsync(DirectiveCall call)
    {
        var name = call.Argument.Trim('"');
        if (name.Length == 0)
            throw new DirectiveException("#!import: expected a file, as in #!import helpers.csx");
        var path = call.Run.PathOf(name);
        if (Directory.Exists(path))
            throw new DirectiveException($"#!import {name}: {path} is a folder; expected a .cs, .csx, .ipynb or .dib file in it.");
        if (!File.Exists(path))
            throw new DirectiveException($"#!import {name}: {path} does not exist. {call.Run.PathsStart}");
        var label = Path.GetFileName(path);
        await call.Run.ImportAsync(path, Path.GetExtension(path) switch
        {
            ".cs" or ".csx" => [new CellSource(label, await File.ReadAllTextAsync(path, call.Run.Cancel))],
            ".ipynb" => CodeCells(label, path),
            ".dib" => [new CellSource(label, CSharpOfDib(await File.ReadAllTextAsync(path, call.Run.Cancel)))],
            var other => throw new DirectiveException($"#!import {name}: expected a .cs, .csx, .ipynb or .dib file, found {(other.Length == 0 ? "no extension" : other)}."),
        });
    }

    private static List<CellSource> CodeCells(string label, string path)
    {
        Notebook notebook;
        try
        {
            notebook = Notebook.Load(path);
        }
        catch (NotebookFormatException error)
        {
            throw new DirectiveException($"#!import: {error.Message}");
        }
        if (!notebook.IsCSharp)
            throw new DirectiveException($"#!import {label}: expected a C# notebook, found one in {notebook.Language}.");
        // A cell that names no language is in the notebook's language.
        return [.. notebook.Cells.Select((cell, at) => (Cell: cell, Number: at + 1))
            .Where(c => c.Cell.Kind == CellKind.Code && (string?)c.Cell.Metadata["polyglot_notebook"]?["kernelName"] is null or "csharp")
            .Select(c => new CellSource($"{label}, cell {c.Number}", c.Cell.Source))];
    }

    // Sections of other languages become blank lines, so that line numbers are those of the file.
    private static string CSharpOfDib(string text)
    {
        var csharp = true;
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var name = DirectiveLine.WithoutComment(lines[i]);
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
