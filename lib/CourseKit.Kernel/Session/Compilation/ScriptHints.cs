using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// What to write instead where the C# of scripts is smaller than that of programs. The compiler's messages do not say it, because the parser
/// often takes such code for something else.
/// </summary>
internal static class ScriptHints
{
    /// <summary>One limit of scripts.</summary>
    /// <param name="Ids">The errors that the compiler may report first.</param>
    /// <param name="Is">Whether an error is about this limit. The token is the one at the error.</param>
    /// <param name="Text">What to write instead.</param>
    private sealed record Limit(string[] Ids, Func<SyntaxToken, Diagnostic, bool> Is, string Text);

    private static readonly Limit[] Limits =
    [
        new(["CS7021"], Always, "cells have no namespaces: remove the namespace and its braces, and its types stand at the top level."),
        new(["CS8099", "CS8098", "CS7010"], (at, _) => at.Parent is LoadDirectiveTriviaSyntax, "write the file of #load in quotes, on a line of its own: #load \"file.csx\", or #!import file.csx"),
        new(["CS1529"], Always, "put each using at the top of the cell, or into a cell above."),
        new(["CS0825", "CS0246", "CS0138", "CS0118", "CS1519", "CS1002", "CS0103"], (at, _) => IsUsingDeclaration(at),
            "a cell keeps its variables for later cells, so none can end with the cell: write using (var x = ...) { ... }, or put the lines into a block { ... }."),
        new(["CS0246", "CS0548", "CS1014", "CS0103"], (at, _) => Around(at).Any(IsWith), "put the expression into parentheses: (x with { Y = 1 })"),
        new(["CS1109", "CS9283"], Always, "declare extension methods at the top level of a cell, without a class: static int Twice(this int x) => 2 * x;"),
        new(["CS9054"], Always, "remove the word file: nothing outside the notebook sees a cell's types."),
        new(["CS7020"], Always, "put the loop into a method: IEnumerable<int> Numbers() { yield return 1; }"),
        new(["CS0106"], (at, _) => at.Parent is LocalDeclarationStatementSyntax && at.IsKind(SyntaxKind.StaticKeyword),
            "C# has no static variables inside a method or block: declare the variable above it, at the top level of the cell."),
        new(["CS0501", "CS0106", "CS0825"], (at, _) => Around(at).Any(IsRefVariable), "a cell keeps its variables, and a ref cannot be kept: put the lines into a block { ... } or a method."),
        new(["CS8345"], (at, _) => Around(at).Any(IsTopLevel),
            "a cell keeps its variables, and a span or another ref struct cannot be kept: put the lines into a block { ... } or a method."),
        new(["CS0029"], (at, error) => Around(at).Any(node => IsResult(node) && node.Span == error.Location.SourceSpan),
            "the last expression is shown as an object, and a span or pointer cannot be one: write .ToArray() behind a span, or end with a semicolon."),
        new(["CS0214"], Always, "put the lines into a block unsafe { ... }, or write unsafe before the method or type."),
        new(["CS0212"], (at, _) => at.Parent is PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax } && !IsInType(at),
            "a cell's variable can move in memory: write fixed (int* p = &x) { ... }, or declare the variable inside the block."),
        new(["CS7026"], Always, "remove the attribute: a cell is no assembly of its own."),
        new(["CS0583"], (at, _) => at.Parent is LabeledStatementSyntax, "the compiler fails where a label stands before a declaration: declare the variable above the label."),
        new(["CS0120"], IsOfCell, "types and static methods do not see the variables and methods of cells: write static before its declaration, or hand the value in."),
    ];

    /// <summary>The hint for an error; null if the error is not certainly about a limit of scripts.</summary>
    public static string? For(Diagnostic error)
    {
        if (error.Location.SourceTree is not { } tree)
            return null;
        var at = tree.GetRoot().FindToken(error.Location.SourceSpan.Start, findInsideTrivia: true);
        return Limits.FirstOrDefault(limit => limit.Ids.Contains(error.Id) && limit.Is(at, error))?.Text;
    }

    private static bool Always(SyntaxToken at, Diagnostic error) => true;

    private static IEnumerable<SyntaxNode> Around(SyntaxToken at) => at.Parent!.AncestorsAndSelf();

    private static bool IsInType(SyntaxToken at) => Around(at).Any(node => node is TypeDeclarationSyntax);

    private static bool IsTopLevel(SyntaxNode node) => node is { Parent: CompilationUnitSyntax } and not BaseTypeDeclarationSyntax;

    // The parser takes `using var x = 1;` for a using directive without a semicolon, and for the statement `x = 1;`. Below other code it skips the
    // directive. The error may be at any token of the line, so the tokens before it are searched for `using`.
    private static bool IsUsingDeclaration(SyntaxToken at)
    {
        while (!at.IsKind(SyntaxKind.UsingKeyword))
        {
            at = at.GetPreviousToken(includeSkipped: true);
            if (at.Kind() is SyntaxKind.None or SyntaxKind.SemicolonToken or SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken)
                return false;
        }
        if (at.Parent is not (UsingDirectiveSyntax { SemicolonToken.IsMissing: true } or SkippedTokensTriviaSyntax) || IsInType(at))
            return false;
        SyntaxToken type = default, name = default;
        for (var next = at.GetNextToken(includeSkipped: true); !next.IsKind(SyntaxKind.EqualsToken); next = next.GetNextToken(includeSkipped: true))
        {
            if (next.Kind() is SyntaxKind.None or SyntaxKind.EndOfFileToken or SyntaxKind.SemicolonToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBraceToken)
                return false;
            (type, name) = (name, next);
        }
        // After `using System.Text` without a semicolon, `var x = 1;` may stand in the next line.
        var lines = at.SyntaxTree!.GetLineSpan(TextSpan.FromBounds(at.SpanStart, name.Span.End));
        return name.IsKind(SyntaxKind.IdentifierToken) && lines.StartLinePosition.Line == lines.EndLinePosition.Line
            && type.Kind() is SyntaxKind.IdentifierToken or SyntaxKind.GreaterThanToken or SyntaxKind.CloseBracketToken or SyntaxKind.QuestionToken;
    }

    // The parser takes `x with { Y = 1 }` for a property called `with` of the type x, and `(x) with` for a cast.
    private static bool IsWith(SyntaxNode node) => node switch
    {
        PropertyDeclarationSyntax { Identifier.Text: "with", AccessorList.Accessors: var accessors } => IsTopLevel(node) && accessors.All(accessor => accessor.IsKind(SyntaxKind.UnknownAccessorDeclaration)),
        GlobalStatementSyntax { Statement: ExpressionStatementSyntax { Expression: CastExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "with" } } } } =>
            node.GetLastToken().GetNextToken().IsKind(SyntaxKind.OpenBraceToken),
        _ => false,
    };

    // The parser takes `ref int x = ref y;` for a method without parentheses.
    private static bool IsRefVariable(SyntaxNode node) =>
        IsTopLevel(node) && node is MethodDeclarationSyntax { ReturnType: RefTypeSyntax, ParameterList.OpenParenToken.IsMissing: true };

    private static bool IsResult(SyntaxNode node) => node.Parent is ExpressionStatementSyntax { SemicolonToken.IsMissing: true, Parent: GlobalStatementSyntax };

    // The message names a member of a type with its type, as in 'C.x', but what a cell declares has no such name.
    private static bool IsOfCell(SyntaxToken at, Diagnostic error) =>
        "'(<".Any(end => error.GetMessage(CultureInfo.InvariantCulture).Contains($"'{at.ValueText}{end}", StringComparison.Ordinal));
}
