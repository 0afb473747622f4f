using System.Globalization;
using System.Text;

namespace CourseKit.Kernel.Tests.Session;

/// <summary>
/// A random C# program with loops of all kinds and recursion in methods, iterators, async methods and lambdas, with try blocks, switch and goto. It ends by itself:
/// what could loop for ever uses up <c>fuel</c>. <c>Program.Run</c> gives a text that depends on each assignment.
/// </summary>
internal sealed class RandomProgram(int seed)
{
    private enum Kind { Method, Iterator, Async }

    private readonly Random random = new(seed);
    private readonly StringBuilder text = new();
    private readonly List<string> readable = [], writable = [];
    private Kind kind;
    private int names, depth, inTry, methods;
    private bool inLoop, inFinally, inLambda;

    /// <summary>The first difference between a program and the same with checks; null if there is none.</summary>
    public static string? Difference(int seed)
    {
        var source = new RandomProgram(seed).Source();
        var plain = TwiceCompiled.Plain(source);
        string Result(MemoryStream image)
        {
            try
            {
                return TwiceCompiled.Run<string>(image, seed % 100);
            }
            catch (Exception e) when (e is InvalidProgramException or BadImageFormatException or TypeLoadException)
            {
                return e.Message;
            }
        }
        var (expected, found) = (Result(plain), Result(TwiceCompiled.WithChecks(plain)));
        return expected == found ? null : $"seed {seed}: expected {expected}, found {found} of\n{source}";
    }

    /// <summary>The source.</summary>
    public string Source()
    {
        text.Append("""
            using System; using System.Collections.Generic; using System.Linq; using System.Threading.Tasks;
            public class Item : IDisposable { public int Value = 3; public void Dispose() { for (var i = 0; i < Value && i < 4; i++) Program.Mark(i); } }
            public static class Program
            {
                static int fuel, field; static long hash; static Item item = new(); static int[] array = new int[8]; static int[,] square = new int[4, 5]; static List<int> list = new();
                public static int Mark(int value) { hash = hash * 31 + value; return value; }
                public static string Run(int start)
                {
                    (fuel, field, hash) = (3000, start, 17);
                    list = Enumerable.Range(0, 9).ToList();
                    var told = "";

            """);
        var count = random.Next(2, 5);
        for (var i = 0; i < count; i++)
            text.Append(CultureInfo.InvariantCulture, $"        try {{ Mark((int)Call{i}(start + {i}, 7)); }} catch (Exception e) {{ told += e.GetType().Name + ' '; }}\n");
        text.Append("        return told + hash + ' ' + field + ' ' + fuel + ' ' + string.Join(',', array) + ' ' + string.Join(',', list);\n    }\n");
        for (methods = 0; methods < count; methods++)
        {
            Recursive();
            Method();
        }
        return text.Append("}\n").ToString();
    }

    // Short, and it calls itself.
    private void Recursive()
    {
        readable.AddRange(["p", "q", "field", "array[p & 7]"]);
        writable.AddRange(["q", "field", "array[q & 7]"]);
        var again = $"R{methods}(p - {random.Next(1, 3)}, {Value()})";
        var before = random.Next(3) switch { 0 => "", 1 => $"{Writable()} ^= {Value()};", _ => $"for (var i = 0; i < {random.Next(1, 4)}; i++) {Writable()} += {Value()};" };
        var result = random.Next(4) switch { 0 => again, 1 => $"{again} + Mark({Value()})", 2 => $"{again} ^ R{methods}(p - 2, {Value()})", _ => $"R{methods}(p - 3, {again}) {Pick("+", "-", "/")} {Value()}" };
        text.Append(CultureInfo.InvariantCulture, $"    static int R{methods}(int p, int q)\n    {{\n        if (p <= 0) return {Value()};\n        {before}\n        return {result};\n    }}\n");
        readable.Clear();
        writable.Clear();
    }

    private void Method()
    {
        kind = (Kind)Math.Max(0, random.Next(-2, 3));
        var (name, head) = kind switch { Kind.Method => ("int", ""), Kind.Iterator => ("IEnumerable<int>", ""), _ => ("Task<int>", "async ") };
        text.Append(CultureInfo.InvariantCulture, $"    static long Call{methods}(int p, int q) => {(kind switch { Kind.Method => $"M{methods}(p, q)", Kind.Iterator => $"M{methods}(p, q).Take(50).Sum(x => (long)x)", _ => $"M{methods}(p, q).Result" })};\n");
        text.Append(CultureInfo.InvariantCulture, $"    static {head}{name} M{methods}(int p, int q)\n    {{\n        int a = {random.Next(-3, 20)}, b = {random.Next(100)}; long c = {random.Next(9)}; int[] local = new int[{random.Next(1, 9)}];\n");
        readable.AddRange(["p", "q", "a", "b", "(int)c", "field", "array[a & 7]", "local.Length", "list.Count", "item.Value", "square[a & 3, 2]"]);
        writable.AddRange(["p", "q", "a", "b", "c", "field", "array[b & 7]", "item.Value", "square[1, b & 3]"]);
        Block(random.Next(2, 7));
        text.Append(kind == Kind.Iterator ? "        yield return a;\n    }\n" : "        return a ^ b;\n    }\n");
        readable.Clear();
        writable.Clear();
    }

