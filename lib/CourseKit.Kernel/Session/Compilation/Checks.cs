using System.Reflection;
using System.Runtime.CompilerServices;
using CourseKit.Kernel.Session.Stopping;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Adds calls of <see cref="StopRequest"/> to a compiled cell, and replaces others (<see cref="ReplacedCalls"/>). Both happen in the IL, because only
/// there is all code that can run: lambdas and queries, but no expression trees; loops of each form; and the members that the compiler writes, such as
/// those of records.
/// </summary>
internal sealed class Checks
{
    private static readonly MethodInfo Enter = Of(nameof(StopRequest.Enter)), CheckStack = Of(nameof(StopRequest.CheckStack)), CheckLeaf = Of(nameof(StopRequest.CheckLeaf)),
        Flag = Of(nameof(StopRequest.Flag)), CheckLoop = Of(nameof(StopRequest.CheckLoop)), BeginCleanup = Of(nameof(StopRequest.BeginCleanup)), EndCleanup = Of(nameof(StopRequest.EndCleanup));

    private readonly MethodDefinition method;
    private readonly Mono.Cecil.Cil.MethodBody body;
    private readonly ILProcessor il;
    private readonly Dictionary<Instruction, SequencePoint> lines = [];
    private readonly Func<int> number;
    private VariableDefinition? flag;

    private Checks(MethodDefinition method, Func<int> number)
    {
        this.method = method;
        this.number = number;
        body = method.Body;
        il = body.GetILProcessor();
        var at = body.Instructions.ToDictionary(instruction => instruction.Offset);
        foreach (var point in method.DebugInformation.SequencePoints)
            lines[at[point.Offset]] = point;
    }

