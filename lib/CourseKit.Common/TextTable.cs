using System.Net;
using System.Text;

namespace CourseKit.Common;

/// <summary>Writes rows of texts as a table, either as HTML or as plain text with aligned columns.</summary>
internal static class TextTable
{
    /// <summary>The table as HTML. All texts are escaped.</summary>
    /// <param name="columns">The headings of the columns; empty for a table without headings.</param>
    /// <param name="rows">The rows. Each has one text for each column.</param>
    /// <param name="note">A line below the rows, for example the number of rows left out.</param>
    /// <param name="style">The table's style, in CSS.</param>
    public static string Html(IReadOnlyList<string> columns, IEnumerable<string[]> rows, string? note = null, string? style = null)
    {
        var html = new StringBuilder(style is null ? "<table>" : $"<table style=\"{style}\">");
        if (columns.Count > 0)
            html.Append("<thead><tr>").AppendJoin("", columns.Select(column => $"<th>{WebUtility.HtmlEncode(column)}</th>")).Append("</tr></thead>");
        html.Append("<tbody>");
        foreach (var row in rows)
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>")).Append("</tr>");
        if (note is not null)
            html.Append("<tr><td colspan=\"").Append(Math.Max(columns.Count, 1)).Append("\"><i>").Append(WebUtility.HtmlEncode(note)).Append("</i></td></tr>");
        return html.Append("</tbody></table>").ToString();
    }

    /// <summary>The rows as lines, with two spaces between the columns.</summary>
    /// <param name="rows">The rows; all have the same number of texts.</param>
    /// <param name="right">True to align the columns to the right, which suits numbers.</param>
    public static string Plain(IReadOnlyList<string[]> rows, bool right = false)
    {
        var widths = rows.Count == 0 ? [] : rows[0].Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, i) => right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd()));
    }
}
