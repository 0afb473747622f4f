using CourseKit.Kernel.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The names that checks use and that no other cell of the teacher's notebook declares. Most of them come from a library or from the kernel. A
/// student who declares such a name could make the checks use the student's code instead.
/// </summary>
internal sealed class ReservedNames
{
    private static readonly CSharpParseOptions Script = new(kind: SourceCodeKind.Script);
    private readonly HashSet<string> names;

    private ReservedNames(HashSet<string> names) => this.names = names;

    public static ReservedNames Of(Notebook teachers, IReadOnlyList<GradeCell> graded)
    {
        var checks = graded.Where(cell => cell.IsCheck).Select(cell => cell.Cell).ToHashSet();
        var declared = teachers.Cells.Where(cell => cell.Kind == CellKind.Code && !checks.Contains(cell)).SelectMany(cell => Declared(cell.Source)).ToHashSet();
        var used = checks.Where(cell => cell.Kind == CellKind.Code)
            .SelectMany(cell => Parse(cell.Source).DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.ValueText)).Append("display");
        return new(used.Where(name => !declared.Contains(name)).ToHashSet());
    }

    /// <summary>The reason why this code of a student is not run, as a text for the student; null if the code may run.</summary>
    public string? WrongWith(string source)
    {
        if (Declared(source).FirstOrDefault(names.Contains) is { } taken)
            return $"declares `{taken}`, a name that the checks use";
        var directives = Parse(source).DescendantNodes(descendIntoTrivia: true).OfType<DirectiveTriviaSyntax>();
        return directives.Any(directive => directive is LoadDirectiveTriviaSyntax) ? "loads another file's code" : null;
    }

    /// <summary>The <c>using</c> directives of all code cells of a notebook, in one line of code.</summary>
    public static string UsingsOf(Notebook notebook) => string.Join(' ', notebook.Cells.Where(cell => cell.Kind == CellKind.Code)
        .SelectMany(cell => Parse(cell.Source).DescendantNodes().OfType<UsingDirectiveSyntax>()).Select(one => one.WithoutTrivia().ToString()).Distinct());

    // All names that the code declares, at any depth. Locals and members are included, although later cells cannot see them without a qualifier.
    private static IEnumerable<string> Declared(string source) => Parse(source).DescendantNodes().Select(node => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
        UsingDirectiveSyntax { Alias: { } alias } => alias.Name.Identifier.ValueText,
        BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
        _ => null,
    }).OfType<string>();

    private static SyntaxNode Parse(string source) => CSharpSyntaxTree.ParseText(source, Script).GetRoot();
}
