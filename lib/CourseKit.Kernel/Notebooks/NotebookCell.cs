using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Notebooks;

/// <summary>One cell of a notebook: a view of its JSON object, so that unknown fields survive.</summary>
public sealed class NotebookCell
{
    internal NotebookCell(JsonObject json) => Json = json;

    internal JsonObject Json { get; }

    /// <summary>A new code cell without outputs.</summary>
    /// <param name="source">The code.</param>
    /// <param name="tags">Tags such as <c>parameters</c> or <c>hide-input</c>.</param>
    public static NotebookCell Code(string source, params string[] tags) => New("code", source, tags);

    /// <summary>A new Markdown cell.</summary>
    /// <param name="source">The text.</param>
    /// <param name="tags">The cell's tags.</param>
    public static NotebookCell Markdown(string source, params string[] tags) => New("markdown", source, tags);

    /// <summary>A new raw cell.</summary>
    /// <param name="source">The text.</param>
    /// <param name="tags">The cell's tags.</param>
    public static NotebookCell Raw(string source, params string[] tags) => New("raw", source, tags);

    /// <summary>Code, Markdown or raw text.</summary>
    public CellKind Kind => Json["cell_type"]!.GetValue<string>() switch
    {
        "code" => CellKind.Code,
        "markdown" => CellKind.Markdown,
        _ => CellKind.Raw,
    };

    /// <summary>Unique within the notebook: 1 to 64 letters, digits, hyphens and underscores.</summary>
    public string Id
    {
        get => Json["id"]!.GetValue<string>();
        internal set => Json.SetSorted("id", value);
    }

    /// <summary>The text of the cell, lines joined.</summary>
    public string Source
    {
        get => MultilineText.Join(Json["source"]);
        set => Json.SetSorted("source", MultilineText.Split(value));
    }

    /// <summary>The cell's metadata; changes go into the notebook.</summary>
    public JsonObject Metadata => Json["metadata"]!.AsObject();

    /// <summary>The cell's tags, in order.</summary>
    public IReadOnlyList<string> Tags =>
        Metadata["tags"] is JsonArray tags ? [.. tags.OfType<JsonValue>().Select(tag => tag.GetValue<string>())] : [];

    /// <summary>Whether the cell carries a tag (exact spelling).</summary>
    /// <param name="tag">For instance <c>parameters</c>.</param>
    public bool HasTag(string tag) => Tags.Contains(tag);

    /// <summary>
    /// The outputs of a code cell, as nbformat 4.5 objects. Changes go into the notebook. Cells of other kinds have no outputs: they give a new,
    /// empty array.
    /// </summary>
    public JsonArray Outputs => Json["outputs"] as JsonArray ?? [];

    /// <summary>The number in the brackets beside a code cell; null before it ran and for cells of other kinds.</summary>
    /// <exception cref="InvalidOperationException">Set on a cell that is not code.</exception>
    public int? ExecutionCount
    {
        get => Json["execution_count"]?.GetValue<int>();
        set
        {
            if (Kind != CellKind.Code)
                throw new InvalidOperationException($"Cell '{Id}' is {Kind}: only code cells have an execution count.");
            Json.SetSorted("execution_count", value is int count ? JsonValue.Create(count) : null);
        }
    }

    /// <summary>
    /// Removes the outputs and the execution count of a code cell, as for a notebook that goes into Git. Does nothing to cells of other kinds.
    /// </summary>
    public void ClearOutputs()
    {
        if (Kind != CellKind.Code)
            return;
        Outputs.Clear();
        ExecutionCount = null;
    }

    private static NotebookCell New(string type, string source, string[] tags)
    {
        var metadata = new JsonObject();
        if (tags.Length > 0)
            metadata["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        var json = new JsonObject
        {
            ["cell_type"] = type,
            ["id"] = CellIds.New(),
            ["metadata"] = metadata,
            ["source"] = MultilineText.Split(source),
        };
        if (type == "code")
        {
            json.SetSorted("execution_count", null);
            json.SetSorted("outputs", new JsonArray());
        }
        return new NotebookCell(json);
    }
}
