using CourseKit.Kernel.Session.Stopping;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Adds a call of <see cref="StopRequest.Check"/> to the body of each loop in a cell, so that loops on all threads end when the cell must stop.
/// (For methods and lambdas, the compiler adds such checks.) Line numbers stay the same, but columns may change.
/// </summary>
internal sealed class LoopChecks : CSharpSyntaxRewriter
{
    private static readonly StatementSyntax Check = SyntaxFactory.ParseStatement($"global::{typeof(StopRequest).FullName}.{nameof(StopRequest.Check)}();");

    /// <summary>Returns the tree with the checks; the same tree if there is no loop.</summary>
    public static SyntaxTree Add(SyntaxTree tree)
    {
        var root = tree.GetRoot();
        var guarded = new LoopChecks().Visit(root)!;
        return guarded == root ? tree : tree.WithRootAndOptions(guarded, tree.Options);
    }

    /// <inheritdoc/>
    public override SyntaxNode? Visit(SyntaxNode? node) => base.Visit(node) switch
    {
        WhileStatementSyntax loop => loop.WithStatement(Checked(loop.Statement)),
        DoStatementSyntax loop => loop.WithStatement(Checked(loop.Statement)),
        ForStatementSyntax loop => loop.WithStatement(Checked(loop.Statement)),
        ForEachStatementSyntax loop => loop.WithStatement(Checked(loop.Statement)),
        ForEachVariableStatementSyntax loop => loop.WithStatement(Checked(loop.Statement)),
        var other => other,
    };

    private static BlockSyntax Checked(StatementSyntax body) =>
        body is BlockSyntax block ? block.WithStatements(block.Statements.Insert(0, Check)) : SyntaxFactory.Block(Check, body);
}
