using System.Text;

namespace CourseKit.Kernel.Grading;

/// <summary>A row of a csv file, by the names of its columns.</summary>
/// <param name="Line">The line of the file where the row begins, from 1.</param>
/// <param name="Cells">The cells by their column.</param>
internal sealed record CsvRow(int Line, IReadOnlyDictionary<string, string> Cells)
{
    /// <summary>The cell of a column; empty if the row is shorter or the file has no such column.</summary>
    public string this[string column] => Cells.GetValueOrDefault(column, "");

    /// <summary>Whether the row has such a cell.</summary>
    public bool Has(string column) => Cells.ContainsKey(column);
}

/// <summary>
/// Reads csv as spreadsheets write it: UTF-8 with or without a mark, quotes as in RFC 4180, commas or, if the header has none, semicolons. The
/// apostrophe that <see cref="Csv"/> puts before a formula is taken away if the cell begins with it and the formula's ASCII sign follows.
/// </summary>
internal static class CsvReader
{
    /// <exception cref="InvalidDataException">The file is not UTF-8, or a quote has no end.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<CsvRow> Read(string path)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}: not UTF-8; save it as \"CSV UTF-8\".", e);
        }
        var header = text.Split('\n')[0];
        var separator = !header.Contains(',', StringComparison.Ordinal) && header.Contains(';', StringComparison.Ordinal) ? ';' : ',';
        var rows = Rows(text, separator, path).Where(row => row.Cells.Any(cell => cell.Trim().Length > 0)).ToList();
        return [.. rows.Skip(1).Select(row => new CsvRow(row.Line,
            rows[0].Cells.Select(name => name.Trim()).Zip(row.Cells).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => WithoutApostrophe(pair.Second))))];
    }

    private static IEnumerable<(int Line, List<string> Cells)> Rows(string text, char separator, string path)
    {
        var (line, start, quoted) = (1, 1, false);
        var cell = new StringBuilder();
        List<string> cells = [];
        for (var i = 0; i < text.Length; i++)
        {
            line += text[i] == '\n' ? 1 : 0;
            if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
                cell.Append(text[i++]);
            else if (text[i] == '"' && (quoted || cell.Length == 0))
                quoted = !quoted;
            else if (quoted || (text[i] != separator && text[i] is not ('\n' or '\r')))
                cell.Append(text[i]);
            else if (text[i] != '\r')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (text[i] == '\n')
                {
                    yield return (start, cells);
                    (cells, start) = ([], line);
                }
            }
        }
        if (quoted)
            throw new InvalidDataException($"{path}, line {start}: a quote without an end.");
        yield return (start, [.. cells, cell.ToString()]);
    }

    private static string WithoutApostrophe(string cell) => cell.Length > 1 && cell[0] == '\'' && "=+-@\t\r".Contains(cell[1], StringComparison.Ordinal) ? cell[1..] : cell;
}
