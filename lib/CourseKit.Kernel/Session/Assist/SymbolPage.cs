using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Describes a symbol: its declaration and overloads, a variable's value, the documentation comment.</summary>
internal static class SymbolPage
{
    private const int FewOverloads = 3, MaxOverloads = 40, MaxValue = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis);

    /// <summary>Writes the description of a symbol, as Markdown and as plain text.</summary>
    /// <param name="symbols">The symbol, then its other overloads.</param>
    /// <param name="variable">The session's variable that the symbol stands for; null if it stands for none.</param>
    /// <param name="detailed">True for up to 40 overloads and the detailed documentation; false for up to 3 overloads.</param>
    /// <param name="model">The cell's semantic model. It shortens the names of types as the usings at the position allow.</param>
    /// <param name="position">The position in the cell.</param>
    /// <param name="cancel">Cancels the work.</param>
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

    // Formatting the value may run a student's code, and the running cell may change the value meanwhile. So the value is left out if formatting
    // throws or takes longer than 300 ms.
    private static async Task<string?> ValueAsync(object? value, CancellationToken cancel)
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
