using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Makes the debug symbols of a cell that was compiled without them, when the cell has failed and its line numbers are needed. Few cells fail, and
/// symbols take a fifth of the time that a one-line cell needs to compile. Only cells without methods, lambdas, types and try are compiled without
/// symbols. Nothing can call their code later, so it is enough to remember the latest of these cells.
/// </summary>
internal static class LateSymbols
{
    private static volatile Cell? latest;

    /// <summary>Remembers the latest cell that was compiled without symbols, and forgets the one before.</summary>
    public static void Set(Assembly assembly, CSharpCompilation compilation) => latest = new(assembly, compilation);

    /// <summary>The line number of a stack frame, counted from 1; 0 if the line is not known.</summary>
    public static int LineOf(StackFrame frame)
    {
        if (frame.GetFileLineNumber() is > 0 and var line)
            return line;
        return frame.GetMethod() is { } method && latest is { } cell && method.Module.Assembly == cell.Assembly ? cell.LineOf(method, frame.GetILOffset()) : 0;
    }

    private sealed class Cell(Assembly assembly, CSharpCompilation compilation)
    {
        private readonly Lazy<MetadataReaderProvider> symbols = new(() =>
        {
            // The same compilation gives the same code, so these symbols fit the code that ran.
            var stream = SubmissionChain.Emit(compilation, withSymbols: true, CancellationToken.None).Symbols!;
            stream.Position = 0;
            return MetadataReaderProvider.FromPortablePdbStream(stream);
        });

        public Assembly Assembly => assembly;

        public int LineOf(MethodBase method, int offset) => symbols.Value.GetMetadataReader()
            .GetMethodDebugInformation(MetadataTokens.MethodDefinitionHandle(method.MetadataToken)).GetSequencePoints()
            .LastOrDefault(point => !point.IsHidden && point.Offset <= offset).StartLine;
    }
}
