using System.Net;
using System.Text;
using CourseKit.Common;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>A tensor as HTML: a heading, statistics, then pictures. A tensor that is no picture shows its values instead.</summary>
internal static class TensorHtml
{
    public static string Of(Tensor tensor)
    {
        if (tensor.IsInvalid)
            return Line(TensorText.Summary(tensor), muted: false);
        var values = TensorValues.Of(tensor);
        var html = new StringBuilder(Line(TensorText.Heading(tensor), muted: false));
        if (values?.Statistics is { Length: > 0 } statistics)
            html.Append(Line(string.Join(" \u00a0 ", statistics.Select(figure => $"{figure.Name} {figure.Value}")), muted: true));
        if (TensorPicture.Of(tensor) is var (picture, caption))
            return html.Append("<div style=\"margin:.4em 0\">").Append(picture.Html).Append("</div>").Append(Line(caption, muted: true)).ToString();
        if (values?.Table() is not var (rows, note))
            return html.ToString();
        if (note is not null)
            html.Append(Line(note, muted: true));
        return html.Append(TextTable.Html([], rows, style: "font-variant-numeric:tabular-nums;margin:.4em 0")).ToString();
    }

    private static string Line(string text, bool muted) => $"<div{(muted ? " style=\"font-size:.85em;opacity:.8\"" : "")}>{WebUtility.HtmlEncode(text)}</div>";
}
