using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Jupyter;

/// <summary>A cell that ran.</summary>
/// <param name="Session">The number of the session. Each start of a kernel begins a new session.</param>
/// <param name="Line">The cell's execution count; 0 in the entry that only marks a session.</param>
/// <param name="Input">The cell's code.</param>
/// <param name="Output">The plain text of the cell's result, at most 1,000 characters; null if the cell had no result.</param>
internal sealed record HistoryEntry(int Session, int Line, string Input, string? Output);

/// <summary>
/// The cells that ran in this and earlier sessions. They are kept in a file that only the user can read, with one JSON object for each line.
/// If the file cannot be read or written, no cell fails: the history then lasts only as long as the kernel.
/// </summary>
internal sealed class History
{
    private const int Kept = 5_000, MaxOutput = 1_000;
    private readonly string path;
    private readonly KernelLog log;
    private readonly Lock gate = new();
    private List<HistoryEntry>? entries;
    private int session = 1;

    public History(string path, KernelLog log) => (this.path, this.log) = (path, log);

    /// <summary>The file of the user's history.</summary>
    public static string UserFile => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "coursekit", "history.jsonl");

    /// <summary>Reads the file and begins a session. Does nothing the second time. The other methods call it if it was not called before.</summary>
    public void Load()
    {
        lock (gate)
        {
            if (entries is not null)
                return;
            entries = [];
            WithFile(file =>
            {
                using var reader = new StreamReader(file, leaveOpen: true);
                while (reader.ReadLine() is { } line)
                {
                    if (Parse(line) is { } entry)
                        entries.Add(entry);
                }
                if (entries.Count > 2 * Kept)
                    Shorten(file);
                session = entries.Select(entry => entry.Session).DefaultIfEmpty().Max() + 1;
                // The empty entry takes the session's number, so that another kernel that starts now does not take the same one.
                Append(file, new(session, 0, "", null));
            });
        }
    }

    /// <summary>Adds a cell.</summary>
    public void Add(int line, string input, string? output)
    {
        Load();
        lock (gate)
        {
            var entry = new HistoryEntry(session, line, input, output is { Length: > MaxOutput } ? output[..MaxOutput] : output);
            entries!.Add(entry);
            WithFile(file => Append(file, entry));
        }
    }

    /// <summary>The last cells, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> Tail(int count) => Cells(all => all.TakeLast(count));

    /// <summary>Cells of one session.</summary>
    /// <param name="session">The session's number. 0 is the current session; negative numbers count back from it.</param>
    /// <param name="start">The first line.</param>
    /// <param name="stop">The line after the last one; null for all lines that follow.</param>
    public IReadOnlyList<HistoryEntry> Range(int session, int start, int? stop) => Cells(all =>
    {
        var wanted = session > 0 ? session : this.session + session;
        return all.Where(entry => entry.Session == wanted && entry.Line >= start && (stop is null || entry.Line < stop));
    });

    /// <summary>The cells whose whole code matches a pattern.</summary>
    /// <param name="pattern">* stands for any text, ? for any character.</param>
    /// <param name="unique">Whether only the latest of several cells with the same code is given.</param>
    /// <param name="count">How many of the last matches to give; null for all.</param>
    public IReadOnlyList<HistoryEntry> Search(string pattern, bool unique, int? count)
    {
        var expression = new Regex($"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.Singleline | RegexOptions.NonBacktracking);
        return Cells(all =>
        {
            var found = all.Where(entry => expression.IsMatch(entry.Input));
            if (unique)
                found = found.Reverse().DistinctBy(entry => entry.Input).Reverse();
            return count is { } last ? found.TakeLast(last) : found;
        });
    }

    private List<HistoryEntry> Cells(Func<IEnumerable<HistoryEntry>, IEnumerable<HistoryEntry>> choose)
    {
        Load();
        lock (gate)
            return [.. choose(entries!.Where(entry => entry.Line > 0))];
    }

    // The file is opened without sharing. So a second kernel waits, but only about 0.1 s.
    private void WithFile(Action<FileStream> use)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = Open();
            use(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Warn($"history: {path}: {error.Message}");
        }
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new(path, options);
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(5);
            }
        }
    }

    private static void Append(FileStream file, HistoryEntry entry)
    {
        file.Seek(0, SeekOrigin.End);
        file.Write(Line(entry));
    }

    private void Shorten(FileStream file)
    {
        entries!.RemoveRange(0, entries.Count - Kept);
        file.SetLength(0);
        file.Write([.. entries.SelectMany(Line)]);
    }

    private static byte[] Line(HistoryEntry entry) => [.. JsonSerializer.SerializeToUtf8Bytes(entry, HistoryJson.Default.HistoryEntry), (byte)'\n'];

    // A line that another program has damaged is left out.
    private static HistoryEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, HistoryJson.Default.HistoryEntry) is { Input: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HistoryEntry))]
internal sealed partial class HistoryJson : JsonSerializerContext;
