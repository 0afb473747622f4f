namespace CourseKit.Kernel.Tests.Session;

/// <summary>Where the C# of scripts is smaller than that of programs, the error says what to write instead.</summary>
public sealed class HintTests : SessionTest
{
    private const string Namespace = "cells have no namespaces", Load = "write the file of #load in quotes", Usings = "put each using at the top",
        Using = "a cell keeps its variables for later cells, so none can end with the cell", With = "put the expression into parentheses",
        Extension = "declare extension methods at the top level", File = "remove the word file", Yield = "put the loop into a method",
        Static = "C# has no static variables inside", Ref = "a cell keeps its variables, and a ref cannot be kept",
        Span = "a cell keeps its variables, and a span", Result = "the last expression is shown as an object", Unsafe = "put the lines into a block unsafe",
        Address = "a cell's variable can move in memory", Attribute = "remove the attribute", Member = "types and static methods do not see";

    [Theory]
    [InlineData("start: int x = 1;", "the compiler fails where a label stands before a declaration")]
    [InlineData("namespace A { class B { } }", Namespace)]
    [InlineData("namespace A.B;\nclass C { }", Namespace)]
    [InlineData("using System.Net;\nnamespace A { namespace B { } }", Namespace)]
    [InlineData("class A { }\nnamespace B { class C { } }\n1 + 1", Namespace)]
    [InlineData("#load x.csx", Load)]
    [InlineData("var a = 1;\nusing System.Net;", Usings)]
    [InlineData("void F() { }\nusing static System.Math;", Usings)]
    [InlineData("using var s = new MemoryStream();\ns.Length", Using)]
    [InlineData("using var s = new MemoryStream()", Using)]
    [InlineData("using MemoryStream s = new();", Using)]
    [InlineData("using System.IO.MemoryStream s = new();", Using)]
    [InlineData("using System.Net.Http.HttpClient client = new();\nclient", Using)]
    [InlineData("using Stream? s = null;", Using)]
    [InlineData("using List<int>.Enumerator e = new List<int>().GetEnumerator();", Using)]
    [InlineData("using var a = new MemoryStream(), b = new MemoryStream();", Using)]
    [InlineData("using var a = new MemoryStream();\nusing var b = new StreamReader(a);\nb.ReadToEnd()", Using)]
    [InlineData("using System.Net;\nvar a = 1;\nusing var s = new MemoryStream();\ns.Length", Using)]
    [InlineData("for (var i = 0; i < 2; i++) { }\nusing MemoryStream s = new();", Using)]
    [InlineData("await using var s = new MemoryStream();\nawait s.FlushAsync();", Using)]
    [InlineData("Console.Write(1);\nawait using MemoryStream s = new();", Using)]
    [InlineData("class E { public static int Twice(this int x) => 2 * x; }", Extension)]
    [InlineData("public static class E { public static int Twice(this int x) => 2 * x; }\n2.Twice()", Extension)]
    [InlineData("struct S { static T Me<T>(this T x) => x; }", Extension)]
    [InlineData("static class E { extension(int x) { public int Twice() => 2 * x; } }\n2.Twice()", Extension)]
    [InlineData("extension(int x) { public int Twice() => 2 * x; }", Extension)]
    [InlineData("file class A { }\nnew A()", File)]
    [InlineData("file record struct R(int X);", File)]
    [InlineData("file interface I { }", File)]
    [InlineData("file enum E { A }", File)]
    [InlineData("yield return 1;", Yield)]
    [InlineData("foreach (var i in new[] { 1, 2 })\n    yield return i;", Yield)]
    [InlineData("if (true) { yield break; }", Yield)]
    [InlineData("int F() { static int n = 0; return n++; }", Static)]
    [InlineData("void F()\n{\n    static readonly int n = 0;\n}", Static)]
    [InlineData("class A { int F() { static int n = 0; return n; } }", Static)]
    [InlineData("for (var i = 0; i < 2; i++) { static int n = 0; }", Static)]
    [InlineData("int[] a = [1];\nref int b = ref a[0];", Ref)]
    [InlineData("int[] a = [1];\nref var b = ref a[0];\nb = 3;", Ref)]
    [InlineData("int a = 1; ref readonly int b = ref a;", Ref)]
    [InlineData("scoped ref int b = ref new int[1][0];", Ref)]
    [InlineData("Span<int> s = stackalloc int[3];", Span)]
    [InlineData("var s = stackalloc int[3];\ns[0]", Span)]
    [InlineData("ReadOnlySpan<char> s = \"abc\";", Span)]
    [InlineData("var s = new int[3].AsSpan();", Span)]
    [InlineData("Span<int> s;", Span)]
    [InlineData("var (a, b) = (1, \"x\".AsSpan());", Span)]
    [InlineData("ref struct R { }\nR r = new();", Span)]
    [InlineData("\"abc\".AsSpan()", Result)]
    [InlineData("var a = new int[3];\na.AsSpan()[1..]", Result)]
    [InlineData("int* p = null;", Unsafe)]
    [InlineData("int[] a = [1];\nfixed (int* p = a) { Console.Write(*p); }", Unsafe)]
    [InlineData("void F(int* p) { }", Unsafe)]
    [InlineData("delegate*<int, int> f = null;", Unsafe)]
    [InlineData("class A { int* p; }", Unsafe)]
    [InlineData("int a = 1;\nunsafe { int* p = &a; }", Address)]
    [InlineData("[assembly: System.Reflection.AssemblyTitle(\"x\")]", Attribute)]
    [InlineData("[module: System.Runtime.CompilerServices.SkipLocalsInit]\nclass A { }", Attribute)]
    [InlineData("int n = 1;\nclass A { public int F() => n; }", Member)]
    [InlineData("int F() => 1;\nstruct A { public int G() => F(); }", Member)]
    [InlineData("T Same<T>(T x) => x;\nrecord A(int X) { public int Y => Same<int>(X); }", Member)]
    [InlineData("int n = 1;\nstatic int F() => n;", Member)]
    [InlineData("int n = 1;\nenum E { A = n }", Member)]
    public async Task A_limit_of_scripts_is_told_once_below_the_compilers_message(string code, string hint)
    {
        var error = (await RunAsync(code)).Error;
        Assert.Equal("CompilationError", error.Name);
        Assert.StartsWith($"hint: {hint}", Assert.Single(error.Traceback, line => line.StartsWith("hint: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(error.Message.Split('\n'), line => line.StartsWith("hint: ", StringComparison.Ordinal));
        Assert.DoesNotContain("hint: ", error.Traceback[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p with { Y = 3 }")]
    [InlineData("p with { Y = 3 };")]
    [InlineData("p with\n{\n    X = 1,\n    Y = 3,\n}")]
    [InlineData("p with { }")]
    [InlineData("Console.Write(1); p with { Y = 3 }")]
    [InlineData("b.P with { Y = 3 }")]
    [InlineData("p with { Y = 3 }.X")]
    [InlineData("p with { Y = b.P.X } == p")]
    [InlineData("(p) with { Y = 3 }")]
    [InlineData("(b.P) with { Y = 3 }")]
    public async Task A_with_at_the_start_of_a_line_wants_parentheses(string code)
    {
        (await RunAsync("record P(int X, int Y); class B { public P P = new(1, 2); } var p = new P(1, 2); var b = new B();")).Ok();
        Assert.StartsWith($"hint: {With}", Assert.Single((await RunAsync(code)).Error.Traceback, line => line.StartsWith("hint: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using System.Net\nvar x = 1;")]
    [InlineData("using System.Net\nx = 1;")]
    [InlineData("using X = Nowhere;")]
    [InlineData("using static X = Nowhere;")]
    [InlineData("using (var s = nowhere) { }")]
    [InlineData("if (true)\n{\n    using var s = nowhere;\n}")]
    [InlineData("void F() { using var s = nowhere; }")]
    [InlineData("{ using var s = new MemoryStream(); nowhere = s; }")]
    [InlineData("using System.Net; nowhere = 1;")]
    [InlineData("using System.Net\n  .Http;\nnowhere = 1;")]
    [InlineData("class A { using var s = nowhere; }")]
    [InlineData("Nope with { get; set; }")]
    [InlineData("Console.Write(nope with { Y = 3 });")]
    [InlineData("int with = nowhere;")]
    [InlineData("ref int F();")]
    [InlineData("ref int Broken(")]
    [InlineData("int F();")]
    [InlineData("class A { Span<int> s; }")]
    [InlineData("class A { static int F() => n; int n; }")]
    [InlineData("class A { protected int n; }\nclass B : A { static int F() => n; }")]
    [InlineData("object o = \"abc\".AsSpan();")]
    [InlineData("int i = \"abc\"")]
    [InlineData("int[] a = [1];\nunsafe { int* p = &a[0]; }")]
    [InlineData("class A { readonly static readonly int x; }")]
    [InlineData("void F() { private int x = 1; }")]
    [InlineData("int F() { yield return 1; }")]
    [InlineData("goto nowhere;")]
    [InlineData("#r Lib.dll")]
    [InlineData("nowhere")]
    [InlineData("1 +")]
    public async Task Another_error_has_no_hint(string code) =>
        Assert.DoesNotContain((await RunAsync(code)).Error.Traceback, line => line.StartsWith("hint: ", StringComparison.Ordinal));

    [Theory]
    [InlineData("using (var s = new MemoryStream()) { s.WriteByte(1); Console.Write(s.Length); }", "1")]
    [InlineData("{ using var s = new MemoryStream(); await using var t = s; Console.Write(s.Length); }", "0")]
    [InlineData("static int Twice(this int x) => 2 * x;\nConsole.Write(2.Twice());", "4")]
    [InlineData("IEnumerable<int> Numbers() { yield return 1; }\nConsole.Write(Numbers().Count());", "1")]
    [InlineData("int[] a = [1];\n{ ref int b = ref a[0]; b = 3; }\nConsole.Write(a[0]);", "3")]
    [InlineData("{ Span<int> s = stackalloc int[3]; Console.Write(s.Length); }", "3")]
    [InlineData("int a = 1;\nunsafe { fixed (int* p = &a) { *p = 5; } }\nConsole.Write(a);", "5")]
    [InlineData("unsafe { int a = 1; int* p = &a; Console.Write(*p); }", "1")]
    [InlineData("unsafe int F(int* p) => *p;", "")]
    [InlineData("static int n = 1;\nclass A { public int F() => n; }\nConsole.Write(new A().F());", "1")]
    [InlineData("record P(int X, int Y);\nvar p = new P(1, 2);\n(p with { Y = 3 })", "")]
    [InlineData("if (true) return 5;", "")]
    [InlineData("var i = 0;\nagain: i++;\nif (i < 3) goto again;\nConsole.Write(i);", "3")]
    [InlineData("global using System.Net;\nConsole.Write(IPAddress.Loopback);", "127.0.0.1")]
    public async Task What_the_hints_say_works(string code, string printed) => Assert.Equal(printed, (await RunAsync(code)).Ok().Stdout);

    [Fact]
    public async Task The_hint_stands_below_its_line_and_each_kind_has_its_own()
    {
        var error = (await RunAsync("file class A { }\n  yield return 1;\nfile class B { }")).Error;
        Assert.Equal(
            [
                "(1,12): error CS9054: File-local type 'A' must be defined in a top level type; 'A' is a nested type.",
                "    file class A { }",
                "               ^",
                "hint: remove the word file: nothing outside the notebook sees a cell's types.",
                "(2,3): error CS7020: Cannot use 'yield' in top-level script code",
                "      yield return 1;",
                "      ^",
                "hint: put the loop into a method: IEnumerable<int> Numbers() { yield return 1; }",
                "(3,12): error CS9054: File-local type 'B' must be defined in a top level type; 'B' is a nested type.",
                "    file class B { }",
                "               ^",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task An_imported_file_has_hints_too()
    {
        System.IO.File.WriteAllText(Path.Combine(Folder, "shapes.cs"), "namespace Shapes;\n\npublic class Circle(double r)\n{\n    public double Area => 3.14 * r * r;\n}\n");
        var error = (await RunAsync("#!import shapes.cs\nnew Circle(5).Area")).Error;
        Assert.Equal("shapes.cs(1,1): error CS7021: Cannot declare namespace in script code", error.Traceback[0]);
        Assert.Equal("hint: cells have no namespaces: remove the namespace and its braces, and its types stand at the top level.", error.Traceback[3]);
    }
}
