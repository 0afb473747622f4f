using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

/// <summary>
/// The display functions that are called on a value: <c>x.Display()</c>. Every cell may call them without a using. The class is in no namespace
/// because C# looks there before it looks at the usings. So these functions win against those of the same names in .NET Interactive's packages, whose
/// handles cannot update what they have shown.
/// </summary>
#pragma warning disable CA1050 // See above.
public static class NotebookExtensions
#pragma warning restore CA1050
{
    /// <inheritdoc cref="DisplayFunctions.display"/>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => DisplayFunctions.display(value, mimeTypes);

    /// <summary>Displays text as content of the given MIME type.</summary>
    /// <param name="text">The content, e.g. HTML.</param>
    /// <param name="mimeType">The content's MIME type, e.g. <c>text/html</c>.</param>
    public static DisplayedValue DisplayAs(this string text, string mimeType) =>
        new(new MimeText(mimeType, text).ToBundle(), [mimeType]);

    /// <summary>Displays a sequence as a table with a row for each item and a column for each of their properties.</summary>
    /// <param name="items">The items; null shows as "null".</param>
    /// <param name="mimeTypes">The MIME types to show, e.g. <c>text/html</c>; empty for all that a table has.</param>
    public static DisplayedValue DisplayTable<T>(this IEnumerable<T>? items, params string[] mimeTypes) =>
        mimeTypes.Length > 0 || Table.TryFormat(items) is not { } table ? DisplayFunctions.display(items, mimeTypes) : new(table, mimeTypes);
}
