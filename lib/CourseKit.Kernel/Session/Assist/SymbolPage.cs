using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>What is told of a symbol: its declaration and overloads, a variable's value, the documentation comment.</summary>
internal static class SymbolPage
{
    private const int FewOverloads = 3, MaxOverloads = 40, MaxValue = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis);

    /// <summary>The page.</summary>
    /// <param name="symbols">The symbol, and the overloads it was chosen from.</param>
    /// <param name="variable">The session's variable that it is; null where it is none.</param>
    /// <param name="detailed">Whether to tell all.</param>
    /// <param name="model">Says how names are written at the position.</param>
    /// <param name="position">The position in the cell.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<MimeBundle> OfAsync(IReadOnlyList<ISymbol> symbols, SessionVariable? variable, bool detailed, SemanticModel model, int position, CancellationToken cancel)
    {
        var shown = symbols.Take(detailed ? MaxOverloads : FewOverloads).Select(symbol => Signature(symbol, model, position)).ToList();
        if (symbols.Count > shown.Count)
            shown.Add($"// and {symbols.Count - shown.Count} more overloads");
        var signature = string.Join('\n', shown);
        var value = variable is null ? null : await ValueAsync(variable.Value, cancel);
        var documentation = symbols.Select(symbol => DocumentationComment.Of(symbol, cancel)).FirstOrDefault(comment => comment is not null);

        string[] plain = [signature, value is null ? "" : $"Value: {value}", documentation?.ToText(markdown: false, detailed) ?? ""];
        string[] markdown = [$"```csharp\n{signature}\n```", value is null ? "" : $"```text\n{value.Replace("```", "'''", StringComparison.Ordinal)}\n```", documentation?.ToText(markdown: true, detailed) ?? ""];
        return new() { { "text/markdown", Join(markdown) }, { "text/plain", Join(plain) } };
    }

    private static string Join(string[] parts) => string.Join("\n\n", parts.Where(part => part.Length > 0));

    private static string Signature(ISymbol symbol, SemanticModel model, int position)
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

    // The value may be of a student's type, and in use by the running cell: an answer that fails or takes long is none.
    private static async Task<string?> ValueAsync(object? value, CancellationToken cancel)
    {
        // To walk a sequence that is no collection would run its code.
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
