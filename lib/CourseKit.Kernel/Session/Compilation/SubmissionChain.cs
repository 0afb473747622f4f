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

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Compiles each piece of C# as a continuation of the earlier pieces, and keeps their declarations. Roslyn's own scripting API (CSharpScript) is not
/// used: it does not let the caller choose the load context of the assemblies, and it keeps every cell in memory.
/// </summary>
#pragma warning disable CA1001 // `stop` is not disposed: it has no timer, and code of cells may use its token at any later time.
internal sealed class SubmissionChain(NotebookLoadContext context, ReferenceSet references)
#pragma warning restore CA1001
{
    /// <summary>The options for a cell without methods, lambdas and types.</summary>
    public static readonly EmitOptions Plain = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private static readonly string[] Imports =
    [
        "System", "System.Collections", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text",
        "System.Threading", "System.Threading.Tasks", typeof(DisplayFunctions).FullName!,
    ];

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private static readonly CSharpCompilationOptions Options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        .WithOptimizationLevel(OptimizationLevel.Release).WithAllowUnsafe(true)
        .WithNullableContextOptions(NullableContextOptions.Annotations)
        .WithMetadataReferenceResolver(FrameworkReferences.Resolver).WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default);

    // ModuleCancellation: methods and lambdas check whether they must stop, so most stops need no thread abort. StackOverflowProbing: an endless
    // recursion throws an exception in the cell; otherwise the stack overflow would end the process.
    private static readonly EmitOptions Checked = Plain.WithInstrumentationKinds([InstrumentationKind.ModuleCancellation, InstrumentationKind.StackOverflowProbing]);

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
    private CancellationTokenSource stop = new();

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

    /// <summary>Asks all running code of cells to end, on every thread.</summary>
    public void Stop()
    {
        StopRequest.Asked = true;
        _ = stop.CancelAsync(); // Cells may have registered callbacks on the token. They must not run on the caller's thread.
    }

    /// <summary>Lets code of cells run again after a stop.</summary>
    public void Rearm()
    {
        StopRequest.Asked = false;
        if (!stop.IsCancellationRequested)
            return;
        stop = new();
        foreach (var assembly in context.Assemblies.Where(loaded => SourceOf(loaded) is not null))
            Arm(assembly);
    }

    /// <summary>Compiles and loads a piece of code.</summary>
    /// <returns>
    /// A function that runs the code. Its result is the value of the last expression, or null if there is none. Later cells see the declarations
    /// of the code when it has run, even if it failed.
    /// </returns>
    /// <exception cref="CompilationException">The code has errors.</exception>
    public Func<Task<object?>> Compile(CellSource source, CancellationToken cancel)
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(source.Code, Encoding.UTF8), ParseOptions, source.Label, cancel);
        var checkedTree = LoopChecks.Add(tree);
        var built = Build(checkedTree, references.All, cancel);
        if (!built.Errors.IsEmpty && Build(checkedTree, references.Whole, cancel) is { Errors: [] } second)
        {
            references.UseWhole();
            built = second;
        }
        if (!built.Errors.IsEmpty && checkedTree != tree)
            built = Build(tree, references.All, cancel); // The errors must have the columns of the cell as it was written, without the checks.
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
        if (built.Symbols is null)
            LateSymbols.Set(assembly, built.Compilation);
        if (built.Checked)
            Arm(assembly);
        var entry = built.Compilation.GetEntryPoint(cancel)!;
        var run = assembly.GetType(entry.ContainingType.MetadataName)!.GetMethod(entry.MetadataName, BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        return keep ? () => Run(built.Compilation, assembly, run) : () => run(states);
    }

    // Gives the assembly the current stop token. The compiler stores the token in a class with a different number for each submission, so only the
    // beginning of the class's name is known.
    private void Arm(Assembly assembly) => assembly.GetTypes().FirstOrDefault(type => type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal))
        ?.GetField("ModuleCancellationToken", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.SetValue(null, stop.Token);

    private sealed record Built(CSharpCompilation Compilation, bool Checked, MemoryStream Image, MemoryStream? Symbols, ImmutableArray<Diagnostic> Errors);

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
        var hasBodies = Root(compilation).DescendantNodes().Any(IsBody);
        var image = new MemoryStream();
        // Two kinds of cells get their symbols at once. A cell with a try may print the line numbers of its own errors. A method or lambda of a
        // cell may fail later, and then LateSymbols may have forgotten the cell.
        var symbols = hasBodies || Root(compilation).DescendantNodes().Any(node => node is TryStatementSyntax) ? new MemoryStream() : null;
        // A cell that has only usings, or nothing, gives no assembly.
        var diagnostics = Root(compilation).Members.Count == 0 ? compilation.GetDiagnostics(cancel)
            : compilation.Emit(image, symbols, options: hasBodies ? Checked : Plain, cancellationToken: cancel).Diagnostics;
        return new(compilation, hasBodies, image, symbols, [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).OrderBy(error => error.Location.SourceSpan.Start)]);
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

    // Code that may run more than once needs the compiler's checks. A cell without such code is compiled without these checks, because they would
    // take a tenth of the whole time of the cell.
    private static bool IsBody(SyntaxNode node) => node
        is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseTypeDeclarationSyntax
        or QueryExpressionSyntax;

    private static IEnumerable<string> Declared(CSharpCompilation compilation) =>
        compilation.ScriptClass!.GetMembers().Where(member => !member.IsImplicitlyDeclared).Select(member => $"{member.Kind} {member.ToDisplayString(Signature)}");

    private static IEnumerable<string> Usings(CSharpCompilation compilation) => Root(compilation).Usings.Select(@using => @using.ToString());

    private static CompilationUnitSyntax Root(CSharpCompilation compilation) => (CompilationUnitSyntax)compilation.SyntaxTrees[0].GetRoot(CancellationToken.None);
}
