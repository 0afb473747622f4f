using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Common;

namespace CourseKit.Kernel.Notebooks;

/// <summary>
/// A Jupyter notebook of nbformat 4.5, as a view of its JSON tree. Content that this class does not know survives a round trip, and so do the
/// order of keys and the notation of numbers. Files of 4.0 to 4.4 are read too and become 4.5: their cells get ids.
/// </summary>
public sealed class Notebook
{
    private readonly JsonObject _json;
    private readonly List<NotebookCell> _cells;

    /// <summary>A new C# notebook.</summary>
    /// <param name="cells">Its cells, which no other notebook may hold.</param>
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

    /// <summary>Whether the notebook's code is C#: its language is C#, or it names no language.</summary>
    public bool IsCSharp => Language.ToLowerInvariant() is "" or "csharp" or "c#" or "polyglot-notebook";

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
    /// <param name="path">An .ipynb file, UTF-8.</param>
    /// <exception cref="NotebookFormatException">The file is not UTF-8, not JSON, or not a notebook of nbformat 4.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Notebook Load(string path)
    {
        try
        {
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)), path);
        }
        catch (DecoderFallbackException e)
        {
            throw new NotebookFormatException(path, "document", $"bytes that are not UTF-8 at {e.Index}", "JSON text in UTF-8", inner: e);
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
    /// <param name="path">The file to write; a missing folder is made.</param>
    /// <exception cref="IOException">The file cannot be written; an older file is unchanged.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToJson());

    /// <summary>Puts a cell before the one at <paramref name="index"/>. An id that another cell has is replaced.</summary>
    /// <param name="index">0 to the number of cells.</param>
    /// <param name="cell">A cell that no notebook holds.</param>
    /// <exception cref="InvalidOperationException">A notebook holds the cell already.</exception>
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

    /// <summary>Puts a cell at the end.</summary>
    /// <param name="cell">A cell that no notebook holds.</param>
    public void Add(NotebookCell cell) => Insert(_cells.Count, cell);

    /// <summary>Takes a cell out; it may go into another notebook.</summary>
    /// <param name="index">0 to the number of cells less one.</param>
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

    // Joins the lines before it splits them, because Jupyter joins lines when it reads. So an array that was cut elsewhere is written as
    // Jupyter would write it.
    private static void SplitField(JsonObject json, string key)
    {
        if (json[key] is { } text && NotebookReader.IsText(text))
            json[key] = MultilineText.Split(MultilineText.Join(text));
    }
}
