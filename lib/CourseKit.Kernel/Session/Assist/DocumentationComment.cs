using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>A symbol's documentation comment, which can be written in any form.</summary>
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

    /// <summary>Writes the summary, the parameters and the return value. The detailed text also has the value, exceptions, remarks and examples.</summary>
    /// <returns>The parts, none of which is empty.</returns>
    public IEnumerable<string> Parts(HelpForm form, bool detailed)
    {
        string[] parts =
        [
            Summary(form) is { Length: > 0 } summary ? form.Paragraph(summary) : "",
            List("Type parameters", "typeparam", "name"),
            List("Parameters", "param", "name"),
            Section("Returns", root.Element("returns")),
        ];
        if (detailed)
        {
            parts = [.. parts, Section("Value", root.Element("value")), List("Exceptions", "exception", "cref"), Section("Remarks", root.Element("remarks")),
                .. root.Elements("example").Select(example => Section("Example", example))];
        }
        return parts.Where(part => part.Length > 0);

        string Section(string title, XElement? element) => Text(element, form) is { Length: > 0 } text ? form.Section(title, text) : "";

        string List(string title, string element, string key)
        {
            var items = root.Elements(element).Select(item => (Name((string?)item.Attribute(key) ?? ""), Text: Text(item, form))).Where(item => item.Text.Length > 0).ToList();
            return items.Count == 0 ? "" : form.List(title, items);
        }
    }

    /// <summary>Writes the summary; empty if there is none.</summary>
    public string Summary(HelpForm form) => Text(root.Element("summary"), form);

    private static ISymbol? Parent(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        INamedTypeSymbol { BaseType: { SpecialType: not SpecialType.System_Object } type } => type,
        IMethodSymbol or IPropertySymbol or IEventSymbol => symbol.ContainingType?.AllInterfaces.SelectMany(type => type.GetMembers(symbol.Name))
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
        _ => null,
    };

    private static string Text(XElement? element, HelpForm form)
    {
        List<string> blocks = [];
        var line = new StringBuilder();
        if (element is not null)
            Write(element);
        EndBlock();
        return string.Join(form.Break, blocks);

        void EndBlock()
        {
            if (line.ToString().Trim() is { Length: > 0 } block)
                blocks.Add(block);
            line.Clear();
        }

        void Write(XElement parent)
        {
            foreach (var node in parent.Nodes())
            {
                if (node is XText words)
                    line.Append(form.Words(Spaces().Replace(words.Value, " ")));
                if (node is not XElement inner)
                    continue;
                switch (inner.Name.LocalName)
                {
                    case "see" or "seealso" or "paramref" or "typeparamref" when inner.IsEmpty || inner.Value.Length == 0:
                        line.Append(form.Code(Name((string?)(inner.Attribute("cref") ?? inner.Attribute("name") ?? inner.Attribute("langword") ?? inner.Attribute("href")) ?? "")));
                        break;
                    case "c":
                        line.Append(form.Code(inner.Value));
                        break;
                    case "code":
                        EndBlock();
                        blocks.Add(form.Block("csharp", Unindented(inner.Value)));
                        break;
                    case "para" or "item" or "br":
                        EndBlock();
                        line.Append(inner.Name == "item" ? form.Bullet : "");
                        Write(inner);
                        EndBlock();
                        break;
                    default:
                        Write(inner);
                        break;
                }
            }
        }
    }

    // In the compiler's file each line of an example is indented as the element around it is.
    private static string Unindented(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..].TrimEnd() : ""));
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

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Arity();
}
