using System.Globalization;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Writes CSV as in RFC 4180, but with <c>\n</c> as line end. An apostrophe is put before a cell that a spreadsheet would take for a formula.
/// </summary>
internal static class Csv
{
    public static string Of(IEnumerable<IEnumerable<string>> rows) => string.Concat(rows.Select(row => string.Join(',', row.Select(Cell)) + "\n"));

    public static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Cell(string text)
    {
        if (text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal))
            text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
