using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Finds the lines of the latest cell that was compiled without symbols, if it fails after all. Few cells fail, and symbols take a fifth of the time
/// for compiling a line. Only cells that declare no code for others to call are compiled so, because nothing of such a cell is on a stack once it
/// has ended.
/// </summary>
internal static class LateSymbols
{
    private static volatile Cell? latest;

    /// <summary>Sets the latest cell, which replaces the cell before.</summary>
    public static void Set(Assembly assembly, CSharpCompilation compilation) => latest = new(assembly, compilation);

    /// <summary>The line, from 1, that a frame is in; 0 if the line is not known.</summary>
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
            // The same compilation gives the same code, so these symbols fit the code that ran.
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
