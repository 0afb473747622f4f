using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!import FILE</c>, or <c>#load "FILE"</c> as C# scripts write it: runs another file as if it stood in the cell. Of a notebook all cells run but those of Markdown.</summary>
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
            ".ipynb" or ".dib" => Cells(label, path),
            ".html" or ".htm" or ".js" or ".md" => [new CellSource(label, await File.ReadAllTextAsync(path, call.Run.Cancel)) { Language = LanguageOf(path) }],
            var other => throw new DirectiveException($"#!import {name}: expected a .cs, .csx, .ipynb, .dib, .html, .js or .md file, found {(other.Length == 0 ? "no extension" : other)}."),
        });
    }

    private static string LanguageOf(string path) => Path.GetExtension(path) switch { ".js" => "javascript", ".md" => CellLanguage.Markdown, _ => "html" };

    private static List<CellSource> Cells(string label, string path)
    {
        try
        {
            return Notebook.IsDib(path) ? OfDib(label, path) : OfNotebook(label, path);
        }
        catch (NotebookFormatException error)
        {
            throw new DirectiveException($"#!import: {error.Message}");
        }
    }

    private static List<CellSource> OfNotebook(string label, string path)
    {
        var notebook = Notebook.Load(path);
        if (!notebook.IsCSharp)
            throw new DirectiveException($"#!import {label}: expected a C# notebook, found one in {notebook.Language}.");
        return [.. notebook.Cells.Select((cell, at) => (Cell: cell, Number: at + 1)).Where(c => c.Cell.Kind == CellKind.Code)
            .Select(c => new CellSource($"{label}, cell {c.Number}", c.Cell.Source) { Language = CellLanguage.OtherThanCSharp(c.Cell) })
            .Where(source => source.Language != CellLanguage.Markdown)];
    }

    // Lines keep the numbers that they have in the file.
    private static List<CellSource> OfDib(string label, string path) =>
    [
        .. DibReader.Sections(Notebook.ReadText(path), path).Where(section => section.Language != CellLanguage.Markdown)
            .Select(section => new CellSource(label, new string('\n', section.FirstLine) + section.Text) { Language = section.Language == CellLanguage.CSharp ? null : section.Language }),
    ];
}
