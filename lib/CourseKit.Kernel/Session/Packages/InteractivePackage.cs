using CourseKit.Kernel.Display;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// The package with .NET Interactive's formatter. Cells written for .NET Interactive use it without a reference, so it is fetched when a cell names
/// something of it that the compiler does not find.
/// </summary>
internal static class InteractivePackage
{
    // Of the package's types only names that few cells give to something else.
    private static readonly HashSet<string> Types =
    [
        "Formatter", "FormatContext", "ITypeFormatter", "ITypeFormatterSource", "TypeFormatterSource", "HtmlFormatter", "JsonFormatter", "PlainTextFormatter",
        "PlainTextSummaryFormatter", "CsvFormatter", "TabularDataResource", "TabularDataResourceFormatter", "PocketView", "PocketViewTags", "HtmlTag", "HtmlString",
        "IHtmlContent", "JsonString",
    ];

    // Older versions of .NET Interactive had the tags of HTML in scope, as in div[style: "..."](b("text")).
    private static readonly HashSet<string> Tags =
    [
        "a", "b", "br", "button", "code", "dd", "details", "div", "dl", "dt", "em", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "iframe",
        "img", "input", "label", "li", "ol", "option", "p", "pre", "q", "script", "section", "select", "small", "span", "strong", "style", "sub", "summary", "sup", "svg",
        "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "u", "ul", "video",
    ];

    /// <summary>The package, in the version that this kernel was tried with.</summary>
    public static Package Package { get; } = new(InteractiveFormatter.AssemblyName, "1.0.0-beta.26120.1");

    /// <summary>
    /// Declares what such cells find in scope. The function HTML of .NET Interactive gives IHtmlContent, which its PocketView does not encode again. What
    /// HTML gave before is shown inside other values as HTML too. What the package itself displays, such as a tag by its own Display, comes into the cell.
    /// </summary>
    public const string Prelude = """
        using Microsoft.DotNet.Interactive.Formatting;
        Microsoft.AspNetCore.Html.IHtmlContent HTML(string content) => Microsoft.DotNet.Interactive.Formatting.Html.ToHtmlContent(content);
        Formatter.Register<CourseKit.Kernel.Display.MimeText>(
            text => text.MimeType is "text/html" or "image/svg+xml" ? text.ToString() : System.Net.WebUtility.HtmlEncode(text.ToString()), HtmlFormatter.MimeType);
        Formatter.SubscribeToDisplayedValues(shown =>
        {
            foreach (var part in shown.FormattedValues)
                NotebookExtensions.DisplayAs(part.Value, part.MimeType);
        });
        """;

    /// <summary>Brings the tags of HTML into scope.</summary>
    public const string TagsPrelude = "using static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;";

    /// <summary>Whether an error is that the compiler does not find something of the package.</summary>
    public static bool IsNamedIn(Diagnostic error) => error.Id is "CS0103" or "CS0246" or "CS0234" or "CS0400"
        && At(error) is { } node && (node.AncestorsAndSelf().OfType<NameSyntax>().Any(name => name.ToString().StartsWith("Microsoft.DotNet.Interactive.Formatting", StringComparison.Ordinal))
            || node is SimpleNameSyntax { Identifier.ValueText: var name } && Types.Contains(name) || IsTag(error));

    /// <summary>Whether an error is that a tag of HTML is used like a function, and the compiler does not find it.</summary>
    public static bool IsTag(Diagnostic error) => error.Id == "CS0103" && At(error) is IdentifierNameSyntax { Identifier.ValueText: var name } node && Tags.Contains(name)
        && node.Parent is InvocationExpressionSyntax or ElementAccessExpressionSyntax;

    private static SyntaxNode? At(Diagnostic error) => error.Location.SourceTree?.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
}
