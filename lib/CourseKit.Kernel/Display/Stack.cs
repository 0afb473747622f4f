using System.Collections;
using System.Net;

namespace CourseKit.Kernel.Display;

/// <summary>
/// Shows a sequence of charts, or of texts with a mime type such as HTML, item below item. A table would show their source. The type of the sequence
/// decides, because it may be read only once.
/// </summary>
internal static class Stack
{
    /// <summary>The first items as HTML and as plain text; null for all other values.</summary>
    public static MimeBundle? TryFormat(object? value) =>
        value is IEnumerable items && value.GetType().GetInterfaces().Any(IsOfShown) && Excerpt.Of(items) is { Items.Count: > 0, Failure: null } excerpt ? Format(excerpt) : null;

    private static bool IsOfShown(Type type) =>
        Column.IsOf(typeof(IEnumerable<>), type) && type.GetGenericArguments()[0] is var item && (item.IsAssignableTo(typeof(MimeText)) || PlotlyNet.IsChart(item));

    private static MimeBundle Format(Excerpt excerpt)
    {
        var shown = excerpt.Items.Select(item => Formatter.Format(item)).ToList();
        string[] rest = excerpt.IsCut ? ["... (and more)"] : [];
        return new MimeBundle
        {
            { "text/html", string.Concat(shown.Select(Html).Concat(rest).Select(html => $"<div>{html}</div>")) },
            { "text/plain", string.Join('\n', shown.Select(item => item.Text("text/plain") ?? item.Text(item.MimeTypes.First())).Concat(rest)) },
        }.With(shown.Select(item => item.Need).FirstOrDefault(need => need is not null));
    }

    private static string Html(MimeBundle item) =>
        item.Text("text/html") ?? item.Text("image/svg+xml") ?? WebUtility.HtmlEncode(item.Text("text/plain") ?? item.Text(item.MimeTypes.First()) ?? "");
}