    /// <summary>Adds the checks to an assembly.</summary>
    /// <param name="image">The assembly.</param>
    /// <param name="symbols">Its portable PDB; null if there is none.</param>
    /// <returns>The new assembly, and its PDB.</returns>
    public static (MemoryStream Image, MemoryStream? Symbols) Add(MemoryStream image, MemoryStream? symbols)
    {
        image.Position = 0;
        symbols?.Position = 0;
        using var module = ModuleDefinition.ReadModule(image, new()
        {
            ReadSymbols = symbols is not null,
            SymbolStream = symbols,
            SymbolReaderProvider = symbols is null ? null : new PortablePdbReaderProvider(),
        });
        // The code of a method may become a part of another's, also of another cell's. So the numbers are unlike everywhere.
        var number = module.Assembly.Name.Name.GetHashCode(StringComparison.Ordinal);
        int Number() => unchecked(++number);
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).ToList())
            new Checks(method, Number).Add();
        var (to, symbolsTo) = (new MemoryStream(), symbols is null ? null : new MemoryStream());
        module.Write(to, new()
        {
            WriteSymbols = symbols is not null,
            SymbolStream = symbolsTo,
            SymbolWriterProvider = symbols is null ? null : new PortablePdbWriterProvider(),
        });
        return (to, symbolsTo);
    }

    private void Add()
    {
        // Code that the runtime itself calls has nobody to catch an exception: a type that fails to initialize is never usable again.
        var isCalledByRuntime = method.IsConstructor && method.IsStatic || method.Name == "Finalize"
            || method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == nameof(System.Runtime.InteropServices.UnmanagedCallersOnlyAttribute));
        ReplacedCalls.In(method, awaits: !isCalledByRuntime);
        if (isCalledByRuntime || IsAutoProperty)
            return;
        body.SimplifyMacros(); // Short branches could not span the calls that are added.
        CheckLoops();
        MarkCleanups();
        if (flag is null)
            Recursion.Unroll(method);
        CheckEntry();
        if (IsDispose)
            MarkWhole();
        SetFlag();
        body.OptimizeMacros();
    }

    private void CheckEntry()
    {
        // An async method continues after an await through the same entry. It must reach its own try blocks, so only the await itself throws there.
        // And an exception that leaves the state machine is lost, so the check is inside the compiler's try block around all of it.
        if (method.Name == "MoveNext" && method.DeclaringType.Interfaces.Any(type => type.InterfaceType.Name == nameof(IAsyncStateMachine)))
        {
            var outermost = body.ExceptionHandlers.Last(handler => handler.HandlerType == ExceptionHandlerType.Catch);
            outermost.TryStart = InsertBefore(outermost.TryStart, CheckStack);
        }
        else
        {
            // A Dispose method that begins after a stop is clean-up.
            var isLeaf = !IsDispose && !body.Instructions.Any(instruction => instruction.OpCode.FlowControl == FlowControl.Call && !IsOwn(instruction));
            var first = body.Instructions[0];
            if (isLeaf)
                InsertBefore(first, il.Create(OpCodes.Ldc_I4, number()));
            InsertBefore(first, isLeaf ? CheckLeaf : IsDispose ? CheckStack : Enter);
        }
    }

    // A loop is a jump backwards. The check stands before the jump's target, where the stack is empty. If a try block begins there, the check is inside:
    // only loops of the block begin so. Before a block that a loop goes round, the compiler puts a nop, so there the check is outside, and the loop
    // cannot catch the exception and go on.
    private void CheckLoops()
    {
        var counted = new CountedLoops(method).Change(InsertBefore, LoopArguments);
        var at = body.Instructions.Index().ToDictionary(item => item.Item, item => item.Index);
        var targets = body.Instructions.Where(from => !counted.Contains(from)).SelectMany(from => Targets(from).Where(to => at[to] <= at[from])).Distinct().ToList();
        foreach (var target in targets)
        {
            var check = LoopArguments();
            foreach (var instruction in check)
                InsertBefore(target, instruction);
            InsertBefore(target, CheckLoop);
            Redirect(target, check[0]);
        }
    }

    private Instruction[] LoopArguments()
    {
        if (flag is null)
            body.Variables.Add(flag = new(new ByReferenceType(method.Module.TypeSystem.Boolean)));
        return [il.Create(OpCodes.Ldloc, flag), il.Create(OpCodes.Ldc_I4, number())];
    }

    // What the loops look at changes where clean-up begins and ends.
    private void SetFlag()
    {
        if (flag is null)
            return;
        var changes = body.Instructions
            .Where(instruction => instruction.Operand is MethodReference { Name: nameof(StopRequest.BeginCleanup) or nameof(StopRequest.EndCleanup) } && IsOwn(instruction))
            .Select(change => change.Next);
        foreach (var next in changes.Prepend(body.Instructions[0]).ToList())
        {
            InsertBefore(next, Flag);
            InsertBefore(next, il.Create(OpCodes.Stloc, flag));
        }
    }

    private void MarkCleanups()
    {
        foreach (var handler in body.ExceptionHandlers.Where(handler => handler.HandlerType is ExceptionHandlerType.Finally or ExceptionHandlerType.Fault).ToList())
        {
            var ends = Range(handler).Where(instruction => instruction.OpCode.Code == Code.Endfinally && Innermost(instruction) == handler).ToList();
            foreach (var end in ends)
                Redirect(end, InsertBefore(end, EndCleanup));
            var start = handler.HandlerStart;
            MoveBoundaries(start, InsertBefore(start, BeginCleanup));
        }
    }

    // try { ... } finally { } around a whole method. The compiler writes each finally block of an iterator as such a method, too.
    private void MarkWhole()
    {
        var first = body.Instructions[0];
        var result = method.ReturnType.MetadataType == MetadataType.Void ? null : new VariableDefinition(method.ReturnType);
        if (result is not null)
            body.Variables.Add(result);
        var end = il.Create(OpCodes.Call, method.Module.ImportReference(EndCleanup));
        var after = result is null ? il.Create(OpCodes.Ret) : il.Create(OpCodes.Ldloc, result);
        foreach (var ret in body.Instructions.Where(instruction => instruction.OpCode.Code == Code.Ret).ToList())
        {
            // The instruction stays the same object, so that jumps to it still lead here.
            (ret.OpCode, ret.Operand) = result is null ? (OpCodes.Leave, (object)after) : (OpCodes.Stloc, result);
            if (result is not null)
                il.InsertAfter(ret, il.Create(OpCodes.Leave, after));
        }
        il.Append(end);
        il.Emit(OpCodes.Endfinally);
        il.Append(after);
        if (result is not null)
            il.Emit(OpCodes.Ret);
        var begin = InsertBefore(first, BeginCleanup);
        body.ExceptionHandlers.Add(new(ExceptionHandlerType.Finally) { TryStart = begin.Next, TryEnd = end, HandlerStart = end, HandlerEnd = after });
    }

    private bool IsAutoProperty => (method.IsGetter || method.IsSetter) && method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == nameof(CompilerGeneratedAttribute));

    private bool IsDispose => method.Name is nameof(IDisposable.Dispose) or nameof(IAsyncDisposable.DisposeAsync) or "System.IDisposable.Dispose" or "System.IAsyncDisposable.DisposeAsync"
        || method.Name.StartsWith("<>m__Finally", StringComparison.Ordinal)
        || method.Name == "MoveNext" && method.DeclaringType.Name.StartsWith("<DisposeAsync>", StringComparison.Ordinal);

    private static MethodInfo Of(string name) => typeof(StopRequest).GetMethod(name)!;

    private static bool IsOwn(Instruction call) => call.Operand is MethodReference { DeclaringType.FullName: var type } && type == typeof(StopRequest).FullName;

    /// <summary>Where an instruction may jump to.</summary>
    public static Instruction[] Targets(Instruction from) => from.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    private Instruction InsertBefore(Instruction at, MethodInfo called)
    {
        var call = il.Create(OpCodes.Call, method.Module.ImportReference(called));
        InsertBefore(at, call);
        return call;
    }

    // The new instruction has the line of the one behind it, so that a traceback names this line.
    private void InsertBefore(Instruction at, Instruction inserted)
    {
        il.InsertBefore(at, inserted);
        if (lines.TryGetValue(at, out var line))
        {
            var points = method.DebugInformation.SequencePoints;
            lines[inserted] = new(inserted, line.Document) { StartLine = line.StartLine, StartColumn = line.StartColumn, EndLine = line.EndLine, EndColumn = line.EndColumn };
            points.Insert(points.IndexOf(line), lines[inserted]);
        }
    }

    private void Redirect(Instruction target, Instruction to)
    {
        foreach (var from in body.Instructions)
            Redirect(from, target, to);
        MoveBoundaries(target, to);
    }

    /// <summary>Lets an instruction that jumps to one place jump to another.</summary>
    public static void Redirect(Instruction from, Instruction target, Instruction to)
    {
        if (from.Operand == target)
            from.Operand = to;
        else if (from.Operand is Instruction[] targets)
            from.Operand = targets.Select(each => each == target ? to : each).ToArray();
    }

    private void MoveBoundaries(Instruction from, Instruction to)
    {
        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = Moved(handler.TryStart);
            handler.TryEnd = Moved(handler.TryEnd);
            handler.FilterStart = Moved(handler.FilterStart);
            handler.HandlerStart = Moved(handler.HandlerStart);
            handler.HandlerEnd = Moved(handler.HandlerEnd);
        }

        Instruction Moved(Instruction boundary) => boundary == from ? to : boundary;
    }

    private ExceptionHandler? Innermost(Instruction at) => body.ExceptionHandlers.Where(handler => Range(handler).Contains(at)).MinBy(handler => Range(handler).Count());

    private static IEnumerable<Instruction> Range(ExceptionHandler handler)
    {
        for (var at = handler.HandlerStart; at is not null && at != handler.HandlerEnd; at = at.Next)
            yield return at;
    }
}
