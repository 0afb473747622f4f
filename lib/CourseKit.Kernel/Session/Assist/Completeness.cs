using CourseKit.Kernel.Session.Directives;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Tells from a cell's syntax whether the cell needs more lines. Nothing is compiled.</summary>
internal static class Completeness
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    // These errors mean a literal or comment without an end. The parser reports them at the beginning of the literal or comment.
    private static readonly string[] Unterminated = ["CS1010", "CS1035", "CS1039", "CS8076", "CS8997", "CS8967"];

    // This error means a try without a catch or finally. The parser reports it at the last brace of the try.
    private const string TryAlone = "CS1524";

    /// <summary>Tells whether a cell is complete, including its directives.</summary>
    public static CodeCompleteness Of(string code)
    {
        var invalid = new CodeCompleteness(CodeCompletenessStatus.Invalid, "");
        IReadOnlyList<CellStep> steps;
        try
        {
            steps = CellParser.Parse(new("", code));
        }
        catch (DirectiveException)
        {
            return invalid;
        }
        foreach (var step in steps)
        {
            if (step is DirectiveStep { Directive.Name: "#r", Argument: not ['"', .., '"'] })
                return invalid;
            if (step is not CodeStep { Source.Code: var csharp })
                continue;
            var root = CSharpSyntaxTree.ParseText(csharp.TrimEnd(), Script).GetCompilationUnitRoot();
            var errors = root.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).ToList();
            if (!errors.TrueForAll(error => IsAtEnd(error, root)) || errors.Count > 0 && step != steps[^1] || root.DescendantNodes().Any(IsNonsense))
                return invalid;
            if (errors.Count > 0)
                return new(CodeCompletenessStatus.Incomplete, errors.Exists(error => Unterminated.Contains(error.Id)) ? "" : Indent(root));
        }
        return new(CodeCompletenessStatus.Complete, "");
    }

    // More lines can correct an error at the end of the code, but not an error before the end.
    private static bool IsAtEnd(Diagnostic error, CompilationUnitSyntax root)
    {
        var start = error.Location.SourceSpan.Start;
        var last = root.GetLastToken(includeSkipped: true);
        if (!Unterminated.Contains(error.Id))
            return start >= last.Span.End || error.Id == TryAlone && start >= last.SpanStart;
        var trivia = root.FindTrivia(start);
        var end = trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) ? trivia.Span.End : root.FindToken(start).Span.End;
        return end >= root.FullSpan.End;
    }

    // The parser reports no error for `var = 1` and `*1`, but such code does not compile.
    private static bool IsNonsense(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "var" } } => true,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression, Operand: LiteralExpressionSyntax } => true,
        _ => false,
    };

    // Four spaces for each line with a bracket that is still open, and four more if the last statement still needs a body.
    private static string Indent(CompilationUnitSyntax root)
    {
        var open = new Stack<int>();
        foreach (var token in root.DescendantTokens().Where(token => !token.IsMissing))
        {
            if (token.Kind() is SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken)
                open.Push(token.GetLocation().GetLineSpan().StartLinePosition.Line);
            else if (token.Kind() is SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken)
                open.TryPop(out _);
        }
        var last = root.GetLastToken();
        var bodyless = last.Kind() is SyntaxKind.ElseKeyword or SyntaxKind.DoKeyword
            || last.IsKind(SyntaxKind.CloseParenToken) && last.Parent is StatementSyntax and not DoStatementSyntax;
        return new(' ', 4 * (open.Distinct().Count() + (bodyless ? 1 : 0)));
    }
}
