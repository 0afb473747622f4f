using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>A symbol's documentation comment, which can be written as plain text or Markdown.</summary>
internal sealed partial class DocumentationComment
{
    private const int MaxDepth = 8;
    private readonly XElement root;

    private DocumentationComment(XElement root) => this.root = root;

    /// <summary>
    /// Finds the symbol's own comment. If there is none, finds the comment of the member or type that the symbol overrides, implements or extends.
    /// Null if no comment is found.
    /// </summary>
    public static DocumentationComment? Of(ISymbol symbol, CancellationToken cancel, int depth = 0)
    {
        var source = symbol is IMethodSymbol { ReducedFrom: { } unreduced } ? unreduced : symbol;
        var xml = source.OriginalDefinition.GetDocumentationCommentXml(cancellationToken: cancel);
        XElement? read = null;
        try
        {
            read = string.IsNullOrWhiteSpace(xml) ? null : XElement.Parse($"<doc>{xml}</doc>");
        }
        catch (XmlException)
        {
            // A student's comment may not be complete XML yet.
        }
        read = read?.Element("member") ?? read;
        if (read is not null && read.Element("inheritdoc") is null && read.HasElements)
            return new(read);
        return depth < MaxDepth && Parent(symbol) is { } parent ? Of(parent, cancel, depth + 1) : null;
    }

    /// <summary>Writes the summary, the parameters and the return value. The detailed text also has the value, exceptions and remarks.</summary>
    public string ToText(bool markdown, bool detailed)
    {
        List<string> parts = [Text(root.Element("summary"), markdown)];
        parts.Add(List("Type parameters", "typeparam", "name", markdown));
        parts.Add(List("Parameters", "param", "name", markdown));
        parts.Add(Section("Returns", root.Element("returns"), markdown));
        if (detailed)
        {
            parts.Add(Section("Value", root.Element("value"), markdown));
            parts.Add(List("Exceptions", "exception", "cref", markdown));
            parts.Add(Section("Remarks", root.Element("remarks"), markdown));
        }
        return string.Join("\n\n", parts.Where(part => part.Length > 0));
    }

    private static ISymbol? Parent(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        INamedTypeSymbol { BaseType: { SpecialType: not SpecialType.System_Object } type } => type,
        IMethodSymbol or IPropertySymbol or IEventSymbol => symbol.ContainingType?.AllInterfaces.SelectMany(type => type.GetMembers(symbol.Name))
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
        _ => null,
    };

    private static string Section(string title, XElement? element, bool markdown) =>
        Text(element, markdown) is { Length: > 0 } text ? markdown ? $"**{title}:** {text}" : $"{title}: {text}" : "";

    private string List(string title, string element, string key, bool markdown)
    {
        var lines = root.Elements(element).Select(item => (Name: Name((string?)item.Attribute(key) ?? ""), Text: Text(item, markdown))).Where(item => item.Text.Length > 0)
            .Select(item => markdown ? $"- `{item.Name}`: {item.Text}" : $"  {item.Name}: {item.Text}").ToList();
        return lines.Count == 0 ? "" : $"{(markdown ? $"**{title}:**\n" : $"{title}:")}\n{string.Join('\n', lines)}";
    }

    private static string Text(XElement? element, bool markdown)
    {
        if (element is null)
            return "";
        var text = new StringBuilder();
        Write(element, text, markdown);
        return Breaks().Replace(text.ToString(), "\n\n").Trim();
    }

    private static void Write(XElement element, StringBuilder text, bool markdown)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
                text.Append(markdown ? Special().Replace(Spaces().Replace(words.Value, " "), @"\$0") : Spaces().Replace(words.Value, " "));
            if (node is not XElement inner)
                continue;
            switch (inner.Name.LocalName)
            {
                case "see" or "seealso" or "paramref" or "typeparamref" when inner.IsEmpty || inner.Value.Length == 0:
                    Code(Name((string?)(inner.Attribute("cref") ?? inner.Attribute("name") ?? inner.Attribute("langword") ?? inner.Attribute("href")) ?? ""));
                    break;
                case "c":
                    Code(inner.Value);
                    break;
                case "code":
                    text.Append(markdown ? $"\n\n```csharp\n{inner.Value.Trim('\n')}\n```\n\n" : $"\n\n{inner.Value.Trim('\n')}\n\n");
                    break;
                case "para" or "item" or "br":
                    text.Append(inner.Name == "item" ? "\n\n- " : "\n\n");
                    Write(inner, text, markdown);
                    text.Append("\n\n");
                    break;
                default:
                    Write(inner, text, markdown);
                    break;
            }
        }

        void Code(string code) => text.Append(markdown ? $"`{code}`" : code);
    }

    // Shortens a cref: M:System.Math.Max(System.Int32,System.Int32) becomes Math.Max, and T:System.Collections.Generic.List`1 becomes List.
    private static string Name(string reference)
    {
        if (reference is not [_, ':', .. var path] || reference.Contains("//", StringComparison.Ordinal))
            return reference;
        var names = Arity().Replace(path.Split('(')[0], "").Split('.');
        return string.Join('.', names[^(reference[0] is 'T' or 'N' or '!' || names.Length == 1 ? 1 : 2)..]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"[ ]*\n\s*\n[ ]*")]
    private static partial Regex Breaks();

    [GeneratedRegex(@"[\\*_<>`\[\]]")]
    private static partial Regex Special();

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Arity();
}