    private void Block(int statements)
    {
        var (read, write) = (readable.Count, writable.Count);
        depth++;
        for (var i = 0; i < statements; i++)
            Statement();
        depth--;
        readable.RemoveRange(read, readable.Count - read);
        writable.RemoveRange(write, writable.Count - write);
    }

    private void Inner() => Block(random.Next(1, 3));

    private void Statement()
    {
        if (depth > 3)
        {
            Assign();
            return;
        }
        switch (random.Next(23))
        {
            case 0 or 1 or 2 or 3:
                CountingLoop();
                break;
            case 4:
                Loop($"while ({Condition()} && fuel-- > 0)", "");
                break;
            case 5:
                Loop("do", $" while ({Condition()} && fuel-- > 0);");
                break;
            case 6:
                var each = $"e{names++}";
                readable.Add(each);
                Loop($"foreach (var {each} in {Pick("array", "local", "list.ToArray()", "new[] { 1, 2, 3 }", "Enumerable.Range(0, 5)")})", "");
                readable.Remove(each);
                break;
            case 7 or 8:
                Add($"if ({Condition()})\n{{");
                Inner();
                Add("}");
                if (random.Next(2) == 0)
                {
                    Add("else\n{");
                    Inner();
                    Add("}");
                }
                break;
            case 9:
                Add($"switch ({Value()} & 3)\n{{");
                for (var i = 0; i < 3; i++)
                {
                    Add($"case {i}:\n{{");
                    Inner();
                    Add(i == 1 ? "goto case 0; }" : "break; }");
                }
                Add("}");
                break;
            case 10 or 11 or 12:
                Try();
                break;
            case 13:
                var label = $"L{names++}";
                Add($"{label}: ;");
                Inner();
                Add($"if (fuel-- > 0 && {Condition()}) goto {label};");
                break;
            case 14 when !inLambda:
                Lambda();
                break;
            case 15 when inLoop:
                Add($"if ({Condition()}) {Pick("break", "continue")};");
                break;
            case 16:
                Add($"using (new Item())\n{{");
                var loops = inLoop;
                Inner();
                inLoop = loops;
                Add("}");
                break;
            case 17 when kind == Kind.Iterator && inTry == 0 && !inLambda && !inFinally:
                Add($"yield return {Value()};");
                break;
            case 18 when kind == Kind.Async && !inLambda:
                Add($"{Pick("a", "b")} = await Task.FromResult({Value()});");
                break;
            case 19 when methods > 0:
                Add($"if (fuel-- > 0) {Pick("a", "b", "c")} ^= (int)Call{random.Next(methods)}({Value()} & 15, {Value()});");
                break;
            case 20 when kind == Kind.Method && !inLambda && !inFinally:
                Add($"if ({Condition()} && fuel % 3 == 0) return {Value()};");
                break;
            case 21 when kind == Kind.Method && !inLambda:
                var alias = $"r{names++}";
                Add($"{{ ref int {alias} = ref {Pick("a", "field", "array[2]", "q")};");
                readable.Add(alias);
                writable.Add(alias);
                var lambdas = inLambda;
                inLambda = true; // which cannot use it
                CountingLoop();
                inLambda = lambdas;
                readable.Remove(alias);
                writable.Remove(alias);
                Add("}");
                break;
            case 22:
                Add($"if (fuel-- > 0) {Pick("a", "b", "c")} ^= R{random.Next(methods + 1)}({Value()} & 7, {Value()});");
                break;
            default:
                Assign();
                break;
        }
    }

    private void CountingLoop()
    {
        var i = $"i{names++}";
        var (isUp, step, type) = (random.Next(3) > 0, random.Next(1, 4), random.Next(6) == 0 ? "long" : "int");
        // Some loops are longer than the checks leave alone, and some are near the end of the numbers.
        var isLong = depth == 1 && random.Next(4) == 0;
        var (from, to) = isLong ? ($"{random.Next(3)}", $"{65536 * random.Next(1, 4) + random.Next(-2, 3)}")
            : random.Next(12) == 0 ? ($"{type}.MaxValue - {random.Next(20, 40)}", $"{type}.MaxValue - {random.Next(5, 8)}")
            : random.Next(12) == 0 ? ($"{type}.MinValue + {random.Next(5, 9)}", $"{type}.MinValue + {random.Next(10, 40)}")
            : ($"{random.Next(-3, 4)}", Pick($"{random.Next(12)}", "array.Length", "local.Length - 1", "list.Count", "item.Value", "(a & 15)", "(field & 7)", "b % 9", "a", "b", "field", "p", "q", "square.GetLength(1)"));
        var isBounded = isLong || !char.IsLetter(to[0]) || to.Contains("Length", StringComparison.Ordinal) || to.Contains('%') || to.Contains('V');
        var change = random.Next(5) switch { 0 => $"{i} = {i} {(isUp ? '+' : '-')} {step}", 1 when step == 1 => $"{(isUp ? "++" : "--")}{i}", _ => $"{i} {(isUp ? '+' : '-')}= {step}" };
        readable.Add($"(int){i}");
        // What changes its own counter or end may never end.
        var mayChange = !isLong && random.Next(3) == 0;
        if (mayChange)
            writable.Add(i);
        var asWhile = random.Next(5) == 0;
        var condition = $"{i} {(isUp ? "<" : ">")}{Pick("", "=")} {(isUp ? to : from)}";
        var start = $"{type} {i} = {(isUp ? from : to)}";
        var guard = mayChange || !isBounded || to == "item.Value" || asWhile ? "if (fuel-- < 0) break;" : "";
        Loop(asWhile ? $"{{ {start}; while ({condition})" : $"for ({start}; {condition}; {change})", asWhile ? "}" : "", guard, asWhile ? change : "", isLong ? () => Simple(Pick("a", "b", "c", "array[3]")) : random.Next(2) == 0 ? SomeSimple : Inner);
        readable.Remove($"(int){i}");
        writable.Remove(i);
    }

