using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>The compiler's inputs for the next submission: a snapshot that a running cell does not change.</summary>
/// <param name="Previous">The latest kept submission, which refers to the earlier ones. Null if there is none yet.</param>
/// <param name="Options">The compiler's options.</param>
/// <param name="References">All references that the submission may use.</param>
internal sealed record NextSubmission(CSharpCompilation? Previous, CSharpCompilationOptions Options, ImmutableArray<MetadataReference> References);
