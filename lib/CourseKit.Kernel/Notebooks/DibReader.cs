using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Notebooks;

/// <summary>A part of a .dib file: the lines from one line such as <c>#!csharp</c> to the next.</summary>
/// <param name="Language">A language's name, or that of a kernel that is not known.</param>
/// <param name="FirstLine">The index of its first line in the file.</param>
/// <param name="Text">Its lines, without blank ones at either end; never empty.</param>
internal sealed record DibSection(string Language, int FirstLine, string Text);

/// <summary>
/// Reads .dib files of Polyglot Notebooks: a text in which a line with the name of a language begins a cell in it. Such a line begins one also inside a
/// string, a comment or a block of Markdown code, because Polyglot Notebooks reads it so.
/// </summary>
internal sealed class DibReader
{
    private const string Meta = "#!meta";
    private readonly string file;
    private readonly string[] lines;
    private readonly HashSet<string> kernels = [];
    private string language = CellLanguage.CSharp;

    private DibReader(string text, string file)
    {
        this.file = file;
        lines = text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n');
    }

    /// <summary>Reads a file's text as a notebook. Its language is C#, unless it has cells in a language that is passed over, and none in C#.</summary>
    /// <exception cref="NotebookFormatException">The text behind <c>#!meta</c> is not JSON.</exception>
    public static Notebook Read(string text, string file)
    {
        var sections = Sections(text, file);
        var notebook = new Notebook();
        if (sections.All(section => section.Language != CellLanguage.CSharp) && sections.FirstOrDefault(section => CellLanguage.Find(section.Language)?.IsOurs != true) is { } other)
            notebook.Metadata["kernelspec"]!["language"] = CellLanguage.Find(other.Language)?.Title ?? other.Language;
        var ids = new HashSet<string>();
        foreach (var (index, section) in sections.Index())
        {
            var cell = section.Language == CellLanguage.Markdown ? NotebookCell.Markdown(section.Text) : NotebookCell.Code(section.Text);
            if (cell.Kind == CellKind.Code && section.Language != CellLanguage.CSharp)
                cell.Metadata["polyglot_notebook"] = new JsonObject { ["kernelName"] = section.Language };
            // The same file makes the same notebook each time.
            cell.Id = CellIds.For(index, section.Text, ids.Contains);
            ids.Add(cell.Id);
            notebook.Add(cell);
        }
        return notebook;
    }

    /// <summary>The parts of a file, in order.</summary>
    /// <exception cref="NotebookFormatException">The text behind <c>#!meta</c> is not JSON.</exception>
    public static IReadOnlyList<DibSection> Sections(string text, string file) => [.. new DibReader(text, file).Sections()];

    private IEnumerable<DibSection> Sections()
    {
        var start = 0;
        var hasMeta = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("#!connect", StringComparison.Ordinal) && CellLanguage.ConnectedBy(lines[i]) is { } kernel)
                kernels.Add(kernel);
            var name = NameOn(lines[i]);
            var isMeta = name == Meta && !hasMeta;
            if (name is null || !isMeta && LanguageOf(name) is null)
                continue;
            if (Section(start, i) is { } section)
                yield return section;
            start = i + 1;
            if (isMeta)
            {
                hasMeta = true;
                while (start < lines.Length && !lines[start].StartsWith("#!", StringComparison.Ordinal))
                    start++;
                ReadMeta(string.Join('\n', lines[(i + 1)..start]));
                i = start - 1;
            }
            else
                language = LanguageOf(name)!;
        }
        if (Section(start, lines.Length) is { } last)
            yield return last;
    }

    private DibSection? Section(int start, int end)
    {
        while (start < end && string.IsNullOrWhiteSpace(lines[start]))
            start++;
        while (end > start && string.IsNullOrWhiteSpace(lines[end - 1]))
            end--;
        return start == end ? null : new(language, start, string.Join('\n', lines[start..end]));
    }

    // The name on a line that holds nothing else but a comment: `#!value --name x` is a directive within a cell.
    private static string? NameOn(string line)
    {
        if (!line.StartsWith("#!", StringComparison.Ordinal))
            return null;
        var comment = line.IndexOf("//", StringComparison.Ordinal);
        var name = (comment < 0 ? line : line[..comment]).TrimEnd();
        return name.Any(char.IsWhiteSpace) ? null : name;
    }

    private string? LanguageOf(string name) => CellLanguage.Find(name[2..])?.Name ?? (kernels.Contains(name[2..]) ? name[2..] : null);

    // Fields of another type say nothing, as in the metadata of cells.
    private void ReadMeta(string text)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(text, documentOptions: new() { MaxDepth = 64 });
            if ((root as JsonObject)?["kernelInfo"] is not JsonObject info)
                return;
            foreach (var item in (info["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                foreach (var name in (item["aliases"] as JsonArray ?? []).Append(item["name"]).Select(Text).OfType<string>())
                    kernels.Add(name);
            }
            if (Text(info["defaultKernelName"]) is { } own)
                language = CellLanguage.Find(own)?.Name ?? own;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperationException: half a surrogate pair. ArgumentException: a field that is there twice.
            throw new NotebookFormatException(file, Meta, $"text that is not JSON ({e.Message.TrimEnd('.')})", "a JSON object with the kernels of the notebook", inner: e);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
