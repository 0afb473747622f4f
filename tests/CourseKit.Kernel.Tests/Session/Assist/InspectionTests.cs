using CourseKit.Kernel.Display;
using CourseKit.Kernel.Running;
using CourseKit.Kernel.Tests.Session.Directives;

namespace CourseKit.Kernel.Tests.Session.Assist;

/// <summary>What is told of what stands at the caret, which the tests write as <c>|</c>.</summary>
public sealed class InspectionTests : SessionTest
{
    [Theory]
    [InlineData("Ma|th.Max(1, 2)", "class Math")]
    [InlineData("Math.Max(1, 2|)", "int Math.Max(int val1, int val2)")]
    [InlineData("Math.Ma|x(1, 2)", "int Math.Max(int val1, int val2)")]
    [InlineData("Math.Max|(1, 2)", "int Math.Max(int val1, int val2)")]
    [InlineData("Math.Max(|", "Math.Max(")]
    [InlineData("Math.Max(1,|", "Math.Max(")]
    [InlineData("Math.Max(1, |)", "Math.Max(")]
    [InlineData("new Random(|)", "Random.Random(")]
    [InlineData("var xs = new List<int>();\nx|s.Add(1);", "List<int> xs")]
    [InlineData("new[] { 1 }.Sel|ect(x => x)", "Select<")]
    [InlineData("in|t x;", "struct int")]
    [InlineData("void F(int n) { n|++; }", "int n")]
    [InlineData("using System.Lin|q;", "namespace System.Linq")]
    public async Task The_declaration_of_what_stands_there_is_told(string code, string expected)
    {
        var page = await InspectAsync(code);
        Assert.Contains(expected, page!.Text("text/plain"), StringComparison.Ordinal);
        Assert.StartsWith("```csharp\n", page.Text("text/markdown"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("|")]
    [InlineData("1 + |")]
    [InlineData("nothingKnown|")]
    [InlineData("// comm|ent")]
    [InlineData("#!ti|me")]
    [InlineData("#!markdown\nMath.Max|")]
    [InlineData("}}|((")]
    public async Task Where_nothing_is_known_there_is_nothing(string code) => Assert.Null(await InspectAsync(code));

    [Fact]
    public async Task A_variable_of_the_session_tells_its_type_and_value()
    {
        (await RunAsync("var answer = 42; var many = Enumerable.Range(0, 1000).ToList(); IEnumerable<int> Lazy() { while (true) yield return 1; } var lazy = Lazy();"
            + "class Slow { public override string ToString() { Thread.Sleep(-1); return \"\"; } }\nclass Bad { public override string ToString() => throw new Exception(); }\nvar slow = new Slow(); var bad = new Bad(); string none = null;")).Ok();
        Assert.Equal("int answer\n\nValue: 42", (await InspectAsync("ans|wer"))!.Text("text/plain"));
        Assert.Equal("string none\n\nValue: <null>", (await InspectAsync("none|"))!.Text("text/plain")!.Split("\n\nRepr")[0]);
        Assert.InRange((await InspectAsync("many|"))!.Text("text/plain")!.Split("Value: ")[1].Split('\n')[0].Length, 20, 210);
        foreach (var code in new[] { "lazy|", "slow|", "bad|" })
            Assert.DoesNotContain("Value", (await InspectAsync(code))!.Text("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_of_earlier_cells_and_of_the_cell_itself_are_told()
    {
        (await RunAsync("/// <summary>Adds <c>two</c> numbers &lt;fast&gt;, see <see cref=\"Math.Max(int, int)\"/>.</summary>\n/// <param name=\"a\">The first.</param>\n"
            + "/// <returns>The sum.</returns>\n/// <exception cref=\"OverflowException\">Too large.</exception>\nint Add(int a, int b) => a + b;\n/// <summary>not closed\nint Broken() => 1;")).Ok();
        var brief = (await InspectAsync("Ad|d(1, 2)"))!;
        Assert.Equal("int Add(int a, int b)\n\nAdds two numbers <fast>, see Math.Max.\n\nParameters:\n  a: The first.\n\nReturns: The sum.", brief.Text("text/plain"));
        Assert.Equal("```csharp\nint Add(int a, int b)\n```\n\nAdds `two` numbers \\<fast\\>, see `Math.Max`.\n\n**Parameters:**\n\n- `a`: The first.\n\n**Returns:** The sum.", brief.Text("text/markdown"));
        Assert.EndsWith("Exceptions:\n  OverflowException: Too large.", (await InspectAsync("Ad|d(1, 2)", detailed: true))!.Text("text/plain"), StringComparison.Ordinal);
        Assert.Equal("int Broken()", (await InspectAsync("Broken|()"))!.Text("text/plain"));
        Assert.Contains("Here.", (await InspectAsync("/// <summary>Here.</summary>\nint Own() => 1;\nOw|n()"))!.Text("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_of_the_framework_come_from_its_reference_pack()
    {
        var packs = Path.GetFullPath("../../../packs/Microsoft.NETCore.App.Ref", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        Assert.SkipUnless(Directory.Exists(packs), "the SDK's reference pack is not there");
        Assert.Contains("Returns the larger of two", (await InspectAsync("Math.Max(1, 2|)"))!.Text("text/plain"), StringComparison.Ordinal);
        Assert.Contains("Adds an object to the end", (await InspectAsync("new List<int>().Ad|d(1)"))!.Text("text/plain"), StringComparison.Ordinal);
        Assert.Contains("Projects each element", (await InspectAsync("new[] { 1 }.Selec|t(x => x)"))!.Text("text/plain"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Docs.xml")]
    [InlineData("cache/Docs.xml")] // a build links to what lies in the package cache
    public async Task Comments_of_a_library_come_from_the_file_beside_it_and_overrides_inherit_theirs(string file)
    {
        Compiled.Library(Folder, "Docs", "namespace Docs { public class Base { public virtual int M() => 1; } public class Derived : Base { public override int M() => 2; public int N; } }");
        (await RunAsync("#r \"Docs.dll\"\nvar d = new Docs.Derived();")).Ok();
        Directory.CreateDirectory(Path.Combine(Folder, "cache"));
        if (file != "Docs.xml")
            File.CreateSymbolicLink(Path.Combine(Folder, "Docs.xml"), Path.Combine(Folder, file));
        File.WriteAllText(Path.Combine(Folder, file), "<doc><members><member name=\"F:Docs.Derived.N\" /><member name=\"M:Docs.Base.M\"><summary>Of the base.</summary></member></members></doc>");
        Assert.Equal("int Docs.Derived.M()\n\nOf the base.", (await InspectAsync("d.M|()"))!.Text("text/plain"));
        Assert.Equal("int Docs.Derived.N", (await InspectAsync("d.N|"))!.Text("text/plain"));
    }

    [Fact]
    public async Task Few_overloads_are_told_unless_in_detail()
    {
        Assert.Contains("more overloads", (await InspectAsync("Math.Max(|"))!.Text("text/plain"), StringComparison.Ordinal);
        var all = (await InspectAsync("Math.Max(|", detailed: true))!.Text("text/plain")!;
        Assert.Contains("double Math.Max(double val1, double val2)", all, StringComparison.Ordinal);
        Assert.DoesNotContain("more overloads", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!help Math.Max")]
    [InlineData("#!help Math.Max(1, 2);")]
    [InlineData("var n = 1;\n#!help Math.Max(n, ")]
    [InlineData("Math.Max?")]
    [InlineData("var n = 1;\nMath.Max?  ")]
    [InlineData("Math.Max??")]
    [InlineData("// of two\n\n  Math.Max?\n\n")]
    public async Task Help_is_displayed(string code)
    {
        var page = Assert.Single((await RunAsync(code)).Ok().Displays);
        Assert.Contains("Math.Max(", page.Data.Text("text/plain"), StringComparison.Ordinal);
        Assert.Contains("Math.Max(", page.Data.Text("text/html"), StringComparison.Ordinal);
        Assert.Equal(page.Data.Text("text/html"), Assert.IsType<DisplayOutput>(CellProtocol.Decode(CellProtocol.Encode(page))).Data.Text("text/html"));
    }

    [Theory]
    [InlineData("int? x = 3;\nx", "3")]
    [InlineData("int? x = 3;\nx?.ToString() ?? \"none\"", "3")]
    [InlineData("true\n? 1\n: 2", "1")]
    [InlineData("true ?\n1 : 2", "1")]
    [InlineData("object o = 5;\no as int?", "5")]
    [InlineData("object o = 5;\no as\nint?", "5")]
    [InlineData("\"\"\"\n  why?\n  \"\"\"", "why?")]
    [InlineData("1 // why?", "1")]
    [InlineData("/*\nwhy?\n*/ 1", "1")]
    [InlineData("T? Default<T>() where T : struct => null;\nDefault<int>() is null", "True")]
    [InlineData("#!value --name x\nwhy?\n#!csharp\n#!share x --from value\nx", "why?")]
    public async Task Csharp_with_a_question_mark_stays_csharp(string code, string expected)
    {
        var ran = (await RunAsync(code)).Ok();
        Assert.Equal(expected, ran.Value);
        Assert.Empty(ran.Displays);
    }

    [Theory]
    [InlineData("var y = true ?")]
    [InlineData("var y =\nMath?")]
    [InlineData("Math.Max(1, 2)?")]
    [InlineData("Math?\nvar n = 1;")]
    public async Task Csharp_that_is_not_whole_is_no_question_either(string code) => Assert.Equal("CompilationError", (await RunAsync(code)).Error.Name);

    [Fact]
    public async Task A_markdown_cell_may_end_with_a_question() =>
        Assert.Equal("Why?", Assert.Single((await RunAsync("#!markdown\nWhy?")).Ok().Displays).Data.Text("text/markdown"));

    [Fact]
    public async Task Help_tells_parameters_exceptions_examples_constructors_and_members_also_as_html()
    {
        (await RunAsync("""
            /// <summary>Holds <c>n</c> &lt;things&gt;.</summary>
            /// <remarks><para>One.</para><para>Two.</para></remarks>
            /// <example>
            /// <code>
            /// var box = new Box(3);
            ///
            ///     box.Put(1);
            /// </code>
            /// </example>
            public class Box
            {
                /// <param name="size">How many, 1 to 9.</param>
                /// <exception cref="ArgumentException">The size is 0.</exception>
                public Box(int size) { }
                /// <summary>Puts one.</summary>
                /// <param name="thing">Shape (B, Z).</param>
                public void Put(int thing) { }
                /// <summary>Puts two.</summary>
                public void Put(int thing, double other) { }
                public override string ToString() => "a box";
            }
            var box = new Box(3);
            """)).Ok();

        var html = await HelpAsync("Box", "text/html");
        foreach (var part in new[] { "class Box", "<code>n</code> &lt;things&gt;", "One.<br>Two.", "<pre", "var box = new Box(3);\n\n    box.Put(1);", "<code>size</code>: How many, 1 to 9.", "<code>ArgumentException</code>: The size is 0.", "<code>void Put(int thing)</code>: Puts one." })
            Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.DoesNotContain("ToString", html, StringComparison.Ordinal);
        var plain = await HelpAsync("Box", "text/plain");
        foreach (var part in new[] { "Holds n <things>.", "Remarks:\n\nOne.\n\nTwo.", "Example:\n\nvar box = new Box(3);\n\n    box.Put(1);", "  size: How many, 1 to 9.", "  void Put(int thing): Puts one." })
            Assert.Contains(part, plain, StringComparison.Ordinal);

        var method = await HelpAsync("box.Put", "text/plain");
        Assert.StartsWith("void Box.Put(int thing)\nvoid Box.Put(int thing, double other)\n\nPuts one.\n\nParameters:\n  thing: Shape (B, Z).", method, StringComparison.Ordinal);
        Assert.Contains("void Box.Put(int thing, double other)\n\nPuts two.", method, StringComparison.Ordinal);
        Assert.Equal(method, Assert.Single((await RunAsync("box.Put?")).Ok().Displays).Data.Text("text/plain"));

        var variable = await HelpAsync("box", "text/plain");
        Assert.StartsWith("Box box\n\nValue: a box", variable, StringComparison.Ordinal);
        Assert.Contains("Holds n <things>.", variable, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("List<int>", "class List<int>")]
    [InlineData("List<>", "class List<")]
    [InlineData("List", "class List<T>")]
    [InlineData("Dictionary<string, int?>", "class Dictionary<string, int?>")]
    [InlineData("List<int>.Add", "void List<int>.Add(int item)")]
    [InlineData("Enumerable.Select", "Select<TSource, TResult>(")]
    [InlineData("System.Linq", "namespace System.Linq")]
    [InlineData("Stopwatch", "class System.Diagnostics.Stopwatch")] // its namespace has no using
    [InlineData("Stopwatch.StartNew", "Stopwatch.StartNew()")]
    [InlineData("int", "struct int")]
    [InlineData("DayOfWeek", "enum DayOfWeek")]
    [InlineData("#!time", "shows how long the cell took")]
    public async Task Help_finds_generics_overloads_and_what_has_no_using(string expression, string expected) =>
        Assert.Contains(expected, await HelpAsync(expression, "text/plain"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Mth.Max", "Math")]
    [InlineData("Math.Maxx", "Max")]
    [InlineData("lenght", "length")]
    [InlineData("length.CompareT0", "CompareTo")]
    [InlineData("List<int>.Ad", "Add")]
    public async Task An_unknown_name_gets_those_that_are_like_it(string expression, string meant)
    {
        (await RunAsync("var length = 3;")).Ok();
        Assert.Contains(meant, (await RunAsync($"#!help {expression}")).Error.Message.Split("Near it: ")[1].TrimEnd('.').Split(", "));
        Assert.Contains(meant, (await RunAsync($"{expression}?")).Error.Message.Split("Near it: ")[1].TrimEnd('.').Split(", "));
    }

    [Fact]
    public async Task A_library_without_documentation_is_said_to_have_none()
    {
        Compiled.Library(Folder, "Bare", "namespace Bare { public class Thing { } }");
        (await RunAsync("#r \"Bare.dll\"")).Ok();
        Assert.Contains("No documentation comes with Bare.dll.", await HelpAsync("Bare.Thing", "text/plain"), StringComparison.Ordinal);
        Assert.DoesNotContain("No documentation", await HelpAsync("Math.Max", "text/plain"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!help", "expected what to tell of")]
    [InlineData("#!help no.such.thing", "nothing is known")]
    public async Task Help_on_nothing_is_refused_in_words(string code, string reason) =>
        Assert.Contains(reason, (await RunAsync(code)).Error.Message, StringComparison.Ordinal);

    private async Task<string> HelpAsync(string expression, string mimeType) =>
        Assert.Single((await RunAsync($"#!help {expression}")).Ok().Displays).Data.Text(mimeType)!;

    private Task<MimeBundle?> InspectAsync(string code, bool detailed = false)
    {
        var caret = code.IndexOf('|', StringComparison.Ordinal);
        return Session.InspectAsync(code.Remove(caret, 1), caret, detailed, TestContext.Current.CancellationToken);
    }
}
