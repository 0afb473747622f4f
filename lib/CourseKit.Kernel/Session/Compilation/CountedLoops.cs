using System.Reflection;
using CourseKit.Kernel.Session.Stopping;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// Finds the loops that need no check in each round: innermost ones that count to a fixed end and call nothing that takes long. A check in each
/// round would double their time. <c>for (; i &lt; end; i++) body</c> becomes
/// <c>while (i &lt; end) { limit = CheckUp(i, end); do { body; i++; } while (i &lt; limit); }</c>. The JIT compiler sees two loops there, and still
/// takes the bounds checks of arrays out of the inner one.
/// </summary>
internal sealed class CountedLoops(MethodDefinition method)
{
    private static readonly MethodInfo[] Limits = [.. typeof(StopRequest).GetMethods().Where(method => method.Name is nameof(StopRequest.CheckUp) or nameof(StopRequest.CheckDown))];

    // What a loop may call: methods that take no time to speak of, and that call no code of a cell. An empty list means all methods of the type.
    private static readonly Dictionary<string, string[]> Quick = new()
    {
        ["System.Math"] = [],
        ["System.MathF"] = [],
        ["System.Array"] = ["get_Length", "GetLength"],
        ["System.String"] = ["get_Length", "get_Chars"],
        ["System.Collections.Generic.List`1"] = ["get_Count", "get_Item", "set_Item"],
        ["System.Span`1"] = ["get_Length", "get_Item"],
        ["System.ReadOnlySpan`1"] = ["get_Length", "get_Item"],
    };

    private readonly Mono.Cecil.Cil.MethodBody body = method.Body;
    private readonly ILProcessor il = method.Body.GetILProcessor();
    private Instruction[] code = [];
    private Dictionary<Instruction, int> at = [];

    /// <summary>Changes the loops of the method.</summary>
    /// <param name="insertBefore">Inserts an instruction before another, on the same line.</param>
    /// <param name="arguments">Loads the arguments of the next check.</param>
    /// <returns>The jumps backwards that need no check any more.</returns>
    public HashSet<Instruction> Change(Action<Instruction, Instruction> insertBefore, Func<Instruction[]> arguments)
    {
        HashSet<Instruction> checkedOnes = [];
        foreach (var back in body.Instructions.Where(instruction => instruction.OpCode.Code is Code.Blt or Code.Ble or Code.Bgt or Code.Bge).ToList())
        {
            code = [.. body.Instructions];
            at = code.Index().ToDictionary(item => item.Item, item => item.Index);
            var (first, last) = (at[(Instruction)back.Operand], at[back]);
            var condition = first < last ? ConditionBefore(last) : -1;
            if (condition <= first || !IsCounted(first, condition, last))
                continue;
            var counter = (VariableDefinition)code[condition].Operand;
            var limit = new VariableDefinition(counter.VariableType);
            body.Variables.Add(limit);
            var isUp = back.OpCode.Code is Code.Blt or Code.Ble;
            var check = Limits.Single(method => method.Name == (isUp ? nameof(StopRequest.CheckUp) : nameof(StopRequest.CheckDown)) && method.ReturnType.FullName == counter.VariableType.FullName);

            // Before the body: the check, and the limit.
            Instruction[] start = [.. code[condition..last].Select(Copy), .. arguments(), il.Create(OpCodes.Call, method.Module.ImportReference(check)), il.Create(OpCodes.Stloc, limit)];
            foreach (var instruction in start)
                insertBefore(code[first], instruction);
            back.Operand = start[0];

            // Before the condition: the inner loop's own. Only the body comes by it.
            Instruction[] inner = [il.Create(OpCodes.Ldloc, counter), il.Create(OpCodes.Ldloc, limit), il.Create(back.OpCode, code[first])];
            foreach (var instruction in inner)
                il.InsertBefore(code[condition], instruction);
            foreach (var from in code[first..condition])
                Checks.Redirect(from, code[condition], inner[0]);
            checkedOnes.UnionWith([back, inner[^1]]);
        }
        return checkedOnes;
    }

    // Where the condition `counter < end` before a jump begins; -1 if it is no such condition.
    private int ConditionBefore(int jump)
    {
        var start = jump;
        for (var missing = 2; missing > 0 && --start >= 0;)
        {
            if (!IsSteady(code[start]))
                return -1;
            missing += Pops(code[start]) - 1;
        }
        // The end must be a value of its own: `i + 1 < end` begins with the counter, too.
        var depth = 0;
        for (var i = start + 1; i < jump; i++)
        {
            if (depth < Pops(code[i]))
                return -1;
            depth += 1 - Pops(code[i]);
        }
        return start >= 0 && code[start].Operand is VariableDefinition { VariableType.MetadataType: MetadataType.Int32 or MetadataType.Int64 } ? start : -1;
    }

    private bool IsCounted(int first, int condition, int last)
    {
        var loop = code[first..(last + 1)];
        var counter = (VariableDefinition)code[condition].Operand;
        var isUp = code[last].OpCode.Code is Code.Blt or Code.Ble;

        // One way in, `br condition` before the body. All boundaries of try blocks are outside.
        if (first == 0 || code[first - 1].OpCode.Code != Code.Br || code[first - 1].Operand != code[condition]
            || body.ExceptionHandlers.Any(handler => new[] { handler.TryStart, handler.TryEnd, handler.FilterStart, handler.HandlerStart, handler.HandlerEnd }
                .Any(boundary => boundary is not null && at[boundary] >= first && at[boundary] <= last)))
            return false;

        // The counter changes once, by a constant, and each round passes there: no jump leads over it, and there is no inner loop.
        if (Array.FindAll(loop, instruction => IsStore(instruction, counter)) is not [var store])
            return false;
        var (step, stepStart) = Step(at[store], counter);
        if (isUp ? step is < 1 or > StopRequest.Rounds : step is > -1 or < -StopRequest.Rounds)
            return false;
        foreach (var (from, instruction) in code.Index())
        {
            foreach (var target in Checks.Targets(instruction).Select(target => at[target]).Where(target => target >= first && target <= last && from != last))
            {
                var isWithin = from >= first && from < last;
                if (isWithin ? target <= from || from <= at[store] && target > stepStart : target != condition)
                    return false;
            }
        }
        return loop.All(IsQuick) && IsFixed(counter, loop) && code[(condition + 1)..last].All(part => IsFixed(part, loop));
    }

