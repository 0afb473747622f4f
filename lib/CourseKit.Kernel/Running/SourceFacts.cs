using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Running;

/// <summary>What a cell's source holds, found out without running it.</summary>
/// <param name="Declares">The names that later cells see: variables, methods and types outside all others, and aliases.</param>
/// <param name="Uses">The names in the source that a declaration elsewhere could give another meaning.</param>
/// <param name="Usings">The <c>using</c> directives.</param>
/// <param name="LoadsFiles">Whether a directive loads a file: <c>#r</c>, <c>#i</c>, <c>#load</c>, <c>#!import</c>.</param>
/// <param name="Suspicious">The lines that reach past the language and the libraries into the process or the system.</param>
internal sealed partial record SourceFacts(
    IReadOnlyList<string> Declares, IReadOnlyList<string> Uses, IReadOnlyList<string> Usings, bool LoadsFiles, IReadOnlyList<string> Suspicious)
{
    private static readonly CSharpParseOptions Script = new(kind: SourceCodeKind.Script);

    // Names of reflection, of native memory and code, of the hooks between a cell and its process, and of processes.
    // `GetType` and `nameof` are not among them: they are in honest code.
    private static readonly HashSet<string> Reaching =
    [
        "Activator", "Assembly", "AssemblyLoadContext", "BindingFlags", "CreateDelegate", "DynamicInvoke", "DynamicMethod", "FieldInfo", "GetConstructor", "GetConstructors", "GetField", "GetFields",
        "GetMember", "GetMembers", "GetMethod", "GetMethods", "GetNestedType", "GetProperties", "GetRuntimeFields", "GetRuntimeMethods", "ILGenerator", "InvokeMember", "MethodBase", "MethodInfo", "PropertyInfo",
        "DllImport", "DllImportAttribute", "GCHandle", "GetDelegateForFunctionPointer", "GetFunctionPointer", "GetFunctionPointerForDelegate", "IntPtr", "LibraryImport", "Marshal", "MemoryMarshal",
        "ModuleInitializer", "ModuleInitializerAttribute", "NativeLibrary", "NativeMemory", "RuntimeHelpers", "SafeFileHandle", "SafeHandle", "UIntPtr", "Unsafe", "UnsafeAccessor", "UnsafeAccessorAttribute", "nint", "nuint",
        "AppContext", "AppDomain", "CheckReport", "ConventionFormatter", "Formatter", "NotebookHost", "OwnRandomNumbers", "SetData", "TypeFormatterSource",
        "AnonymousPipeClientStream", "AnonymousPipeServerStream", "GetCommandLineArgs", "GetCurrentProcess", "GetProcessById", "GetProcesses", "NamedPipeClientStream", "ProcessStartInfo",
    ];

    /// <summary>Parses a source. Each source has facts, also one that does not compile.</summary>
    public static SourceFacts Of(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source, Script).GetRoot();
        var nodes = root.DescendantNodes().ToList();
        var lines = source.Split('\n');
        return new(
            [.. root.DescendantNodes(node => !EndsScope(node)).Select(NameOf).OfType<string>().Distinct()],
            [.. nodes.OfType<SimpleNameSyntax>().Where(name => !IsProperty(name)).Select(name => name.Identifier.ValueText).Distinct()],
            [.. nodes.OfType<UsingDirectiveSyntax>().Select(one => one.WithoutTrivia().ToString()).Distinct()],
            LoadingLine().IsMatch(source) || root.DescendantNodes(descendIntoTrivia: true).Any(node => node is LoadDirectiveTriviaSyntax or ReferenceDirectiveTriviaSyntax),
            [.. root.DescendantTokens().Where(IsSuspicious).Select(token => token.GetLocation().GetLineSpan().StartLinePosition.Line).Distinct().Select(line => lines[line].Trim())]);
    }

    // Variables of a method, a lambda or a block end with it. Members of a type are reached by its name only. To ask each node for its ancestors instead
    // would take minutes where a source is deeply nested.
    private static bool EndsScope(SyntaxNode node) =>
        node is BaseTypeDeclarationSyntax or BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or BlockSyntax or AccessorListSyntax;

    // A method behind a dot may be an extension method of somebody else's. A property is always the type's own.
    private static bool IsProperty(SimpleNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name && access.Parent is not InvocationExpressionSyntax;

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
        SyntaxKind.IdentifierToken => Reaching.Contains(token.ValueText),
        SyntaxKind.StringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.Utf8StringLiteralToken => Path().IsMatch(token.ValueText),
        _ => false,
    };

    [GeneratedRegex(@"^\s*#\s*(r|i|load|!import)\b", RegexOptions.Multiline)]
    private static partial Regex LoadingLine();

    [GeneratedRegex(@"/proc\b|/dev/(?!null\b)|notebook\.(display|stop|formatters)|System\.Reflection|CourseKit\.(Exercises|Display)\.")]
    private static partial Regex Path();
}
