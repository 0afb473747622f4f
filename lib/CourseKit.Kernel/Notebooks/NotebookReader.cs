using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Notebooks;

/// <summary>
/// Checks the JSON tree of a notebook and converts it to nbformat 4.5. After that, every field that the model reads exists and has the right type.
/// </summary>
internal sealed class NotebookReader(string file)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 256 };

    public JsonObject Read(string json)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(json.TrimStart('\ufeff'), documentOptions: Strict);
            CheckText(root, "");
        }
        catch (JsonException e)
        {
            throw new NotebookFormatException(file, "document", $"text that is not JSON ({e.Message.TrimEnd('.')})", "the JSON of a notebook", inner: e);
        }
        catch (InvalidOperationException e)
        {
            throw new NotebookFormatException(file, "document", "a key with half a surrogate pair", "text that has a UTF-8 form", inner: e);
        }
        var notebook = root as JsonObject ?? throw Wrong("document", root, "a JSON object");
        CheckVersion(notebook);
        Object(notebook, "metadata", "metadata");
        CheckLanguage(notebook["metadata"]!.AsObject());
        var cells = notebook["cells"] as JsonArray ?? throw Wrong("cells", notebook["cells"], "an array of cells");
        for (var i = 0; i < cells.Count; i++)
            ReadCell(cells[i], $"cells[{i}]");
        RepairIds(cells);
        return notebook;
    }

    /// <summary>Whether a JSON value is a string or an array of strings.</summary>
    public static bool IsText([NotNullWhen(true)] JsonNode? node) => IsString(node) || (node is JsonArray lines && lines.All(IsString));

    private void CheckVersion(JsonObject notebook)
    {
        if (!IsInt(notebook["nbformat"], out var major))
            throw Wrong("nbformat", notebook["nbformat"], "4");
        if (major < 4)
        {
            throw new NotebookFormatException(file, "nbformat", $"{major}", "4",
                "Convert it with `jupyter nbconvert --to notebook --nbformat 4 FILE`, or open it in Jupyter and save it.");
        }
        if (major > 4)
            throw new NotebookFormatException(file, "nbformat", $"{major}", "4", "The file is newer than this program; save it as nbformat 4.");
        if (!IsInt(notebook["nbformat_minor"], out var minor) || minor < 0)
            throw Wrong("nbformat_minor", notebook["nbformat_minor"], "a number from 0");
        if (minor < 5)
            notebook["nbformat_minor"] = 5;
    }

    private void CheckLanguage(JsonObject metadata)
    {
        foreach (var (key, name) in new[] { ("kernelspec", "language"), ("language_info", "name") })
        {
            if (metadata[key] is not { } info)
                continue;
            if (info is not JsonObject fields)
                throw Wrong($"metadata.{key}", info, "a JSON object");
            if (fields[name] is { } language && !IsString(language))
                throw Wrong($"metadata.{key}.{name}", language, "a string");
        }
    }

    private void ReadCell(JsonNode? node, string at)
    {
        var cell = node as JsonObject ?? throw Wrong(at, node, "a JSON object");
        var type = IsString(cell["cell_type"]) ? cell["cell_type"]!.GetValue<string>() : null;
        if (type is not ("code" or "markdown" or "raw"))
            throw Wrong($"{at}.cell_type", cell["cell_type"], "\"code\", \"markdown\" or \"raw\"");
        Text(cell, "source", at);
        Object(cell, "metadata", $"{at}.metadata");
        if (cell["metadata"]!["tags"] is { } tags && !(tags is JsonArray list && list.All(IsString)))
            throw Wrong($"{at}.metadata.tags", tags, "an array of strings");
        if (type != "code")
            return;
        if (cell["execution_count"] is { } count && !IsInt(count, out _))
            throw Wrong($"{at}.execution_count", count, "a whole number or null");
        if (!cell.ContainsKey("execution_count"))
            cell.SetSorted("execution_count", null);
        if (!cell.ContainsKey("outputs"))
            cell.SetSorted("outputs", new JsonArray());
        var outputs = cell["outputs"] as JsonArray ?? throw Wrong($"{at}.outputs", cell["outputs"], "an array of outputs");
        for (var i = 0; i < outputs.Count; i++)
            CheckOutput(outputs[i], $"{at}.outputs[{i}]");
    }

    private void CheckOutput(JsonNode? node, string at)
    {
        var output = node as JsonObject ?? throw Wrong(at, node, "a JSON object");
        switch (IsString(output["output_type"]) ? output["output_type"]!.GetValue<string>() : null)
        {
            case "stream":
                String(output, "name", at);
                Text(output, "text", at);
                break;
            case "display_data" or "execute_result":
                Object(output, "metadata", $"{at}.metadata");
                var data = output["data"] as JsonObject ?? throw Wrong($"{at}.data", output["data"], "a JSON object");
                foreach (var (mime, value) in data)
                {
                    if (!mime.EndsWith("json", StringComparison.Ordinal) && !IsText(value))
                        throw Wrong($"{at}.data['{mime}']", value, "a string or an array of strings");
                }
                break;
            case "error":
                String(output, "ename", at);
                String(output, "evalue", at);
                if (!(output["traceback"] is JsonArray lines && lines.All(IsString)))
                    throw Wrong($"{at}.traceback", output["traceback"], "an array of strings");
                break;
            default:
                throw Wrong($"{at}.output_type", output["output_type"], "\"stream\", \"display_data\", \"execute_result\" or \"error\"");
        }
    }

    // Other tools write files with repeated ids (a cell copied in an editor) or without ids. The first cell with an id keeps it.
    private static void RepairIds(JsonArray cells)
    {
        var taken = new HashSet<string>();
        var repair = new List<int>();
        for (var i = 0; i < cells.Count; i++)
        {
            var id = IsString(cells[i]!["id"]) ? cells[i]!["id"]!.GetValue<string>() : "";
            if (!CellIds.IsValid(id) || !taken.Add(id))
                repair.Add(i);
        }
        foreach (var i in repair)
        {
            var id = CellIds.For(i, MultilineText.Join(cells[i]!["source"]), taken.Contains);
            taken.Add(id);
            cells[i]!.AsObject().SetSorted("id", id);
        }
    }

    // System.Text.Json finds half a surrogate pair only when a string is read, perhaps after hours of training. So every string is read here.
    private void CheckText(JsonNode? node, string at)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (key, value) in fields)
                    CheckText(value, at.Length == 0 ? key : $"{at}.{key}");
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    CheckText(items[i], $"{at}[{i}]");
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                try
                {
                    value.GetValue<string>();
                }
                catch (InvalidOperationException e)
                {
                    throw new NotebookFormatException(file, at, "half a surrogate pair", "text that has a UTF-8 form", inner: e);
                }
                break;
        }
    }

    private void Object(JsonObject parent, string key, string at)
    {
        if (!parent.ContainsKey(key))
            parent.SetSorted(key, new JsonObject());
        if (parent[key] is not JsonObject)
            throw Wrong(at, parent[key], "a JSON object");
    }

    private void String(JsonObject parent, string key, string at)
    {
        if (!IsString(parent[key]))
            throw Wrong($"{at}.{key}", parent[key], "a string");
    }

    private void Text(JsonObject parent, string key, string at)
    {
        if (!IsText(parent[key]))
            throw Wrong($"{at}.{key}", parent[key], "a string or an array of strings");
    }

    private NotebookFormatException Wrong(string field, JsonNode? found, string expected) => new(file, field, Describe(found), expected);

    private static string Describe(JsonNode? node) => node switch
    {
        null => "nothing",
        JsonObject => "an object",
        JsonArray items => items.All(IsString) ? "an array" : "an array that holds more than strings",
        _ when node.ToJsonString() is { Length: > 40 } text => text[..40] + "...",
        _ => node.ToJsonString(),
    };

    private static bool IsString(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String;

    private static bool IsInt(JsonNode? node, out int number)
    {
        number = 0;
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out number);
    }
}
