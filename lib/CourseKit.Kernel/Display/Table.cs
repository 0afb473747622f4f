using System.Collections;
using System.Globalization;
using CourseKit.Common;

namespace CourseKit.Kernel.Display;

/// <summary>
/// Shows sequences, dictionaries, data tables, records and plain objects as compact HTML tables. If rows or columns are left out, the last row or
/// column says so.
/// </summary>
internal static class Table
{
    private const int MaxCell = 200;

    /// <summary>The value as an HTML table and as plain text; null if a value of this kind is not shown as a table.</summary>
    public static MimeBundle? TryFormat(object? value)
    {
        if (value is null or string)
            return null;
        if (OfData(value) is { } data)
            return data;
        if (Column.PrintsItself(value.GetType()))
            return null;
        if (value is Array { Rank: 2 } grid)
            return Bundle(OfGrid(grid), PlainText.Of(value));
        if (value is IEnumerable items)
        {
            var excerpt = Excerpt.Of(items);
            var html = excerpt.IsDictionary ? OfPairs(excerpt) : OfItems(excerpt);
            return Column.BesideItems(value.GetType()) is { Count: > 0 } beside
                ? Bundle(OfParts(beside, value) + html, PlainText.Of(value))
                : Bundle(html, PlainText.Of(excerpt, depth: 0));
        }
        return Column.Of(value) is { Count: > 0 } columns ? Bundle(OfParts(columns, value), PlainText.Of(value)) : null;
    }

    /// <summary>A data table, a view or a set of them, or a data frame; null for all other values.</summary>
    public static MimeBundle? OfData(object value) => DataTables.TryFormat(value) ?? DataFrames.TryFormat(value);

    /// <summary>The first rows as an HTML table, and as plain text with aligned columns.</summary>
    public static MimeBundle OfRows(IReadOnlyList<Column> columns, IEnumerable<object> rows, long count)
    {
        var (heads, cells) = Cells(columns, rows.Take(Excerpt.Length));
        var note = count == 0 ? "(no rows)" : Rest(cells.Count, count, "rows");
        string[] last = note is null ? [] : [note];
        var lines = cells.Prepend(heads).Select(row => Array.ConvertAll(row, cell => cell.ReplaceLineEndings(" "))).ToList();
        return Bundle(TextTable.Html(heads, cells, note), string.Join('\n', last.Prepend(TextTable.Plain(lines))));
    }

    /// <summary>The rows as an HTML table, and as plain text with aligned columns but without headings.</summary>
    public static MimeBundle Bundle(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows) => Bundle(TextTable.Html(columns, rows), TextTable.Plain(rows));

    private static MimeBundle Bundle(string html, string plain) => new() { { "text/html", html }, { "text/plain", plain } };

    private static string OfParts(IReadOnlyList<Column> columns, object value) => TextTable.Html(["property", "value"],
        columns.Take(Column.Max).Select(column => new[] { column.Name, Cell(column, value) }), Rest(Column.Max, columns.Count, "properties"));

    private static string OfPairs(Excerpt excerpt) => TextTable.Html(["key", "value"],
        excerpt.Items.Select(Column.Pair).Select(pair => new[] { Short(pair.Key), Short(pair.Value) }), Note(excerpt));

    private static string OfGrid(Array grid)
    {
        int height = grid.GetLength(0), width = grid.GetLength(1);
        var columns = Enumerable.Range(grid.GetLowerBound(1), Math.Min(width, Column.Max)).ToList();
        string[] cut = width > Column.Max ? ["..."] : [];
        return TextTable.Html(["", .. columns.Select(Number), .. cut],
            Enumerable.Range(grid.GetLowerBound(0), Math.Min(height, Excerpt.Length)).Select(row => (string[])[Number(row), .. columns.Select(column => Short(grid.GetValue(row, column))), .. cut]),
            Rest(Excerpt.Length, height, "rows"));
    }

    // Items of the same type get one column for each of their parts. Dictionaries get one column for each key, if all keys are strings.
    // All other items get a table with one column.
    private static string OfItems(Excerpt excerpt)
    {
        if (excerpt is { Items: [], Failure: null })
            return "<i>(empty)</i>";
        var columns = Shared(excerpt.Items);
        if (columns.Count == 0)
            return TextTable.Html([], excerpt.Items.Select(item => new[] { Short(item) }), Note(excerpt));
        var (heads, cells) = Cells(columns, excerpt.Items);
        return TextTable.Html(heads, cells, Note(excerpt));
    }

    private static (string[] Heads, IReadOnlyList<string[]> Cells) Cells(IReadOnlyList<Column> columns, IEnumerable<object?> items)
    {
        var shown = columns.Take(Column.Max).ToList();
        string[] cut = columns.Count > shown.Count ? ["..."] : [];
        return ([.. shown.Select(column => column.Name), .. cut],
            [.. items.Select(item => (string[])[.. shown.Select((column, i) => item is not null ? Cell(column, item) : i == 0 ? Short(null) : ""), .. cut])]);
    }

    private static IReadOnlyList<Column> Shared(IReadOnlyList<object?> items)
    {
        var some = items.OfType<object>().ToList();
        if (some.Count > 0 && some.All(item => item is IDictionary dictionary && dictionary.Keys.OfType<string>().Count() == dictionary.Count))
        {
            return [.. some.SelectMany(item => ((IDictionary)item).Keys.Cast<string>()).Distinct()
                .Select(key => new Column(key, item => ((IDictionary)item).Contains(key) ? ((IDictionary)item)[key] : ""))];
        }
        var first = some.FirstOrDefault();
        return first is not null && some.All(item => item.GetType() == first.GetType()) && ConventionFormatter.Summary(first) is null ? Column.Of(first) : [];
    }

    private static string? Note(Excerpt excerpt) => excerpt switch
    {
        { Failure: { } error } => PlainText.Cut($"... ({error.GetType().Name}: {PlainText.Message(error)})", MaxCell),
        { IsCut: true, Count: { } count } => Rest(excerpt.Items.Count, count, "rows"),
        { IsCut: true } => "... (and more)",
        _ => null,
    };

    private static string? Rest(int shown, long count, string what) =>
        count > shown ? string.Create(CultureInfo.InvariantCulture, $"... ({shown} of {count:N0} {what})") : null;

    private static string Cell(Column column, object item) => PlainText.Cut(PlainText.Of(column, item, depth: 1), MaxCell);

    private static string Short(object? value) => PlainText.Cut(PlainText.Of(value, depth: 1), MaxCell);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
