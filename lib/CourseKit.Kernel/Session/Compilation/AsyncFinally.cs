using CourseKit.Kernel.Session.Stopping;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Marks finally blocks that await as clean-up (<see cref="StopRequest.BeginCleanup"/>). The compiler turns such a block into a catch, so its IL does not
/// show that it is one. Line numbers stay the same, but columns may change.
/// </summary>
internal sealed class AsyncFinally : CSharpSyntaxRewriter
{
    private static readonly StatementSyntax Begin = Call(nameof(StopRequest.BeginCleanup)), End = Call(nameof(StopRequest.EndCleanup));

    /// <summary>Returns the tree with the marks; the same tree if no finally block awaits.</summary>
    public static SyntaxTree Mark(SyntaxTree tree)
    {
        var root = tree.GetRoot();
        var marked = new AsyncFinally().Visit(root);
        return marked == root ? tree : tree.WithRootAndOptions(marked, tree.Options);
    }

    /// <inheritdoc/>
    public override SyntaxNode? VisitFinallyClause(FinallyClauseSyntax node)
    {
        var visited = (FinallyClauseSyntax)base.VisitFinallyClause(node)!;
        return !Awaits(node) ? visited : visited.WithBlock(SyntaxFactory.Block(Begin,
            SyntaxFactory.TryStatement(visited.Block, [], SyntaxFactory.FinallyClause(SyntaxFactory.Block(End)))));
    }

    private static bool Awaits(FinallyClauseSyntax node) => node.DescendantNodes(inner => inner is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(inner => inner is AwaitExpressionSyntax or CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 }
            or UsingStatementSyntax { AwaitKeyword.RawKind: not 0 } or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not 0 });

    private static StatementSyntax Call(string name) => SyntaxFactory.ParseStatement($"global::{typeof(StopRequest).FullName}.{name}();");
}