    private void Loop(string head, string tail, string first = "", string last = "", Action? inner = null)
    {
        var loops = inLoop;
        inLoop = true;
        Add($"{head}\n{{\n{first}");
        if (last != "" && random.Next(2) == 0)
            (first, last) = (last, "");
        (inner ?? Inner)();
        Add(last == "" ? first.Contains("fuel", StringComparison.Ordinal) ? "}" : $"{first};\n}}" : $"{last};\n}}");
        Add(tail);
        inLoop = loops;
    }

    private void Try()
    {
        inTry++;
        Add("try\n{");
        Inner();
        if (random.Next(3) == 0)
            Add($"if ({Condition()}) throw new {Pick("InvalidOperationException", "ArgumentException")}();");
        Add("}");
        var catches = random.Next(3) > 0;
        if (catches)
        {
            Add(Pick("catch (InvalidOperationException)", $"catch (DivideByZeroException) when ({Condition()})", "catch") + "\n{");
            Inner();
            Add(random.Next(6) == 0 ? "throw; }" : "}");
        }
        if (!catches || random.Next(2) == 0)
        {
            var (finallies, loops) = (inFinally, inLoop);
            (inFinally, inLoop) = (true, false);
            Add("finally\n{");
            Inner();
            Add("}");
            (inFinally, inLoop) = (finallies, loops);
        }
        inTry--;
    }

    private void Lambda()
    {
        var (f, x, loops, finallies) = ($"f{names++}", $"x{names++}", inLoop, inFinally);
        (inLambda, inLoop, inFinally) = (true, false, false);
        Add($"Func<int, int> {f} = {x} =>\n{{");
        readable.Add(x);
        writable.Add(x);
        Inner();
        readable.Remove(x);
        writable.Remove(x);
        Add($"return {Value()}; }};");
        (inLambda, inLoop, inFinally) = (false, loops, finallies);
        Add($"a = {f}({Value()}); b ^= new[] {{ 1, 2, 3 }}.Select({f}).Sum();");
    }

    // Without calls, so that the loop around may be a counted one. What changes is often what the loop's end is made of.
    private void SomeSimple()
    {
        for (var i = random.Next(1, 4); i > 0; i--)
            Simple(random.Next(2) == 0 ? Writable() : Pick("a", "b", "field", "q"));
    }

    private void Simple(string written) => Add($"{(random.Next(3) == 0 ? $"if ({Condition()}) " : "")}{written} {Pick("+=", "^=", "-=")} {Value()};{(random.Next(4) == 0 ? $" if ({Condition()}) {Pick("continue", "break")};" : "")}");

    private void Assign() => Add($"{Writable()} {Pick("=", "+=", "^=", "-=", "*=")} {Value()};{(random.Next(3) == 0 ? $" Mark({Value()});" : random.Next(9) == 0 ? $" a /= {Value()} & 3;" : random.Next(9) == 0 ? " if (list.Count < 30) list.Add(a);" : "")}");

    private string Condition() => $"{Value()} {Pick("<", ">", "<=", "==", "!=")} {Value()}";

    private string Value() => random.Next(5) switch
    {
        0 => $"{random.Next(-4, 20)}",
        1 => $"({Readable()} {Pick("+", "-", "*", "^", "&", "|")} {Readable()})",
        2 => $"({Readable()} % {random.Next(2, 9)})",
        3 when random.Next(3) == 0 => $"Math.{Pick("Min", "Max")}({Readable()}, {random.Next(50)})",
        _ => Readable(),
    };

    private string Readable() => readable[random.Next(readable.Count)];

    private string Writable() => writable[random.Next(writable.Count)];

    private string Pick(params string[] from) => from[random.Next(from.Length)];

    private void Add(string line) => text.Append(' ', 4 * (depth + 1)).Append(line.Replace("\n", "\n" + new string(' ', 4 * (depth + 1)), StringComparison.Ordinal)).Append('\n');
}
