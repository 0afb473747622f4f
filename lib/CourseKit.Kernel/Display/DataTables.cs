using System.Data;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace CourseKit.Kernel.Display;

/// <summary>
/// Shows the tables of System.Data with their rows and columns. The methods that name types of that library are not inlined, and run only for such a
/// value: other values must not load the library, because that takes time.
/// </summary>
internal static class DataTables
{
    /// <summary>Whether the type is a row of a data table.</summary>
    public static bool IsRow(Type type) => IsOfData(type) && IsRowOfData(type);

    /// <summary>The columns of a row. A column is read by its name, so that rows of several tables may stand in one list.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IReadOnlyList<Column> Cells(object row) => row switch
    {
        DataRow plain => Columns(plain.Table),
        DataRowView view => Columns(view.Row.Table),
        _ => [],
    };

    /// <summary>A line that names a table, a view or a set of tables and tells its size; null for all other values.</summary>
    public static string? Summary(object value) => IsOfData(value.GetType()) ? SummaryOfData(value) : null;

    /// <summary>A table, a view or a set of tables as HTML and as aligned plain text; null for all other values.</summary>
    public static MimeBundle? TryFormat(object value) => IsOfData(value.GetType()) ? FormatData(value) : null;

    private static bool IsOfData(Type? type) => type is not null && (type.Namespace == "System.Data" || IsOfData(type.BaseType));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsRowOfData(Type type) => type.IsAssignableTo(typeof(DataRow)) || type == typeof(DataRowView);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? SummaryOfData(object value) => value switch
    {
        DataTable table => Summary("DataTable", table, Rows(table).Count),
        DataView view => Summary("DataView", view.Table, view.Count),
        DataSet set => string.Create(CultureInfo.InvariantCulture, $"DataSet {set.DataSetName} ({set.Tables.Count:N0} tables)"),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MimeBundle? FormatData(object value) => value switch
    {
        DataTable table => Format(table),
        DataView view => Table.OfRows(Columns(view.Table), view.Cast<object>(), view.Count),
        DataSet set => Format(set),
        _ => null,
    };

    private static MimeBundle Format(DataTable table) => Table.OfRows(Columns(table), Rows(table), Rows(table).Count);

    private static MimeBundle Format(DataSet set)
    {
        var tables = set.Tables.Cast<DataTable>().Take(Excerpt.Length).Select(table => (Name: Summary(table)!, Shown: Format(table))).ToList();
        var name = Summary(set)!;
        return new()
        {
            { "text/html", $"<p>{WebUtility.HtmlEncode(name)}</p>" + string.Concat(tables.Select(table => $"<p>{WebUtility.HtmlEncode(table.Name)}</p>{table.Shown.Text("text/html")}")) },
            { "text/plain", string.Join("\n\n", tables.Select(table => $"{table.Name}\n{table.Shown.Text("text/plain")}").Prepend(name)) },
        };
    }

    private static string Summary(string kind, DataTable? table, int rows) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} {table?.TableName} ({rows:N0} rows, {table?.Columns.Count ?? 0:N0} columns)");

    // A deleted row stays in the table until the changes are accepted, but its cells cannot be read.
    private static List<DataRow> Rows(DataTable table) => [.. table.Rows.Cast<DataRow>().Where(row => row.RowState != DataRowState.Deleted)];

    private static IReadOnlyList<Column> Columns(DataTable? table) => table is null ? [] :
        [.. table.Columns.Cast<DataColumn>().Select(column => column.ColumnName).Select(name => new Column(name, row => row is DataRowView view ? view[name] : ((DataRow)row)[name]))];
}
