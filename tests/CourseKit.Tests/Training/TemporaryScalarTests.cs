using System.Reflection;
using System.Reflection.Emit;
using CourseKit.Training;
using TorchSharp;

namespace CourseKit.Tests.Training;

/// <summary>
/// `x * 0.5`, `a + b` and `x.square()` make a Scalar that nothing holds while native code reads it: the garbage collector may take it away, and
/// a long training fails once in a blue moon. Seen in the compiled code, since no run shows it reliably.
/// </summary>
public sealed class TemporaryScalarTests
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields().Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => code.Value);

    private readonly Dictionary<MethodBase, bool> known = [];

    [Fact]
    public void Models_training_and_metrics_hand_no_temporary_scalar_to_native_code()
    {
        var found = typeof(GanTrainer).Assembly.GetTypes()
            .Where(type => type.Namespace is "CourseKit.Models" or "CourseKit.Training" or "CourseKit.Metrics")
            .SelectMany(Bodies)
            .SelectMany(body => Calls(body).Where(call => IsTemporary(call.Method, call.IsKept)).Select(call => $"{call.Method}")
                .Concat(GivesTorchScriptANumber(body) ? ["a number for TorchScript"] : []).Select(what => $"{body.DeclaringType}.{body.Name}: {what}"));
        Assert.Empty(found);
    }

    [Fact]
    public void The_search_sees_what_the_rule_is_about()
    {
        var makers = Bodies(typeof(Examples)).ToDictionary(
            body => body.Name, body => GivesTorchScriptANumber(body) || Calls(body).Any(call => IsTemporary(call.Method, call.IsKept)));
        Assert.Equal([true, true, true, true, false, false, false], new[] { "Half", "Sum", "Square", "ScriptOfANumber", "Kept", "Product", "Script" }.Select(name => makers[name]));
    }

    private static class Examples
    {
        public static torch.Tensor Half(torch.Tensor x) => x * 0.5;
        public static torch.Tensor Sum(torch.Tensor x) => x + x;
        public static torch.Tensor Square(torch.Tensor x) => x.square();
        public static torch.Tensor Product(torch.Tensor x) => x * x;
        public static object Script(torch.jit.CompilationUnit unit, Scalar half) => unit.invoke("f", half);
        public static object ScriptOfANumber(torch.jit.CompilationUnit unit) => unit.invoke("f", 0.5);
        public static torch.Tensor Kept(torch.Tensor x)
        {
            using Scalar half = 0.5;
            return x * half;
        }
    }

    private bool IsTemporary(MethodBase method, bool isKept) =>
        method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit" ? !isKept : MakesTemporary(method);

    // Whether a method of TorchSharp makes scalars for itself, directly or through others; virtual calls are taken as declared.
    private bool MakesTemporary(MethodBase method)
    {
        if (method.Module != typeof(torch).Module || method.DeclaringType == typeof(Scalar) || method.DeclaringType == typeof(torch.jit.CompilationUnit) || method.IsAbstract)
            return false;
        if (known.TryGetValue(method, out var temporary))
            return temporary;
        known[method] = false;   // ends recursion
        return known[method] = Calls(method).Any(call => IsScalar(call.Method) || MakesTemporary(call.Method));
    }

    private static bool IsScalar(MethodBase method) => method.Name == "ToScalar" || (method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit");

    private static IEnumerable<MethodBase> Bodies(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return [.. type.GetMethods(all), .. type.GetConstructors(all)];
    }

    // The methods a body calls, and whether the result goes into a variable or field before anything else.
    private static List<(MethodBase Method, bool IsKept)> Calls(MethodBase body)
    {
        var (types, arguments) = (body.DeclaringType!.GetGenericArguments(), body.IsGenericMethod ? body.GetGenericArguments() : null);
        return [.. Instructions(body).Where(one => one.Code.OperandType == OperandType.InlineMethod)
            .Select(one => (body.Module.ResolveMethod(one.Token, types, arguments)!, one.Next.StartsWith("st", StringComparison.Ordinal)))];
    }

    // Arguments of TorchScript travel as objects: TorchSharp makes a temporary scalar of each number among them, and takes a Scalar as it is.
    private static bool GivesTorchScriptANumber(MethodBase body) =>
        Calls(body).Any(call => call.Method.DeclaringType == typeof(torch.jit.CompilationUnit))
        && Instructions(body).Any(one => one.Code == OpCodes.Box && body.Module.ResolveType(one.Token, body.DeclaringType!.GetGenericArguments(), null).IsPrimitive);

    private static IEnumerable<(OpCode Code, int Token, string Next)> Instructions(MethodBase body)
    {
        var il = body.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < il.Length;)
        {
            var code = OpCodeAt(il, at);
            at += code.Size;
            var size = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
            yield return (code, size == 4 ? BitConverter.ToInt32(il, at) : 0, at + size < il.Length ? OpCodeAt(il, at + size).Name! : "");
            at += size;
        }
    }

    private static OpCode OpCodeAt(byte[] il, int at) => OpCodesByValue[il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at]];
}
