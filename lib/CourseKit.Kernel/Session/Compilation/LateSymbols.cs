using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// The lines of the latest cell that was compiled without symbols, should it fail after all. Few cells do, and symbols are a fifth of what compiling
/// a line takes. For cells that declare no code that others could call: nothing of theirs is on a stack once they have ended.
/// </summary>
internal static class LateSymbols
{
    private static volatile Cell? latest;

    /// <summary>Takes the place of the cell before.</summary>
    public static void Set(Assembly assembly, CSharpCompilation compilation) => latest = new(assembly, compilation);

    /// <summary>The line, from 1, that a frame is in; 0 where that is not known.</summary>
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
            var stream = new MemoryStream();
            // The same compilation gives the same code, whose places the symbols tell.
            compilation.Emit(Stream.Null, stream, options: SubmissionChain.Plain);
            stream.Position = 0;
            return MetadataReaderProvider.FromPortablePdbStream(stream);
        });

        public Assembly Assembly => assembly;

        public int LineOf(MethodBase method, int offset) => symbols.Value.GetMetadataReader()
            .GetMethodDebugInformation(MetadataTokens.MethodDefinitionHandle(method.MetadataToken)).GetSequencePoints()
            .LastOrDefault(point => !point.IsHidden && point.Offset <= offset).StartLine;
    }
}
