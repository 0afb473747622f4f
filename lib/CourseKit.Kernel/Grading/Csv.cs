using System.Globalization;

namespace CourseKit.Kernel.Grading;

/// <summary>Tables in RFC 4180's form. A cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
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
