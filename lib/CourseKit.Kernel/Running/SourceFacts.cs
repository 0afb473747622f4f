using System.Text.RegularExpressions;
using CourseKit.Kernel.Session.Directives;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Running;

/// <summary>What a cell's source holds, found out without running it.</summary>
/// <param name="Declares">The names that later cells see: variables, methods and types outside all others, and aliases. An extension method is also there with a dot: <c>.mean</c>.</param>
/// <param name="Uses">The names in the source that a declaration elsewhere could give another meaning. For a method behind a dot, only an extension method could: <c>.mean</c>.</param>
/// <param name="Usings">The <c>using</c> directives.</param>
/// <param name="LoadsFiles">Whether a directive loads a file: <c>#r</c>, <c>#i</c>, <c>#load</c>, <c>#!import</c>, <c>#!value</c> with a file.</param>
/// <param name="Suspicious">The lines that reach past the language and the libraries into the process or the system.</param>
internal sealed partial record SourceFacts(
    IReadOnlyList<string> Declares, IReadOnlyList<string> Uses, IReadOnlyList<string> Usings, bool LoadsFiles, IReadOnlyList<string> Suspicious)
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    // Names of reflection, of native memory and code, of the hooks between a cell and its process, and of processes.
    // `GetType` and `nameof` are not among them: they are in honest code. `Type.GetType("...")` is not.
    private static readonly HashSet<string> Reaching =
    [
        "Activator", "Assembly", "AssemblyLoadContext", "BindingFlags", "ConstructorInfo", "CreateDelegate", "CSharpScript", "DeclaredConstructors", "DeclaredFields", "DeclaredMembers", "DeclaredMethods",
        "DeclaredProperties", "DynamicInvoke", "DynamicMethod", "FieldInfo", "GetConstructor", "GetConstructors", "GetDeclaredField", "GetDeclaredMethod", "GetDeclaredProperty", "GetField", "GetFields",
        "GetMember", "GetMembers", "GetMethod", "GetMethods", "GetNestedType", "GetProperties", "GetProperty", "GetRuntimeField", "GetRuntimeFields", "GetRuntimeMethod", "GetRuntimeMethods", "GetTypeInfo", "ILGenerator", "InvokeMember", "MethodBase", "MethodInfo", "PropertyInfo", "TypeDescriptor",
        "DllImport", "DllImportAttribute", "GCHandle", "GetDelegateForFunctionPointer", "GetFunctionPointer", "GetFunctionPointerForDelegate", "IntPtr", "LibraryImport", "Marshal", "MemoryMarshal",
        "ModuleInitializer", "ModuleInitializerAttribute", "NativeLibrary", "NativeMemory", "RuntimeHelpers", "SafeFileHandle", "SafeHandle", "UIntPtr", "Unsafe", "UnsafeAccessor", "UnsafeAccessorAttribute", "nint", "nuint",
        "AppContext", "AppDomain", "CheckReport", "ConventionFormatter", "Formatter", "NotebookHost", "OwnRandomNumbers", "SetData", "TypeFormatterSource",
        "AnonymousPipeClientStream", "AnonymousPipeServerStream", "GetCommandLineArgs", "GetCurrentProcess", "GetProcessById", "GetProcesses", "NamedPipeClientStream", "ProcessStartInfo",
    ];

    /// <summary>Parses a source. Each source has facts, also one that does not compile.</summary>
    public static SourceFacts Of(string source)
    {
        // The lines as the session sees them.
        source = source.ReplaceLineEndings("\n");
        var lines = source.Split('\n');
        var roots = PartsOf(source).Select(part => CSharpSyntaxTree.ParseText(part, Script).GetRoot()).ToList();
        var nodes = roots.SelectMany(root => root.DescendantNodes()).ToList();
        return new(
            [.. roots.SelectMany(root => root.DescendantNodes(node => !EndsScope(node))).SelectMany(NamesOf).Distinct()],
            [.. nodes.OfType<SimpleNameSyntax>().Where(name => !IsProperty(name)).Select(name => (IsMember(name) ? "." : "") + name.Identifier.ValueText).Distinct()],
            [.. nodes.OfType<UsingDirectiveSyntax>().Select(one => one.WithoutTrivia().ToString()).Distinct()],
            LoadingLine().IsMatch(source) || roots.SelectMany(root => root.DescendantNodes(descendIntoTrivia: true)).Any(node => node is LoadDirectiveTriviaSyntax or ReferenceDirectiveTriviaSyntax),
            [.. roots.SelectMany(root => root.DescendantTokens()).Where(IsSuspicious).Select(token => token.GetLocation().GetLineSpan().StartLinePosition.Line).Distinct().Select(line => lines[line].Trim())]);
    }

    // An earlier cell may have connected a kernel of any name, and the session passes over the text for it.
    // The session compiles the code between two directives such as #!who by itself, and leaves out the text of #!html. So a comment that begins in
    // such a text hides nothing. A source with a wrong directive does not run; what it holds is all the same.
    private static IEnumerable<string> PartsOf(string source)
    {
        try
        {
            return CellParser.Parse(new("", source), Names().Matches(source).Select(name => name.Value).ToHashSet()).Select(step => step switch
            {
                CodeStep code => code.Source.Code,
                // The directives that declare a variable, too.
                DirectiveStep { Directive: var directive, Argument: var argument } when ShareDirective.Declared(directive, argument) is { } name => $"object {name};",
                _ => "",
            });
        }
        catch (DirectiveException)
        {
            return [source];
        }
    }

    // Variables of a method, a lambda, a block or a loop end with it. Members of a type are reached by its name only. To ask each node for its ancestors
    // instead would take minutes where a source is deeply nested.
    private static bool EndsScope(SyntaxNode node) =>
        node is BaseTypeDeclarationSyntax or BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or BlockSyntax or AccessorListSyntax
            or ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or UsingStatementSyntax or FixedStatementSyntax;

    // A method behind a dot may be an extension method of somebody else's. A property is always the type's own.
    private static bool IsProperty(SimpleNameSyntax name) => IsMember(name) && name.Parent!.Parent is not InvocationExpressionSyntax;

    private static bool IsMember(SimpleNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access ? access.Name == name : name.Parent is MemberBindingExpressionSyntax;

    private static IEnumerable<string> NamesOf(SyntaxNode node) => NameOf(node) is not { } name ? []
        : node is MethodDeclarationSyntax { ParameterList.Parameters: [{ Modifiers: var modifiers }, ..] } && modifiers.Any(SyntaxKind.ThisKeyword) ? [name, "." + name] : [name];

    private static string? NameOf(SyntaxNode node) => node switch
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
    };

    private static bool IsSuspicious(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.UnsafeKeyword or SyntaxKind.FixedKeyword or SyntaxKind.ExternKeyword => true,
        SyntaxKind.IdentifierToken => Reaching.Contains(token.ValueText) || token is { ValueText: "GetType", Parent.Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } } },
        SyntaxKind.StringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.Utf8StringLiteralToken => Path().IsMatch(token.ValueText),
        _ => false,
    };

    [GeneratedRegex(@"^\s*#\s*(r|i|load|!import|!value\b.*--from-file)\b", RegexOptions.Multiline)]
    private static partial Regex LoadingLine();

    [GeneratedRegex(@"(?<=^[ \t]*)#!\S+", RegexOptions.Multiline)]
    private static partial Regex Names();

    [GeneratedRegex(@"/proc\b|/dev/(?!null\b)|notebook\.(display|stop|formatters)|System\.Reflection|CourseKit\.(Exercises|Display)\.")]
    private static partial Regex Path();
}
