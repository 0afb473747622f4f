using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>The compiler's inputs for the next submission: a snapshot that a running cell does not change.</summary>
/// <param name="Previous">The latest submission that is kept; it leads to the earlier ones. Null at the start.</param>
/// <param name="Options">The compiler's options.</param>
/// <param name="References">All references that may be used.</param>
internal sealed record NextSubmission(CSharpCompilation? Previous, CSharpCompilationOptions Options, ImmutableArray<MetadataReference> References);
