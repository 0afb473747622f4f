using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Lets short methods that call themselves, and have no loops, check only every third level. The method calls a copy of itself, the copy calls a
/// second one, and this one calls the method; only the method has the check. A check at each level would double the time of a short method, also
/// because the JIT compiler puts a few levels into one where there is none.
/// </summary>
internal static class Recursion
{
    // The JIT compiler puts no longer methods into others unless told to. And there the check is a small part of the time.
    private const int MaxSize = 100;

    /// <summary>Adds copies of a method to its type if it is one of these, before it gets its check.</summary>
    public static void Unroll(MethodDefinition method)
    {
        var isSimple = !method.IsVirtual && !method.IsConstructor && !method.HasGenericParameters && !method.DeclaringType.HasGenericParameters && !method.Body.HasExceptionHandlers;
        var calls = isSimple && method.Body.CodeSize <= MaxSize ? CallsOf(method, method) : [];
        if (calls.Count == 0)
            return;
        var (second, third) = (Copy(method, 2), Copy(method, 3));
        CallsOf(third, method).ForEach(call => call.Operand = method);
        CallsOf(second, method).ForEach(call => call.Operand = third);
        calls.ForEach(call => call.Operand = second);
    }

    private static List<Instruction> CallsOf(MethodDefinition method, MethodDefinition called) =>
        [.. method.Body.Instructions.Where(instruction => instruction.OpCode.Code is Code.Call or Code.Callvirt && instruction.Operand == called)];

    private static MethodDefinition Copy(MethodDefinition method, int number)
    {
        var copy = new MethodDefinition($"<{method.Name}>{number}", method.Attributes & ~MethodAttributes.MemberAccessMask | MethodAttributes.Private, method.ReturnType);
        method.DeclaringType.Methods.Add(copy);
        foreach (var parameter in method.Parameters)
            copy.Parameters.Add(new(parameter.Name, ParameterAttributes.None, parameter.ParameterType));
        copy.Body.InitLocals = method.Body.InitLocals;
        foreach (var variable in method.Body.Variables)
            copy.Body.Variables.Add(new(variable.VariableType));
        var copies = method.Body.Instructions.ToDictionary(instruction => instruction, _ => Instruction.Create(OpCodes.Nop));
        foreach (var (instruction, to) in copies)
        {
            (to.OpCode, to.Operand) = (instruction.OpCode, instruction.Operand switch
            {
                Instruction target => copies[target],
                Instruction[] targets => targets.Select(target => copies[target]).ToArray(),
                VariableDefinition variable => copy.Body.Variables[variable.Index],
                ParameterDefinition parameter => parameter.Index < 0 ? copy.Body.ThisParameter : copy.Parameters[parameter.Index],
                var operand => operand,
            });
            copy.Body.Instructions.Add(to);
            if (method.DebugInformation.GetSequencePoint(instruction) is { } line)
            {
                copy.DebugInformation.SequencePoints.Add(new(to, line.Document)
                {
                    StartLine = line.StartLine,
                    StartColumn = line.StartColumn,
                    EndLine = line.EndLine,
                    EndColumn = line.EndColumn,
                });
            }
        }
        copy.Body.OptimizeMacros();
        return copy;
    }
}
