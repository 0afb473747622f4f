using System.Globalization;
using System.Net;
using System.Text;

namespace CourseKit.Common;

/// <summary>Writes rows of texts as a table, either as HTML or as plain text with aligned columns.</summary>
internal static class TextTable
{
    /// <summary>
    /// The table as HTML. All texts are escaped. Columns of numbers are aligned to the right, all others to the left. Each cell says so itself, because
    /// front ends have rules for cells: VS Code and JupyterLab align all of them to the right.
    /// </summary>
    /// <param name="columns">The headings of the columns; empty for a table without headings.</param>
    /// <param name="rows">The rows. Each has one text for each column.</param>
    /// <param name="note">A line below the rows, for example the number of rows left out.</param>
    /// <param name="style">The table's style, in CSS.</param>
    public static string Html(IReadOnlyList<string> columns, IEnumerable<string[]> rows, string? note = null, string? style = null)
    {
        var html = new StringBuilder(style is null ? "<table>" : $"<table style=\"{style}\">");
        List<string[]> all = [.. rows];
        Dictionary<int, bool> numbers = [];
        if (columns.Count > 0)
            html.Append("<thead><tr>").AppendJoin("", columns.Select((column, i) => Cell("th", i, column))).Append("</tr></thead>");
        html.Append("<tbody>");
        foreach (var row in all)
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => Cell("td", i, cell))).Append("</tr>");
        if (note is not null)
            html.Append("<tr><td style=\"text-align:left\" colspan=\"").Append(Math.Max(columns.Count, 1)).Append("\"><i>").Append(WebUtility.HtmlEncode(note)).Append("</i></td></tr>");
        return html.Append("</tbody></table>").ToString();

        string Cell(string element, int column, string text) =>
            $"<{element} style=\"text-align:{(IsOfNumbers(column) ? "right" : "left")}\">{WebUtility.HtmlEncode(text)}</{element}>";

        bool IsOfNumbers(int column)
        {
            if (!numbers.TryGetValue(column, out var known))
                numbers[column] = known = all.Any(row => IsNumber(row[column])) && all.All(row => IsNumber(row[column]) || row[column] is "" or "..." or "<null>" or "<DBNull>");
            return known;
        }
    }

    private static bool IsNumber(string text) => double.TryParse(text.EndsWith('%') ? text[..^1].TrimEnd() : text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);

    /// <summary>The rows as lines, with two spaces between the columns.</summary>
    /// <param name="rows">The rows; all have the same number of texts.</param>
    /// <param name="right">True to align the columns to the right, which suits numbers.</param>
    public static string Plain(IReadOnlyList<string[]> rows, bool right = false)
    {
        var widths = rows.Count == 0 ? [] : rows[0].Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, i) => right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd()));
    }
}
