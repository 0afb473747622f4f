using System.Reflection;
using CourseKit.Kernel.Session.Stopping;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Replaces calls in a compiled cell by calls of the session's own: awaits that Stop can end (<see cref="Awaits"/>), and methods that would end the process
/// (<see cref="RefusedExits"/>). What implicit conversions make is kept for a while (<see cref="Kept"/>).
/// </summary>
internal static class ReplacedCalls
{
    private static readonly ILookup<string, MethodInfo> AwaitsByName = typeof(Awaits).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .ToLookup(method => $"{AwaitedType(method)}.{method.Name}({string.Join(',', method.GetParameters().Skip(1).Select(parameter => parameter.ParameterType.FullName))})");

    private static readonly MethodInfo Hold = typeof(Kept).GetMethod(nameof(Kept.Hold))!;

    /// <summary>Replaces the calls of a method, in place.</summary>
    /// <param name="method">A method of a cell.</param>
    /// <param name="awaits">Whether awaits are replaced too, and results of conversions kept.</param>
    public static void In(MethodDefinition method, bool awaits)
    {
        foreach (var instruction in method.Body.Instructions.ToList())
        {
            if (instruction.Operand is not MethodReference called)
                continue;
            // The name is compared first, because few calls have one of these names.
            if (RefusedExits.HasName(called.Name))
                ReplaceExit(method.Module, instruction, called);
            else if (awaits && called is { HasThis: true, Name: "GetAwaiter" or "ConfigureAwait" } && instruction.OpCode.Code is Code.Call or Code.Callvirt && !AwaitsDisposal(instruction))
                ReplaceAwait(method.Module, instruction, called);
            else if (awaits && called.Name == "op_Implicit" && instruction.OpCode.Code == Code.Call && called.ReturnType is { IsValueType: false, IsByReference: false, IsArray: false, ContainsGenericParameter: false })
                KeepResult(method, instruction, called);
        }
    }

    private static void KeepResult(MethodDefinition method, Instruction conversion, MethodReference called)
    {
        var hold = new GenericInstanceMethod(method.Module.ImportReference(Hold)) { GenericArguments = { called.ReturnType } };
        method.Body.GetILProcessor().InsertAfter(conversion, Instruction.Create(OpCodes.Call, hold));
    }

    // Delegates and function pointers load the method (ldftn), expression trees its token. A static method can take the place of a process's own in
    // each of them but the last.
    private static void ReplaceExit(ModuleDefinition module, Instruction instruction, MethodReference called)
    {
        if (called.HasThis && instruction.OpCode.Code == Code.Ldtoken
            || RefusedExits.Replacing(called.DeclaringType.FullName, called.Name, called.Parameters.Count + (called.HasThis ? 1 : 0)) is not { } replacement)
            return;
        instruction.Operand = module.ImportReference(replacement);
        if (instruction.OpCode.Code == Code.Callvirt)
            instruction.OpCode = OpCodes.Call;
    }

    private static void ReplaceAwait(ModuleDefinition module, Instruction call, MethodReference called)
    {
        var key = $"{called.DeclaringType.GetElementType().FullName}.{called.Name}({string.Join(',', called.Parameters.Select(parameter => parameter.ParameterType.FullName))})";
        if (AwaitsByName[key].SingleOrDefault() is not { } replacement)
            return;
        var imported = module.ImportReference(replacement);
        if (called.DeclaringType is GenericInstanceType { GenericArguments: [var argument] })
            imported = new GenericInstanceMethod(imported) { GenericArguments = { argument } };
        (call.OpCode, call.Operand) = (OpCodes.Call, imported);
    }

    // `await using` must not leave before the disposal is complete.
    private static bool AwaitsDisposal(Instruction getAwaiter)
    {
        var before = getAwaiter;
        for (var i = 0; i < 4 && before is not null; i++, before = before.Previous)
        {
            if (before.Operand is MethodReference { Name: nameof(IAsyncDisposable.DisposeAsync) })
                return true;
        }
        return false;
    }

    private static string AwaitedType(MethodInfo method)
    {
        var type = method.GetParameters()[0].ParameterType;
        type = type.IsByRef ? type.GetElementType()! : type;
        return type.IsGenericType ? type.GetGenericTypeDefinition().FullName! : type.FullName!;
    }
}