    // By how much `counter += constant` changes the counter, and where it begins; 0 if it is something else.
    private (long Step, int Start) Step(int store, VariableDefinition counter)
    {
        var i = store - 1;
        if (i < 3 || code[i].OpCode.Code is not (Code.Add or Code.Sub))
            return default;
        var sign = code[i--].OpCode.Code == Code.Add ? 1 : -1;
        if (code[i].OpCode.Code == Code.Conv_I8)
            i--;
        return code[i].Operand is int or long && code[i - 1].OpCode.Code == Code.Ldloc && code[i - 1].Operand == counter ? (sign * Convert.ToInt64(code[i].Operand, null), i - 1) : default;
    }

    // Whether this part of the end has the same value in each round.
    private bool IsFixed(Instruction part, Instruction[] loop) => part.Operand switch
    {
        VariableDefinition or ParameterDefinition => !loop.Any(instruction => IsStore(instruction, part.Operand)) && IsFixed(part.Operand, loop),
        FieldReference field => !WritesThroughAddress(loop) && !loop.Any(instruction => instruction.Operand is FieldReference other && other.Name == field.Name && instruction.OpCode.Code is not (Code.Ldfld or Code.Ldsfld)),
        _ => true,
    };

    // Nobody changes a variable through its address.
    private bool IsFixed(object variable, Instruction[] loop)
    {
        bool TakesAddress(Instruction instruction) => instruction.OpCode.Code is Code.Ldloca or Code.Ldarga && instruction.Operand == variable;
        return !loop.Any(TakesAddress) && (!code.Any(TakesAddress) || !WritesThroughAddress(loop));
    }

    // Addresses of array elements do not count: no variable and no field is there.
    private static bool WritesThroughAddress(Instruction[] loop) => loop.Any(MayWrite) && loop.Any(IsAddress);

    private static bool MayWrite(Instruction instruction) => instruction.OpCode.Code
        is Code.Stind_I or Code.Stind_I1 or Code.Stind_I2 or Code.Stind_I4 or Code.Stind_I8 or Code.Stind_R4 or Code.Stind_R8 or Code.Stind_Ref or Code.Stobj or Code.Cpobj or Code.Initobj
        || instruction.Operand is MethodReference called && called.Parameters.Any(parameter => parameter.ParameterType.IsByReference);

    private static bool IsAddress(Instruction instruction) => instruction.OpCode.Code is Code.Ldloca or Code.Ldarga or Code.Ldflda or Code.Ldsflda || instruction.Operand switch
    {
        VariableDefinition variable => MayBeAddress(variable.VariableType),
        ParameterDefinition parameter => MayBeAddress(parameter.ParameterType),
        FieldReference field => MayBeAddress(field.FieldType),
        MethodReference { DeclaringType: not ArrayType } called => MayBeAddress(called.ReturnType),
        _ => false,
    };

    private static bool MayBeAddress(TypeReference type) => type.IsByReference || type.IsPointer || type.MetadataType is MetadataType.IntPtr or MetadataType.UIntPtr or MetadataType.RequiredModifier or MetadataType.OptionalModifier or MetadataType.Pinned;

    private static bool IsStore(Instruction instruction, object variable) => instruction.OpCode.Code is Code.Stloc or Code.Starg && instruction.Operand == variable;

    private static bool IsQuick(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Call or Code.Callvirt => instruction.Operand is MethodReference { DeclaringType: ArrayType }
            || instruction.Operand is MethodReference called && Quick.TryGetValue(called.DeclaringType.GetElementType().FullName, out var names) && (names is [] || names.Contains(called.Name)),
        Code.Calli or Code.Newobj or Code.Newarr or Code.Box or Code.Localloc or Code.Cpblk or Code.Initblk => false,
        _ => true,
    };

    // Instructions that only compute a value. The same ones give the same value, unless something is assigned.
    private static bool IsSteady(Instruction instruction) => instruction.OpCode.Code
        is Code.Ldc_I4 or Code.Ldc_I8 or Code.Ldloc or Code.Ldarg or Code.Ldfld or Code.Ldsfld or Code.Ldlen or Code.Conv_I4 or Code.Conv_I8 or Code.Add or Code.Sub or Code.Mul or Code.Div
        || instruction.OpCode.Code is Code.Call or Code.Callvirt && instruction.Operand is MethodReference { DeclaringType: not ArrayType, Name: not ("get_Item" or "set_Item") } && IsQuick(instruction);

    private static int Pops(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Add or Code.Sub or Code.Mul or Code.Div => 2,
        Code.Ldfld or Code.Ldlen or Code.Conv_I4 or Code.Conv_I8 => 1,
        Code.Call or Code.Callvirt when instruction.Operand is MethodReference called => called.Parameters.Count + (called.HasThis ? 1 : 0),
        _ => 0,
    };

    private Instruction Copy(Instruction instruction)
    {
        var copy = il.Create(OpCodes.Nop);
        (copy.OpCode, copy.Operand) = (instruction.OpCode, instruction.Operand);
        return copy;
    }
}
