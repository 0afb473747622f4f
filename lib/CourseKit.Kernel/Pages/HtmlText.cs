using System.Text;

namespace CourseKit.Kernel.Pages;

/// <summary>Makes text safe for HTML, as content or in a quoted attribute. Non-ASCII text stays readable.</summary>
internal static class HtmlText
{
    public static string Escape(string text) => new StringBuilder(text.Length + 16).AppendEscaped(text).ToString();

    public static StringBuilder AppendEscaped(this StringBuilder html, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '&': html.Append("&amp;"); break;
                case '<': html.Append("&lt;"); break;
                case '>': html.Append("&gt;"); break;
                case '"': html.Append("&quot;"); break;
                case '\'': html.Append("&#39;"); break;
                case '\0': html.Append('\ufffd'); break;
                default: html.Append(c); break;
            }
        }
        return html;
    }
}
