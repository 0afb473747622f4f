using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Running;

/// <summary>Writes the outputs of running cells into a notebook as they come, in the form of nbformat 4.5. Several threads may add outputs.</summary>
internal sealed class OutputRecord
{
    /// <summary>How many characters a cell may print. More text is cut, so that an endless loop does not fill the memory and the page.</summary>
    public const int PrintLimit = 1_000_000;

    private const string ScrapType = "application/scrapbook.scrap.json+json";
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<JsonObject>> _displays = [];
    private readonly Dictionary<string, double> _metrics = [];
    private readonly Dictionary<string, string> _captions = [];
    private readonly StringBuilder _text = new();
    private NotebookCell? _cell;
    private JsonObject? _stream;
    private bool _clearFirst;
    private int _printed;
    private long _recorded;

    /// <summary>How many characters all cells together may print and display. What comes then is left out.</summary>
    public long MostOutput { get; init; } = long.MaxValue;

    /// <summary>The metrics recorded so far. If a name was recorded several times, it has its last value.</summary>
    public IReadOnlyDictionary<string, double> Metrics => _metrics;

    /// <summary>What the metrics say in words, for those that were recorded with a caption.</summary>
    public IReadOnlyDictionary<string, string> Captions => _captions;

    /// <summary>The error of the cell that began last; null if the cell has no error so far.</summary>
    public CellError? Error { get; private set; }

    /// <summary>From now on outputs belong to this cell.</summary>
    public void Begin(NotebookCell cell, int executionCount)
    {
        lock (_gate)
        {
            EndStream();
            (_cell, Error, _clearFirst, _printed) = (cell, null, false, 0);
            cell.ExecutionCount = executionCount;
        }
    }

    /// <summary>Ends the run. Later outputs are dropped, because the caller now uses the notebook.</summary>
    public void End()
    {
        lock (_gate)
        {
            EndStream();
            _cell = null;
        }
    }

    public void Add(CellOutput output)
    {
        lock (_gate)
        {
            if (_cell is null)
                return;
            if (output is CellError error)
                Error = error;
            var before = _recorded;
            _recorded += Length(output);
            if (_recorded > MostOutput)
            {
                if (before <= MostOutput)
                    Append(_cell, new StreamOutput("stderr", "... the output is cut here: it is too much\n"));
                return;
            }
            if (output is DisplayOutput { IsUpdate: true } update)
                Update(update);
            else if (output is ClearOutput { Wait: true })
                _clearFirst = true;
            else
            {
                if (_clearFirst || output is ClearOutput)
                    Clear(_cell);
                Append(_cell, output);
            }
        }
    }

    private void Append(NotebookCell cell, CellOutput output)
    {
        if (output is StreamOutput stream)
        {
            Print(cell, stream);
            return;
        }
        EndStream();
        switch (output)
        {
            case DisplayOutput display:
                var shown = new JsonObject { ["data"] = Data(display.Data), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" };
                cell.Outputs.Add((JsonNode)shown);
                if (display.DisplayId is { } id)
                    (_displays.TryGetValue(id, out var same) ? same : _displays[id] = []).Add(shown);
                break;
            case ResultOutput result:
                cell.Outputs.Add((JsonNode)new JsonObject
                {
                    ["data"] = Data(result.Data),
                    ["execution_count"] = cell.ExecutionCount,
                    ["metadata"] = new JsonObject(),
                    ["output_type"] = "execute_result",
                });
                break;
            case CellError error:
                cell.Outputs.Add((JsonNode)new JsonObject
                {
                    ["ename"] = error.Name,
                    ["evalue"] = error.Message,
                    ["output_type"] = "error",
                    ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
                });
                break;
        }
    }

    private static long Length(CellOutput output) => output switch
    {
        StreamOutput stream => stream.Text.Length,
        DisplayOutput display => Length(display.Data),
        ResultOutput result => Length(result.Data),
        _ => 0,
    };

    private static long Length(MimeBundle bundle) => bundle.Sum(entry => entry.Key.Length + (bundle.Text(entry.Key)?.Length ?? entry.Value.ToJsonString().Length));

    // Consecutive prints to the same stream become one output. Their text is collected in _text, because adding to a JSON string would copy it
    // each time.
    private void Print(NotebookCell cell, StreamOutput stream)
    {
        if (_printed >= PrintLimit)
            return;
        if (_stream is null || (string)_stream["name"]! != stream.Name)
        {
            EndStream();
            cell.Outputs.Add((JsonNode)(_stream = new JsonObject { ["name"] = stream.Name, ["output_type"] = "stream", ["text"] = "" }));
        }
        var fits = Math.Min(stream.Text.Length, PrintLimit - _printed);
        _text.Append(stream.Text, 0, fits);
        _printed += fits;
        if (_printed >= PrintLimit)
            _text.Append(CultureInfo.InvariantCulture, $"\n... cut here: a cell may print {PrintLimit} characters\n");
    }

    private void EndStream()
    {
        _stream?["text"] = _text.ToString();
        _stream = null;
        _text.Clear();
    }

    private void Update(DisplayOutput update)
    {
        foreach (var shown in update.DisplayId is { } id ? _displays.GetValueOrDefault(id, []) : [])
            shown["data"] = Data(update.Data);
    }

    private void Clear(NotebookCell cell)
    {
        EndStream();
        foreach (var shown in _displays.Values)
            shown.RemoveAll(cell.Outputs.Contains);
        cell.Outputs.Clear();
        (_clearFirst, _printed) = (false, 0);
    }

    private JsonObject Data(MimeBundle bundle)
    {
        var data = bundle.ToJson();
        if (data[ScrapType] is JsonObject scrap
            && scrap["name"] is JsonValue name && name.TryGetValue<string>(out var key)
            && scrap["data"] is JsonValue number && number.GetValueKind() == JsonValueKind.Number
            && double.IsFinite((double)number)) // 1e999 is JSON too
        {
            _metrics[key] = (double)number;
            if (scrap["caption"] is JsonValue caption && caption.TryGetValue<string>(out var words) && !string.IsNullOrWhiteSpace(words))
                _captions[key] = words;
            else
                _captions.Remove(key);
        }
        return data;
    }
}
