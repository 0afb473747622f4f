using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using Microsoft.DotNet.Interactive.Jupyter.Formatting;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Compiles each piece of C# as a continuation of the earlier pieces, and keeps their declarations. Roslyn's own scripting API (CSharpScript) is not
/// used: it does not let the caller choose the load context of the assemblies, and it keeps every cell in memory.
/// </summary>
internal sealed class SubmissionChain(NotebookLoadContext context, ReferenceSet references)
{
    private static readonly EmitOptions PortableSymbols = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private static readonly string[] Imports =
    [
        "System", "System.Collections", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text",
        "System.Threading", "System.Threading.Tasks", typeof(DisplayFunctions).FullName!,
        typeof(MathString).Namespace!,
    ];

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private static readonly CSharpCompilationOptions Options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        .WithOptimizationLevel(OptimizationLevel.Release).WithAllowUnsafe(true)
        .WithNullableContextOptions(NullableContextOptions.Annotations)
        .WithMetadataReferenceResolver(FrameworkReferences.Resolver).WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default);

    private static readonly SymbolDisplayFormat Signature = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeModifiers);

    // The table holds the sources of all sessions. The stack trace of an error on some thread names only assemblies, not the session.
    private static readonly ConditionalWeakTable<Assembly, CellSource> Sources = [];
    private readonly Dictionary<string, (object Submission, FieldInfo Field)> variables = [];
    private volatile CSharpCompilation? previous;
    private ImmutableArray<MetadataReference> bound = [];
    private object?[] states = new object?[8];
    private int count;

    /// <summary>The variables declared so far, the latest of each name.</summary>
    public IReadOnlyList<SessionVariable> Variables
    {
        get
        {
            lock (variables)
                return [.. variables.Select(v => new SessionVariable(v.Key, v.Value.Field.FieldType, v.Value.Field.GetValue(v.Value.Submission)))];
        }
    }

    /// <summary>The compiler's inputs for a cell that is being written. Another cell may run at the same time.</summary>
    public NextSubmission Next => previous is { } kept ? new(kept, Options, references.Whole) : new(null, Options.WithUsings(Imports), references.Whole);

    /// <summary>The source that an assembly was compiled from; null if the assembly is not a cell's.</summary>
    public static CellSource? SourceOf(Assembly assembly) => Sources.TryGetValue(assembly, out var source) ? source : null;

    /// <summary>Compiles and loads a piece of code.</summary>
    /// <returns>
    /// A function that runs the code. Its result is the value of the last expression, or null if there is none. Later cells see the declarations
    /// of the code when it has run, even if it failed.
    /// </returns>
    /// <exception cref="CompilationException">The code has errors.</exception>
    public Func<Task<object?>> Compile(CellSource source, CancellationToken cancel)
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(source.Code, Encoding.UTF8), ParseOptions, source.Label, cancel);
        var marked = AsyncFinally.Mark(tree);
        var built = Build(marked, references.All, cancel);
        if (!built.Errors.IsEmpty)
        {
            built = Build(marked, references.Whole, cancel);
            if (built.Errors.IsEmpty)
                references.UseWhole();
            else if (marked != tree)
                built = Build(tree, references.Whole, cancel); // The errors must have the columns of the cell as it was written.
        }
        if (!built.Errors.IsEmpty)
            throw new CompilationException(source, built.Errors);
        if (built.Image.Length == 0)
        {
            return () =>
            {
                (previous, bound) = (built.Compilation, references.All);
                return Task.FromResult<object?>(null);
            };
        }

        // No later cell needs a cell that declares nothing. Such a cell is not kept, so that a long session uses little memory.
        var keep = Declared(built.Compilation).Any() || Root(built.Compilation) is { Usings.Count: > 0 } or { Externs.Count: > 0 };
        built.Image.Position = 0;
        built.Symbols?.Position = 0;
        var assembly = context.LoadFromStream(built.Image, built.Symbols);
        Sources.Add(assembly, source);
        LateSymbols.Set(assembly, built.Compilation);
        var entry = built.Compilation.GetEntryPoint(cancel)!;
        var run = assembly.GetType(entry.ContainingType.MetadataName)!.GetMethod(entry.MetadataName, BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        return keep ? () => Run(built.Compilation, assembly, run) : () => run(states);
    }

    /// <summary>Compiles a submission to an assembly, with the checks that it needs (<see cref="Checks"/>).</summary>
    /// <param name="compilation">The submission.</param>
    /// <param name="withSymbols">Whether to give the portable PDB.</param>
    /// <param name="cancel">Cancels the compilation.</param>
    /// <returns>The assembly and its PDB, both empty if there are errors, and the diagnostics.</returns>
    public static (MemoryStream Image, MemoryStream? Symbols, ImmutableArray<Diagnostic> Diagnostics) Emit(CSharpCompilation compilation, bool withSymbols, CancellationToken cancel)
    {
        var (image, symbols) = (new MemoryStream(), withSymbols ? new MemoryStream() : null);
        EmitResult result;
        try
        {
            result = compilation.Emit(image, symbols, options: PortableSymbols, cancellationToken: cancel);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return (new(), null, [CompilerFailed(compilation, error)]);
        }
        if (result.Success && Root(compilation).DescendantNodes().Any(NeedsChecks))
            (image, symbols) = Checks.Add(image, symbols);
        return (image, symbols, result.Diagnostics);
    }

    // The compiler has a number for its own failures, but throws all the same.
    private static Diagnostic CompilerFailed(CSharpCompilation compilation, Exception error)
    {
        var label = Root(compilation).DescendantNodes().OfType<LabeledStatementSyntax>().FirstOrDefault();
        return Diagnostic.Create("CS0583", "Compiler", $"Internal compiler error: {error.Message}", DiagnosticSeverity.Error, DiagnosticSeverity.Error, true, 0,
            location: (label ?? (SyntaxNode)Root(compilation)).GetLocation());
    }

    private sealed record Built(CSharpCompilation Compilation, MemoryStream Image, MemoryStream? Symbols, ImmutableArray<Diagnostic> Errors);

    private Built Build(SyntaxTree tree, ImmutableArray<MetadataReference> available, CancellationToken cancel)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"notebook-{++count}");
        // Later submissions get the usual imports through the first one.
        var options = previous is null ? Options.WithUsings(Imports) : Options;
        // The previous submission already has the references in `bound`. If they were passed again, each submission would hold copies of the references
        // of all earlier ones.
        var compilation = CSharpCompilation.CreateScriptCompilation(name, tree, available.Except(bound), options, previous, typeof(object));
        while (compilation.ScriptCompilationInfo!.PreviousScriptCompilation is { } last && Redeclares(compilation, last))
            compilation = compilation.WithScriptCompilationInfo(compilation.ScriptCompilationInfo!.WithPreviousScriptCompilation(last.ScriptCompilationInfo!.PreviousScriptCompilation));
        // Two kinds of cells get their symbols at once. A cell with a try may print the line numbers of its own errors. A method or lambda of a
        // cell may fail later, and then LateSymbols may have forgotten the cell.
        var withSymbols = Root(compilation).DescendantNodes().Any(node => IsBody(node) || node is TryStatementSyntax);
        // A cell that has only usings, or nothing, gives no assembly.
        var (image, symbols, diagnostics) = Root(compilation).Members.Count == 0 ? (new(), null, compilation.GetDiagnostics(cancel)) : Emit(compilation, withSymbols, cancel);
        return new(compilation, image, symbols, [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).OrderBy(error => error.Location.SourceSpan.Start)]);
    }

    private Task<object?> Run(CSharpCompilation compilation, Assembly assembly, Func<object?[], Task<object?>> run)
    {
        if (count + 2 >= states.Length)
            Array.Resize(ref states, 2 * states.Length);
        var before = (previous, bound);
        (previous, bound) = (compilation, references.All);
        try
        {
            return run(states);
        }
        finally
        {
            // A cell that was stopped before its first line has created no submission object. Later cells then continue the submission before.
            if (states.FirstOrDefault(state => state?.GetType().Assembly == assembly) is { } submission)
                Declare(submission);
            else
                (previous, bound) = before;
        }
    }

    private void Declare(object submission)
    {
        lock (variables)
        {
            foreach (var field in submission.GetType().GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            {
                if (!field.Name.StartsWith('<'))
                    variables[field.Name] = (submission, field);
            }
        }
    }

    // Whether the new cell declares everything that the last submission declares. This is usual if a cell runs again. No later code can then name
    // anything of the last submission, so it leaves the chain. Otherwise each run would make the next one slower.
    private static bool Redeclares(CSharpCompilation compilation, CSharpCompilation last) =>
        last.ExternalReferences.IsEmpty && Root(last).Externs.Count == 0
        && !Declared(last).Concat(Usings(last)).Except(Declared(compilation).Concat(Usings(compilation))).Any();

    private static bool IsBody(SyntaxNode node) => node
        is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseTypeDeclarationSyntax
        or QueryExpressionSyntax;

    // Most cells only compute and show something. They go without checks, which would take a tenth of their time.
    private static bool NeedsChecks(SyntaxNode node) => IsBody(node) || node
        is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax or GotoStatementSyntax
        or TryStatementSyntax or UsingStatementSyntax or LockStatementSyntax or AwaitExpressionSyntax
        || node is IdentifierNameSyntax { Identifier.ValueText: var name } && RefusedExits.HasName(name);

    private static IEnumerable<string> Declared(CSharpCompilation compilation) =>
        compilation.ScriptClass!.GetMembers().Where(member => !member.IsImplicitlyDeclared).Select(member => $"{member.Kind} {member.ToDisplayString(Signature)}");

    private static IEnumerable<string> Usings(CSharpCompilation compilation) => Root(compilation).Usings.Select(@using => @using.ToString());

    private static CompilationUnitSyntax Root(CSharpCompilation compilation) => (CompilationUnitSyntax)compilation.SyntaxTrees[0].GetRoot(CancellationToken.None);
}
