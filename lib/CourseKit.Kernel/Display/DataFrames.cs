using System.Collections;

namespace CourseKit.Kernel.Display;

/// <summary>Shows data frames of the package Microsoft.Data.Analysis with their rows and columns. Everything is found by name, because the kernel has no reference to it.</summary>
internal static class DataFrames
{
    /// <summary>The frame as HTML and as aligned plain text; null for all other values.</summary>
    public static MimeBundle? TryFormat(object value)
    {
        if (value.GetType().FullName != "Microsoft.Data.Analysis.DataFrame")
            return null;
        var columns = ((IEnumerable)Part(value, "Columns")).Cast<object>().Select((column, i) => new Column((string)Part(column, "Name"), row => ((object?[])row)[i]));
        var rows = (IEnumerable)Part(value, "Rows");
        return Table.OfRows([.. columns], rows.Cast<IEnumerable>().Select(row => row.Cast<object?>().ToArray()), (long)Part(rows, "Count"));
    }

    private static object Part(object whole, string name) => whole.GetType().GetProperty(name)!.GetValue(whole)!;
}
