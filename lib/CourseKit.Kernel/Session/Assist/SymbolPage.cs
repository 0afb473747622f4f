using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Describes a symbol: its declaration and overloads, a variable's value, the documentation comments, the members of a type.</summary>
/// <param name="model">The cell's semantic model. It shortens the names of types as the usings at the position allow.</param>
/// <param name="position">The position in the cell.</param>
/// <param name="detailed">True for up to 40 overloads and the detailed documentation; false for up to 3 overloads.</param>
/// <param name="cancel">Cancels the work.</param>
internal sealed class SymbolPage(SemanticModel model, int position, bool detailed, CancellationToken cancel)
{
    private const int FewOverloads = 3, MaxOverloads = 40, MaxMembers = 60, MaxValue = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis);

    private static readonly SymbolDisplayFormat MemberFormat = Format.RemoveMemberOptions(SymbolDisplayMemberOptions.IncludeContainingType);

    /// <summary>Writes the description of a symbol as HTML, as Markdown and as plain text.</summary>
    /// <param name="symbols">The symbol, then its other overloads.</param>
    /// <param name="variable">The session's variable that the symbol stands for; null if it stands for none.</param>
    public async Task<MimeBundle> OfAsync(IReadOnlyList<ISymbol> symbols, SessionVariable? variable)
    {
        var shown = symbols.Take(detailed ? MaxOverloads : FewOverloads).Select(symbol => Signature(symbol)).ToList();
        if (symbols.Count > shown.Count)
            shown.Add($"// and {symbols.Count - shown.Count} more overloads");
        var signature = string.Join('\n', shown);
        var value = variable is null ? null : await ValueAsync(variable.Value);
        var comments = Comments(symbols);
        var bundle = new MimeBundle();
        foreach (var form in new[] { HelpForm.Html, HelpForm.Markdown, HelpForm.Plain })
            bundle.Add(form.MimeType, string.Join(form.Between, Parts(form, signature, value, symbols[0], comments)));
        return bundle;
    }

    private IEnumerable<string> Parts(HelpForm form, string signature, string? value, ISymbol symbol, List<(ISymbol Of, DocumentationComment Comment)> comments)
    {
        yield return form.Block("csharp", signature);
        if (value is not null)
            yield return form == HelpForm.Plain ? form.Section("Value", value) : form.Block("text", value);
        foreach (var (at, (of, comment)) in comments.Index())
        {
            var parts = comment.Parts(form, detailed);
            if (at == 0)
            {
                foreach (var part in parts)
                    yield return part;
            }
            else
            {
                yield return form.Aside(Signature(of), string.Join(form.Between, parts));
            }
        }
        if (comments.Count == 0 && detailed && Undocumented(symbol) is { } assembly)
            yield return form.Paragraph(form.Words($"No documentation comes with {assembly}.dll."));
        if (detailed && Members(symbol, form) is { Count: > 0 } members)
            yield return form.List(symbol is INamespaceSymbol ? "Types" : "Members", members);
    }

    // The comment of the symbol. In detail also those of a variable's type, of a type's constructors and of overloads, where they say something else.
    private List<(ISymbol Of, DocumentationComment Comment)> Comments(IReadOnlyList<ISymbol> symbols)
    {
        IEnumerable<ISymbol> documented = symbols;
        if (detailed && symbols[0] is IFieldSymbol { ContainingType.IsScriptClass: true, Type: var type })
            documented = [.. symbols, type];
        else if (detailed && symbols[0] is INamedTypeSymbol { IsStatic: false } made)
            documented = [.. symbols, .. made.InstanceConstructors.Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public)];
        var found = documented.Take(MaxOverloads).Select(symbol => (Of: symbol, Comment: DocumentationComment.Of(symbol, cancel))).Where(one => one.Comment is not null)
            .DistinctBy(one => string.Concat(one.Comment!.Parts(HelpForm.Plain, detailed: true))).Select(one => (one.Of, one.Comment!)).ToList();
        return detailed ? found : [.. found.Take(1)];
    }

    // The assembly of a symbol whose comments nobody delivers. An assembly of the course or the framework has some; then only this symbol has none.
    private string? Undocumented(ISymbol symbol) =>
        symbol.ContainingAssembly is { } assembly && model.Compilation.GetMetadataReference(assembly) is PortableExecutableReference { FilePath: { } path }
            && !DocumentationFiles.Exist(path) ? assembly.Name : null;

    private List<(string Name, string Text)> Members(ISymbol symbol, HelpForm form)
    {
        var members = symbol is not INamespaceOrTypeSymbol type ? [] : type.GetMembers().Where(member => member is { DeclaredAccessibility: Accessibility.Public, IsImplicitlyDeclared: false, CanBeReferencedByName: true }
                and not IMethodSymbol { IsOverride: true, ContainingType.SpecialType: not SpecialType.System_Object } and not IMethodSymbol { MethodKind: not MethodKind.Ordinary })
            .OrderBy(member => type is INamespaceSymbol ? member.Name : "", StringComparer.Ordinal).ToList();
        var shown = members.Take(MaxMembers).Select(member => (member.ToMinimalDisplayString(model, position, MemberFormat), DocumentationComment.Of(member, cancel)?.Summary(form) ?? "")).ToList();
        if (members.Count > shown.Count)
            shown.Add(($"// and {members.Count - shown.Count} more", ""));
        return shown;
    }

    private string Signature(ISymbol symbol)
    {
        var text = symbol.ToMinimalDisplayString(model, position, Format);
        return symbol switch
        {
            IFieldSymbol { ContainingType.IsScriptClass: true } field => $"{field.Type.ToMinimalDisplayString(model, position)} {field.Name}",
            INamespaceSymbol => $"namespace {text}",
            INamedTypeSymbol type => $"{(type.IsRecord ? "record " : "")}{type.TypeKind.ToString().ToLowerInvariant()} {text}",
            _ => text,
        };
    }

    // Formatting the value may run a student's code, and the running cell may change the value meanwhile. So the value is left out if formatting
    // throws or takes longer than 300 ms.
    private async Task<string?> ValueAsync(object? value)
    {
        // A sequence that is not a collection (such as a LINQ query) runs code when it is enumerated.
        if (value is System.Collections.IEnumerable and not System.Collections.ICollection and not string && !Column.PrintsItself(value.GetType()))
            return null;
        try
        {
            return PlainText.Cut(await Task.Run(() => PlainText.Of(value), cancel).WaitAsync(Patience, cancel), MaxValue);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
