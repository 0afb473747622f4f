using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Makes the debug symbols of a cell that has failed, when its line numbers are needed and the runtime does not know them. Few cells fail, and symbols
/// take a fifth of the time that a one-line cell needs to compile. Only cells without methods, lambdas, types and try are compiled without symbols.
/// Nothing can call their code later, so of these it is enough to remember the latest.
/// </summary>
internal static class LateSymbols
{
    private static readonly ConditionalWeakTable<Assembly, WeakReference<CSharpCompilation>> Compilations = [];
    private static volatile Cell? latest;

    /// <summary>Remembers the latest cell. A cell before it is forgotten unless somebody else keeps its compilation.</summary>
    public static void Set(Assembly assembly, CSharpCompilation compilation)
    {
        Compilations.Add(assembly, new(compilation));
        latest = new(assembly, compilation);
    }

    /// <summary>The line number of a stack frame, counted from 1; 0 if the line is not known.</summary>
    public static int LineOf(StackFrame frame)
    {
        if (frame.GetFileLineNumber() is > 0 and var line)
            return line;
        return frame.GetMethod() is { } method && latest is { } cell && method.Module.Assembly == cell.Assembly ? cell.LineOf(method, frame.GetILOffset()) : 0;
    }

    /// <summary>
    /// The lines of the frame's method where an error may come from that the JIT compiler throws from one place for the whole method: an index out of range,
    /// or an overflow. The frame itself then names any line of the method, or none.
    /// </summary>
    /// <returns>The lines in their order; empty for other errors, and if they are not known.</returns>
    public static IReadOnlyList<int> PlacesOf(StackFrame frame, Exception error)
    {
        if (error is not (IndexOutOfRangeException or OverflowException) || frame.GetMethod() is not { } method
            || !Compilations.TryGetValue(method.Module.Assembly, out var kept) || !kept.TryGetTarget(out var compilation))
            return [];
        var cell = latest is { } last && last.Assembly == method.Module.Assembly ? last : new(method.Module.Assembly, compilation);
        return [.. cell.Find(method).Body.Instructions.Where(instruction => MayThrow(instruction, error)).Select(instruction => cell.LineOf(method, instruction.Offset)).Where(line => line > 0).Distinct().Order()];
    }

    private static bool MayThrow(Instruction instruction, Exception error) => instruction.Operand switch
    {
        MethodReference { Name: ".ctor" } made => made.DeclaringType.FullName == error.GetType().FullName,
        MethodReference { DeclaringType: ArrayType } => error is IndexOutOfRangeException,
        MethodReference called => error is IndexOutOfRangeException && (called.DeclaringType.GetElementType().FullName, called.Name)
            is ("System.String", "get_Chars") or ("System.Span`1" or "System.ReadOnlySpan`1", "get_Item"),
        _ => instruction.OpCode.Name is var name && error is IndexOutOfRangeException ? name.StartsWith("ldelem", StringComparison.Ordinal) || name.StartsWith("stelem", StringComparison.Ordinal)
            : name.Contains(".ovf", StringComparison.Ordinal),
    };

    private sealed class Cell(Assembly assembly, CSharpCompilation compilation)
    {
        private readonly Lazy<ModuleDefinition> module = new(() =>
        {
            // The same compilation gives the same code, so these symbols fit the code that ran.
            var (image, symbols, _) = SubmissionChain.Emit(compilation, withSymbols: true, CancellationToken.None);
            (image.Position, symbols!.Position) = (0, 0);
            return ModuleDefinition.ReadModule(image, new() { ReadSymbols = true, SymbolStream = symbols, SymbolReaderProvider = new PortablePdbReaderProvider() });
        });

        public Assembly Assembly => assembly;

        public MethodDefinition Find(MethodBase method) => (MethodDefinition)module.Value.LookupToken(method.MetadataToken);

        public int LineOf(MethodBase method, int offset) =>
            Find(method).DebugInformation.SequencePoints.LastOrDefault(point => !point.IsHidden && point.Offset <= offset)?.StartLine ?? 0;
    }
}
