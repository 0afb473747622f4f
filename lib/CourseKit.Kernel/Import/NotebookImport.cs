using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Directives;

namespace CourseKit.Kernel.Import;

/// <summary>A notebook of another C# kernel, such as Polyglot Notebooks, made into one for this kernel.</summary>
public sealed partial class NotebookImport
{
    private static readonly string[] OtherKernelsFields = ["polyglot_notebook", "dotnet_interactive", "vscode"];
    private readonly IReadOnlyList<string> torch;
    private readonly HashSet<string> connected;
    private readonly List<string> exchanged = [];

    /// <summary>Makes the notebook. Where text is in another language, a line with its name stands before it.</summary>
    /// <param name="old">The notebook as it was read. It is not changed.</param>
    /// <param name="torch">The lines that take the place of <c>#r "nuget: TorchSharp-cpu"</c>; empty if the course with its libtorch is not known.</param>
    /// <exception cref="ArgumentException">The notebook is in another language than C#.</exception>
    public NotebookImport(Notebook old, IReadOnlyList<string> torch)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(torch);
        if (!old.IsCSharp)
            throw new ArgumentException($"The notebook is in {old.Language}; expected C#.", nameof(old));
        this.torch = torch;
        Notebook = Notebook.Parse(old.ToJson());
        connected = [.. Notebook.Cells.SelectMany(cell => cell.Source.ReplaceLineEndings("\n").Split('\n')).Where(line => line.StartsWith("#!connect", StringComparison.Ordinal)).Select(CellLanguage.ConnectedBy).OfType<string>().Select(name => $"#!{name}")];
        NameKernel(Notebook.Metadata);
        for (var i = 0; i < Notebook.Cells.Count; i++)
            i += Convert(i);
        Findings = ImportFinding.Of(Notebook);
    }

    /// <summary>The notebook for this kernel, without outputs.</summary>
    public Notebook Notebook { get; }

    /// <summary>The lines that are exchanged.</summary>
    public IReadOnlyList<string> Exchanged => exchanged;

    /// <summary>What a person has to change, in the order of the notebook.</summary>
    public IReadOnlyList<ImportFinding> Findings { get; }

    private static void NameKernel(JsonObject metadata)
    {
        foreach (var field in OtherKernelsFields)
            metadata.Remove(field);
        var ours = new Notebook().Metadata;
        foreach (var field in new[] { "kernelspec", "language_info" })
            metadata[field] = ours[field]!.DeepClone();
    }

    // Returns how many cells were added before it.
    private int Convert(int index)
    {
        var cell = Notebook.Cells[index];
        var language = CellLanguage.OtherThanCSharp(cell);
        foreach (var field in OtherKernelsFields)
            cell.Metadata.Remove(field);
        if (cell.Kind != CellKind.Code)
            return 0;
        cell.ClearOutputs();
        var lines = cell.Source.ReplaceLineEndings("\n").Split('\n');
        if (MarkdownOf(lines, language) is { } text)
        {
            Notebook.RemoveAt(index);
            Insert(index, NotebookCell.Markdown(text, [.. cell.Tags]));
            return 0;
        }
        if (language is not null && LanguageOn(lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "") is null)
        {
            cell.Source = WithLine(language, cell.Source);
            return 0;
        }
        return language is null ? ExchangeTorch(index, cell, lines) : 0;
    }

    // The text of a cell that is Markdown by its metadata or its first line, and nothing else.
    private static string? MarkdownOf(string[] lines, string? language)
    {
        var first = Array.FindIndex(lines, line => !string.IsNullOrWhiteSpace(line));
        var named = first < 0 ? null : LanguageOn(lines[first]);
        string[] text = named is null ? lines : lines[(first + 1)..];
        return (named ?? language) == CellLanguage.Markdown && !text.Any(line => line.StartsWith("#!", StringComparison.Ordinal)) ? string.Join('\n', text).Trim('\n') : null;
    }

    private static string? LanguageOn(string line) => line.StartsWith("#!", StringComparison.Ordinal) ? CellLanguage.Find(line[2..].Split(' ', '\t')[0])?.Name : null;

    // The name of a kernel that nothing connects is no directive.
    private string WithLine(string language, string text)
    {
        var name = $"#!{Spaces().Replace(language, "-")}";
        var line = CellLanguage.Find(name[2..]) is null && !connected.Contains(name) ? $"#!connect --kernel-name {name[2..]}\n{name}" : name;
        if (DirectiveTable.OfLanguage(name[2..]).Kind != DirectiveKind.Block)
            return $"{line}\n{text}";
        // A directive such as #!time would end the text of a page, so it comes first.
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var end = DirectiveLine.EndOfText(lines, 0, DirectiveKind.Foreign, connected);
        var orders = lines[..end].Where(one => one.StartsWith("#!", StringComparison.Ordinal) && !DirectiveLine.IsShare(one)).ToList();
        return string.Join('\n', [.. orders, line, .. lines[..end].Where(one => !orders.Contains(one)), .. lines[end..]]);
    }

    // The course has one TorchSharp with libtorch, and loads it in a cell of its own: in the cell with the old line, usings may follow.
    private int ExchangeTorch(int index, NotebookCell cell, string[] lines)
    {
        List<int> found = torch.Count == 0 ? [] : [.. DirectiveLine.In(lines, connected: connected).Select(line => line.Index).Where(i => Torch().IsMatch(lines[i]))];
        if (found.Count == 0)
            return 0;
        var isFirst = exchanged.Count == 0;
        foreach (var i in found)
        {
            exchanged.Add(lines[i].Trim());
            lines[i] = $"// {lines[i].Trim()} (CourseKit brings TorchSharp and libtorch)";
        }
        cell.Source = string.Join('\n', lines);
        if (!isFirst)
            return 0;
        if (lines.All(line => line.Trim() is "" or ['/', '/', ..]))
        {
            cell.Source = $"{cell.Source.TrimEnd('\n')}\n{string.Join('\n', torch)}";
            return 0;
        }
        Insert(index, NotebookCell.Code(string.Join('\n', torch)));
        return 1;
    }

    // The same file makes the same notebook each time.
    private void Insert(int index, NotebookCell cell)
    {
        cell.Id = CellIds.For(index, cell.Source, id => Notebook.Cells.Any(other => other.Id == id));
        Notebook.Insert(index, cell);
    }

    [GeneratedRegex("""^\s*#r\s*"\s*nuget\s*:\s*(TorchSharp(-\w+)*|libtorch-[\w-]+)\s*(,[^"]*)?"\s*(//.*)?$""", RegexOptions.IgnoreCase)]
    private static partial Regex Torch();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
