using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace CourseKit.Kernel.Display;

/// <summary>Sequences, dictionaries and records as compact HTML tables, long ones cut with a count.</summary>
internal static class Table
{
    private const int MaxRows = 20, MaxColumns = 20, MaxCell = 200;

    /// <summary>The value as a table and as plain text; null where it is none of the kinds above.</summary>
    public static MimeBundle? TryFormat(object? value)
    {
        if (value is null or string || PrintsItself(value.GetType()))
            return null;
        var html = value switch
        {
            IDictionary dictionary => OfPairs(dictionary),
            Array { Rank: 2 } grid => OfGrid(grid),
            IEnumerable items => OfItems(items),
            _ when Columns(value.GetType()) is { Length: > 0 } columns =>
                Render(["property", "value"], columns.Select(column => new[] { column.Name, Cell(column, value) }), columns.Length),
            _ => null,
        };
        return html is null ? null : new MimeBundle { { "text/html", html }, { "text/plain", PlainText.Of(value) } };
    }

    /// <summary>Whether the type's author wrote a ToString; the compiler's, of records and anonymous types, does not count.</summary>
    public static bool PrintsItself(Type type)
    {
        var method = type.GetMethod(nameof(ToString), Type.EmptyTypes)!;
        return method.DeclaringType != typeof(object) && method.DeclaringType != typeof(ValueType) && !Synthesized(method);
    }

    /// <summary>A table of texts as HTML, and in aligned columns as plain text.</summary>
    public static MimeBundle Bundle(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
    {
        var widths = columns.Select((_, i) => rows.Max(row => row[i].Length) + 2).ToList();
        var plain = rows.Select(row => string.Concat(row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        return new() { { "text/html", Render(columns, rows, rows.Count) }, { "text/plain", string.Join('\n', plain) } };
    }

    /// <summary>A table of rows that are text, escaped here.</summary>
    public static string Render(IReadOnlyList<string> columns, IEnumerable<string[]> rows, int? count)
    {
        var html = new StringBuilder("<table>");
        if (columns.Count > 0)
            html.Append("<thead><tr>").AppendJoin("", columns.Select(column => $"<th>{WebUtility.HtmlEncode(column)}</th>")).Append("</tr></thead>");
        html.Append("<tbody>");
        var shown = 0;
        foreach (var row in rows)
        {
            if (shown++ == MaxRows)
            {
                var total = count is null ? "and more" : string.Create(CultureInfo.InvariantCulture, $"{MaxRows} of {count:N0} rows");
                html.Append(CultureInfo.InvariantCulture, $"<tr><td colspan=\"{Math.Max(row.Length, 1)}\"><i>... ({total})</i></td></tr>");
                break;
            }
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>")).Append("</tr>");
        }
        return html.Append("</tbody></table>").ToString();
    }

    private static string OfPairs(IDictionary dictionary)
    {
        return Render(["key", "value"], Rows(), dictionary.Count);

        IEnumerable<string[]> Rows()
        {
            foreach (DictionaryEntry entry in dictionary)
                yield return [Short(entry.Key), Short(entry.Value)];
        }
    }

    private static string OfGrid(Array grid)
    {
        var columns = Enumerable.Range(0, Math.Min(grid.GetLength(1), MaxColumns)).ToList();
        var header = columns.Select(column => column.ToString(CultureInfo.InvariantCulture)).Prepend("").ToList();
        if (grid.GetLength(1) > MaxColumns)
            header.Add("...");
        return Render(header, Enumerable.Range(0, grid.GetLength(0)).Select(row => columns.Select(column => Short(grid.GetValue(row, column)))
            .Prepend(row.ToString(CultureInfo.InvariantCulture)).Concat(header.Count > columns.Count + 1 ? ["..."] : []).ToArray()), grid.GetLength(0));
    }

    // Items of one kind that have columns make a table with these columns; anything else a table of one column.
    private static string OfItems(IEnumerable items)
    {
        var shown = items.Cast<object?>().Take(MaxRows + 1).ToList();
        var count = (items as ICollection)?.Count;
        var type = shown.FirstOrDefault()?.GetType();
        if (shown.Count == 0)
            return "<i>(empty)</i>";
        if (type is not null && shown.All(item => item?.GetType() == type) && Columns(type) is { Length: > 0 } columns)
            return Render([.. columns.Select(column => column.Name)], shown.Select(item => columns.Select(column => Cell(column, item!)).ToArray()), count);
        return Render([], shown.Select(item => new[] { Short(item) }), count);
    }

    // Records, anonymous types and tuples show what they hold; a type that says nothing of itself is not taken apart.
    public static MemberInfo[] Columns(Type type)
    {
        const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;
        if (typeof(ITuple).IsAssignableFrom(type))
            return type.IsValueType ? [.. type.GetFields(Members).Take(MaxColumns)] : [.. type.GetProperties(Members).Where(p => p.Name.StartsWith("Item", StringComparison.Ordinal)).Take(MaxColumns)];
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
            return type.GetProperties(Members);
        return Synthesized(type.GetMethod(nameof(ToString), Type.EmptyTypes)!)
            ? [.. type.GetProperties(Members).Where(property => property.GetMethod is not null && property.GetIndexParameters().Length == 0).Take(MaxColumns)]
            : [];
    }

    private static bool Synthesized(MethodInfo toString) =>
        toString.IsDefined(typeof(CompilerGeneratedAttribute)) || toString.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute));

    /// <summary>A member's value as text; where it cannot be had, the error's name in its place.</summary>
    public static string Read(MemberInfo column, object item, int depth)
    {
        try
        {
            return PlainText.Of(column is PropertyInfo property ? property.GetValue(item) : ((FieldInfo)column).GetValue(item), depth);
        }
        catch (TargetInvocationException error)
        {
            return $"({error.InnerException!.GetType().Name})";
        }
    }

    private static string Cell(MemberInfo column, object item) => PlainText.Cut(Read(column, item, depth: 1), MaxCell);

    private static string Short(object? value) => PlainText.Cut(PlainText.Of(value, depth: 1), MaxCell);
}
