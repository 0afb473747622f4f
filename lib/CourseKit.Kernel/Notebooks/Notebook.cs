using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Common;

namespace CourseKit.Kernel.Notebooks;

/// <summary>
/// A Jupyter notebook of nbformat 4.5. It keeps the JSON tree of the file. So reading and writing preserve unknown fields, the order of keys and the
/// notation of numbers. Files of nbformat 4.0 to 4.4 are converted to 4.5: their cells get ids.
/// </summary>
public sealed class Notebook
{
    private readonly JsonObject _json;
    private readonly List<NotebookCell> _cells;

    /// <summary>Creates a C# notebook.</summary>
    /// <param name="cells">The cells. None of them may belong to another notebook.</param>
    /// <exception cref="InvalidOperationException">A cell already belongs to a notebook.</exception>
    public Notebook(params IEnumerable<NotebookCell> cells)
        : this(new JsonObject
        {
            ["cells"] = new JsonArray(),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = "C# (CourseKit)", ["language"] = "csharp", ["name"] = "coursekit" },
                ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "csharp" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        })
    {
        ArgumentNullException.ThrowIfNull(cells);
        foreach (var cell in cells)
            Add(cell);
    }

    private Notebook(JsonObject json)
    {
        _json = json;
        _cells = [.. json["cells"]!.AsArray().Select(cell => new NotebookCell(cell!.AsObject()))];
    }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>The notebook's metadata; changes go into the notebook.</summary>
    public JsonObject Metadata => _json["metadata"]!.AsObject();

    /// <summary>
    /// The language as written in <c>kernelspec.language</c>, else <c>language_info.name</c>, else empty; <c>csharp</c> in our notebooks.
    /// </summary>
    public string Language => (Metadata["kernelspec"]?["language"] ?? Metadata["language_info"]?["name"])?.GetValue<string>() ?? "";

    /// <summary>
    /// Whether the notebook's code is C#: its language is C# or <c>polyglot-notebook</c>, or the metadata names no language, or a cell says that it is C#.
    /// Of notebooks of several languages, editors have saved some with another one's name.
    /// </summary>
    public bool IsCSharp => Language.ToLowerInvariant() is "" or "csharp" or "c#" or "polyglot-notebook" || _cells.Any(CellLanguage.IsCSharp);

    /// <summary>Reads a notebook from its JSON text.</summary>
    /// <param name="json">The text of an .ipynb file.</param>
    /// <param name="name">The document's name in error messages.</param>
    /// <exception cref="NotebookFormatException">The text is not JSON, or not a notebook of nbformat 4.</exception>
    public static Notebook Parse(string json, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new Notebook(new NotebookReader(name ?? "notebook").Read(json));
    }

    /// <summary>Reads a notebook file.</summary>
    /// <param name="path">An .ipynb file, or a .dib file of Polyglot Notebooks; UTF-8.</param>
    /// <exception cref="NotebookFormatException">The file is not UTF-8, not JSON (of a .dib file, its metadata), or not a notebook of nbformat 4.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public static Notebook Load(string path)
    {
        var text = ReadText(path);
        return IsDib(path) ? DibReader.Read(text, path) : Parse(text, path);
    }

    /// <summary>Whether a file is one of Polyglot Notebooks, by its name.</summary>
    /// <param name="path">The file's path.</param>
    public static bool IsDib(string path) => Path.GetExtension(path).Equals(".dib", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text of a notebook file.</summary>
    /// <exception cref="NotebookFormatException">The file is not UTF-8.</exception>
    internal static string ReadText(string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException e)
        {
            throw new NotebookFormatException(path, "document", $"bytes that are not UTF-8 at {e.Index}", IsDib(path) ? "text in UTF-8" : "JSON text in UTF-8", inner: e);
        }
    }

    /// <summary>
    /// The text of the file, as Jupyter writes it: indented by one space, sources and textual outputs as arrays of lines.
    /// </summary>
    public string ToJson()
    {
        var json = _json.DeepClone().AsObject();
        foreach (var cell in json["cells"]!.AsArray())
            SplitLines(cell!.AsObject());
        return JsonNotation.Write(json);
    }

    /// <summary>Writes a temporary file beside the target and renames it into place, so that no reader sees a half-written file.</summary>
    /// <param name="path">The file to write. Its folder is created if needed.</param>
    /// <exception cref="IOException">The file cannot be written. An older file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the file.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToJson());

    /// <summary>Inserts a cell at <paramref name="index"/>. If another cell has the same id, the inserted cell gets a new id.</summary>
    /// <param name="index">0 to the number of cells.</param>
    /// <param name="cell">A cell that belongs to no notebook.</param>
    /// <exception cref="InvalidOperationException">The cell already belongs to a notebook.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public void Insert(int index, NotebookCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, _cells.Count);
        if (cell.Json.Parent is not null)
            throw new InvalidOperationException($"Cell '{cell.Id}' is in a notebook already.");
        while (_cells.Any(other => other.Id == cell.Id))
            cell.Id = CellIds.New();
        _json["cells"]!.AsArray().Insert(index, cell.Json);
        _cells.Insert(index, cell);
    }

    /// <summary>Adds a cell at the end. If another cell has the same id, the added cell gets a new id.</summary>
    /// <param name="cell">A cell that belongs to no notebook.</param>
    /// <exception cref="InvalidOperationException">The cell already belongs to a notebook.</exception>
    public void Add(NotebookCell cell) => Insert(_cells.Count, cell);

    /// <summary>Removes a cell. The cell may then be added to another notebook.</summary>
    /// <param name="index">0 to the number of cells minus 1.</param>
    public void RemoveAt(int index)
    {
        _cells.RemoveAt(index);
        _json["cells"]!.AsArray().RemoveAt(index);
    }

    private static void SplitLines(JsonObject cell)
    {
        SplitField(cell, "source");
        foreach (var (_, attachment) in cell["attachments"] as JsonObject ?? [])
            SplitBundle(attachment as JsonObject);
        foreach (var output in (cell["outputs"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (output["output_type"]?.GetValue<string>() == "stream")
                SplitField(output, "text");
            else
                SplitBundle(output["data"] as JsonObject);
        }
    }

    private static void SplitBundle(JsonObject? bundle)
    {
        foreach (var mime in bundle?.Select(entry => entry.Key).ToArray() ?? [])
        {
            if (mime.StartsWith("text/", StringComparison.Ordinal) || mime is "application/javascript" or "image/svg+xml")
                SplitField(bundle!, mime);
            else if (!mime.EndsWith("json", StringComparison.Ordinal) && bundle![mime] is JsonArray lines && NotebookReader.IsText(lines))
                bundle[mime] = MultilineText.Join(lines);
        }
    }

    // Joins the strings of an array before splitting the text into lines. Another program may have split the text in other places.
    private static void SplitField(JsonObject json, string key)
    {
        if (json[key] is { } text && NotebookReader.IsText(text))
            json[key] = MultilineText.Split(MultilineText.Join(text));
    }
}
