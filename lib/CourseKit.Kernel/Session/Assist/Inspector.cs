using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Finds the symbol at a position in a cell and describes the symbol.</summary>
internal static class Inspector
{
    /// <summary>
    /// Describes the name that contains or touches the position. Without such a name, describes the method that is called with an argument at the
    /// position. Null if no symbol is found.
    /// </summary>
    public static async Task<MimeBundle?> InspectAsync(Document cell, int position, bool detailed, IReadOnlyList<SessionVariable> variables, CancellationToken cancel)
    {
        var model = (await cell.GetSemanticModelAsync(cancel))!;
        var root = (await cell.GetSyntaxRootAsync(cancel))!;
        var symbols = Names(root, position).Select(name => Of(name, model, cancel)).FirstOrDefault(found => found.Count > 0);
        if (symbols is null)
            return null;
        var field = symbols[0] as IFieldSymbol;
        var variable = field is { ContainingType.IsScriptClass: true } ? variables.FirstOrDefault(known => known.Name == field.Name) : null;
        return await new SymbolPage(model, position, detailed, cancel).OfAsync(symbols, variable);
    }

    /// <summary>
    /// The name in an expression that stands for nothing, as it may have been meant: if a namespace without a using has a type of this name, the
    /// expression with the namespace; also the known names that are like it.
    /// </summary>
    public static async Task<(string? Qualified, IReadOnlyList<string> Near)> MeantAsync(Document cell, CancellationToken cancel)
    {
        var model = (await cell.GetSemanticModelAsync(cancel))!;
        var root = (await cell.GetSyntaxRootAsync(cancel))!;
        if (root.DescendantNodes().OfType<SimpleNameSyntax>().FirstOrDefault(name => Of(name, model, cancel).Count == 0) is not { } unknown)
            return (null, []);
        var name = unknown.Identifier.ValueText;
        if (Left(unknown) is { } left)
        {
            var container = model.GetSymbolInfo(left, cancel).Symbol as INamespaceOrTypeSymbol ?? model.GetTypeInfo(left, cancel).Type;
            return (null, NearNames.Of(name, model.LookupSymbols(unknown.SpanStart, container, includeReducedExtensionMethods: true).Select(symbol => symbol.Name).Distinct()));
        }
        var types = Types(model.Compilation.GlobalNamespace).ToList();
        var qualified = types.Where(type => type.Name == name).Select(type => type.ContainingNamespace.ToDisplayString()).MinBy(found => found.Length);
        var known = model.LookupSymbols(unknown.SpanStart).Where(symbol => symbol.CanBeReferencedByName).Select(symbol => symbol.Name).Distinct();
        return (qualified is null ? null : root.ToFullString().Insert(unknown.SpanStart, qualified + "."), NearNames.Of(name, known));
    }

    private static ExpressionSyntax? Left(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Name == name => access.Expression,
        QualifiedNameSyntax qualified when qualified.Right == name => qualified.Left,
        _ => null,
    };

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Where(type => type.DeclaredAccessibility == Accessibility.Public && !space.IsGlobalNamespace).Concat(space.GetNamespaceMembers().SelectMany(Types));

    // The nodes that may name the symbol, nearest to the position first.
    private static IEnumerable<SyntaxNode> Names(SyntaxNode root, int position)
    {
        var right = root.FindToken(position);
        var left = position > 0 ? root.FindToken(position - 1) : default;
        foreach (var token in new[] { right, left })
        {
            if (token.Parent is { } parent && token.Span.Start <= position && position <= token.Span.End
                && (token.IsKind(SyntaxKind.IdentifierToken) || parent is PredefinedTypeSyntax or ThisExpressionSyntax or BaseExpressionSyntax))
                yield return parent;
        }
        if (left.Parent is TypeArgumentListSyntax { Parent: { } generic } arguments && left == arguments.GreaterThanToken && position == left.Span.End)
            yield return generic;
        foreach (var node in left.Parent?.AncestorsAndSelf() ?? [])
        {
            if (node is StatementSyntax or AnonymousFunctionExpressionSyntax)
                yield break;
            if (node is (BaseArgumentListSyntax or AttributeArgumentListSyntax) && node.SpanStart < position && (position < node.Span.End || node.GetLastToken(includeZeroWidth: true).IsMissing))
                yield return node.Parent!;
        }
    }

    private static IReadOnlyList<ISymbol> Of(SyntaxNode node, SemanticModel model, CancellationToken cancel)
    {
        if (model.GetDeclaredSymbol(node, cancel) is { } declared)
            return [declared];
        var called = node is InvocationExpressionSyntax call ? call.Expression : node;
        var info = model.GetSymbolInfo(called, cancel);
        var first = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        var group = model.GetMemberGroup(called, cancel);
        first ??= group.FirstOrDefault() ?? model.GetTypeInfo(called, cancel).Type;
        if (first is null or IErrorTypeSymbol)
            return [];
        // The overloads of a constructor are the constructors of its type.
        var others = group.Length > 0 ? group : first is IMethodSymbol { MethodKind: MethodKind.Constructor } made ? [.. made.ContainingType.InstanceConstructors] : info.CandidateSymbols;
        return [first, .. others.Where(other => !SymbolEqualityComparer.Default.Equals(other, first) && model.IsAccessible(node.SpanStart, other))];
    }
}
