using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Pages;

/// <summary>
/// Writes C# code as HTML spans. Keywords, types, methods, strings, numbers, comments and directives each get a CSS class. Only the syntax is used,
/// so some types are a guess.
/// </summary>
internal static class CSharpColours
{
    private static readonly CSharpParseOptions Script =
        new(LanguageVersion.Preview, DocumentationMode.None, SourceCodeKind.Script);

    public static void Append(StringBuilder html, string code)
    {
        // The C# parser does not know the notebook's directives (such as #!time), so those at the beginning are written first.
        var end = 0;
        foreach (var line in code.Split('\n'))
        {
            if (!line.StartsWith("#!", StringComparison.Ordinal))
                break;
            end = Math.Min(code.Length, end + line.Length + 1);
        }
        AppendSpan(html, "d", code.AsSpan(0, end));
        foreach (var token in CSharpSyntaxTree.ParseText(code[end..], Script).GetRoot().DescendantTokens())
        {
            AppendTrivia(html, token.LeadingTrivia);
            AppendSpan(html, Class(token), token.Text);
            AppendTrivia(html, token.TrailingTrivia);
        }
    }

    private static void AppendTrivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            var text = trivia.ToFullString();
            var comment = trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
                or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia;
            var directive = trivia.IsDirective || text.StartsWith("#!", StringComparison.Ordinal);
            AppendSpan(html, comment ? "c" : directive ? "d" : null, text);
        }
    }

    private static void AppendSpan(StringBuilder html, string? css, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (css is null)
            html.AppendEscaped(text);
        else
            html.Append("<span class=\"").Append(css).Append("\">").AppendEscaped(text).Append("</span>");
    }

    private static string? Class(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.Utf8StringLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.Utf8SingleLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedRawStringEndToken => "s",
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.IdentifierToken => Identifier(token),
        var kind when SyntaxFacts.IsKeywordKind(kind) => "k",
        _ => null,
    };

    private static string? Identifier(SyntaxToken token) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax or ConstructorDeclarationSyntax => "t",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "m",
        SimpleNameSyntax name => Name(name),
        _ => null,
    };

    private static string? Name(SimpleNameSyntax name)
    {
        if (name is IdentifierNameSyntax { Identifier.Text: "var" or "nint" or "nuint" or "dynamic" } && SyntaxFacts.IsInTypeOnlyContext(name))
            return "k";
        ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        if (whole.Parent is InvocationExpressionSyntax call && call.Expression == whole)
            return "m";
        // Only the names around it are asked: the search for a directive would go up a deeply nested source again for each name in it.
        if (name.Ancestors().FirstOrDefault(outer => outer is not NameSyntax) is UsingDirectiveSyntax { Alias: null } directive && directive.StaticKeyword == default)
            return null;
        // A name with a capital letter left of a dot is a type in all but odd cases, because variables of a notebook are lower case.
        return SyntaxFacts.IsInTypeOnlyContext(name)
            || (name.Identifier.Text is [var initial, ..] && char.IsUpper(initial) && name.Parent is MemberAccessExpressionSyntax left && left.Expression == name)
            ? "t" : null;
    }
}
